#!/usr/bin/env python3
"""A witness of another party: it cosigns the log, receipts carry its word, and it refuses a second history.

    witness_test.py PROGRAM ROOT STUBS EVIL_LOG [unittest's own arguments]
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

import session  # Makes the stubs.

PROGRAM, ROOT, EVIL_LOG = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[4]
POLICY = ROOT / "deploy" / "policy"
PATIENCE = 60


def await_that(what, condition):
    """What the condition finds, looked for again and again."""
    deadline = time.monotonic() + PATIENCE
    looked = threading.Event()
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"in vain for {PATIENCE} s: {what}")
        looked.wait(0.05)
    return found


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=PATIENCE, check=False)
    return done.returncode, done.stdout + done.stderr


class Witness:
    def __init__(self, folder, log_key):
        self.output = folder / f"witness-{len(list(folder.iterdir()))}.log"
        with self.output.open("xb") as output:
            self.process = subprocess.Popen([PROGRAM, "witness", f"--folder={folder / 'witness'}", "--name=witness.example",
                                             "--listen=127.0.0.1:0", f"--log={log_key}"], stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        ready = await_that("the witness starts", lambda: re.search(r'"http":"([^"]+)","verifier_key":"([^"]+)"', self.output.read_text()))
        self.url, self.key = f"http://{ready.group(1)}", ready.group(2)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()


class WitnessTest(unittest.TestCase):
    def setUp(self):
        import server
        self.server_class = server.Server
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="sanzhang-witness-"))
        self.addCleanup(shutil.rmtree, self.scratch, ignore_errors=True)

    def checkpoint(self, server):
        with urllib.request.urlopen(f"http://{server.http}/checkpoint", timeout=PATIENCE) as answer:
            return answer.read().decode()

    def start(self, data, *more):
        server = self.server_class(PROGRAM, POLICY, data, more)
        self.addCleanup(server.stop)
        return server

    def test_it_cosigns_and_refuses_a_second_history(self):
        import community
        import sanzhang_client as client
        data = self.scratch / "data"
        server = self.start(data)
        head = community.found(client.Services(server.channel))
        key = run(PROGRAM, "audit", "key", f"--address={server.address}")[1].strip()
        self.assertEqual(server.stop(), 0)

        witness = Witness(self.scratch, key)
        self.addCleanup(witness.stop)
        server = self.start(data, f"--witness={witness.key} {witness.url}")
        await_that("it cosigns", lambda: "\u2014 witness.example " in self.checkpoint(server))
        receipt, policy = self.scratch / "receipt.tlog-proof", self.scratch / "policy"
        code, text = run(PROGRAM, "audit", "receipt", head, f"--address={server.address}")
        self.assertEqual(code, 0, text)
        receipt.write_text(text)
        policy.write_text(f"log {key}\nwitness w {witness.key}\nquorum w\n")
        code, output = run(PROGRAM, "audit", "verify", receipt, f"--policy={policy}")
        self.assertEqual(code, 0, output)
        self.assertIn("witness    w, ", output)
        # Without the witness's line nobody takes it under that policy.
        receipt.write_text("".join(line for line in text.splitlines(True) if not line.startswith("\u2014 witness.example")))
        code, output = run(PROGRAM, "audit", "verify", receipt, f"--policy={policy}")
        self.assertEqual(code, 1, output)
        self.assertIn("too few witnesses", output)
        # It goes on with what comes, also after its own end.
        witness.stop()
        community.prepare_body(client.Services(server.channel), "oc")
        self.assertEqual(server.stop(), 0)
        again = Witness(self.scratch, key)
        self.addCleanup(again.stop)
        self.assertEqual(again.key, witness.key)
        server = self.start(data, f"--witness={again.key} {again.url}")
        size = int(self.checkpoint(server).split("\n")[1])
        self.assertGreater(size, head)
        await_that("it cosigns again", lambda: "\u2014 witness.example " in self.checkpoint(server))
        self.assertEqual(server.stop(), 0)

        # The operator signs another history with the log's own key, and no state to hold it back.
        made = self.scratch / "evil"
        code, output = run(EVIL_LOG, data, f"{data}.keys", made, "fork", head - 3)
        self.assertEqual(code, 0, output)
        shutil.copytree(self.scratch / "data.keys", made / "data.keys", ignore=shutil.ignore_patterns("log.signed"))
        evil = self.start(made / "data", f"--witness={again.key} {again.url}")
        await_that("the witness refuses", lambda: re.search(r"the witness has not cosigned.*422", evil.log.read_text()))
        self.assertNotIn("witness.example", self.checkpoint(evil))
        with urllib.request.urlopen(f"http://{evil.http}/metrics", timeout=PATIENCE) as answer:
            failures = re.search(r'sanzhang_witness_failures_total\{witness="witness.example"\} (\d+)', answer.read().decode())
        self.assertGreater(int(failures.group(1)), 0)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[5:]])
