"""What a client program needs beside the stubs: who calls, request ids, errors with their details."""

import uuid
from typing import NamedTuple

import grpc
from google.rpc import error_details_pb2, status_pb2
from sanzhang.complaint.v1 import complaint_service_pb2_grpc
from sanzhang.log.v1 import event_log_service_pb2_grpc
from sanzhang.registry.v1 import registry_service_pb2_grpc
from sanzhang.views.v1 import (resident_service_pb2_grpc, residents_committee_service_pb2_grpc)

CALL_SECONDS = 20


def person(person_id):
    return (("sanzhang-person", person_id),)


def service(service_id):
    return (("sanzhang-service", service_id),)


OPERATOR = service("operator")


def request_id():
    return str(uuid.uuid4())


class Services:
    def __init__(self, channel):
        self.registry = registry_service_pb2_grpc.RegistryServiceStub(channel)
        self.complaint = complaint_service_pb2_grpc.ComplaintServiceStub(channel)
        self.log = event_log_service_pb2_grpc.EventLogServiceStub(channel)
        self.committee = residents_committee_service_pb2_grpc.ResidentsCommitteeServiceStub(channel)
        self.resident = resident_service_pb2_grpc.ResidentServiceStub(channel)


class Refusal(NamedTuple):
    code: grpc.StatusCode
    reason: str  # Empty: the error is not ours, and its outcome is unknown.
    metadata: dict
    violations: dict  # Field → what is wrong with it.
    message: str


def refusal_of(error):
    """The google.rpc details that travel in the trailers of a failed call."""
    trailers = dict(error.trailing_metadata() or ())
    status = status_pb2.Status.FromString(trailers.get("grpc-status-details-bin", b""))
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(bad)
    assert info.domain in ("", "sanzhang"), info.domain
    return Refusal(error.code(), info.reason, dict(info.metadata),
                   {v.field: v.description for v in bad.field_violations}, error.details())


def call(method, request, who, timeout=CALL_SECONDS):
    """The answer, or the Refusal."""
    try:
        return method(request, metadata=who, timeout=timeout)
    except grpc.RpcError as error:
        return refusal_of(error)
