#!/usr/bin/env python3
"""Recounts imported council cases from the CSV file and compares with what the query API says.

  tests/imports/check_council_cases.py --sanzhang=build/release/services/sanzhang/sanzhang \\
      --address=127.0.0.1:7300 --map=deploy/import/nyc-council-cases.toml cases.csv.gz

Independent of the program: it reads the file itself, and asks queries only. Of rows with the same id the first
one counts. Prints each comparison, and exits with 1 if any differs.
"""

import argparse
import collections
import csv
import datetime
import gzip
import json
import re
import statistics
import subprocess
import sys
import tomllib

HOURS_OF_A_DAY = 8  # The map files at 09:00 and closes at 17:00.
COMMUNITY = "communities/nyc-council"
ZONE = datetime.timezone(datetime.timedelta(hours=8))  # Of the map: Asia/Shanghai.


def identifier(text):
    """As the map's `|id`."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def midnight(day):
    return datetime.datetime.combine(day, datetime.time(), ZONE).isoformat()


class Check:
    def __init__(self, arguments):
        self.arguments = arguments
        self.differences = 0
        self.head = int(self.rpc("EventLogService/GetHead", {}).get("position", 0))

    def rpc(self, method, request):
        command = [self.arguments.sanzhang, "call", method, json.dumps(request), "--address", self.arguments.address,
                   "--service", "auditor"]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    def call(self, method, request):
        """Asks the view as soon as it holds all that the log held at the start."""
        return self.rpc(f"ResidentsCommitteeService/{method}", request | {"min_position": self.head})

    def counts(self, columns):
        counted, token = {}, ""
        while True:
            answer = self.call("CountComplaints", {"parent": COMMUNITY, "group_by": columns, "page_size": 500, "page_token": token})
            for row in answer.get("counts", []):
                key = tuple(row.get(column.removeprefix("COUNT_COLUMN_").lower(), "") for column in columns)
                counted[key] = int(row["complaints"])
            token = answer.get("next_page_token", "")
            if not token:
                return counted

    def compare(self, what, ours, theirs):
        same = ours == theirs
        self.differences += not same
        size = f"{len(ours)} groups, {sum(ours.values())} complaints" if isinstance(ours, dict) else str(ours)
        print(f"{'equal' if same else 'DIFFERENT'}: {what} ({size})")
        if not same and isinstance(ours, dict):
            for key in sorted(set(ours) | set(theirs), key=str):
                if ours.get(key) != theirs.get(key):
                    print(f"    {key}: file {ours.get(key)}, view {theirs.get(key)}")
        elif not same:
            print(f"    file {ours}, view {theirs}")


def read_cases(path):
    cases = {}
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cases.setdefault(row["unique_key"], row)
    day = datetime.date.fromisoformat
    for row in cases.values():
        row["opened"] = day(row["opendate"])
        row["closed"] = day(row["closedate"]) if row["closedate"] else None
    return list(cases.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sanzhang", required=True)
    parser.add_argument("--address", default="127.0.0.1:7300")
    parser.add_argument("--map", required=True)
    parser.add_argument("csv")
    arguments = parser.parse_args()
    with open(arguments.map, "rb") as file:
        category = tomllib.load(file)["tables"]["category"]
    cases = read_cases(arguments.csv)
    check = Check(arguments)

    office = lambda row: f"{COMMUNITY}/bodies/{identifier(row['account'])}"
    state = lambda row: "STATE_CLOSED" if row["closed"] else "STATE_ASSIGNED"
    columns = {
        "RESPONSIBLE_BODY": office,
        "CATEGORY": lambda row: category.get(row["complaint_type"], category["*"]),
        "STATE": state,
        "MONTH_FILED": lambda row: row["opendate"][:7],
    }
    for group in (["RESPONSIBLE_BODY"], ["CATEGORY"], ["STATE"], ["MONTH_FILED"],
                  ["RESPONSIBLE_BODY", "CATEGORY", "STATE", "MONTH_FILED"]):
        ours = collections.Counter(tuple(columns[c](row) for c in group) for row in cases)
        check.compare("counts by " + ", ".join(group).lower(), dict(ours), check.counts([f"COUNT_COLUMN_{c}" for c in group]))

    first, last = min(r["opened"] for r in cases), max(r["opened"] for r in cases)
    for i in range(10):
        day = first + (last - first) * (i + 1) // 10
        ours = sum(r["opened"] < day and (r["closed"] is None or r["closed"] >= day) for r in cases)
        answer = check.call("GetOpenStock", {"parent": COMMUNITY, "at": midnight(day)})
        check.compare(f"open on {day}, 00:00", ours, int(answer.get("open", 0)))

    for year in range(first.year, last.year + 2):
        begin, end = datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1)
        days = [(r["closed"] - r["opened"]).days for r in cases if r["closed"] and begin <= r["closed"] < end]
        metrics = check.call("GetMetrics", {"parent": COMMUNITY, "query": {"from": midnight(begin), "to": midnight(end)}})["metrics"]
        raw = next(m for m in metrics if m["id"] == "METRIC_ID_CYCLE_TIME_RAW")
        check.compare(f"closed in {year}", len(days), int(raw.get("denominator", 0)))
        if days:
            median = statistics.median(days)
            milliseconds = int(median * 86_400_000) + HOURS_OF_A_DAY * 3_600_000
            print(f"    median days to close in {year}: {median:g}")
            check.compare(f"median time to close in {year}, milliseconds", milliseconds, int(raw["value"]))
    print(f"{len(cases)} complaints, {check.differences} differences")
    sys.exit(1 if check.differences else 0)


if __name__ == "__main__":
    main()
