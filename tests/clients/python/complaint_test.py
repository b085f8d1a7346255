"""A complaint's way, from a resident's command to two bodies' screens."""

import session

import grpc
import community
import sanzhang_client as client
from sanzhang.complaint.v1 import complaint_pb2, complaint_service_pb2 as complaints
from sanzhang.log.v1 import event_log_service_pb2 as log, record_pb2
from sanzhang.type.v1 import place_pb2
from sanzhang.views.v1 import resident_service_pb2 as resident_views
from sanzhang.views.v1 import residents_committee_service_pb2 as committee_views

LI, WANG = client.person(community.RESIDENT), client.person(community.CHAIR)
WORDS = "三单元电梯每天停运，老人下不了楼。"


def filing():
    return complaints.FileComplaintRequest(
        parent=community.COMMUNITY, request_id=client.request_id(),
        category=complaint_pb2.CATEGORY_FACILITY,
        place=place_pb2.Place(building=community.BUILDING), text=community.words(WORDS))


class ComplaintTest(session.ServerTest):
    def head(self):
        return client.call(self.services.log.GetHead, log.GetHeadRequest(), client.OPERATOR).position

    def file(self, request=None):
        answer = client.call(self.services.complaint.FileComplaint, request or filing(), LI)
        self.assertNotIsInstance(answer, client.Refusal, answer)
        return answer

    def test_the_same_request_again_gets_the_same_answer(self):
        request = filing()
        first = self.file(request)
        head = self.head()
        self.assertEqual(self.file(request), first)
        self.assertEqual(self.head(), head)
        self.assertEqual(first.position, head)

    def test_it_is_stored_as_a_fact_that_names_itself(self):
        filed = self.file()
        page = client.call(self.services.log.ReadStream, log.ReadStreamRequest(stream=filed.name),
                           client.OPERATOR)
        self.assertEqual(page.head_revision, 1)
        record = record_pb2.Record.FromString(page.records[0])
        self.assertEqual(record.type, "sanzhang.complaint.v1.ComplaintFiled")
        self.assertEqual((record.stream, record.position), (filed.name, filed.position))
        self.assertEqual(record.actor.subject, community.person_name(community.RESIDENT))

    def test_its_complainant_and_the_committee_read_it_back(self):
        filed = self.file()
        mine = client.call(self.services.resident.GetMyComplaint, resident_views.GetMyComplaintRequest(
            name=filed.name, min_position=filed.position), LI)
        self.assertGreaterEqual(mine.freshness.as_of_position, filed.position)
        self.assertEqual((mine.complaint.text.text, mine.complaint.mine), (WORDS, True))

        theirs = client.call(self.services.committee.GetComplaint, committee_views.GetComplaintRequest(
            name=filed.name, min_position=filed.position), WANG)
        self.assertEqual(theirs.complaint.text.text, WORDS)
        self.assertEqual(theirs.complaint.etag, filed.etag)
        self.assertEqual(theirs.complaint.place.building, community.BUILDING)
        self.assertEqual(theirs.complaint.state, mine.complaint.state)

    def test_a_neighbour_does_not_see_it(self):
        filed = self.file()
        answer = client.call(self.services.resident.GetMyComplaint, resident_views.GetMyComplaintRequest(
            name=filed.name, min_position=filed.position), client.person(community.NEIGHBOUR))
        self.assertIsInstance(answer, client.Refusal)
        self.assertEqual((answer.code, answer.reason),
                         (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED"))

    def test_a_screen_follows_it(self):
        filed = self.file()
        watch = self.services.committee.WatchComplaints(
            committee_views.WatchComplaintsRequest(
                parent=community.COMMUNITY, filter=f'name = "{filed.name}"', min_position=filed.position),
            metadata=WANG, timeout=client.CALL_SECONDS)
        before = next(watch).complaints[0]
        self.assertEqual(before.state, complaint_pb2.STATE_FILED)
        accepted = client.call(self.services.complaint.AcceptComplaint, complaints.AcceptComplaintRequest(
            name=filed.name, request_id=client.request_id(), etag=before.etag), WANG)
        self.assertNotIsInstance(accepted, client.Refusal, accepted)
        after = next(answer for answer in watch if answer.freshness.as_of_position >= accepted.position)
        self.assertEqual(after.complaints[0].etag, accepted.etag)
        self.assertEqual(after.complaints[0].state, complaint_pb2.STATE_ACCEPTED)
        self.assertEqual(after.complaints[0].responsible_body, community.COMMITTEE)
        watch.cancel()


if __name__ == "__main__":
    session.main()
