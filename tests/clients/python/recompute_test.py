"""Proof packages of the demonstration's votes, counted again by the script that is shipped in them; and packages that were
meddled with: each is refused, and it is said what.

    recompute_test.py PROGRAM SOURCE_ROOT
"""

import base64
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM, ROOT = sys.argv[1:3]
VOTES = ("lift", "garden-rules", "parking", "election", "committee-election")


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120)


def recompute(folder):
    """As a stranger does: only what is in the folder, an interpreter without the machine's packages."""
    return subprocess.run([sys.executable, "-S", "-B", "recompute.py"], cwd=folder, capture_output=True, text=True, timeout=120)


class RecomputeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="sanzhang-proof-")
        cls.folder = pathlib.Path(cls.scratch.name)
        demo = run(PROGRAM, "demo", "--data", cls.folder / "data", "--policy", f"{ROOT}/deploy/policy",
                   "--file", f"{ROOT}/deploy/demo/heping.json")
        assert demo.returncode == 0, demo.stderr
        cls.sign_the_rest()
        cls.proven = {}
        for vote in VOTES:
            done = cls.prove(vote)
            if done.returncode == 0:
                cls.proven[vote] = cls.folder / vote
            else:
                assert "has not been counted yet" in done.stderr, done.stderr

    @classmethod
    def sign_the_rest(cls):
        """A server signs what the demonstration has written and nobody has signed yet."""
        counted = run(PROGRAM, "audit", "export", "--data", cls.folder / "data", "--out", cls.folder / "before")
        assert counted.returncode == 0, counted.stderr
        records = int(json.loads((cls.folder / "before/manifest.json").read_bytes())["records"])
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        log = cls.folder / "server.log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [PROGRAM, "serve", "--data", str(cls.folder / "data"), "--listen", address, "--http-listen", "",
                 "--policy", f"{ROOT}/deploy/policy"], stdout=output, stderr=output)
        try:
            deadline = time.monotonic() + 60
            while int((cls.folder / "data/tree/checkpoint").read_text("utf-8").split("\n")[1]) < records:
                assert server.poll() is None and time.monotonic() < deadline, log.read_text()
                run(PROGRAM, "admin", "status", "--address", address)
        finally:
            server.terminate()
            server.wait(timeout=60)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    @classmethod
    def prove(cls, vote):
        return run(PROGRAM, "audit", "prove", f"communities/heping/resolutions/{vote}", "--data", cls.folder / "data",
                   "--out", cls.folder / vote, "--policy", f"{ROOT}/deploy/policy")

    def test_every_counted_vote_comes_out_the_same(self):
        outcomes = set()
        for vote, folder in self.proven.items():
            done = recompute(folder)
            self.assertEqual(done.returncode, 0, f"{vote}: {done.stdout}{done.stderr}")
            self.assertIn("the outcome is the one on record", done.stdout)
            outcomes |= {line.rsplit("=", 1)[1] for line in (folder / "result.txt").read_text("utf-8").splitlines()
                         if ".outcome=" in line}
        self.assertGreaterEqual(len(self.proven), 4, self.proven)
        for outcome in ("OUTCOME_PASSED", "OUTCOME_NO_QUORUM", "OUTCOME_REJECTED", "OUTCOME_ELECTED"):
            self.assertIn(outcome, outcomes)
        self.assertIn("TALLY_FLAG_SPLIT_MEASURE", "".join((f / "result.txt").read_text("utf-8") for f in self.proven.values()))

    def test_a_vote_that_is_open_is_not_proven(self):
        done = self.prove("gates")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertFalse((self.folder / "gates").exists())

    def meddled(self, change, vote="lift"):
        """What the script says of a copy that was changed."""
        copy = self.folder / "meddled"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.proven[vote], copy)
        change(copy)
        done = recompute(copy)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertTrue(done.stdout.startswith("NOT as it should be"), done.stdout + done.stderr)
        return done.stdout

    @staticmethod
    def text(name, change):
        def meddle(folder):
            before = (folder / name).read_bytes().decode("utf-8")
            after = change(before)
            assert before != after
            (folder / name).write_bytes(after.encode("utf-8"))
        return meddle

    def counted(self, kind, change):
        """One line of that kind in what was counted."""
        def meddle(text):
            lines = text.split("\n")
            at = next(i for i, line in enumerate(lines) if line.startswith(kind + "\t") and change(line) != line)
            lines[at:at + 1] = [line for line in [change(lines[at])] if line]
            return "\n".join(lines)
        return self.meddled(self.text("counted.txt", meddle))

    def records(self, change):
        def meddle(text):
            return "".join(change([line for line in text.splitlines(keepends=True)]))
        return self.meddled(self.text("records.ndjson", meddle))

    def test_a_changed_ballot_is_found(self):
        self.assertIn("counted.txt, ballots", self.counted("ballots", lambda line: line.replace("CHOICE_FOR", "CHOICE_AGAINST")))

    def test_a_changed_roll_entry_is_found(self):
        self.assertIn("counted.txt, roll", self.counted("subjects", lambda line: line.replace("area_dm2=", "area_dm2=1")))

    def test_a_changed_rule_is_found(self):
        self.assertIn("counted.txt, rules", self.counted("rule_set", lambda line: line.replace("numerator=2", "numerator=1")))

    def test_a_dropped_delivery_is_found(self):
        self.assertIn("counted.txt, deliveries", self.counted("deliveries", lambda line: ""))

    def test_records_that_are_dropped_are_found(self):
        def without(kind):
            def drop(lines):
                at = max(i for i, line in enumerate(lines) if f'.{kind}"' in line)
                return lines[:at] + lines[at + 1:]
            return drop
        for kind, said in (("BallotDelivered", "is missing|deliveries are not"), ("BallotCast", "is missing|ballots are on record"),
                           ("VoterEnrolled", "is missing|no record enrols"), ("VoteClosed", "revision .* is missing"),
                           ("ProvisionalTallyComputed", "is missing|not been counted")):
            self.assertRegex(self.records(without(kind)), said)

    def test_records_that_are_changed_are_found(self):
        def flip(lines):
            at = next(i for i, line in enumerate(lines) if '.BallotCast"' in line)
            said = json.loads(lines[at])
            record = bytearray(base64.b64decode(said["bytes"]))
            record[-5] ^= 1
            said["bytes"] = base64.b64encode(record).decode()
            return lines[:at] + [json.dumps(said) + "\n"] + lines[at + 1:]
        self.assertIn("not in the log that was signed", self.records(flip))
        swapped = self.records(lambda lines: [lines[1], lines[0]] + lines[2:])
        self.assertRegex(swapped, "revision 1 is missing")
        words = self.records(lambda lines: [line.replace('"position":"', '"position":"1', 1) for line in lines])
        self.assertIn("the words are not those of its bytes", words)

    def test_another_checkpoint_or_result_is_found(self):
        other = base64.b64encode(bytes(32)).decode()
        said = self.meddled(self.text("checkpoint", lambda text: text.replace(text.split("\n")[2], other)))
        self.assertIn("not in the log that was signed", said)
        said = self.meddled(self.text("result.txt", lambda text: text.replace("OUTCOME_PASSED", "OUTCOME_REJECTED", 1)))
        self.assertIn("result.txt", said)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
