#!/usr/bin/env python3
"""The checks of others' votes, on small made-up files: they find the files equal, and one changed cell different.

  votes_test.py TALLY_TOOL REPLAY_POLLS
"""

import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

# Voter 1 votes again on comment 0, and the file is not in the order of time.
POLIS_VOTES = """timestamp,datetime,comment-id,voter-id,vote
3000,x,0,1,-1
1000,x,0,1,1
2000,x,0,2,1
2500,x,0,3,0
2600,x,1,3,1
"""
POLIS_TABLE = """participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1
1,0,0,1,0,1,-1,
2,0,0,1,1,0,1,
3,0,0,2,1,0,0,1
"""

# The first has more heads for and more weight against; the second more weight and half of the heads for, a power below
# every unit that fits, and a split ballot; the third is on options beyond 3.
WEIGHTED = """symbol,proposal_id,voter,voting_power,choice,created
X,0xsplit,a,1.5,1,2025-12-03
X,0xsplit,b,2,1,2025-12-03
X,0xsplit,c,10.25,2,2025-12-03
X,0xlarge,a,25000000.000000000000000001,1,2025-12-03
X,0xlarge,b,3.000000000000000001,2,2025-12-03
X,0xlarge,c,2,3,2025-12-03
X,0xlarge,d,1,"{'1': 1, '2': 3}",2025-12-03
X,0xlarge,e,20000000,{'1': 1},2025-12-03
X,0xplans,a,1,4,2025-12-03
X,0xplans,b,2,2,2025-12-03
X,0xplans,c,3,4,2025-12-03
"""


def run(script, tool, *paths):
    done = subprocess.run([sys.executable, "-B", HERE / script, tool, *paths], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def expect(what, returncode, output, wanted, *words):
    if returncode != wanted or not all(word in output for word in words):
        sys.exit(f"{what}: exit {returncode}, wanted {wanted} and {words}\n{output}")


def made_up(folder, seed):
    """A conversation of 60 voters and 8 comments, in which every third vote is changed later."""
    chance = random.Random(seed)
    votes, last = [], {}
    for voter in range(60):
        for comment in range(8):
            if chance.random() < 0.4:
                continue
            for _ in range(chance.choice([1, 1, 2])):
                votes.append((chance.randrange(10**9), comment, voter, chance.choice([1, 1, -1, 0])))
    for _, comment, voter, vote in sorted(votes, key=lambda vote: vote[0]):
        last[voter, comment] = vote
    with open(folder / "votes.csv", "w", encoding="utf-8") as file:
        file.write("timestamp,datetime,comment-id,voter-id,vote\n")
        file.writelines(f"{at},x,{comment},{voter},{vote}\n" for at, comment, voter, vote in votes)
    with open(folder / "participants-votes.csv", "w", encoding="utf-8") as file:
        file.write("participant,group-id," + ",".join(map(str, range(8))) + "\n")
        for voter in range(60):
            file.write(f"{voter},0," + ",".join(str(last.get((voter, comment), "")) for comment in range(8)) + "\n")


def main(tool, replay_polls):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        replay = f"--replay={replay_polls}"
        (folder / "votes.csv").write_text(POLIS_VOTES)
        table = folder / "participants-votes.csv"
        table.write_text(POLIS_TABLE)
        expect("polls held", *run("check_polis_votes.py", replay, folder), 0, "2 comments through the commands")
        expect("polls", *run("check_polis_votes.py", tool, folder), 0, "replace an earlier one: 1",
               "2 comments in file")
        table.write_text(POLIS_TABLE.replace("1,0,0,1,0,1,-1,", "1,0,0,1,0,1,1,"))
        expect("a changed table", *run("check_polis_votes.py", tool, folder), 1, "DIFFERENT", "comment 0")
        expect("a changed table", *run("check_polis_votes.py", replay, folder), 1, "DIFFERENT", "comment 0")

        seed = random.SystemRandom().randrange(2**32)
        print(f"seed {seed}")
        made_up(folder, seed)
        expect("polls held", *run("check_polis_votes.py", replay, folder), 0, "8 comments through the commands")
        expect("polls counted", *run("check_polis_votes.py", tool, folder), 0, "8 comments in time order")

        weighted = folder / "weighted.csv"
        weighted.write_text(WEIGHTED)
        expect("weighted votes", *run("check_weighted_votes.py", tool, weighted), 0, "disagree: 2", "0xsplit, motion",
               "several options, invalid: 1", "below the unit: 1", "16 weights")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
