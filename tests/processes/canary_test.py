#!/usr/bin/env python3
"""Nothing that a person said or is called rests anywhere in the clear.

    canary_test.py PROGRAM ROOT DESCRIPTORS [unittest's own arguments]

The demonstration is played with a canary, a random word, in the place of every personal text; what its script does not do
is done to the running server, also wrongly: refused, rehearsed, repeated, malformed. Then everybody asks everything, so
that words are opened, and every byte of the data folder, the keys, what the process printed, its metrics and the log as
`audit read` prints it is searched for the canaries, in UTF-8, UTF-16, hexadecimal and base64.

A command that takes personal text and is not used here fails the test: teach it the command.
"""

import base64
import json
import pathlib
import random
import shutil
import string
import subprocess
import sys
import tempfile
import unittest
import uuid

import grpc
from google.protobuf import json_format

import world
from world import CALLERS, COMMUNITY, MESSAGES, NAMES, POOL, PROGRAM, SERVICES, World, filled, queries

TEXT = "sanzhang.type.v1.PersonalText"
# What is public, and rests in the clear: the search must find it.
PUBLIC = "".join(random.choices(string.ascii_letters, k=24))
SEED = random.randrange(2**32)
CHANCE = random.Random(SEED)


def texts_in(message_type, path="", above=()):
    """The paths of personal texts in a message, as in `notes[].text`."""
    for field in message_type.fields:
        if field.message_type is None or field.message_type in above:
            continue
        inner = f"{path}{field.name}" + ("[]" if field.label == field.LABEL_REPEATED else "")
        if field.message_type.full_name == TEXT:
            yield inner
        else:
            yield from texts_in(field.message_type, inner + ".", (*above, message_type))


def commands():
    """{`Service/Method`: (method, paths of its personal texts)} of all commands that take any."""
    found = {}
    for service in SERVICES:
        for method in service.methods:
            paths = list(texts_in(method.input_type))
            if paths and "request_id" in method.input_type.fields_by_name:
                found[f"{service.name}/{method.name}"] = (method, paths)
    return found


COMMANDS = commands()
METHODS = {f"{service.name}/{method.name}": method for service in SERVICES for method in service.methods}


class Canaries:
    """Makes them, and remembers where each was put."""

    def __init__(self):
        self.put = {}  # Canary: `Service/Method path`.

    def new(self, where):
        canary = "".join(CHANCE.choices(string.ascii_letters + string.digits, k=24))
        self.put[canary] = where
        return canary

    def fill(self, method, request):
        """Puts one into every personal text of a request in JSON."""
        for path in COMMANDS[method][1]:
            assert "." not in path and "[" not in path, f"{method} {path}: teach this test to fill it"
            text = request.setdefault(path, {})
            text["content"] = self.new(f"{method} {path}")

    def used(self):
        return {where for where in self.put.values()}


# Steps that the script lacks, before the step of that method about that resource.
VOTE = f"{COMMUNITY}/resolutions/parking"
MORE_STEPS = [
    ("ResolutionService/AppointCounters", f"{COMMUNITY}/resolutions/election", [
        {"as": "persons/p-xu", "method": "ResolutionService/ObjectElectorate", "request": {"name": VOTE}},
        {"as": "persons/p-zheng", "method": "ResolutionService/RuleElectorateObjection",
         "request": {"name": VOTE, "objection": "1", "reason": "查无此事"}}]),
    ("RatingService/SubmitRating", None, [
        {"as": "persons/p-xu", "method": "ResolutionService/ObjectTally", "request": {"name": VOTE}},
        {"as": "persons/p-wu", "method": "ResolutionService/Recount", "request": {"name": VOTE}}]),
    ("RatingService/OpenRectification", None, [
        {"as": "persons/p-xu", "method": "NoticeService/ObjectToNotice", "request": {"name": f"{COMMUNITY}/notices/autumn-result"}},
        {"as": "persons/p-xu", "method": "NoticeService/AskInquiry", "request": {"name": f"{COMMUNITY}/notices/autumn-result"}}]),
]


def script_with(canaries):
    script = world.script()
    steps = []
    more = list(MORE_STEPS)
    for step in script["steps"]:
        for extra in more:
            if step.get("method") == extra[0] and extra[1] in (None, step["request"].get("name")):
                steps += extra[2]
                more.remove(extra)
                break
        steps.append(step)
        if step.get("method") == "RatingService/AnnounceCampaign":
            # One that is open now, so that ratings can be revised.
            other = json.loads(json.dumps(step))
            other["request"].update(rating_campaign_id="winter", closes="{time +20d 18:00}")
            steps.append(other)
    assert not more, f"the script has no step for {more}"
    for step in steps:
        if step.get("method") in COMMANDS:
            canaries.fill(step["method"], step["request"])
    complaint = next(s for s in steps if s.get("method") == "ComplaintService/FileComplaint")
    complaint["request"]["sub_category"] = PUBLIC
    script["steps"] = steps
    return script


class Person:
    """Sends commands as someone."""

    def __init__(self, of, canaries, caller):
        self.of, self.canaries, self.caller = of, canaries, caller

    def __call__(self, method, fill=True, **request):
        request.setdefault("request_id", str(uuid.uuid4()))
        if fill and method in COMMANDS:
            self.canaries.fill(method, request)
        kind = METHODS[method]
        parsed = json_format.ParseDict(request, MESSAGES.GetPrototype(kind.input_type)(), descriptor_pool=POOL)
        return self.of.call(kind.containing_service.full_name, kind.name, self.caller, parsed), request


def done(answered):
    answer, request = answered
    assert not isinstance(answer, tuple), (answer, request)
    return answer


def use_the_rest(of, canaries):
    """The commands that the script does not use."""
    xu = Person(of, canaries, ("sanzhang-person", "p-xu"))
    he = Person(of, canaries, ("sanzhang-person", "p-he"))
    scores = [{"dimension": d, "value": 3} for d in ("cleaning", "security", "repair", "service")]
    dwelling = f"{COMMUNITY}/dwellings/b1-1-101"
    rating = done(xu("RatingService/SubmitRating", parent=f"{COMMUNITY}/ratingCampaigns/winter", dwelling=dwelling,
                     scores=scores)).name
    done(xu("RatingService/ReviseRating", name=rating, dwelling=dwelling, scores=scores))
    done(he("RatingService/RateService", parent=COMMUNITY, service=f"{COMMUNITY}/complaints/closed", score=5))
    # A word of one's own is corrected: that of a complaint.
    complaint = f"{COMMUNITY}/complaints/filed"
    filed = next(r for r in of.records(complaint) if r.type.endswith("ComplaintFiled"))
    wrong = {"stream": complaint, "event_id": filed.event_id.hex(), "field": "text"}
    asked = done(xu("PrivacyService/ReceiveSubjectRequest", parent=COMMUNITY, kind="SUBJECT_REQUEST_KIND_CORRECTION",
                    subject=f"{COMMUNITY}/persons/p-xu", concerns=[wrong])).name
    zhou = Person(of, canaries, ("sanzhang-person", "p-zhou"))
    done(zhou("PrivacyService/VerifySubjectRequest", name=asked, identity_level="IDENTITY_LEVEL_REAL_NAME", evidence="当面核对"))
    done(zhou("PrivacyService/CorrectPersonalData", name=asked, corrects=wrong))


def misuse(of, canaries):
    """What is refused, rehearsed, repeated or malformed; answers what was said to it."""
    xu = Person(of, canaries, ("sanzhang-person", "p-xu"))
    file, place = "ComplaintService/FileComplaint", {"entrance": f"{COMMUNITY}/entrances/b1-1"}
    good = {"parent": COMMUNITY, "category": "CATEGORY_NOISE", "place": place}
    said = [answer for answer, _ in (
        xu(file, parent="communities/", category="CATEGORY_NOISE"),
        xu(file, **good, validate_only=True),
        xu(file, **{**good, "parent": "communities/none"}),
        xu(file, **good, fill=False, text={"content": canaries.new("too long") * 400}),
        xu(file, **good, fill=False, text={"subject": f"{COMMUNITY}/persons/nobody", "content": canaries.new("of nobody")}),
        xu(file, **good, fill=False, text={"subject": "communities/c2/persons/p-xu", "content": canaries.new("elsewhere")}),
        xu(file, **good, fill=False, text={"content": canaries.new("sealed"), "sealed": {"key_version": 1}}),
        Person(of, canaries, ("sanzhang-person", "p-nobody"))(file, **good))]
    again = str(uuid.uuid4())
    first, request = xu(file, **good, request_id=again)
    same, _ = xu(file, fill=False, **request)
    assert not isinstance(first, tuple) and first.name == same.name, (first, same)
    other, _ = xu(file, **good, request_id=again)
    assert isinstance(other, tuple) and other[1].startswith("REQUEST_ID_REUSED"), other
    said.append(other)
    # No request at all, with a canary in it.
    garbage = of.channel.unary_unary("/sanzhang.complaint.v1.ComplaintService/FileComplaint")
    try:
        garbage(b"\xff\xff" + canaries.new("malformed").encode(), metadata=(("sanzhang-person", "p-xu"),), timeout=20)
    except grpc.RpcError as error:
        said.append((error.details(), error.trailing_metadata()))
    return [str(answer) for answer in said]


def ask_everything(of):
    """How many sealed words were shown, by words as everybody got them."""
    shown = []
    head = of.head
    for method in queries():
        for name in NAMES:
            request = filled(method, name, head)
            for caller in CALLERS:
                answer = of.call(method.containing_service.full_name, method.name, caller, request)
                if not isinstance(answer, tuple):
                    shown.append(str(answer) if "log.v1" not in method.full_name else answer.SerializeToString())
    return shown


def patterns(word):
    """The word's bytes in the ways that it might rest somewhere."""
    utf8 = word.encode()
    yield from (utf8, word.encode("utf-16-le"), word.encode("utf-16-be"), utf8.hex().encode(), utf8.hex().upper().encode())
    for shift in range(3):  # Of base64, what does not depend on what stands before and behind.
        code = base64.b64encode(b"\0" * shift + utf8 + b"\0" * 3)
        yield code[(4 if shift else 0):(len(utf8) + shift) // 3 * 4]


def found_in(bytes_, words):
    dense = bytes_.replace(b"\0" * 4096, b"")
    return [word for word in words if any(pattern in dense for pattern in patterns(word))]


class CanaryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print(f"seed {SEED}", file=sys.stderr)
        scratch = tempfile.TemporaryDirectory(prefix="sanzhang-canary-")
        cls.addClassCleanup(scratch.cleanup)
        cls.canaries = Canaries()
        cls.world = World(pathlib.Path(scratch.name), "cage", script_with(cls.canaries))
        cls.addClassCleanup(cls.world.stop)
        use_the_rest(cls.world, cls.canaries)
        cls.refusals = misuse(cls.world, cls.canaries)
        cls.world.see_head()
        cls.answers = ask_everything(cls.world)
        cls.metrics = "\n".join(cls.world.metrics())
        cls.printed = subprocess.run([PROGRAM, "audit", "read", "--json", f"--address={cls.world.address}", "--service=auditor"],
                                     check=True, stdout=subprocess.PIPE).stdout

    def test_every_command_with_personal_text_is_used(self):
        wanted = {f"{method} {path}" for method, (_, paths) in COMMANDS.items() for path in paths}
        self.assertEqual(wanted - self.canaries.used(), set(), "teach this test to use them")
        self.assertGreater(len(wanted), 10)

    def test_words_are_shown_to_those_who_may_see_them(self):
        answers = "\n".join(answer for answer in self.answers if isinstance(answer, str))
        shown = {self.canaries.put[word] for word in self.canaries.put if word in answers}
        for where in ("ComplaintService/FileComplaint text", "ComplaintService/FileComplaint contact",
                      "ComplaintService/AnswerComplaint explanation", "NoticeService/AskInquiry question"):
            self.assertIn(where, shown)
        for never in ("UNREADABLE", "sealed {"):
            self.assertNotIn(never, answers)

    def test_no_refusal_repeats_them(self):
        self.assertGreater(len(self.refusals), 8)
        self.assertEqual(found_in("\n".join(self.refusals).encode(), self.canaries.put), [])

    def test_the_log_says_nothing(self):
        self.assertIn(b"ComplaintFiled", self.printed)
        self.assertIn(PUBLIC.encode(), self.printed)
        self.assertEqual(found_in(self.printed, self.canaries.put), [])
        for answer in self.answers:
            if isinstance(answer, bytes):
                self.assertEqual(found_in(answer, self.canaries.put), [])

    def test_nothing_is_counted_or_printed(self):
        self.assertNotIn("persons/", self.metrics)
        self.assertEqual(found_in(self.metrics.encode(), self.canaries.put), [])
        self.assertEqual(found_in(self.world.output.read_bytes(), self.canaries.put), [])

    def test_no_file_holds_them(self):
        found, files = {}, 0
        public = []
        for folder in (self.world.data, self.world.keys):
            for path in (f for f in folder.rglob("*") if f.is_file()):
                files += 1
                bytes_ = path.read_bytes()
                if words := found_in(bytes_, self.canaries.put):
                    found[str(path)] = sorted({self.canaries.put[word] for word in words})
                if found_in(bytes_, [PUBLIC]):
                    public.append(path)
        self.assertEqual(found, {})
        self.assertGreater(files, 10)
        self.assertTrue([p for p in public if "log" in p.parts], "the search does not find what is there")
        self.assertTrue([p for p in public if "views" in p.parts], "the search does not find what is there")

    def test_the_search_finds_every_form(self):
        word = "Zx81QyJkpA02"
        utf8 = word.encode()
        for form in (utf8, word.encode("utf-16-le"), word.encode("utf-16-be"), utf8.hex().encode(), utf8.hex().upper().encode(),
                     *(base64.b64encode(b"x" * before + utf8 + b"y" * 5) for before in range(4))):
            self.assertEqual(found_in(b"..." + form + b"...", [word]), [word], form)


class ErasureTest(unittest.TestCase):
    """One person asks to be forgotten: what she said is gone, and an old copy of the keys does not bring it back."""

    WREN = ("sanzhang-person", "p-wren")

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="sanzhang-erasure-")
        self.addCleanup(scratch.cleanup)
        self.canaries = Canaries()
        script = world.script()
        script["steps"] += [
            {"as": "services/operator", "method": "RegistryService/RegisterPerson",
             "request": {"parent": COMMUNITY, "person_id": "p-wren", "full_name": {"content": self.canaries.new("name")},
                         "phone": {"content": self.canaries.new("phone")}}},
            {"as": "persons/p-li", "method": "RegistryService/EnrollResident",
             "request": {"name": f"{COMMUNITY}/persons/p-wren", "place": {"dwelling": f"{COMMUNITY}/dwellings/b1-1-101"}}},
            {"as": "persons/p-li", "method": "RegistryService/ConfirmResident", "request": {"name": f"{COMMUNITY}/persons/p-wren"}}]
        self.world = World(pathlib.Path(scratch.name), "forgetful", script)
        self.addCleanup(lambda: self.world.stop())
        self.wren = Person(self.world, self.canaries, self.WREN)
        done(self.wren("NoticeService/AskInquiry", name=f"{COMMUNITY}/notices/autumn-result"))
        self.question = next(word for word, where in self.canaries.put.items() if "question" in where)

    def inquiries(self):
        """Everything that the committee, which she asked, and she herself are told of questions."""
        self.world.see_head()
        answers = [self.world.call(method.containing_service.full_name, method.name, caller, filled(method, COMMUNITY, self.world.head))
                   for method in queries() if "Inquir" in method.name for caller in (("sanzhang-person", "p-li"), self.WREN)]
        return "\n".join(str(answer) for answer in answers if not isinstance(answer, tuple))

    def test_she_sees_who_looked_and_as_what(self):
        self.inquiries()
        self.world.see_head()
        method = next(m for m in queries() if m.name == "ListWhoLooked")
        request = filled(method, COMMUNITY, self.world.head)
        looks = self.world.call(method.containing_service.full_name, method.name, self.WREN, request).looks
        names = looks[0].DESCRIPTOR.fields_by_name["capacity"].enum_type.values_by_number
        seen = {(look.method.split(".")[-2], names[look.capacity].name) for look in looks}
        self.assertIn(("ResidentsCommitteeService", "ROLE_RESIDENTS_COMMITTEE"), seen)
        self.assertNotIn(("ResidentsCommitteeService", "ROLE_UNSPECIFIED"), seen)

    def erase(self):
        asked = done(self.wren("PrivacyService/ReceiveSubjectRequest", parent=COMMUNITY, kind="SUBJECT_REQUEST_KIND_ERASURE",
                               subject=f"{COMMUNITY}/persons/p-wren")).name
        first, second = (Person(self.world, self.canaries, ("sanzhang-person", who)) for who in ("p-zhou", "p-gao"))
        done(first("PrivacyService/VerifySubjectRequest", name=asked, identity_level="IDENTITY_LEVEL_REAL_NAME", evidence="当面核对"))
        done(first("PrivacyService/ProposeErasure", name=asked, ground=3, reason="撤回同意"))
        done(second("PrivacyService/ApproveErasure", name=asked))

    def assert_erased(self):
        told = self.inquiries()
        self.assertIn("WORDS_STATE_ERASED", told)
        self.assertNotIn(self.question, told)
        self.assertNotIn("UNREADABLE", told)

    def test_what_was_erased_is_gone_and_stays_so(self):
        persons, backup = self.world.keys / "persons", self.world.keys.with_suffix(".old")
        self.assertIn(self.question, self.inquiries())
        shutil.copytree(self.world.keys, backup)
        (old_key,) = (path.read_bytes() for path in (backup / "persons").glob("epoch.*.key"))
        self.erase()
        self.assert_erased()
        self.world.stop()
        for folder in (self.world.data, self.world.keys):
            for path in (f for f in folder.rglob("*") if f.is_file()):
                bytes_ = path.read_bytes()
                self.assertNotIn(old_key, bytes_, path)
                self.assertEqual(found_in(bytes_, self.canaries.put), [], path)
        # The old keys come back, the log does not: it obeys its ledger before it serves.
        shutil.rmtree(self.world.keys)
        shutil.copytree(backup, self.world.keys)
        self.world.start()
        self.assert_erased()
        (new_key,) = (path.read_bytes() for path in persons.glob("epoch.*.key"))
        self.assertNotEqual(new_key, old_key)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
