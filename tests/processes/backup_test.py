#!/usr/bin/env python3
"""Backups of a server that is written to: each is proven, can be verified and served, and none has a key in it.

    backup_test.py PROGRAM ROOT DESCRIPTORS [unittest's own arguments]
"""

import itertools
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
import uuid

from world import COMMUNITY, PROGRAM, World, message, script

BACKUPS = 5


def run(*command):
    return subprocess.run([PROGRAM, *map(str, command)], capture_output=True, text=True, timeout=120)


class BackupTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="sanzhang-backup-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.world = World(self.folder, "busy", script())
        self.addCleanup(lambda: self.world.stop())

    def file_until(self, stop, person, filed):
        for number in itertools.count():
            if stop.is_set():
                return
            request = message("sanzhang.complaint.v1.FileComplaintRequest", parent=COMMUNITY, category=1, request_id=str(uuid.uuid4()))
            request.place.building = f"{COMMUNITY}/buildings/b1"
            request.text.content = f"{person} {number}"
            answer = self.world.call("sanzhang.complaint.v1.ComplaintService", "FileComplaint", ("sanzhang-person", person), request)
            filed.append(answer)

    def test_copies_of_a_folder_that_changes_are_whole(self):
        key = run("audit", "key", "--address", self.world.address).stdout.strip()
        old_keys = self.folder / "old-keys"
        shutil.copytree(self.world.keys, old_keys)  # Backed up by themselves, and before.
        stop, filed = threading.Event(), []
        writers = [threading.Thread(target=self.file_until, args=(stop, person, filed)) for person in ("p-xu", "p-tang", "p-du")]
        for writer in writers:
            writer.start()
        try:
            sizes = []
            for number in range(BACKUPS):
                copy = self.folder / f"copy{number}"
                done = run("admin", "backup", f"--data={self.world.data}", f"--out={copy}")
                self.assertEqual(done.returncode, 0, done.stderr)
                verified = run("audit", "verify", f"--key={key}", f"--data={copy}")
                self.assertEqual(verified.returncode, 0, verified.stderr)
                sizes.append(int(done.stdout.split(": ")[1].split(" ")[0]))
        finally:
            stop.set()
            for writer in writers:
                writer.join()
        self.assertGreater(sum(not isinstance(answer, tuple) for answer in filed), 50, filed[-1])
        self.assertEqual(sizes, sorted(sizes))
        self.assertLess(sizes[0], sizes[-1])
        self.assertEqual({path.name for path in copy.iterdir()}, {"log", "tree", "ballot-box.sqlite"})
        files = {path.name for path in copy.rglob("*") if path.is_file()}
        self.assertFalse([name for name in files if name.endswith(".key") or name == "log.signed"], files)
        # Served on the keys of before, it has all that it had, and its views are made anew.
        self.world.stop()
        self.world.data, self.world.keys = copy, copy.with_name(f"{copy.name}.keys")
        shutil.copytree(old_keys, self.world.keys)
        self.world.start()
        self.assertGreaterEqual(self.world.head, sizes[-1])
        request = message("sanzhang.views.v1.CountComplaintsRequest", parent=COMMUNITY, min_position=sizes[-1])
        counted = self.world.call("sanzhang.views.v1.ResidentsCommitteeService", "CountComplaints", ("sanzhang-person", "p-li"), request)
        self.assertGreater(sum(count.complaints for count in counted.counts), 50)

    def test_what_cannot_be_copied_is_refused_in_words(self):
        for data, out, words in ((self.folder / "none", "a", "no data folder"), (self.world.data, self.world.keys.name, "is there already")):
            done = run("admin", "backup", f"--data={data}", f"--out={self.folder / out}")
            self.assertEqual(done.returncode, 1)
            self.assertIn(words, done.stderr)
        # Damage is the folder's own, and not tried for long.
        self.world.stop()
        damaged = self.folder / "damaged"
        shutil.copytree(self.world.data, damaged)
        for file in (damaged / "log/db").glob("*.sst"):
            data = bytearray(file.read_bytes())
            data[len(data) // 3] ^= 1
            file.write_bytes(data)
        done = run("admin", "backup", f"--data={damaged}", f"--out={self.folder / 'a'}")
        self.assertEqual(done.returncode, 1)
        self.assertIn("damaged", done.stderr)
        for left in ("a", "a.part"):
            self.assertFalse((self.folder / left).exists())
        self.world.start()


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
