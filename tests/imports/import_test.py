#!/usr/bin/env python3
"""A made-up file of cases, brought in by the real program, then recounted from the file.

  import_test.py PROGRAM SOURCE_FOLDER

The cases are made from a printed seed: bursts, cases that close on the day they open, cases that never close,
and ids that come twice with other content. The import is cut short once, run to its end, and run again.
"""

import csv
import datetime
import gzip
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time

COLUMNS = ["unique_key", "account", "opendate", "closedate", "complaint_type", "descriptor", "zip", "borough", "city",
           "council_dist", "community_board"]
TYPES = ["Housing and Buildings", "Sanitation", "Parks", "Transportation", "Quality of Life", "Finance", "Something new", ""]
CASES = 600
TWICE = 7


def make_cases(path, seed):
    chance = random.Random(seed)
    rows = []
    for i in range(CASES):
        opened = datetime.date(2015, 1, 1) + datetime.timedelta(days=chance.choice([chance.randrange(1400), 363]))
        closed = opened + datetime.timedelta(days=chance.choice([0, 0, 1, 7, chance.randrange(800)]))
        row = dict.fromkeys(COLUMNS, "")
        row.update(unique_key=f"CASE{i:05d}", account=f"OFF{chance.randrange(1, 6):02d}", opendate=opened.isoformat(),
                   closedate="" if chance.random() < 0.1 else closed.isoformat(), complaint_type=chance.choice(TYPES),
                   descriptor=chance.choice(["Tree", "Heat, hot water", 'Says "broken"', ""]),
                   community_board=chance.choice(["", "01 Bronx", "15 Brooklyn"]))
        rows.append(row)
    for row in chance.sample(rows, TWICE):
        rows.append(dict(row, descriptor="Told again", closedate=""))
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


class Server:
    def __init__(self, program, data):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.program = program
        self.log = open(data / "server.log", "w+")
        self.process = subprocess.Popen([program, "serve", f"--data={data}", f"--listen={self.address}",
                                         "--http-listen=127.0.0.1:0"], stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 60
        while "ready" not in pathlib.Path(self.log.name).read_text():
            try:
                self.process.wait(timeout=0.02)
            except subprocess.TimeoutExpired:
                if time.monotonic() < deadline:
                    continue
            raise RuntimeError(pathlib.Path(self.log.name).read_text())

    def head(self):
        output = subprocess.run([self.program, "call", "EventLogService/GetHead", "{}", "--address", self.address,
                                 "--service", "auditor"], check=True, capture_output=True, text=True).stdout
        return int(json.loads(output).get("position", 0))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60) != 0:
            raise RuntimeError(pathlib.Path(self.log.name).read_text())


def main():
    program, source = sys.argv[1], pathlib.Path(sys.argv[2])
    seed = int(os.environ.get("SANZHANG_SEED", random.randrange(2**32)))
    print(f"SANZHANG_SEED={seed}")
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        cases, report = scratch / "cases.csv.gz", scratch / "report.csv"
        map_file = source / "deploy/import/nyc-council-cases.toml"
        make_cases(cases, seed)
        (scratch / "data").mkdir()
        server = Server(program, scratch / "data")
        command = [program, "import", "complaints", f"--map={map_file}", f"--report={report}", "--address", server.address, cases]

        cut = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while server.head() < 500 and cut.poll() is None:
            pass
        cut.kill()
        cut.wait()
        for again in (False, True):
            before = server.head()
            done = subprocess.run(command, capture_output=True, text=True)
            rows = list(csv.DictReader(report.open(newline="")))
            print(done.stdout, done.stderr)
            assert len(rows) == TWICE, rows
            assert {row["code"] for row in rows} == {"ALREADY_EXISTS"}, rows
            assert again == (server.head() == before), "a second import changes nothing"
        check = [sys.executable, source / "tests/imports/check_council_cases.py", f"--sanzhang={program}",
                 f"--address={server.address}", f"--map={map_file}", cases]
        subprocess.run(check, check=True)
        server.stop()


if __name__ == "__main__":
    main()
