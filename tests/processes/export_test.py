#!/usr/bin/env python3
"""`sanzhang audit export` as a process: killed at any moment, on a full disk, beside a running server.

    export_test.py PROGRAM SOURCE_ROOT

The seed of the moments is printed; SANZHANG_SEED repeats a run.
"""

import base64
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM, ROOT = sys.argv[1:3]
SEED = int(os.environ.get("SANZHANG_SEED", random.SystemRandom().randrange(1 << 32)))
KILLS_MAX = 60


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, **options)


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


class ExportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="sanzhang-export-")
        cls.folder = pathlib.Path(cls.scratch.name)
        cls.data = cls.folder / "data"
        demo = run(PROGRAM, "demo", "--data", cls.data, "--policy", f"{ROOT}/deploy/policy",
                   "--file", f"{ROOT}/deploy/demo/heping.json")
        assert demo.returncode == 0, demo.stderr

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def export(self, out, *more):
        return [PROGRAM, "audit", "export", "--data", str(self.data), "--out", str(self.folder / out), *more]

    def test_killed_at_any_moment_it_ends_with_the_same_bytes(self):
        moments = random.Random(SEED)
        print(f"SANZHANG_SEED={SEED}", file=sys.stderr)
        for form in ("ndjson", "csv", "sqlite"):
            whole = self.folder / f"whole-{form}"
            begun = time.monotonic()
            self.assertEqual(run(*self.export(whole, "--format", form)).returncode, 0)
            took = time.monotonic() - begun
            out, kills = self.folder / f"killed-{form}", 0
            for _ in range(20):  # Until one is killed before it is done.
                shutil.rmtree(out, ignore_errors=True)
                kills = self.kill_again_and_again(out, form, lambda: moments.uniform(0, took))
                if kills:
                    break
            self.assertGreater(kills, 0)
            self.assertEqual(files(whole), files(out), form)

    def test_killed_before_its_state_was_saved_it_begins(self):
        out = self.folder / "draft"
        out.mkdir()
        (out / "export-state.json.new").write_bytes(b"{")
        done = run(*self.export(out, "--format", "ndjson"))
        self.assertEqual(done.returncode, 0, done.stderr)

    def kill_again_and_again(self, out, form, moment):
        """Until it is done; answers how often it was killed."""
        kills = 0
        while kills < KILLS_MAX and not (out / "manifest.json").exists():
            process = subprocess.Popen(self.export(out, "--format", form), stdout=subprocess.DEVNULL)
            try:
                process.wait(timeout=moment())
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                kills += 1
            process.wait()
        if (out / "export-state.json").exists() or not (out / "manifest.json").exists():
            done = run(*self.export(out, "--format", form))
            self.assertEqual(done.returncode, 0, done.stderr)
        return kills

    def test_a_full_disk_is_said_and_gone_on_after(self):
        whole, out = self.folder / "whole", self.folder / "full"
        self.assertEqual(run(*self.export(whole)).returncode, 0)
        # A limit of the process's own stands for the disk: 200 KiB, of about 750.
        limited = run("bash", "-c", "trap '' XFSZ; ulimit -f 200; exec \"$@\"", "bash", *self.export(out))
        self.assertEqual(limited.returncode, 75, limited.stderr)
        self.assertIn("can't be written", limited.stderr)
        self.assertIn("The same command goes on", limited.stderr)
        self.assertFalse((out / "manifest.json").exists())
        self.assertEqual(run(*self.export(out)).returncode, 0)
        self.assertEqual(files(whole), files(out))

    def test_another_export_is_not_gone_on_with(self):
        out = self.folder / "other"
        limited = run("bash", "-c", "trap '' XFSZ; ulimit -f 200; exec \"$@\"", "bash", *self.export(out))
        self.assertEqual(limited.returncode, 75, limited.stderr)
        refused = run(*self.export(out, "--from=2"))
        self.assertEqual(refused.returncode, 1)
        self.assertIn("another export has begun there", refused.stderr)

    def test_what_is_asked_for_wrongly_is_refused_with_what_is_wrong(self):
        a_file = self.folder / "a-file"
        a_file.write_text("mine")
        for arguments, words in (
                (["--types=complaint.Nope"], "there is no fact complaint.Nope;"),
                (["--types=complaint.ComplaintFiled"], "you may mean sanzhang.complaint.v1.ComplaintFiled"),
                (["--types=sanzhang.complaint.v1.,sanzhang.nothing."], "there is no fact sanzhang.nothing."),
                (["--community=heping"], "not the name of a community, which is as in communities/heping"),
                (["--from=500", "--to=100"], "--from=500 lies after --to=100"),
                (["--from=0"], "--from: must be more than 0"),
                (["--out", a_file], "a-file: is a file, and an export is a folder"),
                (["--out", a_file / "below"], "the folder can't be made: Not a directory")):
            out = [] if "--out" in arguments else ["--out", self.folder / "wrong"]
            refused = run(PROGRAM, "audit", "export", "--data", self.data, *out, *arguments)
            self.assertIn(refused.returncode, (1, 64), refused.stderr)
            self.assertIn(words, refused.stderr)
            self.assertNotIn("The same command goes on", refused.stderr)
            self.assertFalse((self.folder / "wrong").exists())
        self.assertEqual(a_file.read_text(), "mine")
        package = run(*self.export("package", "--types=sanzhang.complaint.v1."))
        self.assertEqual(package.returncode, 0, package.stderr)
        self.assertRegex(package.stdout, r"records of positions 1 to \d+, in \d+\.\d seconds: ")

    def test_a_pseudonymous_one_leaves_no_salt(self):
        out = self.folder / "pseudonymous"
        done = run(*self.export(out, "--pseudonymous", "--format=csv"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse((out / "export-state.json").exists())
        people = {path.name for path in out.iterdir() if b"persons/p-" in path.read_bytes()
                  and path.name not in ("descriptors.binpb", "schema.json")}
        self.assertEqual(people, set())

    def test_beside_a_running_server(self):
        data = self.folder / "served"
        shutil.copytree(self.data, data)
        shutil.copytree(f"{self.data}.keys", f"{data}.keys")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        log = self.folder / "server.log"
        with log.open("wb") as output:
            server = subprocess.Popen([PROGRAM, "serve", "--data", str(data), "--listen", address, "--http-listen", "",
                                       "--policy", f"{ROOT}/deploy/policy"], stdout=output, stderr=output)
        try:
            deadline = time.monotonic() + 60
            while run(PROGRAM, "admin", "status", "--address", address).returncode != 0:
                self.assertIsNone(server.poll(), log.read_text())
                self.assertLess(time.monotonic(), deadline, log.read_text())
            before = {path: path.stat().st_mtime_ns for path in (data / "log").rglob("*.sst")}
            refused = run(PROGRAM, "audit", "export", "--data", data, "--out", self.folder / "refused")
            self.assertEqual(refused.returncode, 1)
            self.assertIn("another process has the log open", refused.stderr)
            self.assertEqual(before, {path: path.stat().st_mtime_ns for path in (data / "log").rglob("*.sst")})
            copy = self.folder / "copy"
            shutil.copytree(data, copy)
            done = run(PROGRAM, "audit", "export", "--data", copy, "--out", self.folder / "of-a-copy")
            self.assertEqual(done.returncode, 0, done.stderr)
            # A server is asked only for an export that was approved.
            live = run(PROGRAM, "audit", "export", "--address", address, "--out", self.folder / "live")
            self.assertEqual(live.returncode, 1)
            self.assertIn("--approval", live.stderr)
            self.assertFalse((self.folder / "live").exists())
            self.approved_export(address)
        finally:
            server.terminate()
            server.wait(timeout=60)

    def approved_export(self, address):
        """Asked for by one, approved by another, made once, and all of it on the log."""
        name = "communities/heping/exports/audit-1"

        def call(method, request, *who):
            done = run(PROGRAM, "call", method, json.dumps(request), "--address", address, *who)
            self.assertEqual(done.returncode, 0, done.stderr)

        def export(out, *more):
            return run(PROGRAM, "audit", "export", "--address", address, "--approval", name, "--out", self.folder / out, *more)

        call("PrivacyService/RequestExport", {
            "parent": "communities/heping", "export_id": "audit-1", "purpose": "年度审计", "recipient": "街道审计组",
            "legal_basis": "LEGAL_BASIS_STATUTORY_DUTY", "scope": {"from_position": "1"},
            "format": "EXPORT_FORMAT_NDJSON"}, "--service", "auditor")
        self.assertIn("has not been approved", export("early").stderr)
        call("PrivacyService/ApproveExport", {"name": name}, "--person", "p-zhou")
        self.assertIn("was approved for NDJSON", export("other-format", "--format=csv").stderr)
        self.assertIn("was approved for NDJSON", export("other-way", "--pseudonymous").stderr)
        self.assertIn("is an approval for communities/heping", export("elsewhere", "--community=communities/other").stderr)
        done = export("approved")
        self.assertEqual(done.returncode, 0, done.stderr)
        text = (self.folder / "approved/manifest.json").read_bytes()
        manifest = json.loads(text)
        self.assertEqual((manifest["purpose"], manifest["approver"], manifest["approval"], manifest["recorded"]),
                         ("年度审计", "communities/heping/persons/p-zhou", name, True))
        # Every record is of that community: so it is whole, and can be verified.
        self.assertEqual((manifest["records"], manifest["whole"]), (manifest["last_position"], True))
        key = run(PROGRAM, "audit", "key", "--address", address).stdout.strip()
        verified = run(PROGRAM, "audit", "verify", "--export", self.folder / "approved", "--key", key)
        self.assertEqual(verified.returncode, 0, verified.stderr)
        self.assertIn("manifest's hashes", verified.stdout)
        read = run(PROGRAM, "audit", "read", "--stream", name, "--json", "--address", address)
        facts = [json.loads(line)["fact"] for line in read.stdout.splitlines()]
        self.assertEqual(len(facts), 3, read.stdout)
        produced = facts[2]
        self.assertEqual(base64.b64decode(produced["manifest_sha256"]), hashlib.sha256(text).digest())
        self.assertEqual(produced["scope"]["to_position"], manifest["last_position"])
        self.assertIn("was made before", export("again").stderr)
        # As if killed between the manifest and the end: found complete, cleared up, on record once.
        whole = files(self.folder / "approved")
        for left in (("manifest-unrecorded.json", "export-state.json"), ("export-state.json",), ()):
            for leftover in left:
                (self.folder / "approved" / leftover).write_bytes(text)
            again = export("approved")
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertIn("complete already", again.stdout)
            self.assertEqual(whole, files(self.folder / "approved"))
        self.assertEqual(read.stdout, run(PROGRAM, "audit", "read", "--stream", name, "--json", "--address", address).stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
