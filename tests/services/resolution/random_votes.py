"""Random small votes, as deploy/proof/tally.py takes them: all regimes, and every rule at its edges."""

SHARES = [(1, 2, True), (2, 3, False), (2, 3, True), (3, 4, False), (1, 3, False), (4, 5, False), (1, 1, False),
          (1, 10, False)]


def share(random):
    numerator, denominator, strict = random.choice(SHARES)
    return {"numerator": numerator, "denominator": denominator, "strict": strict}


def maybe(random, probability, make):
    return make() if random.random() < probability else None


def thresholds(random, by_area):
    asked = {"heads": share(random)}
    if by_area:
        asked["area"] = share(random)
        if random.random() < 0.05:
            del asked["heads"]
    return asked


def rule_set(random, elects, secret):
    by_area = not secret and random.random() < 0.6
    flag = lambda probability=0.5: random.random() < probability
    participation = random.choice(["RETURNED_VALID", "DELIVERED_DEEMED", "PRESENT"])
    if secret and participation == "DELIVERED_DEEMED":
        participation = "RETURNED_VALID"
    rules = {
        "name": "policies/random@1", "citations": ["b \\ c", "a\tz"][:random.randint(0, 2)], "regime": "OWNERS",
        "matters": random.sample(["CC278_1", "CC278_9", "CC279"], random.randint(0, 2)),
        "participation": participation,
        "invalid_participates": flag(0.2), "quorum": maybe(random, 0.8, lambda: thresholds(random, by_area)),
        "consent": thresholds(random, by_area),
        "consent_base": random.choice(["PARTICIPATING", "PARTICIPATING", "ALL"]),
        "unanimous_interested": not secret and not elects and flag(0.08),
        "representatives_min": maybe(random, 0.08, lambda: share(random)), "follow_majority": flag(),
        "majority_floor_half_of_all": flag(0.3), "deemed_as": random.choice([None, "FOLLOW_MAJORITY", "ABSTAIN"]),
        "silent_co_owners": random.choice([None, "CONSENT_UNLESS_OBJECTED", "CONSENT"]),
        "revote": random.choice([None, "FIRST_STANDS", "LAST_COUNTS"]), "paper_needs_two_clerks": flag(),
        "proxies_max": random.choice([None, None, 0, 1, 3]), "candidates_hold_no_proxies": flag(),
        "company_staff_hold_no_proxies": flag(),
        "conflict_handling": random.choice([None, "NONE", "SEPARATE_LINE", "RECUSE"]),
        "secrecy": "SECRET" if secret else "NAMED", "sub_scope_subjects_min": random.choice([0, 2, 3]),
    }
    if elects:
        rules["election"] = {
            "over_marked_invalid": flag(), "runoff_when_short": flag(), "runoff_extra_candidates": random.randint(0, 2),
            "runoff_share": maybe(random, 0.5, lambda: share(random)), "runoff_needs_quorum": flag(),
            "alternates": flag(), "arrears_bar_candidacy": flag()}
        rules["election"] = {name: value for name, value in rules["election"].items() if value is not None}
    return {name: value for name, value in rules.items() if value is not None}


def choices(random, items, lean):
    said = []
    for item in items:
        if random.random() < 0.1:
            continue
        weights = [lean, 3, 1, 1]
        word = lambda: random.choices(["FOR", "AGAINST", "ABSTAIN", "FOLLOW_MAJORITY"], weights)[0]
        said.append({"item": item["item"], "choice": word()})
        if random.random() < 0.03:
            said.append({"item": item["item"], "choice": word()})
    random.shuffle(said)
    return said


def ballot(random, name, items, lean, subject):
    made = {"ballot": name, "choices": choices(random, items, lean)}
    if random.random() < 0.04:
        made["invalid"] = random.choice(["UNREADABLE", "CLERKS_DIFFER"])
    if subject is None:
        return made
    made |= {"subject": subject["subject"], "cast_at": random.choice([0, 99, 100, 100, 150, 151, 180, 200, 200, 201]),
             "by": random.choice(["PRINCIPAL", "PRINCIPAL", "CO_OWNER", "PROXY", "GUARDIAN"])}
    made["person"] = random.choice(subject.get("persons") or ["p1", "p2"])
    if made["by"] == "PROXY" or random.random() < 0.1:
        made["person"] = random.choice(["agent", "agent", "c1", "p1"])
    if random.random() < 0.1:
        made["dwelling"] = random.choice(["d1", "d2"])
    if random.random() < 0.3:
        made |= {"channel": "PAPER", "entered_by": random.choice(["", "k1"]),
                 "verified_by": random.choice(["k1", "k2", "k2"])}
    return made


def subject(random, index, items):
    made = {"subject": f"s{index}", "area_dm2": random.choice([0, 1, 1, 2, 3, 5, 10 ** 16]),
            "heads": random.choices([1, 0], [9, 1])[0], "related": random.random() < 0.15,
            "interested": random.random() < 0.5, "representative": random.random() < 0.8,
            "sub_scope": random.choice(["", "e1", "e2", "e3"]), "co_owner_objected": random.random() < 0.04}
    if random.random() < 0.5:
        made["persons"] = random.sample(["p1", "p2", "p3"], random.randint(1, 3))
    if random.random() < 0.08:
        made["designated"] = random.choice(["p1", "p2"])
    if random.random() < 0.1:
        made["recused"] = [random.choice(items)["item"]]
    return made


def around(random, vote):
    """Deliveries, presences and proxies."""
    items = vote["items"]
    for one in vote["subjects"]:
        name = one["subject"]
        if random.random() < 0.5:
            vote["deliveries"].append({"subject": name, "delivered_at": random.choice([50, 200, 201]),
                                       "warning_shown": random.random() < 0.8})
        if random.random() < 0.8:
            vote["presences"].append({"subject": name, "came_at": random.choice([0, 150])})
            if random.random() < 0.4:
                vote["presences"][-1]["left_at"] = random.choice([150, 160, 300])
        for agent in ("agent", "c1"):
            if random.random() < 0.6:
                proxy = {"principal": name, "agent": agent, "granted_at": random.choice([10, 150]),
                         "company_staff": random.random() < 0.1}
                if random.random() < 0.1:
                    proxy["revoked_at"] = 150
                if random.random() < 0.1:
                    proxy["items"] = [random.choice(items)["item"]]
                if random.random() < 0.15:
                    proxy["instructions"] = [{"item": random.choice(items)["item"], "choice": "FOR"}]
                vote["proxies"].append(proxy)


def random_vote(random):
    secret, elects = random.random() < 0.2, random.random() < 0.35
    vote = {"rule_set": rule_set(random, elects, secret), "vote": {}, "items": [], "subjects": [], "deliveries": [],
            "presences": [], "voters": [], "proxies": [], "ballots": [], "resolved": []}
    if random.random() < 0.9:
        vote["vote"] |= {"opened_at": 100, "closes_at": 200}
    if random.random() < 0.7:
        vote["vote"]["deemed_clause"] = "rules of procedure, 12"
    for index in range(random.randint(1, 5) if elects else random.randint(1, 3)):
        item = {"item": f"i{index}", "voted_at": random.choice([150, 155])}
        if elects:
            item |= {"candidate": f"c{index}", "in_arrears": random.random() < 0.1}
        elif random.random() < 0.5:
            item["question"] = "q"
        vote["items"].append(item)
    if elects:
        vote["vote"] |= {"seats": random.randint(1, 3), "runoff": random.random() < 0.3}
    vote["subjects"] = [subject(random, index, vote["items"]) for index in range(random.randint(0, 8))]
    if secret:
        for one in vote["subjects"]:
            one["heads"] = 1
    around(random, vote)
    lean = random.choice([1, 3, 6, 20])
    for one in vote["subjects"]:
        for _ in range(random.choices([0, 1, 2, 3], [3, 10, 2, 1])[0]):
            name = f"b{random.randint(0, 10 ** 9)}-{len(vote['ballots'])}"
            vote["ballots"].append(ballot(random, name, vote["items"], lean, None if secret else one))
        last = vote["ballots"][-1] if vote["ballots"] else {}
        if last.get("subject") == one["subject"] and random.random() < 0.1:
            vote["resolved"].append({"subject": one["subject"], "kept": last["ballot"]})
    if secret:
        voters = random.sample(vote["subjects"], min(len(vote["subjects"]), len(vote["ballots"])))
        vote["voters"] = [{"subject": one["subject"]} for one in voters]
    for records in vote.values():
        if isinstance(records, list):
            random.shuffle(records)
    return vote
