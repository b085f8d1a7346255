"""Wrong input of each kind: the documented code, reason and every violation, and no event."""

import session

import grpc
import community
import sanzhang_client as client
from google.protobuf import empty_pb2
from sanzhang.complaint.v1 import complaint_pb2, complaint_service_pb2 as complaints
from sanzhang.log.v1 import event_log_service_pb2 as log
from sanzhang.registry.v1 import registry_service_pb2 as registry
from sanzhang.type.v1 import origin_pb2, place_pb2
from sanzhang.views.v1 import residents_committee_service_pb2 as committee_views

Code = grpc.StatusCode
LI, ZHAO = client.person(community.RESIDENT), client.person(community.NEIGHBOUR)
WANG = client.person(community.CHAIR)
NOBODY = ()
STRANGER = client.person("p-stranger")
FILED = f"{community.COMMUNITY}/complaints/filed"
ACCEPTED = f"{community.COMMUNITY}/complaints/accepted"
FIRST_REQUEST_ID = "6f2c1c52-3a5f-4f0e-9d8e-111111111111"


def filing(**changes):
    fields = {
        "parent": community.COMMUNITY, "request_id": client.request_id(),
        "category": complaint_pb2.CATEGORY_NOISE, "place": place_pb2.Place(building=community.BUILDING),
        "text": community.words("深夜装修。")}
    fields.update(changes)
    return complaints.FileComplaintRequest(**fields)


def accepting(name, **changes):
    return complaints.AcceptComplaintRequest(name=name, **{"request_id": client.request_id(), **changes})


def listing(**changes):
    return committee_views.ListComplaintsRequest(parent=community.COMMUNITY, **changes)


# Path, and whether the answer is a stream.
FILE = ("/sanzhang.complaint.v1.ComplaintService/FileComplaint", False)
# A command, a query, a watch, and the log's own: each comes by another way.
RPCS_OF_EACH_KIND = [
    (FILE, LI),
    (("/sanzhang.views.v1.ResidentsCommitteeService/ListComplaints", False), WANG),
    (("/sanzhang.views.v1.ResidentsCommitteeService/WatchComplaints", True), WANG),
    (("/sanzhang.log.v1.EventLogService/ReadStream", False), client.OPERATOR),
    (("/sanzhang.log.v1.EventLogService/Subscribe", True), client.OPERATOR)]


def varint(number):
    parts = []
    while number >= 0x80:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(parts + [number])


def first_of(method):
    """A call that streams, as one that answers once."""
    return lambda *arguments, **options: next(method(*arguments, **options))


# name, method, request, who, code, reason, fields with a violation (None: not looked at)
def cases(services):
    file, accept = services.complaint.FileComplaint, services.complaint.AcceptComplaint
    refuse, reopen = services.complaint.RefuseComplaint, services.complaint.ReopenComplaint
    listed, register = services.committee.ListComplaints, services.registry.RegisterBuilding
    invalid, denied = (Code.INVALID_ARGUMENT, "INVALID_REQUEST"), (Code.PERMISSION_DENIED, "PERMISSION_DENIED")
    return [
        ("everything missing", file, complaints.FileComplaintRequest(), LI, *invalid,
         {"parent", "request_id", "category", "place", "text"}),
        ("several wrong parts", file,
         filing(request_id="12", complaint_id="Not An Id", external_ref="7" * 65,
                place=place_pb2.Place(building="building 1")), LI, *invalid,
         {"request_id", "complaint_id", "external_ref", "place.building"}),
        ("an unknown enum value", file, filing(category=99), LI, *invalid, {"category"}),
        ("a place in another community", file,
         filing(place=place_pb2.Place(building="communities/c2/buildings/b1")), LI, *invalid, {"place.building"}),
        ("text too long", file, filing(text=community.words("长" * 3000)), LI, *invalid, {"text.content"}),
        ("a name of the wrong kind", accept, accepting(community.BUILDING), WANG, *invalid, {"name"}),
        ("unknown community, by a person", file,
         filing(parent="communities/c9", place=place_pb2.Place(building="communities/c9/buildings/b1")),
         LI, *denied, None),
        ("unknown community, by the operator", register,
         registry.RegisterBuildingRequest(parent="communities/c9", request_id=client.request_id(),
                                          building_id="b1", display_name="1号楼"),
         client.OPERATOR, Code.NOT_FOUND, "RESOURCE_NOT_FOUND", None),
        ("unknown building", file,
         filing(place=place_pb2.Place(building=f"{community.COMMUNITY}/buildings/b9")), LI,
         Code.NOT_FOUND, "RESOURCE_NOT_FOUND", None),
        ("unknown complaint", accept, accepting(f"{community.COMMUNITY}/complaints/none"), WANG,
         Code.NOT_FOUND, "COMPLAINT_NOT_FOUND", None),
        ("a name that is taken", file, filing(complaint_id="filed"), LI,
         Code.ALREADY_EXISTS, "RESOURCE_ALREADY_EXISTS", None),
        ("wrong state: accepted already", refuse,
         complaints.RefuseComplaintRequest(
             name=ACCEPTED, request_id=client.request_id(), told_to_complainant=True,
             reason=complaint_pb2.REFUSAL_REASON_OUT_OF_SCOPE, redirected_to="供水公司"),
         WANG, Code.FAILED_PRECONDITION, "COMPLAINT_NOT_AWAITING_INTAKE", None),
        ("wrong state: not closed", reopen,
         complaints.ReopenComplaintRequest(name=ACCEPTED, request_id=client.request_id(), reason="复发"),
         WANG, Code.FAILED_PRECONDITION, "COMPLAINT_NOT_CLOSED", None),
        ("nobody known", file, filing(), NOBODY, Code.UNAUTHENTICATED, "UNAUTHENTICATED", None),
        ("not allowed: no role here", file, filing(), STRANGER, *denied, None),
        ("not allowed: another's step", accept, accepting(FILED), ZHAO, *denied, None),
        ("not allowed, and it does not exist", accept, accepting(f"{community.COMMUNITY}/complaints/none"),
         ZHAO, *denied, None),
        ("import without the right", file, filing(origin=origin_pb2.Origin(channel=origin_pb2.CHANNEL_IMPORT)),
         LI, *denied, None),
        ("stale etag", accept, accepting(FILED, etag="stale"), WANG, Code.ABORTED, "REVISION_CONFLICT", None),
        ("reused request id, another body", file, filing(request_id=FIRST_REQUEST_ID), LI,
         Code.INVALID_ARGUMENT, "REQUEST_ID_REUSED", None),
        ("unknown page token", listed, listing(page_token="AAAA"), WANG,
         Code.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID", None),
        ("unreadable filter", listed, listing(filter="state LIKE 1"), WANG,
         Code.INVALID_ARGUMENT, "FILTER_INVALID", None),
        ("unknown column in the order", listed, listing(order_by="colour"), WANG,
         Code.INVALID_ARGUMENT, "ORDER_INVALID", None),
    ]


class RefusalsTest(session.ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        file, accept = cls.services.complaint.FileComplaint, cls.services.complaint.AcceptComplaint
        for method, request, who in (
                (file, filing(complaint_id="filed", request_id=FIRST_REQUEST_ID), LI),
                (file, filing(complaint_id="accepted"), LI),
                (accept, accepting(ACCEPTED), WANG)):
            answer = client.call(method, request, who)
            assert not isinstance(answer, client.Refusal), answer
        cls.settled = answer.position
        # The list below asks of a view; it must have come so far.
        client.call(cls.services.committee.ListComplaints, listing(min_position=cls.settled), WANG)

    def head(self):
        return client.call(self.services.log.GetHead, log.GetHeadRequest(), client.OPERATOR).position

    def assert_nothing_added(self, head):
        self.assertEqual(self.head(), head, "something was added to the log")

    def test_table(self):
        for name, method, request, who, code, reason, fields in cases(self.services):
            with self.subTest(name):
                head = self.head()
                answer = client.call(method, request, who)
                self.assertIsInstance(answer, client.Refusal, answer)
                self.assertEqual((answer.code, answer.reason), (code, reason), answer)
                if fields is not None:
                    self.assertEqual(set(answer.violations), fields, answer)
                    self.assertTrue(all(answer.violations.values()), answer)
                self.assert_nothing_added(head)

    def test_a_stale_etag_is_told_the_current_one(self):
        answer = client.call(self.services.complaint.AcceptComplaint, accepting(FILED, etag="stale"), WANG)
        self.assertEqual(answer.metadata.get("expected_etag"), "stale", answer)
        filed = client.call(self.services.committee.GetComplaint,
                            committee_views.GetComplaintRequest(name=FILED, min_position=self.settled), WANG)
        self.assertEqual(answer.metadata.get("current_etag"), filed.complaint.etag)

    def raw(self, body, rpc=FILE, who=LI):
        """Sends bytes that need not be a message."""
        path, streams = rpc
        make = self.server.channel.unary_stream if streams else self.server.channel.unary_unary
        method = make(path, request_serializer=lambda b: b, response_deserializer=empty_pb2.Empty.FromString)
        return client.call(first_of(method) if streams else method, body, who)

    def test_bytes_that_are_no_message(self):
        not_utf8, cut_short = b"\x0a\x01\xe9", b"\x0a\x7fcommunities/c"
        cases = [(FILE, LI, not_utf8)]
        cases += [(rpc, who, body) for rpc, who in RPCS_OF_EACH_KIND for body in (b"\xff\xff\xff\xff", cut_short)]
        for rpc, who, body in cases:
            with self.subTest(rpc=rpc, body=body):
                head = self.head()
                answer = self.raw(body, rpc, who)
                self.assertEqual((answer.code, answer.reason), (Code.INVALID_ARGUMENT, "MALFORMED_REQUEST"), answer)
                self.assert_nothing_added(head)

    def test_no_service_no_method(self):
        """What no service has stays gRPC's: a refusal of ours would claim to know the RPC."""
        answer = self.raw(b"", ("/sanzhang.complaint.v1.ComplaintService/Forget", False))
        self.assertEqual((answer.code, answer.reason), (Code.UNIMPLEMENTED, ""), answer)

    def test_a_message_that_is_too_large(self):
        padding = b"\xc2\xb8\x02" + varint(200_000) + b"x" * 200_000  # A field that nobody knows.
        for rpc, who in RPCS_OF_EACH_KIND:
            with self.subTest(rpc=rpc):
                head = self.head()
                answer = self.raw(padding, rpc, who)
                self.assertEqual((answer.code, answer.reason), (Code.INVALID_ARGUMENT, "TOO_LARGE"), answer)
                self.assertEqual(answer.metadata, {"bytes": str(len(padding)), "bytes_max": str(48 * 1024)}, answer)
                self.assert_nothing_added(head)

    def test_a_message_beyond_what_is_read(self):
        """Above 1 MiB gRPC answers by itself, as error_reason.proto says."""
        head = self.head()
        answer = self.raw(filing(text=community.words("长" * 400_000)).SerializeToString())
        self.assertEqual((answer.code, answer.reason), (Code.RESOURCE_EXHAUSTED, ""), answer)
        self.assert_nothing_added(head)

    def test_what_is_unknown_in_a_request_is_no_error(self):
        """A newer client's fields are ignored: field 5000, a varint."""
        answer = self.raw(filing().SerializeToString() + b"\xc0\xb8\x02\x01")
        self.assertNotIsInstance(answer, client.Refusal, answer)


if __name__ == "__main__":
    session.main()
