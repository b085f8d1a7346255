#!/usr/bin/env python3
"""Counts the votes of Polis conversations as polls, and compares with the published participants-votes.csv.

  tests/imports/check_polis_votes.py TALLY_TOOL FOLDER...
  tests/imports/check_polis_votes.py --replay=build/release/tests/services/resolution/replay_polls FOLDER...

Each folder holds votes.csv and participants-votes.csv of one conversation (github.com/compdemocracy/openData). A
comment is a resolution, agreeing is FOR, disagreeing AGAINST, passing ABSTAIN; who votes again has the last vote. The
result must be the same with the ballots in the order of time, in the file's order, and with every ballot twice. With
--replay each comment is held as a poll through the commands instead, and its result read from the log.
Prints what was compared, and exits with 1 if anything differs.
"""

import collections
import csv
import pathlib
import subprocess
import sys

import tally_votes

CHOICES = {"1": "FOR", "-1": "AGAINST", "0": "ABSTAIN"}
COLUMNS = {"1": "in_favour", "-1": "against", "0": "abstain"}  # In the order of replay_polls.


def read_votes(folder):
    """Comment -> [(microseconds, row, voter, vote)], in the file's order."""
    votes = collections.defaultdict(list)
    with open(folder / "votes.csv", encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            votes[row["comment-id"]].append((int(row["timestamp"]) * 1000, number, row["voter-id"], row["vote"]))
    return votes


def read_published(folder):
    """Comment -> how many have which vote in the published table."""
    counted = collections.defaultdict(collections.Counter)
    with open(folder / "participants-votes.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for column, vote in row.items():
                if column.isdigit() and vote not in ("", None):
                    counted[column][str(int(float(vote)))] += 1
    return counted


def ballots(votes, copies):
    for copy in range(copies):
        for at, number, voter, vote in votes:
            yield "ballots", [("ballot", f"{number:07}-{copy}"), ("subject", voter)] + tally_votes.choices(
                [("comment", CHOICES[vote])]) + [("cast_at", at), ("by", "CAST_BY_PRINCIPAL")]


def replay(program, folders):
    """Compares what a program says that held the polls."""
    comparison = tally_votes.Comparison()
    for folder in folders:
        published, found = read_published(folder), {}
        for line in subprocess.run([program, folder], check=True, capture_output=True, text=True).stdout.splitlines():
            comment, *counted = line.split("\t")
            found[comment] = dict(zip(COLUMNS, map(int, counted)))
        for comment in read_votes(folder).keys() | found.keys():
            theirs = {vote: published[comment][vote] for vote in COLUMNS}
            comparison.equal("comments through the commands", f"{folder.name}, comment {comment}",
                             found.get(comment), theirs)
    return comparison.done()


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    if arguments[0].startswith("--replay="):
        return replay(arguments[0].partition("=")[2], list(map(pathlib.Path, arguments[1:])))
    tool, comparison = tally_votes.TallyTool(arguments[0]), tally_votes.Comparison()
    rules = tool.rules("voting-poll")
    revotes = 0
    for folder in map(pathlib.Path, arguments[1:]):
        published = read_published(folder)
        for comment, votes in read_votes(folder).items():
            voters = {voter for _, _, voter, _ in votes}
            revotes += len(votes) - len(voters)
            roll = [("items", [("item", "comment")])]
            roll += [("subjects", [("subject", voter), ("heads", 1)]) for voter in sorted(voters)]
            orders = {"time order": (sorted(votes), 1), "file order": (votes, 1), "every ballot twice": (votes, 2)}
            for order, (ordered, copies) in orders.items():
                result = tool.count(rules, roll + list(ballots(ordered, copies)))
                ours = {vote: int(result.get(f"items[0].heads.{column}", 0)) for vote, column in COLUMNS.items()}
                theirs = {vote: published[comment][vote] for vote in COLUMNS}
                comparison.equal(f"comments in {order}", f"{folder.name}, comment {comment}", ours, theirs)
    print(f"votes that replace an earlier one: {revotes}")
    return comparison.done() or tool.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
