"""A server on a folder that a script has made, and everything that can be asked of it.

For tests that are run as `test.py PROGRAM ROOT DESCRIPTORS [unittest's own arguments]`.
"""

import json
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PROGRAM, ROOT, DESCRIPTORS = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
COMMUNITY = "communities/heping"
OPEN, SECRET = (f"{COMMUNITY}/resolutions/{r}" for r in ("gates", "committee-election"))
START_SECONDS, CALL_SECONDS, STOP_SECONDS = 120, 20, 30

# One of each kind, by what the demonstration seats them as.
CALLERS = [("sanzhang-person", p) for p in
           ("p-xu", "p-tang", "p-du", "p-zhang", "p-yang", "p-zhu", "p-zhao", "p-li", "p-wu", "p-zheng", "p-chen", "p-chu",
            "p-liu", "p-wei", "p-shen", "p-nobody")]
CALLERS += [("sanzhang-service", s) for s in ("auditor", "operator", "hotline", "importer")]
# What requests may be about. Those that a query does not take are left out, by its own word.
NAMES = [COMMUNITY, OPEN, SECRET, f"{COMMUNITY}/propertyAreas/garden", f"{COMMUNITY}/bodies/owners", f"{COMMUNITY}/bodies/property",
         f"{COMMUNITY}/buildings/b1", f"{COMMUNITY}/complaints/closed", f"{COMMUNITY}/notices/gates-notice",
         f"{COMMUNITY}/ratingCampaigns/autumn", "subdistricts/heping-street", "projections/resident", "resident"]


def pool_of(path):
    files = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(path).read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    services = [pool.FindServiceByName(f"{file.package}.{service.name}") for file in files.file for service in file.service]
    return pool, services


POOL, SERVICES = pool_of(DESCRIPTORS)
MESSAGES = message_factory.MessageFactory(POOL)


def message(full_name, **fields):
    return MESSAGES.GetPrototype(POOL.FindMessageTypeByName(full_name))(**fields)


def queries():
    """Every method that only reads; but for digests of rows, which hash what is of the moment."""
    for service in SERVICES:
        if service.full_name.startswith("sanzhang.views.") or service.full_name == "sanzhang.log.v1.EventLogService":
            for method in service.methods:
                if not method.name.startswith("Rebuild") and method.name != "GetProjectionDigest":
                    yield method


def script():
    """The demonstration's."""
    return json.loads((ROOT / "deploy/demo/heping.json").read_text())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class World:
    """A server on a folder that the script has made."""

    def __init__(self, scratch, name, script):
        self.data, self.keys = scratch / name, scratch / f"{name}.keys"
        file = scratch / f"{name}.json"
        file.write_text(json.dumps(script))
        subprocess.run([PROGRAM, "demo", f"--data={self.data}", f"--file={file}", f"--policy={ROOT}/deploy/policy"],
                       check=True, stdout=subprocess.DEVNULL)
        self.output = scratch / f"{name}.log"
        self.start()

    def start(self):
        self.http = f"127.0.0.1:{free_port()}"
        self.address = f"127.0.0.1:{free_port()}"
        self.log = self.output.open("a")
        self.server = subprocess.Popen([PROGRAM, "serve", f"--data={self.data}", f"--policy={ROOT}/deploy/policy",
                                        f"--listen={self.address}", f"--http-listen={self.http}"],
                                       stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.channel = grpc.insecure_channel(self.address)
        grpc.channel_ready_future(self.channel).result(timeout=START_SECONDS)
        self.see_head()

    def see_head(self):
        self.head = self.call("sanzhang.log.v1.EventLogService", "GetHead", CALLERS[-3], None).position

    def records(self, stream):
        """The records of a stream."""
        request = message("sanzhang.log.v1.ReadStreamRequest", stream=stream, page_size=1000)
        answer = self.call("sanzhang.log.v1.EventLogService", "ReadStream", ("sanzhang-service", "auditor"), request)
        record = MESSAGES.GetPrototype(POOL.FindMessageTypeByName("sanzhang.log.v1.Record"))
        return [record.FromString(data) for data in answer.records]

    def streams(self, prefix):
        """Names of the streams that begin so, as the log has them."""
        request = message("sanzhang.log.v1.ReadLogRequest", page_size=1000)
        request.filter.stream_prefix = prefix
        answer = self.call("sanzhang.log.v1.EventLogService", "ReadLog", ("sanzhang-service", "auditor"), request)
        names = set()
        for data in answer.records:
            parsed = message("sanzhang.log.v1.Record")
            parsed.ParseFromString(data)
            names.add(parsed.stream)
        return sorted(names)

    def metrics(self):
        """Names and labels of everything that is counted, but for calls: who asked what is no secret of the vote."""
        with urllib.request.urlopen(f"http://{self.http}/metrics", timeout=CALL_SECONDS) as page:
            return sorted({line.rpartition(" ")[0] for line in page.read().decode().splitlines()
                           if line and not line.startswith(("#", "grpc_"))})

    def stop(self):
        self.channel.close()
        self.server.terminate()
        try:
            self.server.wait(STOP_SECONDS)
        finally:
            self.server.kill()
            self.log.close()

    def call(self, service, method, caller, request):
        """The answer (of a stream the first), or (code, details)."""
        kind = POOL.FindServiceByName(service).FindMethodByName(method)
        request = request or MESSAGES.GetPrototype(kind.input_type)()
        answer_type = MESSAGES.GetPrototype(kind.output_type)
        streams = next(m.server_streaming for m in proto_of(kind.containing_service).method if m.name == method)
        way = self.channel.unary_stream if streams else self.channel.unary_unary
        stub = way(f"/{service}/{method}", request_serializer=lambda m: m.SerializeToString(),
                   response_deserializer=answer_type.FromString)
        try:
            answer = stub(request, metadata=(caller,), timeout=CALL_SECONDS)
            if not streams:
                return answer
            first = next(iter(answer))
            answer.cancel()
            return first
        except grpc.RpcError as error:
            return (error.code().name, error.details())


def proto_of(service):
    proto = descriptor_pb2.ServiceDescriptorProto()
    service.CopyToProto(proto)
    return proto


def filled(method, name, head):
    """A request of the method about that name, with all that such requests need."""
    request = MESSAGES.GetPrototype(method.input_type)()
    fields = method.input_type.fields_by_name
    for field in ("parent", "name", "resolution", "stream"):
        if field in fields:
            setattr(request, field, name)
            break
    for field, other in (("company", "bodies/property"), ("target", "bodies/property"), ("body", "bodies/committee")):
        if field in fields:
            setattr(request, field, f"{COMMUNITY}/{other}")
    now = int(time.time())
    moments = request.query if "query" in fields else request
    for field, seconds in (("from", now - 400 * 86400), ("to", now + 86400), ("at", now)):
        if field in moments.DESCRIPTOR.fields_by_name:
            getattr(moments, field).seconds = seconds
    if "metric" in fields:  # Turnout by heads; acknowledged on time.
        request.metric = 20 if "Vote" in method.name else 1
    if "month" in fields:
        request.month = time.strftime("%Y-%m", time.gmtime(now))
    if "page_size" in fields:
        request.page_size = 500
    if "min_position" in fields:
        request.min_position = head
    return request
