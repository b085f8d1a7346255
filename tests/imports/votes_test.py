#!/usr/bin/env python3
"""The checks of others' votes, on small made-up files: they find the files equal, and one changed cell different.

  votes_test.py TALLY_TOOL
"""

import pathlib
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


def main(tool):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "votes.csv").write_text(POLIS_VOTES)
        table = folder / "participants-votes.csv"
        table.write_text(POLIS_TABLE)
        expect("polls", *run("check_polis_votes.py", tool, folder), 0, "replace an earlier one: 1",
               "2 comments in file")
        table.write_text(POLIS_TABLE.replace("1,0,0,1,0,1,-1,", "1,0,0,1,0,1,1,"))
        expect("a changed table", *run("check_polis_votes.py", tool, folder), 1, "DIFFERENT", "comment 0")

        weighted = folder / "weighted.csv"
        weighted.write_text(WEIGHTED)
        expect("weighted votes", *run("check_weighted_votes.py", tool, weighted), 0, "disagree: 2", "0xsplit, motion",
               "several options, invalid: 1", "below the unit: 1", "16 weights")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
