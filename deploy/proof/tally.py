"""A second count of votes, from the rules and not from Sanzhang's engine. Shipped in proof packages, and compared with the
engine over random votes by the tests.

A vote is a dictionary with the fields of sanzhang.resolution.v1.TallyInput and `rule_set`, of plain Python values;
enums are the end of their names, as in "FOR"; times are microseconds. `tally` answers what the engine's result text
says, as a list of lines; `canonical` writes the vote as the engine reads it, and `parse` reads that. Slow, and as close
as can be to the words of the rules T1 to T25.
"""

import collections
import hashlib
import re
from fractions import Fraction

ENGINE = "sanzhang-tally-1"

# ---- canonical text ---------------------------------------------------------------------------------------------

CHOICE = [("item", str), ("choice", "CHOICE_")]
THRESHOLD = [("numerator", int), ("denominator", int), ("strict", bool)]
THRESHOLDS = [("area", THRESHOLD), ("heads", THRESHOLD)]
ELECTION = [("mode", "ELECTION_MODE_"), ("seats_min", int), ("seats_max", int), ("seats_odd", bool),
            ("over_marked_invalid", bool), ("runoff_when_short", bool), ("runoff_extra_candidates", int),
            ("runoff_share", THRESHOLD), ("runoff_needs_quorum", bool), ("alternates", bool),
            ("arrears_bar_candidacy", bool)]
RULES = [("name", str), ("citations", [str]), ("effective_from", str), ("effective_to", str), ("regime", "REGIME_"),
         ("matters", ["MATTER_CODE_"]), ("variant", str), ("participation", "PARTICIPATION_"),
         ("invalid_participates", bool), ("quorum", THRESHOLDS), ("consent", THRESHOLDS),
         ("consent_base", "CONSENT_BASE_"), ("unanimous_interested", bool), ("representatives_min", THRESHOLD),
         ("follow_majority", bool), ("majority_floor_half_of_all", bool), ("deemed_as", "DEEMED_AS_"),
         ("silent_co_owners", "SILENT_CO_OWNERS_"), ("revote", "REVOTE_"), ("paper_needs_two_clerks", bool),
         ("proxies_max", "present"), ("candidates_hold_no_proxies", bool), ("company_staff_hold_no_proxies", bool),
         ("conflict_handling", "CONFLICT_HANDLING_"), ("election", ELECTION), ("secrecy", "SECRECY_"),
         ("sub_scope_subjects_min", int)]
RECORDS = {
    "roll": {
        "vote": [("opened_at", "time"), ("closes_at", "time"), ("deemed_clause", str), ("seats", int),
                 ("runoff", bool)],
        "items": [("item", str), ("candidate", str), ("question", str), ("voted_at", "time"), ("in_arrears", bool)],
        "subjects": [("subject", str), ("area_dm2", int), ("heads", int), ("related", bool), ("interested", bool),
                     ("sub_scope", str), ("persons", [str]), ("designated", str), ("co_owner_objected", bool),
                     ("representative", bool), ("recused", [str])],
    },
    "deliveries": {
        "deliveries": [("subject", str), ("delivered_at", "time"), ("warning_shown", bool)],
        "presences": [("subject", str), ("came_at", "time"), ("left_at", "time")],
        "voters": [("subject", str)],
    },
    "ballots": {
        "proxies": [("principal", str), ("agent", str), ("granted_at", "time"), ("revoked_at", "time"),
                    ("items", [str]), ("instructions", [CHOICE]), ("company_staff", bool)],
        "ballots": [("ballot", str), ("subject", str), ("choices", [CHOICE]), ("invalid", "INVALID_REASON_"),
                    ("cast_at", "time"), ("channel", "CHANNEL_"), ("by", "CAST_BY_"), ("person", str),
                    ("dwelling", str), ("entered_by", str), ("verified_by", str)],
        "resolved": [("subject", str), ("kept", str)],
    },
}
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def fields(record, schema):
    """`path=value` of each field that is set, in the schema's order."""
    texts = []
    for name, kind in schema:
        value = record.get(name)
        if value is None:
            continue
        if isinstance(kind, list) and isinstance(kind[0], list):
            elements = [["." + text for text in fields(element, kind[0])] for element in value]
            for index, element in enumerate(sorted(elements, key="\t".join)):
                texts += [f"{name}[{index}]{text}" for text in element]
        elif isinstance(kind, list) and isinstance(kind[0], tuple):
            texts += [f"{name}={{}}"] + [f"{name}.{text}" for text in fields(value, kind)]
        elif isinstance(kind, list):
            scalars = sorted(scalar(element, kind[0]) for element in value)
            texts += [f"{name}[{index}]={element}" for index, element in enumerate(scalars)]
        elif value or kind in ("time", "present"):
            texts.append(f"{name}={scalar(value, kind)}")
    return texts


def scalar(value, kind):
    if kind is bool:
        return "true" if value else "false"
    if kind is str:
        return value.translate(ESCAPES)
    if kind in (int, "time", "present"):
        return str(value)
    return kind + value


def parts(vote):
    yield "rules", ["rule_set\t" + text for text in fields(vote["rule_set"], RULES)]
    for part, kinds in RECORDS.items():
        lines = []
        for kind, schema in kinds.items():
            records = vote.get(kind, [])
            for record in [records] if isinstance(records, dict) else records:
                lines.append("\t".join([kind] + fields(record, schema)))
        yield part, sorted(lines, key=lambda line: line.encode())


def texts(vote):
    """Part -> its canonical text."""
    return {part: "".join(line + "\n" for line in [f"sanzhang-tally 1 {part}"] + lines) for part, lines in parts(vote)}


def canonical(vote):
    return "".join(texts(vote).values())


def parse(text):
    """The vote that `canonical` wrote."""
    schemas = {kind: schema for kinds in RECORDS.values() for kind, schema in kinds.items()}
    vote = {"rule_set": {}, **{kind: [] for kind in schemas if kind != "vote"}}
    for line in text.split("\n"):
        if not line or line.startswith("sanzhang-tally "):
            continue
        kind, *paths = line.split("\t")
        record = vote["rule_set"] if kind == "rule_set" else {}
        for path in paths:
            put(record, *path.split("=", 1), RULES if kind == "rule_set" else schemas[kind])
        if kind == "vote":
            vote[kind] = record
        elif kind != "rule_set":
            vote[kind].append(record)
    return vote


def put(record, path, text, schema):
    """Sets what a `path=value` says."""
    name, index, rest = re.fullmatch(r"(\w+)(?:\[(\d+)\])?(?:\.(.*))?", path).groups()
    if (schema is RULES or schema is ELECTION) and name not in dict(schema):
        return  # Of the procedure before the count; in the hash like all else.
    kind = dict(schema)[name]
    if isinstance(kind, list) and isinstance(kind[0], list):
        elements = record.setdefault(name, [])
        if int(index) == len(elements):
            elements.append({})
        put(elements[int(index)], rest, text, kind[0])
    elif isinstance(kind, list) and isinstance(kind[0], tuple):
        inner = record.setdefault(name, {})
        if rest:
            put(inner, rest, text, kind)
    elif isinstance(kind, list):
        record.setdefault(name, []).append(value_of(text, kind[0]))
    else:
        record[name] = value_of(text, kind)


def value_of(text, kind):
    if kind is bool:
        return text == "true"
    if kind is str:
        return re.sub(r"\\(.)", lambda found: {"t": "\t", "n": "\n", "r": "\r"}.get(found[1], found[1]), text)
    if kind in (int, "time", "present"):
        return int(text)
    return text.removeprefix(kind)


def hashes(texts_of_parts):
    of = {part: hashlib.sha256(text.encode()).hexdigest() for part, text in texts_of_parts.items()}
    of["input"] = hashlib.sha256("".join(f"{part} {digest}\n" for part, digest in of.items()).encode()).hexdigest()
    return of


# ---- which ballot stands (T7 to T12) ----------------------------------------------------------------------------

SIGN_FOR_OTHERS = ("GUARDIAN", "LEGAL_REPRESENTATIVE")


def fault(vote, ballot):
    """Why a whole ballot does not count, by itself; None if it does."""
    rules, about = vote["rule_set"], vote.get("vote", {})
    if ballot.get("invalid"):
        return ballot["invalid"]
    at = ballot.get("cast_at")
    if at is not None and at > about.get("closes_at", at):
        return "LATE"
    if at is not None and at < about.get("opened_at", at):
        return "EARLY"
    if rules.get("paper_needs_two_clerks") and ballot.get("channel") == "PAPER":
        clerks = {ballot.get("entered_by", ""), ballot.get("verified_by", "")}
        if "" in clerks or len(clerks) < 2:
            return "NOT_VERIFIED"
    if not ballot.get("subject"):
        return None
    subject = next(s for s in vote["subjects"] if s["subject"] == ballot["subject"])
    if (subject.get("co_owner_objected") and not subject.get("designated")
            and rules.get("silent_co_owners") != "CONSENT"):
        return "CO_OWNER_OBJECTED"
    if ballot.get("by") == "PROXY":
        return None if holds_proxy(vote, ballot) else "PROXY"
    if ballot.get("by") in SIGN_FOR_OTHERS:
        return None
    person = ballot.get("person", "")
    if subject.get("designated") and person != subject["designated"]:
        return "WRONG_SIGNER"
    return "WRONG_SIGNER" if subject.get("persons") and person not in subject["persons"] else None


def proxy_of(vote, ballot):
    for proxy in vote.get("proxies", []):
        if (proxy["principal"], proxy["agent"]) == (ballot.get("subject"), ballot.get("person", "")):
            return proxy
    return None


def holds_proxy(vote, ballot):
    rules, proxy = vote["rule_set"], proxy_of(vote, ballot)
    if proxy is None or rules.get("proxies_max") == 0:
        return False
    if not proxy["granted_at"] <= ballot["cast_at"]:
        return False
    if "revoked_at" in proxy and proxy["revoked_at"] <= ballot["cast_at"]:
        return False
    candidates = [item["candidate"] for item in vote["items"] if item.get("candidate")]
    if rules.get("candidates_hold_no_proxies") and ballot.get("person", "") in candidates:
        return False
    return not (rules.get("company_staff_hold_no_proxies") and proxy.get("company_staff"))


def standing(vote):
    """Subject -> the ballot that stands; and what was set aside, {(ballot, item): reason}."""
    rules = vote["rule_set"]
    aside, valid, principals = {}, collections.defaultdict(list), collections.defaultdict(set)
    for ballot in sorted(vote.get("ballots", []), key=lambda b: (b["cast_at"], b["ballot"])):
        reason = fault(vote, ballot)
        if reason is None and ballot.get("by") == "PROXY" and "proxies_max" in rules:
            of_agent = principals[ballot.get("person", "")] | {ballot["subject"]}
            if len(of_agent) > rules["proxies_max"]:
                reason = "PROXY"
            else:
                principals[ballot.get("person", "")] = of_agent
        if reason:
            aside[ballot["ballot"], ""] = reason
        else:
            valid[ballot["subject"]].append(ballot)
    stands = {}
    for subject, ballots in valid.items():
        ballot, fates = choose(vote, subject, ballots)
        aside.update({(name, ""): reason for name, reason in fates.items()})
        if ballot:
            stands[subject] = ballot
    return stands, aside


def choose(vote, subject, ballots):
    last = vote["rule_set"].get("revote") == "LAST_COUNTS"
    everything_else = lambda kept: {b["ballot"]: "SUPERSEDED" for b in ballots if b is not kept}
    for decided in vote.get("resolved", []):
        for ballot in ballots:
            if decided["subject"] == subject and ballot["ballot"] == decided["kept"]:
                return ballot, everything_else(ballot)
    ordered = list(reversed(ballots)) if last else ballots  # The decisive one first.
    lead = ordered[0]
    if lead.get("by") == "PROXY":
        return lead, everything_else(lead)
    voices = {}
    for ballot in ordered:
        if ballot.get("by") != "PROXY":
            voices.setdefault((ballot.get("person", ""), ballot.get("dwelling", "")), ballot)
    said = {frozenset((c["item"], c["choice"]) for c in ballot.get("choices", [])) for ballot in voices.values()}
    if len(said) == 1:
        return lead, everything_else(lead)
    in_conflict = {ballot["ballot"] for ballot in voices.values()}
    return None, {b["ballot"]: "CONFLICT" if b["ballot"] in in_conflict else "SUPERSEDED" for b in ballots}


# ---- what each says to each item --------------------------------------------------------------------------------

WORDS = {"FOR": "in_favour", "AGAINST": "against", "ABSTAIN": "abstain", "FOLLOW_MAJORITY": "follow"}


def present(vote, subject, item):
    return any(p["subject"] == subject["subject"] and p["came_at"] <= item["voted_at"] < p.get("left_at", 1 << 62)
               for p in vote.get("presences", []))


def election_fault(vote, ballot):
    marks = collections.defaultdict(set)
    for choice in ballot.get("choices", []):
        marks[choice["item"]].add(choice["choice"])
    if not marks:
        return "BLANK"
    wanted = [item for item, said in marks.items() if "FOR" in said]
    over_marked = vote["rule_set"]["election"].get("over_marked_invalid") and len(wanted) > vote["vote"]["seats"]
    if over_marked or any(len(said) > 1 for said in marks.values()):
        return "DOUBLE_MARK"
    followers = any("FOLLOW_MAJORITY" in said for said in marks.values())
    return "NOT_OFFERED" if followers and not vote["rule_set"].get("follow_majority") else None


def item_fault(vote, subject, ballot, item, said):
    rules = vote["rule_set"]
    if subject is not None:
        if rules.get("conflict_handling") == "RECUSE" and item["item"] in subject.get("recused", []):
            return "RECUSED"
        if rules.get("participation") == "PRESENT" and not present(vote, subject, item):
            return "NOT_PRESENT"
    proxy = proxy_of(vote, ballot) if ballot.get("by") == "PROXY" else None
    if proxy and proxy.get("items") and item["item"] not in proxy["items"]:
        return "PROXY"
    if not item.get("candidate"):
        if not said:
            return "BLANK"
        if len(said) > 1:
            return "DOUBLE_MARK"
        if "FOLLOW_MAJORITY" in said and not rules.get("follow_majority"):
            return "NOT_OFFERED"
    if proxy:
        reviewed = any(d["kept"] == ballot["ballot"] for d in vote.get("resolved", []))
        wanted = {c["choice"] for c in proxy.get("instructions", []) if c["item"] == item["item"]}
        if wanted and wanted != said and not reviewed:
            return "AGAINST_INSTRUCTION"
    return None


def word(vote, subject, ballot, item, aside):
    said = {c["choice"] for c in ballot.get("choices", []) if c["item"] == item["item"]}
    if item.get("candidate"):
        reason = election_fault(vote, ballot)
        if reason:
            aside[ballot["ballot"], ""] = reason
            return "invalid"
    reason = item_fault(vote, subject, ballot, item, said)
    if reason:
        aside[ballot["ballot"], item["item"]] = reason
        return "invalid"
    return WORDS[next(iter(said))] if said else "abstain"


def words(vote, item, aside, stands):
    """[(subject or None, area, heads, word)] of all that is on the roll."""
    rules, about = vote["rule_set"], vote.get("vote", {})
    listed = []
    if rules.get("secrecy") == "SECRET":
        for ballot in vote.get("ballots", []):
            reason = fault(vote, ballot)
            if reason:
                aside[ballot["ballot"], ""] = reason
            listed.append((None, 0, 1, "invalid" if reason else word(vote, None, ballot, item, aside)))
        missing = len(vote["subjects"]) - len(listed)
        return listed + [(None, 0, 1, "non_return")] * max(missing, 0)
    returned = {ballot["subject"] for ballot in vote.get("ballots", [])}
    warned = {d["subject"] for d in vote.get("deliveries", [])
              if d.get("warning_shown") and d["delivered_at"] <= about.get("closes_at", d["delivered_at"])}
    for subject in vote["subjects"]:
        name = subject["subject"]
        if name in stands:
            said = word(vote, subject, stands[name], item, aside)
        elif name in returned:
            said = "invalid"
        elif rules.get("participation") == "DELIVERED_DEEMED" and about.get("deemed_clause") and name in warned:
            said = "deemed"
        else:
            said = "non_return"
        listed.append((subject, subject.get("area_dm2", 0), subject.get("heads", 0), said))
    return listed


# ---- sums and thresholds (T1 to T6, T14 to T16, T25) ------------------------------------------------------------

SUMS = ["in_favour", "against", "abstain", "follow", "deemed", "invalid", "non_return"]


def sums(rules, listed, side):
    both = {}
    for measure, weight in (("area", 1), ("heads", 2)):
        of = {name: sum(row[weight] for row in listed if row[3] == name) for name in SUMS}
        of["total"] = sum(row[weight] for row in listed)
        of["participating"] = sum(of[n] for n in SUMS[:5])
        of["participating"] += of["invalid"] if rules.get("invalid_participates") else 0
        of["consenting"] = of["in_favour"]
        if side == "in_favour":
            of["consenting"] += of["follow"] + (of["deemed"] if rules.get("deemed_as") == "FOLLOW_MAJORITY" else 0)
        both[measure] = of
    return both


def reaches(share, part, whole):
    asked = Fraction(share["numerator"], share["denominator"]) * whole
    return part > asked if share.get("strict") else part >= asked


def least(share, whole):
    number = int(Fraction(share["numerator"], share["denominator"]) * whole)
    while not reaches(share, number, whole):
        number += 1
    return number


def terms(vote):
    """(quorum, consent, base) as this ballot uses them."""
    rules = vote["rule_set"]
    quorum, consent, base = rules.get("quorum", {}), rules.get("consent", {}), rules.get("consent_base")
    if vote.get("vote", {}).get("runoff"):
        election = rules.get("election", {})
        if not election.get("runoff_needs_quorum"):
            quorum = {}
        if "runoff_share" in election:
            consent, base = {measure: election["runoff_share"] for measure in consent}, "CAST"
    return quorum, consent, base


def majority(vote, both):
    """The side that followers join, and why there is none."""
    _, consent, _ = terms(vote)
    asked = list(consent) or ["heads"]
    for side, other in (("in_favour", "against"), ("against", "in_favour")):
        if all(both[m][side] > both[m][other] for m in asked):
            if vote["rule_set"].get("majority_floor_half_of_all") and not all(
                    2 * both[m][side] > both[m]["total"] for m in asked):
                return None, "MAJORITY_BELOW_FLOOR"
            return side, None
    return None, "NO_MAJORITY_TO_FOLLOW"


def decide(vote, listed, there):
    """Outcome, flags, sums, side. `there`: (area, heads) of those in the meeting."""
    rules = vote["rule_set"]
    both = sums(rules, listed, None)
    side, why_none = majority(vote, both)
    if rules.get("unanimous_interested"):
        outcome = "NO_QUORUM" if not listed else "PASSED" if all(r[3] == "in_favour" for r in listed) else "REJECTED"
        return outcome, set(), both, side
    flags = set()
    joining = ("follow", "deemed") if rules.get("deemed_as") == "FOLLOW_MAJORITY" else ("follow",)
    if side is None and any(both[m][n] > 0 for m in both for n in joining):
        flags.add(why_none)
    both = sums(rules, listed, side)
    if rules["participation"] == "PRESENT":
        both["area"]["participating"], both["heads"]["participating"] = there
    quorum, consent, base = terms(vote)
    bases = {"PARTICIPATING": lambda of: of["participating"], "ALL": lambda of: of["total"],
             "CAST": lambda of: sum(of[n] for n in SUMS if n not in ("deemed", "non_return"))}
    for measure, of in both.items():
        if measure in quorum:
            of["quorum"] = (quorum[measure], of["participating"], of["total"])
        if measure in consent:
            of["consent"] = (consent[measure], of["consenting"], bases[base](of))
    asked = {"heads"} | set(quorum) | set(consent)
    if (any(0 in (both[m]["total"], both[m]["participating"]) for m in asked)
            or not all(reaches(*both[m]["quorum"]) for m in quorum)):
        return "NO_QUORUM", flags, both, side
    agreed = {reaches(*both[m]["consent"]) for m in consent}
    if len(agreed) > 1:
        flags.add("SPLIT_MEASURE")
    return ("PASSED" if agreed == {True} else "REJECTED"), flags, both, side


# ---- places (T21) -----------------------------------------------------------------------------------------------

def places(vote, listed, side):
    smallest = vote["rule_set"].get("sub_scope_subjects_min", 0)
    by_place = collections.defaultdict(list)
    for row in listed:
        by_place[row[0].get("sub_scope", "")].append(row)
    if not smallest or not set(by_place) - {""}:
        return []
    hidden = [name for name, rows in by_place.items() if len(rows) < smallest]
    shown = sorted((name for name in by_place if name not in hidden), key=lambda n: (len(by_place[n]), n.encode()))
    while hidden and shown and sum(len(by_place[name]) for name in hidden) < smallest:
        hidden.append(shown.pop(0))
    return [(name, len(by_place[name]), None if name in hidden else sums(vote["rule_set"], by_place[name], side))
            for name in sorted(by_place, key=str.encode)]


# ---- elections (T17, T18) ---------------------------------------------------------------------------------------

def elect(vote, counted):
    rules, seats = vote["rule_set"], vote["vote"]["seats"]
    election = rules["election"]
    by_area = "area" in rules.get("consent", {})
    votes = lambda one: (one["sums"]["heads"]["consenting"], one["sums"]["area"]["consenting"] if by_area else 0)
    able = []
    for one in counted:
        barred = election.get("arrears_bar_candidacy") and one["in_arrears"]
        one["standing"] = "BARRED" if barred else "NOT_ELECTED"
        if not barred:
            able.append(one)
    for one in able:
        one["rank"] = 1 + sum(votes(other) > votes(one) for other in able)
    met = [one for one in able if one["outcome"] == "PASSED"]
    filled = 0
    for one in met:
        better = sum(votes(other) > votes(one) for other in met)
        as_good = sum(votes(other) == votes(one) for other in met)  # This one too.
        if better + as_good <= seats:
            one["standing"] = "ELECTED"
            filled += 1
        elif better < seats:
            one["standing"] = "RUNOFF"
        elif election.get("alternates"):
            one["standing"] = "ALTERNATE"
    left = [one for one in able if one["standing"] != "ELECTED"]
    decided = any(one["outcome"] in ("PASSED", "REJECTED") for one in counted)
    if len(met) < seats and decided and election.get("runoff_when_short") and not vote["vote"].get("runoff"):
        wanted = seats - filled + election.get("runoff_extra_candidates", 0)
        for one in left:
            if sum(votes(other) > votes(one) for other in left) < wanted:
                one["standing"] = "RUNOFF"
    outcomes = {one["outcome"] for one in counted}
    if outcomes == {"VOID"} or outcomes == {"NO_QUORUM"}:
        outcome = outcomes.pop()
    elif any(one["standing"] == "RUNOFF" for one in counted):
        outcome = "RUNOFF"
    else:
        outcome = "ELECTED" if filled == seats else "VACANT"
    of = counted[0]["sums"]["heads"]
    return outcome, seats, filled, sum(of[n] for n in SUMS if n not in ("deemed", "non_return"))


# ---- the whole --------------------------------------------------------------------------------------------------

FLAGS = ["SPLIT_MEASURE", "NO_MAJORITY_TO_FOLLOW", "MAJORITY_BELOW_FLOOR", "NO_DEEMED_CLAUSE", "COMPOSITION",
         "MORE_BALLOTS_THAN_VOTERS", "SEVERAL_OPTIONS_PASSED"]


def count_item(vote, item, aside, stands, void):
    rules = vote["rule_set"]
    listed = words(vote, item, aside, stands)
    there = (0, 0)
    if rules.get("participation") == "PRESENT":
        seen = [s for s in vote["subjects"] if present(vote, s, item)]
        area = 0 if rules.get("secrecy") == "SECRET" else sum(s.get("area_dm2", 0) for s in seen)
        there = (area, sum(s.get("heads", 0) for s in seen))
    unanimous = rules.get("unanimous_interested")
    if unanimous:
        listed = [row for row in listed if row[0].get("interested")]
    outcome, flags, both, side = decide(vote, listed, there)
    if rules.get("participation") == "DELIVERED_DEEMED" and not vote.get("vote", {}).get("deemed_clause"):
        flags.add("NO_DEEMED_CLAUSE")
    if void:
        outcome, flags = "VOID", set(void)
    one = {"item": item, "outcome": outcome, "flags": flags, "sums": both, "in_arrears": item.get("in_arrears")}
    if rules.get("secrecy") != "SECRET" and not item.get("candidate"):
        apart = [row for row in listed if not row[0].get("related")]
        if rules.get("conflict_handling") == "SEPARATE_LINE" and not unanimous and len(apart) < len(listed):
            seen = [row for row in apart if rules.get("participation") == "PRESENT" and present(vote, row[0], item)]
            one["apart"] = decide(vote, apart, (sum(r[1] for r in seen), sum(r[2] for r in seen)))
        one["places"] = places(vote, listed, side)
    return one


def tally(vote, texts_of_parts=None):
    rules = vote["rule_set"]
    void = set()
    if "representatives_min" in rules:
        heads = lambda some: sum(s.get("heads", 0) for s in some)
        if not reaches(rules["representatives_min"], heads(s for s in vote["subjects"] if s.get("representative")),
                       heads(vote["subjects"])):
            void.add("COMPOSITION")
    secret = rules.get("secrecy") == "SECRET"
    if secret and len(vote.get("ballots", [])) > len(vote.get("voters", [])):
        void.add("MORE_BALLOTS_THAN_VOTERS")
    stands, aside = ({}, {}) if secret else standing(vote)
    counted = [count_item(vote, item, aside, stands, void)
               for item in sorted(vote["items"], key=lambda item: item["item"].encode())]
    for one in counted:
        question = one["item"].get("question")
        same = [o for o in counted if o["item"].get("question") == question and o["outcome"] == "PASSED"]
        if question and one in same and len(same) > 1:
            one["flags"].add("SEVERAL_OPTIONS_PASSED")
    elected = elect(vote, counted) if vote["items"][0].get("candidate") else None
    return lines_of(vote, counted, elected, aside, texts_of_parts or texts(vote))


def measure_lines(path, of):
    lines = [f"{path}={{}}"]
    lines += [f"{path}.{name}={of[name]}" for name in SUMS + ["total", "participating", "consenting"] if of[name]]
    for name in ("quorum", "consent"):
        if name in of:
            share, part, whole = of[name]
            used = {"numerator": share["numerator"], "denominator": share["denominator"],
                    "strict": "true" if share.get("strict") else "", "base": whole, "needed": least(share, whole),
                    "met": "true" if reaches(share, part, whole) else ""}
            lines += [f"{path}.{name}={{}}"] + [f"{path}.{name}.{key}={value}" for key, value in used.items() if value]
    return lines


def lines_of(vote, counted, elected, aside, texts_of_parts):
    lines = [f"engine_version={ENGINE}"]
    if vote["rule_set"].get("name"):
        lines.append(f"rule_set={vote['rule_set']['name']}")
    lines += ["hashes={}"] + [f"hashes.{part}={digest}" for part, digest in hashes(texts_of_parts).items()]
    for index, one in enumerate(counted):
        path = f"items[{index}]"
        lines += [f"{path}.item={one['item']['item']}", f"{path}.outcome=OUTCOME_{one['outcome']}"]
        flags = [flag for flag in FLAGS if flag in one["flags"]]
        lines += [f"{path}.flags[{i}]=TALLY_FLAG_{flag}" for i, flag in enumerate(flags)]
        for measure in ("area", "heads"):
            lines += measure_lines(f"{path}.{measure}", one["sums"][measure])
        if "apart" in one:
            outcome, _, both, _ = one["apart"]
            lines += [f"{path}.without_related={{}}", f"{path}.without_related.outcome=OUTCOME_{outcome}"]
            for measure in ("area", "heads"):
                lines += measure_lines(f"{path}.without_related.{measure}", both[measure])
        for i, (name, size, both) in enumerate(one.get("places", [])):
            place = f"{path}.sub_scopes[{i}]"
            lines += [f"{place}.sub_scope={name}"] if name else []
            lines.append(f"{place}.subjects={size}")
            if both is None:
                lines.append(f"{place}.withheld=true")
            else:
                lines += measure_lines(f"{place}.area", both["area"]) + measure_lines(f"{place}.heads", both["heads"])
        if one["item"].get("candidate"):
            lines += [f"{path}.candidate={one['item']['candidate']}", f"{path}.standing=STANDING_{one['standing']}"]
            lines += [f"{path}.rank={one['rank']}"] if one.get("rank") else []
    if elected:
        outcome, seats, filled, cast = elected
        lines += ["election={}", f"election.outcome=OUTCOME_{outcome}", f"election.seats={seats}"]
        lines += [f"election.filled={filled}"] * bool(filled) + [f"election.ballots_cast={cast}"] * bool(cast)
    order = sorted(aside, key=lambda key: (key[0].encode(), key[1].encode()))
    for index, (ballot, item) in enumerate(order):
        lines.append(f"set_aside[{index}].ballot={ballot}")
        lines += [f"set_aside[{index}].item={item}"] if item else []
        lines.append(f"set_aside[{index}].reason=INVALID_REASON_{aside[ballot, item]}")
    return lines
