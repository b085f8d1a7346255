#!/usr/bin/env python3
"""Recounts ratings of a CSV file and compares with what the product's own result function says.

  tests/imports/check_ratings.py --recount=build/release/tests/services/rating/recount_campaigns ratings.csv
  tests/imports/check_ratings.py --recount=... --made-up          # a small file, made up from a seed
  tests/imports/check_ratings.py --recount=build/release/tests/services/rating/replay_campaigns ...
                                                                  # held as campaigns, through the commands

Independent of the program: it reads the file itself, in exact fractions. Each column `d` is a campaign, each row one
rating: `y` (1 to 5) of the dimension `own` or `service`, given by `s` from the place `dept`; eligible in a place is
whoever rated anyone there. Prints what it compared, and exits with 1 if anything differs.
"""

import argparse
import collections
import csv
import pathlib
import random
import subprocess
import sys
import tempfile
from fractions import Fraction

SHOWN_MIN = 5
WEIGHTS = {"own": 7000, "service": 3000}


def rounded(value):
    """To the nearest integer, halves up."""
    return (value + Fraction(1, 2)).__floor__()


def recount(rows):
    """Campaign to its line of results, as text cells."""
    at_place = collections.defaultdict(set)
    of = collections.defaultdict(list)
    for row in rows:
        at_place[row["dept"]].add(row["s"])
        of[row["d"]].append(row)
    results = {}
    for name, ratings in of.items():
        n = len(ratings)
        places = collections.Counter(row["dept"] for row in ratings)
        eligible = {place: len(at_place[place]) for place in places}
        everyone = sum(eligible.values())
        cells = [n, everyone, rounded(Fraction(10000 * n, everyone))]
        total = Fraction(0)
        whole = True
        for dimension, weight in WEIGHTS.items():
            scores = [int(row["y"]) for row in ratings if (row["service"] == "1") == (dimension == "service")]
            if n < SHOWN_MIN or len(scores) < SHOWN_MIN:
                cells += ["-", "-", "-"]
                whole = False
                continue
            average = rounded(Fraction(1000 * sum(scores), len(scores)))
            cells += [len(scores), average, sum(score >= 4 for score in scores)]
            total += Fraction(weight, 10000) * average
        most = max(places.values())
        biased = any(Fraction(count, n) > 3 * Fraction(eligible[place], everyone)
                     for place, count in places.items() if count == most)
        cells += [rounded(total) if whole else "-", "biased" if biased else "even"]
        results[name] = [str(cell) for cell in cells]
    return results


def made_up(path, seed):
    chance = random.Random(seed)
    rows = []
    for rater, rated in sorted({(chance.randrange(60), chance.randrange(12)) for _ in range(500)}):
        rows.append([rater, rated, chance.randrange(2), f"p{rater % 3}", chance.randrange(1, 6)])
    # At the edges: too few, too few of one dimension, as many as are needed, and a place that pushes itself forward.
    rows += [[rater, "four", 0, "p0", 3] for rater in range(4)]
    rows += [[rater, "mixed", int(rater >= 5), "p1", 4] for rater in range(9)]
    rows += [[rater, "enough", int(rater >= 5), "p1", 4] for rater in range(10)]
    rows += [[f"t{rater}", "pushed", 0, "tiny", 5] for rater in range(5)] + [[1, "pushed", 0, "p1", 2]]
    chance.shuffle(rows)
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([["s", "d", "service", "dept", "y"]] + rows)


def compare(recounter, path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    expected = recount(rows)
    output = subprocess.run([recounter, path], check=True, capture_output=True, text=True).stdout
    found = {line.split("\t")[0]: line.split("\t")[1:] for line in output.splitlines()}
    differences = 0
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            differences += 1
            print(f"campaign {name}: counted {expected.get(name)}, the product says {found.get(name)}")
    shown = sum("-" not in cells for cells in expected.values())
    print(f"{len(rows)} ratings in {len(expected)} campaigns, {shown} with all scores shown, {differences} differ")
    return differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recount", required=True, help="the program recount_campaigns, or replay_campaigns")
    parser.add_argument("--made-up", action="store_true", help="a file made up from a seed that is printed")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("ratings", nargs="?")
    arguments = parser.parse_args()
    if arguments.made_up == bool(arguments.ratings):
        parser.error("either a file or --made-up")
    if arguments.ratings:
        return 1 if compare(arguments.recount, arguments.ratings) else 0
    print(f"seed {arguments.seed}")
    with tempfile.TemporaryDirectory() as folder:
        path = str(pathlib.Path(folder) / "ratings.csv")
        made_up(path, arguments.seed)
        return 1 if compare(arguments.recount, path) else 0


if __name__ == "__main__":
    sys.exit(main())
