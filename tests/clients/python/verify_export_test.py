"""verify_export.py on an export of a real log, and on damaged ones: each is refused, and it is said where.

    verify_export_test.py PROGRAM SOURCE_ROOT
"""

import base64
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import verify_export

PROGRAM, ROOT = sys.argv[1:3]
VERIFIER = pathlib.Path(verify_export.__file__)


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120)


class VerifyExportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="sanzhang-export-")
        cls.folder = pathlib.Path(cls.scratch.name)
        demo = run(PROGRAM, "demo", "--data", cls.folder / "data", "--policy", f"{ROOT}/deploy/policy",
                   "--file", f"{ROOT}/deploy/demo/heping.json")
        assert demo.returncode == 0, demo.stderr
        export = run(PROGRAM, "audit", "export", "--data", cls.folder / "data", "--out", cls.folder / "out")
        assert export.returncode == 0, export.stderr

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def damaged(self, change):
        """What the verifier says of a copy whose lines were changed."""
        copy = self.folder / "damaged"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder / "out", copy)
        lines = (copy / "records.ndjson").read_bytes().splitlines(keepends=True)
        (copy / "records.ndjson").write_bytes(b"".join(change(lines)))
        done = run(sys.executable, "-B", VERIFIER, copy)
        self.assertEqual(done.returncode, 1, done.stdout)
        return done.stdout

    def forged(self, lines, number, change):
        """The line with other bytes, and a leaf hash that fits them."""
        line = json.loads(lines[number])
        record = change(bytearray(base64.b64decode(line["bytes"])))
        line["bytes"] = base64.b64encode(record).decode()
        line["leaf_hash"] = verify_export.sha256(b"\0" + record).hex()
        lines[number] = json.dumps(line).encode() + b"\n"
        return lines

    def test_a_whole_export_is_as_it_should_be(self):
        done = run(sys.executable, "-B", VERIFIER, self.folder / "out")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        manifest = json.loads((self.folder / "out/manifest.json").read_bytes())
        self.assertIn(f"{manifest['records']} records; root ", done.stdout)
        root = manifest["tree"]["root"]
        self.assertIn(root, done.stdout)
        self.assertEqual(run(sys.executable, "-B", VERIFIER, self.folder / "out", root).returncode, 0)
        other = base64.b64encode(bytes(32)).decode()
        self.assertEqual(run(sys.executable, "-B", VERIFIER, self.folder / "out", other).returncode, 1)

    def test_a_bit_flipped(self):
        def flip(lines):
            at = lines[20].rindex(b'"bytes":"') + 60
            lines[20] = lines[20][:at] + bytes([lines[20][at] ^ 1]) + lines[20][at + 1:]
            return lines
        self.assertIn("position 21", self.damaged(flip))

    def test_a_bit_flipped_and_hashed_again(self):
        def flip(record):
            record[-1] ^= 1
            return bytes(record)
        said = self.damaged(lambda lines: self.forged(lines, 20, flip))
        self.assertRegex(said, "positions 1 to .*: their root is not the signed one")

    def test_a_record_dropped(self):
        self.assertIn("position 31", self.damaged(lambda lines: lines[:30] + lines[31:]))

    def test_a_record_dropped_and_the_others_numbered_again(self):
        said = self.damaged(lambda lines: lines[:30] + [line.replace(b'"position":"%d"' % (n + 32), b'"position":"%d"' % (n + 31), 1)
                                                       for n, line in enumerate(lines[31:])])
        self.assertIn("position 31: its bytes are of another record", said)

    def test_two_records_swapped(self):
        self.assertIn("position 41", self.damaged(lambda lines: lines[:40] + [lines[41], lines[40]] + lines[42:]))

    def test_the_tail_cut(self):
        count = len((self.folder / "out/records.ndjson").read_bytes().splitlines())
        self.assertIn(f"position {count - 2}:", self.damaged(lambda lines: lines[:-3]))
        self.assertIn(f"position {count}:", self.damaged(lambda lines: lines[:-1] + [lines[-1][:100]]))

    def test_words_for_people_changed(self):
        said = self.damaged(lambda lines: [line.replace("和平里社区".encode(), "别的社区".encode()) for line in lines])
        self.assertIn("records.ndjson: not as the manifest says", said)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
