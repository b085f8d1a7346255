#!/usr/bin/env python3
"""While a vote is open, nothing that can be asked tells how anyone voted, or how many for what.

    open_vote_test.py PROGRAM ROOT DESCRIPTORS [unittest's own arguments]

Two worlds are made by the script of the demonstration, but for the choices of every ballot of its open votes, one named
and one secret: who says FOR in the one says AGAINST in the other. Then one caller of each kind asks everything in both: every query and every
watch of every service in the descriptors, the log, commands that are refused or only validated, the metrics. What they
get must be the same, word for word, but for times, random ids and sealed bytes, and of those the length. A third world,
which differs in a vote that has closed, shows that the comparison sees a difference where there may be one.
"""

import json
import pathlib
import re
import sys
import tempfile
import unittest

import world
from world import CALLERS, COMMUNITY, NAMES, OPEN, SECRET, World, filled, message, queries

CLOSED = f"{COMMUNITY}/resolutions/garden-rules"
FLIPPED = {"CHOICE_FOR": "CHOICE_AGAINST", "CHOICE_AGAINST": "CHOICE_FOR"}

# Whose values are of the moment or of chance, by type or field; of bytes the length stays.
MOMENTS = {"google.protobuf.Timestamp"}
CHANCE = {"event_id", "last_event_id", "next_page_token", "roll_sha256", "tally_public_key", "trace_parent", "correlation_id",
          "causation_id", "request_id", "score_key", "score_secret_key", "tally_secret_key", "rater_ref"}
# Names made by chance: a rating's, and the claim by which its rater is one of a kind.
NAMED_BY_CHANCE = re.compile(r"(?<=/ratings/)\w+|(?<=/references/raters/autumn/)\w+")


def flip(value):
    if isinstance(value, dict):
        return {k: FLIPPED.get(v, v) if k == "choice" else flip(v) for k, v in value.items()}
    return [flip(v) for v in value] if isinstance(value, list) else value


def script_with(flipped_votes):
    """The demonstration's script, in which all ballots of those votes say the contrary."""
    script = world.script()
    changed = set()
    for step in script["steps"]:
        if step.get("method", "").startswith("BallotService/Cast"):
            for vote in flipped_votes:
                if f"{vote} " in step["request"]["name"]:
                    step["request"] = flip(step["request"])
                    changed.add(vote)
    assert changed == set(flipped_votes), f"of {flipped_votes} only {changed} have ballots in the script"
    return script


def text(value):
    return NAMED_BY_CHANCE.sub("CHANCE", str(value))


def plain(value):
    """What an answer says, without what is of the moment or of chance."""
    descriptor = value.DESCRIPTOR
    if descriptor.full_name in MOMENTS:
        return "TIME"
    if descriptor.full_name in ("sanzhang.type.v1.SealedBox", "sanzhang.type.v1.SealedText"):
        return f"SEALED {value.ByteSize()}"
    said = {}
    in_ms = descriptor.full_name == "sanzhang.views.v1.Metric" and value.unit == 3
    for field, content in value.ListFields():
        if field.name.endswith("_ms") or in_ms and field.name in ("value", "p90", "p99"):
            continue
        repeated = field.label == field.LABEL_REPEATED
        if field.name in CHANCE:
            said[field.name] = "CHANCE"
        elif field.name == "records":
            said[field.name] = [record(r) for r in content]
        elif field.message_type and field.message_type.GetOptions().map_entry:
            said[field.name] = {k: str(v) for k, v in sorted(content.items())}
        elif field.message_type:
            said[field.name] = [plain(v) for v in content] if repeated else plain(content)
        else:
            said[field.name] = [text(v) for v in content] if repeated else text(content)
    return said


def record(data):
    """A record of the log, with its payload opened."""
    parsed = message("sanzhang.log.v1.Record")
    parsed.ParseFromString(data)
    fact = message(parsed.type)
    fact.ParseFromString(parsed.payload)
    said = plain(parsed)
    said["payload"] = plain(fact)
    return said


def asked(of, callers=CALLERS, about=NAMES):
    """Everything that everybody gets: {(method, name, caller): answer}."""
    answers = {}
    for method in queries():
        service = method.containing_service.full_name
        taken = 0
        for name in about:
            request = filled(method, name, of.head)
            probe = of.call(service, method.name, ("sanzhang-service", "auditor"), request)
            if isinstance(probe, tuple) and probe[0] == "INVALID_ARGUMENT":
                continue
            taken += 1
            for caller in callers:
                answer = of.call(service, method.name, caller, request)
                answers[f"{service}/{method.name}", name, caller[1]] = (
                    answer if isinstance(answer, tuple) else plain(answer))
            if not {"parent", "name", "resolution", "stream"} & set(method.input_type.fields_by_name):
                break  # About nothing in particular.
        assert taken or about is not NAMES, f"no request of {method.full_name} is valid: teach this test to ask it"
    return answers


def apart(one, other, path=""):
    """Where two answers differ, as lines `path: one | other`."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from apart(one.get(key), other.get(key), f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for i, (a, b) in enumerate(zip(one, other)):
            yield from apart(a, b, f"{path}[{i}]")
    elif one != other:
        yield f"{path}: {one} | {other}"


def differences(one, other):
    return [(key, *apart(one[key], other[key])) for key in sorted(one) if one[key] != other[key]]


class OpenVoteTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="sanzhang-open-vote-")
        cls.addClassCleanup(scratch.cleanup)
        cls.worlds = {}
        for name, votes in (("as-it-is", ()), ("open-flipped", (OPEN, SECRET)), ("closed-flipped", (CLOSED,))):
            cls.worlds[name] = World(pathlib.Path(scratch.name), name, script_with(votes))
            cls.addClassCleanup(cls.worlds[name].stop)
            # Who looks at whose words is recorded once a day: from here on, asking adds nothing to the log.
            for about in (NAMES, [CLOSED]):
                asked(cls.worlds[name], about=about)
            cls.worlds[name].see_head()

    def both(self):
        return self.worlds["as-it-is"], self.worlds["open-flipped"]

    def test_no_query_watch_or_log_tells(self):
        one, other = self.both()
        self.assertEqual(one.head, other.head)
        answers = asked(one)
        self.assertEqual(differences(answers, asked(other)), [])
        # And that something was said at all.
        told = [key for key, answer in answers.items() if isinstance(answer, dict)]
        self.assertGreater(len(told), 100)
        self.assertTrue(any(OPEN in json.dumps(answers[key]) for key in told))

    def test_a_vote_that_has_closed_tells(self):
        one, other = self.worlds["as-it-is"], self.worlds["closed-flipped"]
        told = differences(asked(one, about=[CLOSED]), asked(other, about=[CLOSED]))
        self.assertTrue(told, "the comparison sees nothing at all")

    def test_no_refusal_and_no_rehearsal_tells(self):
        said = []
        for world in self.both():
            ballots = "sanzhang.resolution.v1.BallotService"
            answers = {}
            for voter in world.streams(f"{OPEN}/voters/"):
                for caller in CALLERS:
                    for choice in (1, 2, 3):
                        request = message("sanzhang.resolution.v1.CastBallotRequest", name=voter, validate_only=True,
                                          request_id="00000000-0000-4000-8000-000000000001")
                        request.paper.choices.add(item="a", choice=choice)
                        answer = world.call(ballots, "CastBallot", caller, request)
                        answers[voter, caller[1], choice] = answer if isinstance(answer, tuple) else plain(answer)
            said.append(answers)
        self.assertEqual(differences(*said), [])
        reasons = {str(answer) for answer in said[0].values()}
        self.assertGreater(len(reasons), 2, reasons)  # Some may cast, some have cast, some are no voters.

    def test_no_metric_tells(self):
        one, other = (world.metrics() for world in self.both())
        self.assertEqual(one, other)
        self.assertNotRegex("\n".join(one), "CHOICE|resolutions/|persons/")

    def test_no_file_beside_the_log_joins_voter_and_choice(self):
        for world in self.both():
            for path in (f for f in world.data.rglob("*") if f.is_file() and "log" not in f.relative_to(world.data).parts):
                bytes_ = path.read_bytes()
                for voter in world.streams(f"{OPEN}/ballots/"):
                    if "ballot-box" in path.name:
                        self.assertNotIn(voter.rpartition("/")[2].encode(), bytes_, path)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
