#include "tests/services/registry/live_register.h"

#include <cstdio>
#include <cstdlib>
#include <map>

#include "absl/synchronization/notification.h"
#include "eventstore/memory_commit_log.h"
#include "google/protobuf/text_format.h"
#include "proto/wire/refusal.h"
#include "sanzhang/registry/v1/registry_service.pb.h"
#include "services/registry/body.h"
#include "services/registry/chief.h"
#include "services/registry/community.h"
#include "services/registry/constituency.h"
#include "services/registry/household.h"
#include "services/registry/membership.h"
#include "services/registry/person.h"
#include "services/registry/place.h"
#include "services/registry/registry_index.h"
#include "services/registry/service_account.h"
#include "services/registry/term.h"
#include "services/runtime/command_type.h"
#include "tests/services/registry/rules_table.h"

namespace sanzhang::registry {
namespace {

struct Command {
  const runtime::CommandType* type;
  const google::protobuf::Message* prototype;
};

template <class A, class Request, class Response>
Command Make() {
  return {&runtime::CommandTypeOf<A, Request, Response>(), &Request::default_instance()};
}

#define SANZHANG_COMMAND(A, Rpc) \
  { #Rpc, Make < A, v1::Rpc##Request, v1::Rpc##Response>() }

const std::map<std::string, Command, std::less<>>& Commands() {
  static const auto* const commands = new std::map<std::string, Command, std::less<>>{
      SANZHANG_COMMAND(Community, RegisterCommunity),
      SANZHANG_COMMAND(Community, RenameCommunity),
      SANZHANG_COMMAND(Community, AdoptGovernanceScheme),
      SANZHANG_COMMAND(Place, RegisterPropertyArea),
      SANZHANG_COMMAND(Place, DrawGrid),
      SANZHANG_COMMAND(Place, RegisterBuilding),
      SANZHANG_COMMAND(Place, MoveBuildingToGrid),
      SANZHANG_COMMAND(Place, RegisterEntrance),
      SANZHANG_COMMAND(Place, RegisterDwelling),
      SANZHANG_COMMAND(Place, RecordOwnership),
      SANZHANG_COMMAND(Place, CorrectDwellingArea),
      SANZHANG_COMMAND(Place, ClassifyDwelling),
      SANZHANG_COMMAND(Place, RecordDwellingSale),
      SANZHANG_COMMAND(Place, SplitDwelling),
      SANZHANG_COMMAND(Place, MergeDwellings),
      SANZHANG_COMMAND(Place, VerifyOwnership),
      SANZHANG_COMMAND(Place, TransferOwnership),
      SANZHANG_COMMAND(Place, DisputeOwnership),
      SANZHANG_COMMAND(Place, EndOwnershipDispute),
      SANZHANG_COMMAND(Place, RecordOccupancy),
      SANZHANG_COMMAND(Place, EndOccupancy),
      SANZHANG_COMMAND(Place, RetirePlace),
      SANZHANG_COMMAND(Person, RegisterPerson),
      SANZHANG_COMMAND(Person, EnrollResident),
      SANZHANG_COMMAND(Person, ConfirmResident),
      SANZHANG_COMMAND(Person, MoveOutResident),
      SANZHANG_COMMAND(Person, RecordDeath),
      SANZHANG_COMMAND(Person, RecordMajority),
      SANZHANG_COMMAND(Person, AppointGuardian),
      SANZHANG_COMMAND(Person, EndGuardianship),
      SANZHANG_COMMAND(Person, RecordLegalRepresentative),
      SANZHANG_COMMAND(Person, DeclareRelative),
      SANZHANG_COMMAND(Person, WithdrawRelative),
      SANZHANG_COMMAND(Person, AppointPrivacyOfficer),
      SANZHANG_COMMAND(Person, DismissPrivacyOfficer),
      SANZHANG_COMMAND(Household, FormHousehold),
      SANZHANG_COMMAND(Household, ChangeHousehold),
      SANZHANG_COMMAND(Household, DissolveHousehold),
      SANZHANG_COMMAND(Constituency, SetRepresentativeConstituency),
      SANZHANG_COMMAND(Constituency, ElectRepresentative),
      SANZHANG_COMMAND(Constituency, DissolveConstituency),
      SANZHANG_COMMAND(Body, PrepareBody),
      SANZHANG_COMMAND(Body, EstablishBody),
      SANZHANG_COMMAND(Body, FileBody),
      SANZHANG_COMMAND(Body, DissolveBody),
      SANZHANG_COMMAND(Body, RecordSealCustody),
      SANZHANG_COMMAND(Body, CompleteHandover),
      SANZHANG_COMMAND(Term, StartTerm),
      SANZHANG_COMMAND(Term, NoteTermExpiring),
      SANZHANG_COMMAND(Term, ExpireTerm),
      SANZHANG_COMMAND(Membership, SeatMember),
      SANZHANG_COMMAND(Membership, SuspendMember),
      SANZHANG_COMMAND(Membership, ReinstateMember),
      SANZHANG_COMMAND(Membership, EndMember),
      SANZHANG_COMMAND(Chief, RecruitChief),
      SANZHANG_COMMAND(Chief, ConfirmChief),
      SANZHANG_COMMAND(Chief, LapseChief),
      SANZHANG_COMMAND(Chief, EndChief),
      SANZHANG_COMMAND(ServiceAccount, GrantService),
      SANZHANG_COMMAND(ServiceAccount, RevokeService),
  };
  return *commands;
}

[[noreturn]] void Fail(std::string_view what, const std::string& why) {
  std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(what.size()), what.data(), why.c_str());
  std::abort();
}

std::string RequestId(int number) {
  char id[40];
  std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012d", number);
  return id;
}

}  // namespace

// Counts what is read.
class LiveRegister::CountedStore final : public eventstore::EventStore {
 public:
  explicit CountedStore(std::unique_ptr<eventstore::EventStore> store) : store_(std::move(store)) {}

  void Append(eventstore::Append append,
              std::function<void(eventstore::AppendResult)> done) override {
    store_->Append(std::move(append), std::move(done));
  }
  absl::StatusOr<eventstore::StreamPage> ReadStream(std::string_view stream, std::uint64_t from,
                                                    eventstore::Direction direction,
                                                    eventstore::PageLimits limits) const override {
    ++reads_;
    return store_->ReadStream(stream, from, direction, limits);
  }
  absl::StatusOr<eventstore::StreamsPage> ReadStreams(
      std::string_view prefix, std::string_view from, std::uint64_t as_of,
      eventstore::PageLimits limits) const override {
    ++reads_;
    return store_->ReadStreams(prefix, from, as_of, limits);
  }
  absl::StatusOr<eventstore::LogPage> ReadLog(std::uint64_t from, eventstore::Direction direction,
                                              const eventstore::Filter& filter,
                                              eventstore::PageLimits limits) const override {
    return store_->ReadLog(from, direction, filter, limits);
  }
  absl::StatusOr<std::uint64_t> RevisionOf(std::string_view stream) const override {
    ++reads_;
    return store_->RevisionOf(stream);
  }
  absl::StatusOr<std::vector<eventstore::IndexEntry>> ReadIndex(
      std::string_view prefix, std::size_t entries_max) const override {
    ++reads_;
    return store_->ReadIndex(prefix, entries_max);
  }
  absl::StatusOr<std::optional<eventstore::Receipt>> FindRequest(
      const eventstore::RequestKey& key) const override {
    return store_->FindRequest(key);
  }
  eventstore::Head head() const override { return store_->head(); }
  std::uint64_t WhenReaches(std::uint64_t position, std::function<void()> ready) override {
    return store_->WhenReaches(position, std::move(ready));
  }
  void CancelWait(std::uint64_t ticket) override { store_->CancelWait(ticket); }
  eventstore::QueueDepth queue_depth() const override { return store_->queue_depth(); }
  absl::Status health() const override { return store_->health(); }
  void Close() override { store_->Close(); }

  std::size_t TakeReads() { return reads_.exchange(0); }

 private:
  const std::unique_ptr<eventstore::EventStore> store_;
  mutable std::atomic<std::size_t> reads_ = 0;
};

LiveRegister::LiveRegister(LiveOptions options) {
  set_now("2026-05-01T00:00:00+08:00");
  eventstore::EventStore::Options store_options;
  store_options.now = [this] { return now(); };
  store_options.derive = [this, watched = options.watched](const log::v1::Record& record) {
    return watched ? watch_.Derive(record) : DeriveIndex(record);
  };
  auto opened = eventstore::EventStore::Open(eventstore::MakeMemoryCommitLog(), store_options);
  if (!opened.ok()) Fail("store", opened.status().ToString());
  store_ = std::make_unique<CountedStore>(*std::move(opened));
  directory_ = std::make_unique<RegistryDirectory>(
      *store_, watch_,
      RegistryDirectory::Options{.now = store_options.now,
                                 .remembered_max = options.remembered_max});
  authenticator_ = runtime::MakeDevelopmentAuthenticator("secret");
  sealer_ = runtime::MakePlainSealer();
  runtime::CommandRunner::Options runner_options;
  runner_options.now = store_options.now;
  runner_ = std::make_unique<runtime::CommandRunner>(
      runtime::CommandRunner::Parts{*store_, *directory_, policies_, *authenticator_, *sealer_},
      std::move(runner_options));
}

LiveRegister::~LiveRegister() = default;

absl::StatusOr<runtime::Answer> LiveRegister::Do(std::string_view who, std::string_view rpc,
                                                 std::string_view text) {
  const auto command = Commands().find(rpc);
  if (command == Commands().end()) Fail(rpc, "no such command");
  const std::unique_ptr<google::protobuf::Message> request(command->second.prototype->New());
  if (!google::protobuf::TextFormat::ParseFromString(Expand(text), request.get())) {
    Fail(rpc, Expand(text));
  }
  const auto& fields = *request->GetDescriptor();
  request->GetReflection()->SetString(request.get(), fields.FindFieldByName("request_id"),
                                      RequestId(++requests_));
  runtime::Call call;
  const std::size_t space = who.find(' ');
  call.metadata["sanzhang-" + std::string(who.substr(0, space))] = who.substr(space + 1);
  call.metadata["sanzhang-timer-secret"] = "secret";
  absl::StatusOr<runtime::Answer> answered = absl::UnknownError("not answered");
  absl::Notification done;
  runner_->Run(*command->second.type, *request, std::move(call),
               [&](absl::StatusOr<runtime::Answer> answer) {
                 answered = std::move(answer);
                 done.Notify();
               });
  if (!done.WaitForNotificationWithTimeout(absl::Seconds(60))) Fail(rpc, "no answer");
  return answered;
}

std::string LiveRegister::Try(std::string_view who, std::string_view rpc,
                              std::string_view request) {
  const absl::Status status = Do(who, rpc, request).status();
  if (status.ok()) return "OK";
  const type::v1::ErrorReason reason = wire::ReasonOf(status);
  if (reason == type::v1::ERROR_REASON_UNSPECIFIED) return status.ToString();
  std::string why = type::v1::ErrorReason_Name(reason).substr(sizeof "ERROR_REASON");
  const std::string resource = wire::MetadataOf(status, "resource");
  return resource.empty() ? why : why + " " + Shorten(resource);
}

void LiveRegister::Set(std::string_view rpc, std::string_view request) {
  const absl::Status status = Do("service operator", rpc, request).status();
  if (!status.ok()) Fail(rpc, Expand(request) + "\n" + status.ToString());
}

void LiveRegister::Settle() {
  const std::string parent = "parent: 'communities/c1' ";
  Set("RegisterCommunity",
      "community_id: 'c1' display_name: '桂花苑' subdistrict: 'subdistricts/nanhu'");
  for (const char* id : {"a1", "a2"}) {
    Set("RegisterPropertyArea", parent + "display_name: 'A' property_area_id: '" + id + "'");
  }
  for (const char* id : {"g1", "g2"}) {
    Set("DrawGrid", parent + "display_name: 'G' grid_id: '" + id + "'");
  }
  Set("RegisterBuilding",
      parent +
          "display_name: 'B' building_id: 'b1' property_area: '~propertyAreas/a1' "
          "grid: '~grids/g1'");
  Set("RegisterEntrance", parent + "display_name: 'E' entrance_id: 'e1' building: '~buildings/b1'");
  for (const char* id : {"d1", "d2"}) {
    Set("RegisterDwelling",
        parent + "display_name: 'D' entrance: '~entrances/e1' dwelling_id: '" + id + "'");
  }
  for (int i = 1; i <= 9; ++i) {
    Set("RegisterPerson", parent + "person_id: 'p" + std::to_string(i) + "'");
  }
  const std::vector<std::pair<std::string, std::string>> bodies = {
      {"rc", "kind: BODY_KIND_RESIDENTS_COMMITTEE"},
      {"gov", "kind: BODY_KIND_SUBDISTRICT_GOV"},
      {"co", "kind: BODY_KIND_PROPERTY_COMPANY property_area: '~propertyAreas/a1'"},
  };
  for (const auto& [id, kind] : bodies) {
    Set("PrepareBody", parent + "display_name: 'B' body_id: '" + id + "' " + kind);
    Set("EstablishBody", "name: '~bodies/" + id + "'");
  }
}

std::vector<std::string> LiveRegister::Standings(std::string_view who, std::string_view at) {
  runtime::Metadata metadata;
  const std::size_t space = who.find(' ');
  metadata["sanzhang-" + std::string(who.substr(0, space))] = who.substr(space + 1);
  metadata["sanzhang-timer-secret"] = "secret";
  const auto principal = authenticator_->Authenticate(metadata);
  if (!principal.ok()) Fail(who, principal.status().ToString());
  const auto standings =
      directory_->StandingsOf("communities/c1", *principal, at.empty() ? now() : TimeOf(at));
  if (!standings.ok()) Fail(who, standings.status().ToString());
  std::vector<std::string> lines;
  for (const runtime::GroundedStanding& grounded : *standings) {
    const runtime::Standing& standing = grounded.standing;
    std::string line = type::v1::Role_Name(standing.role).substr(5);
    if (!standing.membership.empty()) line += " by " + standing.membership;
    if (!standing.body.empty()) line += " for " + standing.body;
    const std::string covers = standing.covers.ShortDebugString();
    if (!covers.empty()) line += " in " + covers;
    lines.push_back(Shorten(line));
  }
  return lines;
}

void LiveRegister::set_now(std::string_view time) { now_us_ = absl::ToUnixMicros(TimeOf(time)); }

eventstore::EventStore& LiveRegister::store() { return *store_; }

std::size_t LiveRegister::TakeReads() { return store_->TakeReads(); }

std::vector<std::string> AllCommands() {
  std::vector<std::string> names;
  for (const auto& [name, command] : Commands()) names.push_back(name);
  return names;
}

}  // namespace sanzhang::registry
