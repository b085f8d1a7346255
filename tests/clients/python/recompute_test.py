"""Proof packages of the demonstration's votes, counted again by the script that is shipped in them; and packages that were
meddled with: each is refused, and it is said what.

    recompute_test.py PROGRAM SOURCE_ROOT
"""

import base64
import hashlib
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
sys.path.insert(0, f"{ROOT}/deploy/proof")
import signature  # noqa: E402
VOTES = ("lift", "garden-rules", "parking", "election", "committee-election")


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120)


def recompute(folder, *arguments):
    """As a stranger does: only what is in the folder, an interpreter without the machine's packages."""
    return subprocess.run([sys.executable, "-S", "-B", "recompute.py", *arguments], cwd=folder, capture_output=True, text=True, timeout=120)


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
            cls.key = ""
            while not cls.key or int((cls.folder / "data/tree/checkpoint").read_text("utf-8").split("\n")[1]) < records:
                assert server.poll() is None and time.monotonic() < deadline, log.read_text()
                cls.key = run(PROGRAM, "audit", "key", "--address", address).stdout.strip()
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

    def test_what_is_no_counted_vote_is_not_proven(self):
        for vote, words in (("gates", "resolutions/gates has not been counted yet"), ("nothing", "the log has no vote of that name"),
                            ("lift/voters/x", "lift/voters/x is no vote: a vote's name is as in")):
            done = self.prove(vote)
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn(words, done.stderr)
        self.assertFalse((self.folder / "gates").exists())

    def meddled(self, change, vote="lift", careful=True, arguments=()):
        """What the script says of a copy that was changed; by somebody careful, with the manifest."""
        copy = self.folder / "meddled"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.proven[vote], copy)
        change(copy)
        if careful:
            manifest = json.loads((copy / "manifest.json").read_bytes())
            for file in manifest["files"]:
                file["sha256"] = hashlib.sha256((copy / file["name"]).read_bytes()).hexdigest()
            (copy / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        done = recompute(copy, *arguments)
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
        said = self.meddled(self.text("checkpoint", lambda text: text.replace(text.split("\n")[1], "7", 1)))
        self.assertIn("not in the log that was signed", said)
        said = self.meddled(self.text("result.txt", lambda text: text.replace("OUTCOME_PASSED", "OUTCOME_REJECTED", 1)))
        self.assertIn("result.txt", said)

    def test_files_are_those_of_the_manifest(self):
        words = self.text("records.ndjson", lambda text: text.replace('"recorded_at"', '"recorded-at"', 1))
        self.assertIn("records.ndjson: its SHA-256", self.meddled(words, careful=False))
        self.assertIn("tally.py: its SHA-256", self.meddled(self.text("tally.py", lambda text: text + "\n"), careful=False))

    def test_the_signature_is_checked_with_the_key_that_is_given(self):
        without, given = recompute(self.proven["lift"]), recompute(self.proven["lift"], f"--key={self.key}")
        self.assertEqual((without.returncode, given.returncode), (0, 0), given.stdout + given.stderr)
        self.assertIn("NOBODY'S SIGNATURE WAS CHECKED", without.stdout)
        self.assertIn("recompute.py --key=NAME+HASH+BASE64", without.stdout)
        self.assertNotIn("NOBODY", given.stdout)
        self.assertIn(f"signed by {self.key.split('+')[0]}, with the key that you gave", given.stdout)
        other = recompute(self.proven["lift"], f"--key={NEUMANN}")
        self.assertEqual(other.returncode, 1)
        self.assertIn("PeterNeumann has not signed it with this key", other.stdout)
        self.assertIn("not a log's key", recompute(self.proven["lift"], f"--key={self.key[:-4]}").stdout)
        self.assertEqual(recompute(self.proven["lift"], "--keys=x").returncode, 2)

    def test_a_checkpoint_that_nobody_signed_is_refused(self):
        unsigned = self.text("checkpoint", lambda text: text.rpartition("\n\n")[0] + "\n")
        self.assertIn("nobody has signed it", self.meddled(unsigned))
        empty = self.text("checkpoint", lambda text: text.rpartition("\n\n")[0] + "\n\n")
        self.assertIn("nobody has signed it", self.meddled(empty))

        def flip(text):
            body, _, line = text.rpartition("\n\n")
            dash, name, encoded = line.strip().split(" ")
            data = bytearray(base64.b64decode(encoded))
            data[40] ^= 1
            return f"{body}\n\n{dash} {name} {base64.b64encode(data).decode()}\n"
        self.assertIn("is wrong", self.meddled(self.text("checkpoint", flip), arguments=[f"--key={self.key}"]))


NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
# RFC 8032, 7.1: tests 1, 2, 3 and SHA(abc).
VECTORS = (
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf", hashlib.sha512(b"abc").hexdigest(),
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"),
)


class SignatureTest(unittest.TestCase):
    """The script's Ed25519, with what others have published."""

    def test_signatures_of_the_rfc(self):
        for key, message, signed in VECTORS:
            key, message, signed = (bytes.fromhex(part) for part in (key, message, signed))
            self.assertTrue(signature.verifies(key, message, signed))
            for at in (0, 31, 32, 63):
                flipped = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1:]
                self.assertFalse(signature.verifies(key, message, flipped))
            self.assertFalse(signature.verifies(key, message + b"!", signed))
            # The same number modulo the group's order is another signature, and none.
            more = (int.from_bytes(signed[32:], "little") + signature.ORDER).to_bytes(32, "little")
            self.assertFalse(signature.verifies(key, message, signed[:32] + more))

    def test_the_note_of_the_go_project(self):
        note = ("If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
                "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n")
        self.assertEqual(signature.check(note, NEUMANN), "PeterNeumann")
        with self.assertRaisesRegex(ValueError, "is wrong"):
            signature.check(note.replace("answer", "Answer"), NEUMANN)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
