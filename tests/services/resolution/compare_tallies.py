#!/usr/bin/env python3
"""Counts random votes with the engine and with deploy/proof/tally.py, and compares every line of both results.

  compare_tallies.py TALLY_TOOL [--votes=100000] [--seed=N]

Prints the seed; of the first vote that differs, its text and the lines, and exits with 1.
"""

import argparse
import collections
import pathlib
import random
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[2] / "deploy/proof")]
import random_votes  # noqa: E402
import tally as reference_tally  # noqa: E402

# Each must come up, or the votes are not random enough to compare anything.
EXPECTED = ("OUTCOME_PASSED OUTCOME_REJECTED OUTCOME_NO_QUORUM OUTCOME_ELECTED OUTCOME_RUNOFF OUTCOME_VACANT "
            "OUTCOME_VOID STANDING_ALTERNATE STANDING_BARRED SPLIT_MEASURE NO_MAJORITY_TO_FOLLOW MAJORITY_BELOW_FLOOR "
            "NO_DEEMED_CLAUSE COMPOSITION MORE_BALLOTS_THAN_VOTERS SEVERAL_OPTIONS_PASSED withheld without_related "
            "REASON_BLANK REASON_DOUBLE_MARK REASON_WRONG_SIGNER REASON_PROXY REASON_CONFLICT REASON_CLERKS_DIFFER "
            "REASON_NOT_VERIFIED REASON_UNREADABLE REASON_SUPERSEDED REASON_RECUSED REASON_LATE REASON_EARLY "
            "REASON_NOT_PRESENT REASON_NOT_OFFERED REASON_CO_OWNER_OBJECTED REASON_AGAINST_INSTRUCTION").split()


class Tool:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def count(self, text):
        self.process.stdin.write(text.encode() + b"end\n")
        self.process.stdin.flush()
        lines = []
        while (line := self.process.stdout.readline().decode()) != "end\n":
            if not line:
                sys.exit("the tally tool ended")
            lines.append(line.rstrip("\n"))
        return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("--votes", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    arguments = parser.parse_args()
    print(f"--seed={arguments.seed}", flush=True)
    source, tool, seen = random.Random(arguments.seed), Tool(arguments.tool), collections.Counter()
    for number in range(arguments.votes):
        vote = random_votes.random_vote(source)
        texts = reference_tally.texts(vote)
        text = "".join(texts.values())
        if reference_tally.canonical(reference_tally.parse(text)) != text:
            print(f"vote {number} is another when it is read again:\n{text}")
            return 1
        engine, reference = tool.count(text), reference_tally.tally(vote, texts)
        if engine != reference:
            print(f"vote {number} differs:\n{text}")
            print("\n".join(f"engine    {line}" for line in engine if line not in reference))
            print("\n".join(f"reference {line}" for line in reference if line not in engine))
            return 1
        seen.update(word for word in EXPECTED if word in "\n".join(engine))
    missing = [word for word in EXPECTED if not seen[word]]
    print(f"{arguments.votes} votes are equal; of each kind at least {min(seen[word] for word in EXPECTED)}")
    if missing and arguments.votes >= 10_000:
        print("never seen:", *missing)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
