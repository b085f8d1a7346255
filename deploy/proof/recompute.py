#!/usr/bin/env python3
"""Checks a proof package of a vote, and counts it again: with Python alone, no package, no code of Sanzhang's.
验证一次表决的证明包，并重新计票：只用 Python，不需要任何其他软件。

    python3 recompute.py [--key=KEY] [FOLDER]

0. The files are those of the manifest; and with KEY, the log's public key, as in NAME+HASH+BASE64: the log signed the
   checkpoint (signature.py). Take the key from elsewhere, not from who gave you this folder.
1. Every record is in the log whose checkpoint was signed: its hash and its path make the signed root (RFC 9162).
2. No record of the vote's streams is missing: roll, deliveries and ballots are those of the records.
3. What was counted is what the count on record says that it counted, by its hashes.
4. The count, made again by tally.py, gives the outcome on record.

Of a record, its bytes are proven; the readable words beside them are a help for reading.
Exit code 0: all is so. 1: it is not, and it is said what. 2: it was not understood what to do.
"""

import base64
import collections
import hashlib
import json
import pathlib
import sys

sys.dont_write_bytecode = True
import signature  # noqa: E402
import tally  # noqa: E402


class Wrong(Exception):
    pass


def sha256(data):
    return hashlib.sha256(data).digest()


def fields(message):
    """Number -> values of a protobuf message: numbers, or bytes."""
    found, at = collections.defaultdict(list), 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
            if byte < 128:
                return value
    while at < len(message):
        tag = varint()
        value = varint()
        if tag & 7 == 2:
            value, at = message[at:at + value], at + value
        found[tag >> 3].append(value)
    return found


def root_of(leaf, index, size, path):
    """RFC 9162, 2.1.3.2."""
    node, last = leaf, size - 1
    for sibling in path:
        if last == 0:
            raise Wrong("its path is too long")
        if index & 1 or index == last:
            node = sha256(b"\1" + sibling + node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = sha256(b"\1" + node + sibling)
        index, last = index >> 1, last >> 1
    if last:
        raise Wrong("its path is too short")
    return node


def read_records(folder, size, root):
    """(stream, type, revision, payload) of each record, proven."""
    for line in (folder / "records.ndjson").read_text("utf-8").splitlines():
        said = json.loads(line)
        record, path = base64.b64decode(said["bytes"]), [base64.b64decode(node) for node in said["proof"]]
        of = fields(record)
        position, stream, kind = of[1][0], of[2][0].decode(), of[4][0].decode()
        if (str(position), stream, kind) != (said["position"], said["stream"], said["type"]):
            raise Wrong(f"position {said['position']}: the words are not those of its bytes")
        try:
            if not 1 <= position <= size or root_of(sha256(b"\0" + record), position - 1, size, path) != root:
                raise Wrong("not in the log that was signed")
        except Wrong as why:
            raise Wrong(f"position {position}, {stream}: {why}") from None
        yield stream, kind.rsplit(".", 1)[1], of[3][0], (of[6] or [b""])[0]


def by_stream(records, vote):
    """Stream -> its facts, none missing."""
    streams = collections.defaultdict(list)
    for stream, kind, revision, payload in records:
        streams[stream].append((kind, payload))
        if revision != len(streams[stream]):
            raise Wrong(f"{stream}: revision {len(streams[stream])} is missing")
    if vote not in streams:
        raise Wrong(f"{vote}: no record of it")
    return streams


def compare_with_records(vote, streams, name):
    """What was counted is what the records say was cast, delivered and enrolled."""
    subjects = {subject["subject"] for subject in vote["subjects"]}
    snapshot = [fields(payload) for kind, payload in streams[name] if kind == "ElectorateFrozen"][-1][1]
    in_roll, delivered = set(), set()
    for stream, facts in streams.items():
        entered = struck_off = handed_over = None
        for kind, payload in facts:
            if kind == "VoterEnrolled":
                entered, struck_off, handed_over = fields(payload)[1], None, None
            if kind == "ElectorateCorrected":
                struck_off = fields(payload)[2]
            if kind == "BallotDelivered":
                handed_over = True
        if entered == snapshot and not struck_off:
            in_roll.add(stream.rsplit("/", 1)[1])
            delivered |= {stream.rsplit("/", 1)[1]} if handed_over else set()
    if subjects - in_roll:
        raise Wrong(f"the roll has {sorted(subjects - in_roll)}, whom no record enrols")
    if in_roll - subjects:
        raise Wrong(f"the roll lacks {sorted(in_roll - subjects)}, whom a record enrols")
    if delivered != {delivery["subject"] for delivery in vote["deliveries"]}:
        raise Wrong("the deliveries are not those of the records")
    cast = collections.Counter()
    for stream, facts in streams.items():
        if "/ballots/" in stream:
            cast[stream.rsplit("/", 1)[1]] = sum(kind in ("BallotCast", "PaperBallotEntered") for kind, _ in facts)
    counted = collections.Counter(ballot["subject"] for ballot in vote["ballots"] if ballot.get("subject"))
    for subject in set(cast) | set(counted):
        if subject in subjects and cast[subject] != counted[subject]:
            raise Wrong(f"{subject}: {cast[subject]} ballots are on record, {counted[subject]} were counted")
    papers = sum(len(fields(payload)[3]) for facts in streams.values() for kind, payload in facts if kind == "BallotBoxEmptied")
    if papers != sum(not ballot.get("subject") for ballot in vote["ballots"]):
        raise Wrong("the papers are not those of the box on record")


def recorded_count(streams, name):
    """Hashes and outcomes of the first count on record."""
    results = [fields(payload)[1][0] for kind, payload in streams[name] if kind == "ProvisionalTallyComputed"]
    if not results:
        raise Wrong("the vote has not been counted")
    result = fields(results[0])
    hashes = {part: value[0].decode() for part, value in zip(
        ("rules", "roll", "deliveries", "ballots", "input"), (fields(result[3][0])[n] for n in range(1, 6)))}
    items = {fields(item)[1][0].decode(): (fields(item)[2] or [0])[0] for item in result[4]}
    return hashes, items


def check_files(folder, files):
    said = {file["name"]: file["sha256"] for file in files}
    for name in {"checkpoint", "counted.txt", "records.ndjson", "result.txt"} | set(said):
        if sha256((folder / name).read_bytes()).hex() != said.get(name):
            raise Wrong(f"{name}: its SHA-256 is not the one that manifest.json says")


def read_checkpoint(note, key):
    """Size and root of the tree that was signed, and who signed it, if that is checked."""
    try:
        lines = signature.split(note)[0].split("\n")
        signer = signature.check(note, key) if key else None
    except ValueError as why:
        raise Wrong(f"checkpoint: {why}") from None
    if len(lines) < 4 or not lines[1].isdecimal():
        raise Wrong("checkpoint: it does not say of how many records it is")
    return int(lines[1]), base64.b64decode(lines[2], validate=True), signer


def verify(folder, key):
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    check_files(folder, manifest["files"])
    name, note = manifest["resolution"], (folder / "checkpoint").read_bytes().decode("utf-8")
    size, root, signer = read_checkpoint(note, key)
    streams = by_stream(read_records(folder, size, root), name)
    hashes, outcomes = recorded_count(streams, name)
    text = (folder / "counted.txt").read_bytes().decode("utf-8")
    parts = {part.split("\n", 1)[0]: "sanzhang-tally 1 " + part for part in text.split("sanzhang-tally 1 ")[1:]}
    for part, digest in tally.hashes(parts).items():
        if digest != hashes[part]:
            raise Wrong(f"counted.txt, {part}: not what the count on record counted")
    vote = tally.parse(text)
    compare_with_records(vote, streams, name)
    result = tally.tally(vote, parts)
    if "\n".join(result) + "\n" != (folder / "result.txt").read_bytes().decode("utf-8"):
        raise Wrong("result.txt: not what comes of counting again")
    counted = dict(line.split("=", 1) for line in result)
    words = {number: "OUTCOME_" + word for number, word in manifest["outcomes"].items()}
    items = {counted[f"items[{i}].item"]: counted[f"items[{i}].outcome"] for i in range(len(outcomes))}
    for item, outcome in items.items():
        if item not in outcomes or words[str(outcomes[item])] != outcome:
            raise Wrong(f"item {item}: counted again it is {outcome}, on record it is another outcome")
    return name, sum(map(len, streams.values())), note, signer, items


def main(arguments):
    keys = [argument[len("--key="):] for argument in arguments if argument.startswith("--key=")]
    folders = [argument for argument in arguments if not argument.startswith("-")]
    if len(keys) > 1 or len(folders) > 1 or len(keys) + len(folders) < len(arguments) or "" in keys:
        print("python3 recompute.py [--key=KEY] [FOLDER]")
        return 2
    folder = pathlib.Path(folders[0] if folders else __file__).resolve()
    try:
        name, records, note, signer, items = verify(folder if folder.is_dir() else folder.parent, keys[0] if keys else None)
    except (Wrong, OSError, ValueError, KeyError, IndexError) as why:
        print(f"NOT as it should be 不符: {why if isinstance(why, Wrong) else repr(why)}")
        return 1
    print(f"{name}: {records} records, each in the log of this checkpoint 每条记录都在此检查点的日志中:\n{note}")
    for item, outcome in items.items():
        print(f"{item}: {outcome}")
    print("Counted again, the outcome is the one on record. 重新计票的结果与记录一致。")
    if signer:
        print(f"The checkpoint is signed by {signer}, with the key that you gave. 检查点由您所给公钥的日志签名。")
    else:
        print("NOBODY'S SIGNATURE WAS CHECKED, and anyone can write a checkpoint. 没有核对签名，而检查点谁都能写。\n"
              "Get the log's public key from elsewhere, then 请从别处取得日志的公钥，再运行:\n"
              "    python3 recompute.py --key=NAME+HASH+BASE64")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
