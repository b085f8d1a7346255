#include "tests/support/owners_vote.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"
#include "sanzhang/registry/v1/registry_service.grpc.pb.h"
#include "sanzhang/resolution/v1/ballot_service.grpc.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "sanzhang/resolution/v1/resolution_service.grpc.pb.h"
#include "tests/support/random_uuid.h"
#include "tests/support/refusal_reason.h"
#include "tests/support/text_proto.h"

namespace sanzhang::support {
namespace {

using log::v1::EventLogService;
using registry::v1::RegistryService;
using resolution::v1::BallotService;
using resolution::v1::ResolutionService;

constexpr char kOperator[] = "services/operator";
constexpr char kChair[] = "persons/chair";
constexpr int kChannels = 4;
constexpr int kSetUpInFlightMax = 256;
constexpr int kPageRecords = 1000;
constexpr int kWaitMs = 60'000;

// Long enough for what the rules of owners ask for: 15 clear days of notice, 7 of the roll.
constexpr absl::Duration kNoticedBefore = absl::Hours(24 * 50);
constexpr absl::Duration kFrozenBefore = absl::Hours(24 * 40);
constexpr absl::Duration kOpenedBefore = absl::Hours(24 * 20);

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

// `~` stands for the community.
std::string Expand(std::string_view text) {
  return absl::StrReplaceAll({text.data(), text.size()}, {{"~", "communities/crowd"}});
}

// Of whole microseconds, like all times of facts.
std::string Stamp(absl::Time time) {
  const std::int64_t us = absl::ToUnixMicros(time);
  return absl::StrCat("{ seconds: ", us / 1'000'000, " nanos: ", us % 1'000'000 * 1000, " }");
}

// What was written down on that day.
std::string OnPaper(absl::Time day) {
  return absl::StrCat(" origin { channel: CHANNEL_PAPER witness: '~/persons/p1' occurred_at ",
                      Stamp(day), " }");
}

template <class Request, class Response>
struct Call {
  grpc::ClientContext context;
  Request request;
  Response response;
};

void Identify(std::string_view who, grpc::ClientContext& context) {
  const bool person = who.starts_with("persons/");
  context.AddMetadata(person ? "sanzhang-person" : "sanzhang-service",
                      std::string(who.substr(who.find('/') + 1)));
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(2));
}

}  // namespace

struct OwnersVote::Stubs {
  explicit Stubs(const std::shared_ptr<grpc::Channel>& channel)
      : registry(RegistryService::NewStub(channel)),
        resolution(ResolutionService::NewStub(channel)),
        ballot(BallotService::NewStub(channel)),
        log(EventLogService::NewStub(channel)) {}

  const std::unique_ptr<RegistryService::Stub> registry;
  const std::unique_ptr<ResolutionService::Stub> resolution;
  const std::unique_ptr<BallotService::Stub> ballot;
  const std::unique_ptr<EventLogService::Stub> log;
};

OwnersVote::OwnersVote(const std::string& address) {
  for (int i = 0; i < kChannels; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // A connection for each channel.
    stubs_.push_back(std::make_unique<Stubs>(
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments)));
  }
}

OwnersVote::~OwnersVote() = default;

std::string OwnersVote::NameOf(const std::string& id) {
  return absl::StrCat("communities/crowd/resolutions/", id);
}

std::string OwnersVote::RequestId() { return RandomUuid(random_); }

// Sends a command of the set-up. Does not wait for its answer: in_flight_ does.
template <class Request, class Response, class Start>
void OwnersVote::Do(std::string_view who, std::string_view text, Start start) {
  auto call = std::make_shared<Call<Request, Response>>();
  call->request = Text<Request>(Expand(text));
  call->request.set_request_id(RequestId());
  Identify(who, call->context);
  in_flight_.Begin(kSetUpInFlightMax);
  start(*stubs_[sent_++ % stubs_.size()], &call->context, &call->request, &call->response,
        [this, call](const grpc::Status& status) {
          if (!status.ok()) Fail(OutcomeOf(status) + ": " + call->request.ShortDebugString());
          in_flight_.End();
        });
}

#define SANZHANG_DO(who, service, Rpc, text)                 \
  Do<service::v1::Rpc##Request, service::v1::Rpc##Response>( \
      who, text,                                             \
      [](Stubs& stubs, auto... call) { stubs.service->async()->Rpc(std::move(call)...); })
#define SANZHANG_REGISTER(Rpc, text) SANZHANG_DO(kOperator, registry, Rpc, text)

void OwnersVote::SetUpBodies() {
  const auto settle = [this] { in_flight_.WaitForAll(); };
  SANZHANG_REGISTER(RegisterCommunity,
                    "community_id: 'crowd' display_name: '千户社区' subdistrict: 'subdistricts/x'");
  settle();
  SANZHANG_REGISTER(RegisterPropertyArea,
                    "parent: '~' property_area_id: 'garden' display_name: '千户花园'");
  SANZHANG_REGISTER(RegisterPerson, "parent: '~' person_id: 'chair'");
  settle();
  SANZHANG_REGISTER(RegisterBuilding,
                    "parent: '~' building_id: 'b1' display_name: '1号楼' "
                    "property_area: '~/propertyAreas/garden'");
  SANZHANG_REGISTER(PrepareBody,
                    "parent: '~' body_id: 'assembly' kind: BODY_KIND_OWNERS_ASSEMBLY "
                    "display_name: '业主大会' property_area: '~/propertyAreas/garden'");
  settle();
  SANZHANG_REGISTER(EstablishBody, "name: '~/bodies/assembly'");
  settle();
  SANZHANG_REGISTER(PrepareBody,
                    "parent: '~' body_id: 'committee' kind: BODY_KIND_OWNERS_COMMITTEE "
                    "display_name: '业主委员会' property_area: '~/propertyAreas/garden'");
  settle();
  SANZHANG_REGISTER(EstablishBody, "name: '~/bodies/committee'");
  settle();
  SANZHANG_REGISTER(SeatMember,
                    "parent: '~' membership_id: 'chair' body: '~/bodies/committee' "
                    "person: '~/persons/chair' office: OFFICE_CHAIR");
  settle();
}

void OwnersVote::Register(int owners) {
  SetUpBodies();
  for (int i = 1; i <= owners; ++i) {
    SANZHANG_REGISTER(RegisterPerson, absl::StrCat("parent: '~' person_id: 'p", i, "'"));
    SANZHANG_REGISTER(RegisterDwelling,
                      absl::StrCat("parent: '~' dwelling_id: 'd", i, "' display_name: '", i,
                                   "室' building: '~/buildings/b1' area_dm2: ", 5000 + i,
                                   " area_source: AREA_SOURCE_REGISTER kind: DWELLING_KIND_HOME"));
  }
  in_flight_.WaitForAll();
  for (int i = 1; i <= owners; ++i) {
    SANZHANG_REGISTER(RecordOwnership,
                      absl::StrCat("name: '~/dwellings/d", i, "' owners { person: '~/persons/p", i,
                                   "' share_numerator: 1 share_denominator: 1 } basis: '登记'"));
  }
  in_flight_.WaitForAll();
}

std::vector<Elector> OwnersVote::Open(const std::string& id, absl::Time closes) {
  const auto settle = [this] { in_flight_.WaitForAll(); };
  const absl::Time now = absl::Now();
  const std::string name = absl::StrCat("name: '", NameOf(id), "' ");
  SANZHANG_DO(kChair, resolution, DraftMotion,
              absl::StrCat("parent: '~' resolution_id: '", id,
                           "' regime: REGIME_OWNERS matter: MATTER_CODE_CC278_9 title: '议题' "
                           "text: '表决' items { code: 'a' text: '同意' } "
                           "property_area: '~/propertyAreas/garden'"));
  settle();
  SANZHANG_DO(kChair, resolution, NoticeVote,
              absl::StrCat(name, "opens ", Stamp(now - kOpenedBefore), " closes ", Stamp(closes),
                           " mode: VOTE_MODE_ELECTRONIC notice: '~/notices/n1'",
                           OnPaper(now - kNoticedBefore)));
  settle();
  SANZHANG_DO(kChair, resolution, FreezeElectorate, name + OnPaper(now - kFrozenBefore));
  settle();
  SANZHANG_DO(kChair, resolution, OpenVote, name + OnPaper(now - kOpenedBefore));
  settle();
  std::vector<Elector> roll;
  for (const log::v1::Record& record :
       Read(NameOf(id) + "/voters/", resolution::v1::VoterEnrolled::descriptor()->full_name())) {
    resolution::v1::VoterEnrolled enrolled;
    if (!enrolled.ParseFromString(record.payload())) Fail("not a fact: " + record.stream());
    const std::string& person = enrolled.entry().persons(0);
    roll.push_back(
        {record.stream(), person.substr(person.rfind('/') + 1), enrolled.entry().area_dm2()});
  }
  return roll;
}

void OwnersVote::Cast(const Elector& elector, std::string_view request_id,
                      resolution::v1::Choice choice, Answered answered) {
  using resolution::v1::CastBallotRequest;
  using resolution::v1::CastBallotResponse;
  auto call = std::make_shared<Call<CastBallotRequest, CastBallotResponse>>();
  call->request.set_name(elector.voter);
  call->request.set_request_id(std::string(request_id));
  resolution::v1::ItemChoice& said = *call->request.mutable_paper()->add_choices();
  said.set_item("a");
  said.set_choice(choice);
  Identify("persons/" + elector.person, call->context);
  stubs_[sent_++ % stubs_.size()]->ballot->async()->CastBallot(
      &call->context, &call->request, &call->response,
      [call, answered = std::move(answered)](const grpc::Status& status) {
        answered(status, call->response);
      });
}

std::vector<log::v1::Record> OwnersVote::Read(const std::string& prefix, const std::string& type,
                                              std::size_t least) {
  std::vector<log::v1::Record> records;
  log::v1::ReadLogRequest request;
  request.mutable_filter()->set_stream_prefix(prefix);
  request.mutable_filter()->add_types(type);
  request.set_page_size(kPageRecords);
  for (;;) {
    request.set_wait_ms(records.size() < least ? kWaitMs : 0);
    grpc::ClientContext context;
    Identify("services/auditor", context);
    log::v1::ReadLogResponse page;
    const grpc::Status status = stubs_[0]->log->ReadLog(&context, request, &page);
    if (!status.ok()) Fail("reading the log: " + OutcomeOf(status));
    for (const std::string& bytes : page.records()) {
      if (!records.emplace_back().ParseFromString(bytes)) Fail("not a record");
    }
    const bool at_end = page.next_position() > page.head_position();
    if (at_end && (records.size() >= least || page.records().empty())) return records;
    request.set_from_position(page.next_position());
  }
}

std::string OutcomeOf(const grpc::Status& status) {
  if (status.ok()) return "OK";
  const std::string reason = ReasonOf(status);
  return reason.empty() ? absl::StrCat("code ", status.error_code(), ": ", status.error_message())
                        : reason;
}

}  // namespace sanzhang::support
