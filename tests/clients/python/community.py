"""A small community, registered by the operator: one building, a resident, a residents' committee of two."""

from sanzhang.registry.v1 import registry_service_pb2 as registry
from sanzhang.type.v1 import body_pb2, personal_text_pb2, place_pb2

import sanzhang_client as client

COMMUNITY = "communities/c1"
BUILDING = f"{COMMUNITY}/buildings/b1"
COMMITTEE = f"{COMMUNITY}/bodies/rc"
RESIDENT = "p-li"
NEIGHBOUR = "p-zhao"
CHAIR = "p-wang"
MEMBER = "p-chen"


def person_name(person_id):
    return f"{COMMUNITY}/persons/{person_id}"


def words(text, subject=""):
    return personal_text_pb2.PersonalText(subject=subject, content=text)


def found(services):
    """Registers it all; answers the position of the last command."""
    stub = services.registry

    def send(method, request):
        request.request_id = client.request_id()
        answer = client.call(method, request, client.OPERATOR)
        assert not isinstance(answer, client.Refusal), answer
        return answer.position

    send(stub.RegisterCommunity, registry.RegisterCommunityRequest(
        community_id="c1", display_name="幸福里社区", subdistrict="subdistricts/s1", households=1200))
    send(stub.RegisterBuilding, registry.RegisterBuildingRequest(
        parent=COMMUNITY, building_id="b1", display_name="1号楼"))
    for person_id, name in ((RESIDENT, "李静"), (NEIGHBOUR, "赵敏"), (CHAIR, "王芳"), (MEMBER, "陈强")):
        send(stub.RegisterPerson, registry.RegisterPersonRequest(
            parent=COMMUNITY, person_id=person_id, full_name=words(name, person_name(person_id))))
    for person_id in (RESIDENT, NEIGHBOUR):
        send(stub.EnrollResident, registry.EnrollResidentRequest(
            name=person_name(person_id), place=place_pb2.Place(building=BUILDING)))
        send(stub.ConfirmResident, registry.ConfirmResidentRequest(name=person_name(person_id)))
    send(stub.PrepareBody, registry.PrepareBodyRequest(
        parent=COMMUNITY, body_id="rc", kind=body_pb2.BODY_KIND_RESIDENTS_COMMITTEE,
        display_name="幸福里社区居民委员会"))
    send(stub.EstablishBody, registry.EstablishBodyRequest(name=COMMITTEE))
    position = 0
    for person_id, office in ((CHAIR, body_pb2.OFFICE_CHAIR), (MEMBER, body_pb2.OFFICE_MEMBER)):
        position = send(stub.SeatMember, registry.SeatMemberRequest(
            parent=COMMUNITY, body=COMMITTEE, person=person_name(person_id), office=office))
    return position


def prepare_body(services, body_id):
    """One more command; answers its position."""
    answer = client.call(services.registry.PrepareBody, registry.PrepareBodyRequest(
        parent=COMMUNITY, body_id=body_id, kind=body_pb2.BODY_KIND_SUPERVISION_COMMITTEE, display_name="监督委员会",
        request_id=client.request_id()), client.OPERATOR)
    assert not isinstance(answer, client.Refusal), answer
    return answer.position
