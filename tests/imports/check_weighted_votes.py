#!/usr/bin/env python3
"""Counts votes with voting power as votes of owners, and compares with an exact recount of the file.

  tests/imports/check_weighted_votes.py TALLY_TOOL votes.csv

The file has the columns proposal_id, voter, voting_power (a decimal of up to 18 places) and choice: the number of an
option, or a dictionary of options with their weights. A voter is an owner, the power is the area. Where no option
above 3 is chosen, the options are FOR, AGAINST and ABSTAIN of one motion; else each option is an item, which its
voters are for and the others against. A ballot for several options is marked more than once, and invalid.

Areas are integers below 2^60 in all. The power is taken in the smallest decimal unit in which a proposal's whole fits;
what lies below that unit is cut off of each vote. Compared are the sums in that unit, and the outcome and SPLIT_MEASURE
with those of the exact decimals. Exits with 1 if anything differs.
"""

import ast
import collections
import csv
import sys
from fractions import Fraction

import tally_votes

AREA_MAX = 1 << 60
PLACES_MAX = 18
WORDS = {1: "FOR", 2: "AGAINST", 3: "ABSTAIN"}
COLUMNS = {"FOR": "in_favour", "AGAINST": "against", "ABSTAIN": "abstain"}


def read_options(text):
    """The options of a ballot."""
    if text.strip().startswith("{"):
        return sorted(int(option) for option, weight in ast.literal_eval(text).items() if float(weight) > 0)
    return [int(float(text))]


def read_proposals(path):
    """Proposal -> [(voter, power, options)]."""
    proposals = collections.defaultdict(list)
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            proposals[row["proposal_id"]].append(
                (row["voter"], Fraction(row["voting_power"]), read_options(row["choice"])))
    return proposals


def scale(votes):
    """(decimal places, areas) with the smallest unit in which all of it fits."""
    for places in range(PLACES_MAX, -1, -1):
        areas = [int(power * 10**places) for _, power, _ in votes]
        if sum(areas) < AREA_MAX:
            return places, areas
    sys.exit("a proposal's powers do not fit in whole units")


def said_of(votes):
    """Items, and what each ballot says to them; None: it is marked more than once."""
    chosen = {option for _, _, options in votes for option in options}
    if chosen <= set(WORDS):
        return ["motion"], [[("motion", WORDS[options[0]])] if len(options) == 1 else None for _, _, options in votes]
    items = [f"option-{option:02}" for option in sorted(chosen)]
    said = []
    for _, _, options in votes:
        mark = f"option-{options[0]:02}"
        said.append([(item, "FOR" if item == mark else "AGAINST") for item in items] if len(options) == 1 else None)
    return items, said


def expected(item, votes, areas, said):
    """Sums by choice, the outcome and whether the measures disagree, by the exact powers."""
    by_area, heads, exact = collections.Counter(), collections.Counter(), collections.Counter()
    for (_, power, _), area, marks in zip(votes, areas, said):
        word = dict(marks)[item] if marks else "INVALID"
        by_area[word] += area
        heads[word] += 1
        exact[word] += power
    valid = len(votes) - heads["INVALID"]
    valid_power = sum(exact.values()) - exact["INVALID"]
    if 3 * valid < 2 * len(votes) or 3 * valid_power < 2 * sum(exact.values()) or valid == 0:
        return by_area, heads, "OUTCOME_NO_QUORUM", False
    yes = (2 * exact["FOR"] > valid_power, 2 * heads["FOR"] > valid)
    return by_area, heads, "OUTCOME_PASSED" if all(yes) else "OUTCOME_REJECTED", yes[0] != yes[1]


def records(items, votes, areas, said):
    made = [("items", [("item", item)]) for item in items]
    for number, ((voter, _, options), area, marks) in enumerate(zip(votes, areas, said)):
        made.append(("subjects", [("subject", voter), ("area_dm2", area), ("heads", 1)]))
        if marks is None:  # More than one mark on each item.
            marks = [(item, word) for item in items for word in ("FOR", "AGAINST")]
        made.append(("ballots", [("ballot", f"{number:07}"), ("subject", voter)] + tally_votes.choices(marks) +
                     [("cast_at", 0), ("by", "CAST_BY_PRINCIPAL")]))
    return made


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    tool, comparison = tally_votes.TallyTool(arguments[0]), tally_votes.Comparison()
    rules = tool.rules("voting-owners-ordinary")
    split, cut, several = [], 0, 0
    for proposal, votes in read_proposals(arguments[1]).items():
        places, areas = scale(votes)
        cut += any(power * 10**places != area for (_, power, _), area in zip(votes, areas))
        items, said = said_of(votes)
        several += sum(marks is None for marks in said)
        result = tool.count(rules, records(items, votes, areas, said))
        for index, item in enumerate(items):
            path = f"items[{index}]"
            by_area, heads, outcome, splits = expected(item, votes, areas, said)
            where = f"{proposal[:12]}, {item}"
            for word, column in list(COLUMNS.items()) + [("INVALID", "invalid")]:
                comparison.equal("weights", where, int(result.get(f"{path}.area.{column}", 0)), by_area[word])
                comparison.equal("heads", where, int(result.get(f"{path}.heads.{column}", 0)), heads[word])
            comparison.equal("outcomes", where, result[f"{path}.outcome"], outcome)
            flagged = "TALLY_FLAG_SPLIT_MEASURE" in [result.get(f"{path}.flags[{i}]") for i in range(3)]
            comparison.equal("flags of split measures", where, flagged, splits)
            if flagged:
                split.append(where)
    print(f"ballots for several options, invalid: {several}; proposals with powers below the unit: {cut}")
    print(f"heads and weight disagree: {len(split)}", *split, sep="\n  ")
    return comparison.done() or tool.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
