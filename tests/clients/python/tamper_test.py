#!/usr/bin/env python3
"""What is signed is taken by tools that nobody here wrote, and by ours; what was tampered with, by none.

    tamper_test.py PROGRAM ROOT STUBS EVIL_LOG GO_TOOL NODE [unittest's own arguments]

A server on an empty folder, a small community, some hundred complaints. Receipts, checkpoint and tiles go to Go's
sumdb packages (../go), to a verifier in JavaScript (../node) and to `sanzhang audit verify`. Then the operator cheats
(../evil_log.cc), in each way of the table, and all three must refuse, with the position where there is one.
"""

import base64
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

import session  # Makes the stubs.

PROGRAM, ROOT, EVIL_LOG, GO_TOOL, NODE = sys.argv[1], pathlib.Path(sys.argv[2]), *sys.argv[4:7]
CALL_SECONDS = 60
COMPLAINTS = 290  # With the community, more than one full tile.
WIDTH = 256


def tile_path(level, index, width):
    path = f"{index % 1000:03}"
    while (index := index // 1000) > 0:
        path = f"x{index % 1000:03}/{path}"
    return f"tile/{level}/{path}" + (f".p/{width}" if width < WIDTH else "")


def tiles_of(size):
    level = 0
    while (hashes := size >> (8 * level)) > 0:
        for index in range((hashes + WIDTH - 1) // WIDTH):
            yield tile_path(level, index, min(WIDTH, hashes - index * WIDTH))
        level += 1


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=CALL_SECONDS, check=False)
    return done.returncode, done.stdout + done.stderr


def get(http, path):
    with urllib.request.urlopen(f"http://{http}/{path}", timeout=CALL_SECONDS) as answer:
        return answer.headers, answer.read()


class TamperTest(unittest.TestCase):
    """One server for all; it is stopped before anyone cheats."""

    @classmethod
    def setUpClass(cls):
        import community
        import sanzhang_client as client
        import server
        from sanzhang.complaint.v1 import complaint_pb2, complaint_service_pb2
        from sanzhang.type.v1 import place_pb2
        cls.scratch = pathlib.Path(tempfile.mkdtemp(prefix="sanzhang-tamper-"))
        cls.addClassCleanup(shutil.rmtree, cls.scratch, ignore_errors=True)
        cls.server = server.Server(PROGRAM, ROOT / "deploy" / "policy")
        cls.addClassCleanup(cls.server.stop)
        services = client.Services(cls.server.channel)
        community.found(services)
        cls.person = f"--person={community.RESIDENT}"

        def file_complaint():
            answer = client.call(services.complaint.FileComplaint, complaint_service_pb2.FileComplaintRequest(
                parent=community.COMMUNITY, request_id=client.request_id(), category=complaint_pb2.CATEGORY_FACILITY,
                place=place_pb2.Place(building=community.BUILDING), text=community.words("电梯停运。")),
                client.person(community.RESIDENT))
            assert not isinstance(answer, client.Refusal), answer
            return answer.position

        first = file_complaint()
        cls.known = cls.scratch / "known.tlog-proof"
        cls.known.write_text(cls.receipt(first))
        positions = [file_complaint() for _ in range(COMPLAINTS)]
        cls.positions = [first, positions[len(positions) // 2], positions[-1]]
        # Once the last one has its receipt, the checkpoint holds all of them.
        cls.receipts = {position: cls.scratch / f"{position}.tlog-proof" for position in cls.positions}
        for position, path in cls.receipts.items():
            path.write_text(cls.receipt(position))
        cls.key = cls.audit("key")[1].strip()
        cls.mirror(cls.scratch / "mirror")
        cls.records = cls.scratch / "records.ndjson"
        cls.write_records(services.log)
        cls.online = cls.audit("verify", f"--key={cls.key}", f"--known={cls.known}", f"--tiles={cls.scratch / 'mirror'}")
        cls.while_open = run(PROGRAM, "audit", "verify", f"--key={cls.key}", f"--data={cls.server.data}")
        cls.tools_online = cls.foreign(f"http://{cls.server.http}", cls.records, cls.known)
        cls.fetched = {path: cls.try_get(path) for path in
                       ("tile/0/000", "tile/0/000.p/7", "tile/0/001", "tile/0/900", "tile/entries/000", "tile/0/0", "tile/0/000/",
                        "tile/0/..%2f..%2flog/log-identity", "tile/0/../../log/CURRENT", "tile/8/000")}
        cls.metrics = get(cls.server.http, "metrics")[1].decode()
        cls.server.stop()

    @classmethod
    def audit(cls, what, *arguments, address=True):
        where = [f"--address={cls.server.address}"] if address else []
        return run(PROGRAM, "audit", what, *arguments, *where)

    @classmethod
    def receipt(cls, position):
        code, text = cls.audit("receipt", position, cls.person)
        assert code == 0, text
        return text

    @classmethod
    def try_get(cls, path):
        try:
            headers, body = get(cls.server.http, path)
            return 200, headers["Content-Type"], len(body)
        except urllib.error.HTTPError as error:
            return error.code, None, None

    @classmethod
    def mirror(cls, folder):
        """As any mirror would: the checkpoint, then the tiles that it speaks of."""
        headers, checkpoint = get(cls.server.http, "checkpoint")
        assert headers["Content-Type"] == "text/plain; charset=utf-8", headers["Content-Type"]
        cls.size = int(checkpoint.split(b"\n")[1])
        for path in ["checkpoint", *tiles_of(cls.size)]:
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(checkpoint if path == "checkpoint" else get(cls.server.http, path)[1])

    @classmethod
    def write_records(cls, log):
        from sanzhang.log.v1 import event_log_service_pb2
        import sanzhang_client as client
        position = 1
        with cls.records.open("w") as file:
            while position <= cls.size:
                page = client.call(log.ReadLog, event_log_service_pb2.ReadLogRequest(from_position=position, page_size=1000), client.OPERATOR)
                for record in page.records:
                    file.write(f'{{"position":"{position}","bytes":"{base64.b64encode(record).decode()}"}}\n')
                    position += 1

    @classmethod
    def foreign(cls, log, records, *known):
        """What the tool in Go and the one in JavaScript say."""
        knowns = [f"-known={path}" for path in known]
        return {
            "go": run(GO_TOOL, f"-key={cls.key}", f"-log={log}", f"-records={records}", *knowns),
            "node": run(NODE, ROOT / "tests/clients/node/verify_log.mjs", f"--key={cls.key}", f"--log={log}", f"--records={records}",
                        *[f"-{known}" for known in knowns]),
        }

    def check(self, done, accepted, words):
        code, output = done
        self.assertEqual(code == 0, accepted, output)
        self.assertIn(words, output)

    def test_tools_of_others_take_the_log_over_http(self):
        for tool, done in self.tools_online.items():
            with self.subTest(tool):
                self.check(done, True, f"accepted: the tree of {self.size} records")

    def test_ours_takes_it_from_the_server(self):
        self.check(self.online, True, f"all {self.size} records")
        self.assertIn("goes on    from", self.online[1])

    def test_ours_takes_it_from_the_folder_with_its_indexes(self):
        done = self.audit("verify", f"--key={self.key}", f"--data={self.server.data}", address=False)
        self.check(done, True, "indexes of streams, heads, requests and of what records say")

    def test_receipts_are_taken_by_all(self):
        for position, path in self.receipts.items():
            with self.subTest(position):
                self.check(run(GO_TOOL, f"-key={self.key}", f"-receipt={path}"), True, f"position {position} is in the tree")
                self.check(run(NODE, ROOT / "tests/clients/node/verify_log.mjs", f"--key={self.key}", f"--receipt={path}"), True,
                           f"position {position} is in the tree")
                code, output = self.audit("verify", path, f"--key={self.key}", address=False)
                self.assertEqual(code, 0, output)
                for words in (f"at position {position}.", "sanzhang.complaint.v1.ComplaintFiled", "actor      communities/c1/persons/p-li"):
                    self.assertIn(words, output)

    def test_a_receipt_with_any_bit_flipped_is_refused_by_all(self):
        text = self.receipts[self.positions[1]].read_bytes()
        spoiled = self.scratch / "spoiled.tlog-proof"
        extra = text.index(b"extra ") + 6
        # Of the record, the index, the path, the size, the root, the signature.
        lines = [extra + 200, text.index(b"index ") + 6, text.index(b"\n", text.index(b"index ")) + 5,
                 text.index(b"\n\n") + 2 + len(text.split(b"\n\n")[1].split(b"\n")[0]) + 1, text.rindex(b"\n\n") - 20, len(text) - 30]
        for at in lines:
            with self.subTest(text[at - 5:at + 5]):
                spoiled.write_bytes(text[:at] + (b"7" if text[at:at + 1] != b"7" else b"8") + text[at + 1:])
                for done in (run(GO_TOOL, f"-key={self.key}", f"-receipt={spoiled}"),
                             run(NODE, ROOT / "tests/clients/node/verify_log.mjs", f"--key={self.key}", f"--receipt={spoiled}"),
                             self.audit("verify", spoiled, f"--key={self.key}", address=False)):
                    self.assertEqual(done[0], 1, done[1])

    def test_another_log_s_key_takes_nothing(self):
        other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        path = self.receipts[self.positions[0]]
        self.check(run(GO_TOOL, f"-key={other}", f"-receipt={path}"), False, "refused")
        self.check(run(NODE, ROOT / "tests/clients/node/verify_log.mjs", f"--key={other}", f"--receipt={path}"), False, "refused")
        self.check(self.audit("verify", path, f"--key={other}", address=False), False, "NOT PROVEN")

    def test_what_can_t_be_verified_is_said_in_words_that_help(self):
        self.check(self.while_open, False, f"{self.server.data}: another process has the log open; ask its server instead (--address)")
        cut = self.scratch / "cut.tlog-proof"
        cut.write_text(self.known.read_text()[:-120])
        shorter = self.scratch / "shorter.tlog-proof"
        shorter.write_text(self.known.read_text().partition("\n\n")[0])
        other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        mine, data = f"--key={self.key}", f"--data={self.server.data}"
        name, of, _ = self.key.split("+", 2)
        for arguments, words in (
                ([mine, "--address=unix:/nowhere/at/all"], "the server can't be reached"),
                ([mine, "--data=/nope"], "/nope: there is no such folder"),
                ([mine, data, f"--known={cut}"], "cut.tlog-proof: a damaged receipt: "),
                ([mine, data, f"--known={shorter}"], "shorter.tlog-proof: a damaged receipt: "),
                ([f"--key={other}", data], f"it is of the log {name}, signed by {name}+{of}; trusted is PeterNeumann+c74f20a3"),
                ([mine, "--address=unix:/nowhere", "--rate=0"], "--rate: must be more than 0")):
            with self.subTest(words):
                code, output = run(PROGRAM, "audit", "verify", *arguments)
                self.assertNotEqual(code, 0, output)
                self.assertIn(words, output)

    def test_tiles_are_served_as_the_format_says_and_nothing_else(self):
        tile = (200, "application/octet-stream", WIDTH * 32)
        partial = (200, "application/octet-stream", 7 * 32)
        absent = (404, None, None)
        self.assertEqual(self.fetched["tile/0/000"], tile)
        self.assertEqual(self.fetched["tile/0/000.p/7"], partial)
        for path in ("tile/0/001", "tile/0/900", "tile/entries/000", "tile/0/0", "tile/0/000/", "tile/8/000"):
            self.assertEqual(self.fetched[path], absent, path)
        for path in ("tile/0/..%2f..%2flog/log-identity", "tile/0/../../log/CURRENT"):
            self.assertIn(self.fetched[path][0], (400, 403, 404), path)

    def test_metrics_tell_of_the_tree(self):
        for line in (f"sanzhang_tree_signed_size {self.size}", "sanzhang_tree_healthy 1", "sanzhang_tree_behind_seconds 0"):
            self.assertIn(line, self.metrics)

    # How, what tools say that have our tiles and the cheat's records, what ours says of the cheat's folder, and what all say that
    # get all from the cheat but know a receipt. Empty: accepted. {} is the position.
    CHEATS = {
        "none": ("", "", ""),
        "flip": ("position {}:", "position {}:", None),
        "drop": ("position {}:", "position {}:", None),
        "swap": ("position {}:", "position {}:", None),
        "cut": ("position {}:", "position {}:", None),
        # The signer would never; whoever has the key can. Only who knows an earlier checkpoint sees it.
        "shrink": ("position {}:", "", "position {}:"),
        "fork": ("position {}:", "", "signed"),
    }

    def test_cheats_are_refused_with_the_position(self):
        last = self.receipts[self.positions[-1]]
        at = self.positions[1]
        for how, (records_words, folder_words, known_words) in self.CHEATS.items():
            made = self.scratch / how
            code, output = run(EVIL_LOG, self.server.data, self.server.keys, made, how, at)
            self.assertEqual(code, 0, output)
            with self.subTest(how, what="our tiles, their records"):
                for tool, done in self.foreign(self.scratch / "mirror", made / "records.ndjson").items():
                    self.check(done, records_words == "", records_words.format(at))
                done = self.audit("verify", f"--key={self.key}", f"--data={made / 'data'}", f"--tiles={self.scratch / 'mirror'}", address=False)
                self.check(done, records_words == "", records_words.format(at))
            with self.subTest(how, what="their folder"):
                done = self.audit("verify", f"--key={self.key}", f"--data={made / 'data'}", address=False)
                self.check(done, folder_words == "", folder_words.format(at))
            if known_words is None:
                continue
            with self.subTest(how, what="their folder, and a receipt"):
                done = self.audit("verify", f"--key={self.key}", f"--data={made / 'data'}", f"--known={last}", address=False)
                self.check(done, known_words == "", known_words.format(at))
                for tool, done in self.foreign(made / "data/tree", made / "records.ndjson", last).items():
                    self.check(done, known_words == "", "refused" if known_words else "accepted")

    def test_a_server_does_not_open_a_log_that_is_not_what_it_signed(self):
        for how in ("flip", "drop", "swap", "cut", "shrink", "fork"):
            made = self.scratch / f"serve-{how}"
            self.assertEqual(run(EVIL_LOG, self.server.data, self.server.keys, made, how, self.positions[1])[0], 0)
            shutil.copytree(self.server.keys, made / "data.keys")
            with self.subTest(how):
                code, output = run(PROGRAM, "commandd", f"--data={made / 'data'}", "--listen=127.0.0.1:0", "--http-listen=127.0.0.1:0",
                                   f"--policy={ROOT / 'deploy/policy'}")
                self.assertEqual(code, 65, output)
                self.assertRegex(output, rf"position {self.positions[1]}:|ends at|{re.escape('two roots')}|records")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[7:]])
