#!/usr/bin/env python3
"""Checks an export of `sanzhang audit export --format=ndjson` with nothing but Python: no package, no code of Sanzhang's.

    verify_export.py FOLDER [ROOT]

From the exact bytes of the records it makes the tree of RFC 6962 again, and compares its root with the one in the signed
checkpoint of the manifest (or, without a checkpoint, with the manifest's own), and with ROOT, in base64, if you have one
from elsewhere. Who signed the checkpoint is another question: any tool for signed notes answers it with the log's key.
Exit code 0: all is as it should be. 1: it is not; the position is said.
"""

import base64
import hashlib
import json
import pathlib
import sys


class Damaged(Exception):
    pass


def sha256(data):
    return hashlib.sha256(data).digest()


def position_of(record):
    """The first field of the record, a protobuf varint: tag 0x08, then seven bits a byte, the lowest first."""
    if record[:1] != b"\x08":
        return None
    value, shift = 0, 0
    for byte in record[1:11]:
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value
        shift += 7
    return None


def records(folder, manifest):
    """(position, bytes) of each line, checked against itself and the one before."""
    first, last, whole = int(manifest["first_position"]), int(manifest["last_position"]), manifest["whole"]
    expected = first
    with open(folder / "records.ndjson", "rb") as lines:
        for line in lines:
            try:
                fields = json.loads(line)
                record, position = base64.b64decode(fields["bytes"], validate=True), int(fields["position"])
            except (ValueError, KeyError, TypeError):
                raise Damaged(f"position {expected}: the line is not whole")
            if position != expected and (whole or position < expected):
                raise Damaged(f"position {expected}: missing; {position} comes instead")
            if position_of(record) != position:
                raise Damaged(f"position {position}: its bytes are of another record")
            if sha256(b"\0" + record).hex() != fields["leaf_hash"]:
                raise Damaged(f"position {position}: its bytes are not those that were hashed")
            yield position, record
            expected = position + 1
    if whole and expected != last + 1:
        raise Damaged(f"position {expected}: missing; the export ends before it, at {last} it should")


class Tree:
    """RFC 6962, 2.1: the roots of the whole subtrees, the largest first."""

    def __init__(self):
        self.size, self.roots = 0, []

    def add(self, record):
        node, size = sha256(b"\0" + record), self.size
        while size & 1:
            node, size = sha256(b"\1" + self.roots.pop() + node), size >> 1
        self.roots.append(node)
        self.size += 1

    def root(self):
        if not self.roots:
            return sha256(b"")
        node = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            node = sha256(b"\1" + left + node)
        return node


def verify(folder, known_root=None):
    manifest = json.loads((folder / "manifest.json").read_bytes())
    if manifest["export"] != "sanzhang-export 1" or manifest["format"] != "ndjson" or manifest["pseudonymous"]:
        raise Damaged("this is not an export whose bytes can be checked")
    size, root = None, None
    if manifest["checkpoint"]:
        lines = manifest["checkpoint"].split("\n")
        size, root = int(lines[1]), base64.b64decode(lines[2])
    elif manifest["tree"]:
        size, root = int(manifest["tree"]["size"]), base64.b64decode(manifest["tree"]["root"])
    tree, compared = Tree(), False
    for _, record in records(folder, manifest):
        tree.add(record)
        if tree.size == size and manifest["whole"] and manifest["first_position"] == "1":
            if tree.root() != root:
                raise Damaged(f"positions 1 to {size}: their root is not the signed one")
            compared = True
    for file in manifest["files"]:
        if hashlib.sha256((folder / file["name"]).read_bytes()).hexdigest() != file["sha256"]:
            raise Damaged(f"{file['name']}: not as the manifest says")
    if known_root is not None and base64.b64encode(tree.root()).decode() != known_root:
        raise Damaged("the root is not the one that you gave")
    return tree, size if compared else None, manifest


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__)
        return 2
    try:
        tree, size, manifest = verify(pathlib.Path(arguments[0]), *arguments[1:])
    except (Damaged, OSError, ValueError, KeyError) as problem:
        print(f"NOT as it should be: {problem}")
        return 1
    print(f"{tree.size} records; root {base64.b64encode(tree.root()).decode()}")
    print("the signed root of the first {} records is theirs".format(size) if size is not None and manifest["checkpoint"]
          else "the manifest's root is theirs; no checkpoint signs it" if size is not None
          else "a part of the log: its root can't be compared")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
