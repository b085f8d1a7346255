#include "tests/crash/crash_client.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "tests/support/random_uuid.h"
#include "tests/support/refusal_reason.h"

namespace sanzhang::crash {
namespace {

using namespace registry::v1;   // NOLINT: the commands of the set-up.
using namespace complaint::v1;  // NOLINT: the commands of the load.

// Whether the answer settles the command for ever. Errors that say "again, please" do not.
bool IsDefinite(const grpc::Status& status) {
  if (status.ok()) return true;
  const std::string reason = support::ReasonOf(status);
  return !reason.empty() && status.error_code() != grpc::UNAVAILABLE &&
         status.error_code() != grpc::RESOURCE_EXHAUSTED &&
         status.error_code() != grpc::DEADLINE_EXCEEDED;
}

}  // namespace

Stubs::Stubs(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL,
                   1);  // No back-off left over from another life.
  const auto channel =
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  complaint = ComplaintService::NewStub(channel);
  registry = RegistryService::NewStub(channel);
  log = log::v1::EventLogService::NewStub(channel);
}

std::string CrashClient::Uuid() { return support::RandomUuid(random_); }

template <class Request, class Response, class Service>
void CrashClient::Command(Stubs& stubs, Request request, const std::string& who,
                          std::unique_ptr<Service> Stubs::*service,
                          grpc::Status (Service::*method)(grpc::ClientContext*, const Request&,
                                                          Response*),
                          bool expect_refusal) {
  const auto send = [this, request, who, service, method](Stubs& now) {
    grpc::ClientContext context;
    const bool is_service = who == "operator";
    context.AddMetadata(is_service ? "sanzhang-service" : "sanzhang-person", who);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    Response response;
    const grpc::Status status = ((now.*service).get()->*method)(&context, request, &response);
    if (!IsDefinite(status)) return;
    const absl::MutexLock lock(&mutex_);
    resend_.erase(request.request_id());
    if (!status.ok()) {
      journal_.Refused(request.request_id());
      return;
    }
    journal_.Acked(request.request_id(), response.name(), response.position());
    if constexpr (std::is_same_v<Request, FileComplaintRequest>) filed_.push_back(response.name());
  };
  journal_.Intend(request.request_id(), expect_refusal);
  {
    const absl::MutexLock lock(&mutex_);
    resend_[request.request_id()] = send;
  }
  send(stubs);
}

void CrashClient::SetUp(Stubs& stubs) {
  const auto id = [this] {
    const absl::MutexLock lock(&mutex_);
    return Uuid();
  };
  const auto make = [&]<class Request>(Request request) {
    request.set_request_id(id());
    return request;
  };
  const std::string community = kCommunity;
  RegisterCommunityRequest registering = make(RegisterCommunityRequest());
  registering.set_community_id("crash");
  registering.set_display_name("试验社区");
  registering.set_subdistrict("subdistricts/test");
  Command(stubs, registering, "operator", &Stubs::registry,
          &RegistryService::Stub::RegisterCommunity);
  RegisterBuildingRequest building = make(RegisterBuildingRequest());
  building.set_parent(community);
  building.set_building_id("b1");
  building.set_display_name("1号楼");
  Command(stubs, building, "operator", &Stubs::registry, &RegistryService::Stub::RegisterBuilding);
  PrepareBodyRequest body = make(PrepareBodyRequest());
  body.set_parent(community);
  body.set_body_id("rc");
  body.set_kind(type::v1::BODY_KIND_RESIDENTS_COMMITTEE);
  body.set_display_name("居民委员会");
  Command(stubs, body, "operator", &Stubs::registry, &RegistryService::Stub::PrepareBody);
  EstablishBodyRequest establish = make(EstablishBodyRequest());
  establish.set_name(community + "/bodies/rc");
  Command(stubs, establish, "operator", &Stubs::registry, &RegistryService::Stub::EstablishBody);
  for (const char* person : {"p-clerk", "p-resident"}) {
    RegisterPersonRequest request = make(RegisterPersonRequest());
    request.set_parent(community);
    request.set_person_id(person);
    Command(stubs, request, "operator", &Stubs::registry, &RegistryService::Stub::RegisterPerson);
  }
  SeatMemberRequest seat = make(SeatMemberRequest());
  seat.set_parent(community);
  seat.set_membership_id("m-clerk");
  seat.set_body(community + "/bodies/rc");
  seat.set_person(community + "/persons/p-clerk");
  seat.set_office(type::v1::OFFICE_MEMBER);
  Command(stubs, seat, "operator", &Stubs::registry, &RegistryService::Stub::SeatMember);
  EnrollResidentRequest enroll = make(EnrollResidentRequest());
  enroll.set_name(community + "/persons/p-resident");
  enroll.mutable_place()->set_building(community + "/buildings/b1");
  Command(stubs, enroll, "operator", &Stubs::registry, &RegistryService::Stub::EnrollResident);
  ConfirmResidentRequest confirm = make(ConfirmResidentRequest());
  confirm.set_name(community + "/persons/p-resident");
  Command(stubs, confirm, "operator", &Stubs::registry, &RegistryService::Stub::ConfirmResident);
}

void CrashClient::SendOne(Stubs& stubs) {
  std::string request_id;
  std::string to_accept;
  unsigned choice = 0;
  {
    const absl::MutexLock lock(&mutex_);
    request_id = Uuid();
    choice = static_cast<unsigned>(random_() % 10);
    if (choice >= 6 && choice < 9 && !filed_.empty()) {
      to_accept = std::move(filed_.back());
      filed_.pop_back();
    }
  }
  if (!to_accept.empty()) {
    AcceptComplaintRequest request;
    request.set_name(to_accept);
    request.set_request_id(request_id);
    Command(stubs, request, "p-clerk", &Stubs::complaint, &ComplaintService::Stub::AcceptComplaint);
    return;
  }
  FileComplaintRequest request;
  request.set_parent(kCommunity);
  request.set_request_id(request_id);
  request.set_category(CATEGORY_NOISE);
  request.mutable_place()->set_building(std::string(kCommunity) + "/buildings/b1");
  request.mutable_text()->set_content("夜间施工噪声扰民。");
  // A stranger may not file: refused whenever it is sent.
  const bool refused = choice == 9;
  Command(stubs, request, refused ? "p-stranger" : "p-resident", &Stubs::complaint,
          &ComplaintService::Stub::FileComplaint, refused);
}

void CrashClient::Resolve(Stubs& stubs) {
  std::map<std::string, std::function<void(Stubs&)>> unknown;
  {
    const absl::MutexLock lock(&mutex_);
    unknown = resend_;
  }
  for (const auto& [id, send] : unknown) send(stubs);
}

std::vector<log::v1::Record> ReadAll(Stubs& stubs) {
  std::vector<log::v1::Record> records;
  log::v1::ReadLogRequest request;
  request.set_from_position(1);
  request.set_page_size(1000);
  for (;;) {
    grpc::ClientContext context;
    context.AddMetadata("sanzhang-service", "auditor");
    log::v1::ReadLogResponse response;
    const grpc::Status status = stubs.log->ReadLog(&context, request, &response);
    if (!status.ok()) {
      std::fprintf(stderr, "reading the log: %s\n", status.error_message().c_str());
      std::abort();
    }
    for (const std::string& bytes : response.records()) {
      if (!records.emplace_back().ParseFromString(bytes)) std::abort();
    }
    if (response.next_position() > response.head_position()) return records;
    request.set_from_position(response.next_position());
  }
}

}  // namespace sanzhang::crash
