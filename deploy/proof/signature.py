"""Who signed a checkpoint: signed notes (C2SP signed-note) and Ed25519 (RFC 8032, 5.1.7), in plain Python.

A note is its text, an empty line, and a line `— NAME BASE64` for each signature: four bytes of the key's hash, and the
signature. A key is `NAME+HASH+BASE64`: of the number 1 and the 32 bytes of the public key.
"""

import base64
import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    """RFC 8032, 5.1.4: points as (X, Y, Z, T), where x = X/Z, y = Y/Z, x*y = T/Z."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    g, h = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    product = (0, 1, 1, 0)
    while number:
        product = add(product, point) if number & 1 else product
        point, number = add(point, point), number >> 1
    return product


def point_of(data):
    """RFC 8032, 5.1.3: y, and in the highest bit whether x is odd."""
    y = int.from_bytes(data, "little")
    odd, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (odd and not x):
        raise ValueError("not a point of the curve")
    x = P - x if x & 1 != odd else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def verifies(public_key, message, signature):
    if len(public_key) != 32 or len(signature) != 64:
        return False
    try:
        a, r = point_of(public_key), point_of(signature[:32])
    except ValueError:
        return False
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    left, right = times(s, BASE), add(r, times(k, a))
    return s < ORDER and all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


def split(note):
    """Its text, and (name, hash of the key, signature) of each signature; ValueError if there is none."""
    text, gap, rest = note.rpartition("\n\n")
    lines = rest.split("\n")[:-1]
    if not gap or not lines or not rest.endswith("\n"):
        raise ValueError("nobody has signed it: it has no signature line")
    signatures = []
    for line in lines:
        dash, _, of = line.partition(" ")
        name, _, encoded = of.partition(" ")
        data = base64.b64decode(encoded, validate=True)
        if dash != "—" or not name or len(data) < 5:
            raise ValueError(f"not a signature line: {line}")
        signatures.append((name, data[:4], data[4:]))
    return text + "\n", signatures


def check(note, key):
    """The name of the key that signed the note; ValueError, saying why, if it did not."""
    name, hashed, encoded = (key.split("+", 2) + ["", ""])[:3]
    data = base64.b64decode(encoded, validate=True)
    if not name or len(data) != 33 or data[0] != 1 or hashlib.sha256(name.encode() + b"\n" + data).hexdigest()[:8] != hashed:
        raise ValueError("what --key gives is not a log's key, which is as in NAME+HASH+BASE64, with nothing left out")
    text, signatures = split(note)
    ours = [signature for signer, of, signature in signatures if (signer, of.hex()) == (name, hashed)]
    if not ours:
        raise ValueError(f"{name} has not signed it with this key; who did: {', '.join(signer for signer, _, _ in signatures)}")
    if not all(verifies(data[1:], text.encode(), signature) for signature in ours):
        raise ValueError(f"the signature of {name} is wrong")
    return name
