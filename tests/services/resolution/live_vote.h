// A vote as it runs: rules, runner, companions, keyring and ballot box over a log in memory, with a
// clock that tests set. The register is one that a test makes up; what the log holds is read back
// as any reader of it would.
#pragma once

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "eventstore/event_store.h"
#include "eventstore/memory_commit_log.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "services/ballotbox/ballot_box.h"
#include "services/keyring/keyring.h"
#include "services/policy/own_policy.h"
#include "services/policy/policy_book.h"
#include "services/resolution/ballot.h"
#include "services/resolution/companions.h"
#include "services/resolution/resolution.h"
#include "services/resolution/roll.h"
#include "services/resolution/voter.h"
#include "services/runtime/command_runner.h"
#include "tests/support/fake_directory.h"
#include "tests/support/temp_dir.h"
#include "tests/support/text_proto.h"

namespace sanzhang::resolution {

inline constexpr char kCommunity[] = "communities/c1";
inline constexpr char kVote[] = "communities/c1/resolutions/r1";

inline std::string Person(int number) { return absl::StrCat("communities/c1/persons/p", number); }

// Of 5 people each: b1, b2, and so on.
inline std::string BuildingOf(int number) {
  return absl::StrCat("communities/c1/buildings/b", (number + 4) / 5);
}

// Every person owns a dwelling of (10 + number) square metres, or is a resident.
class Everybody final : public runtime::Electorates {
 public:
  explicit Everybody(int persons) : persons_(persons) {}

  absl::StatusOr<runtime::OwnersElectorate> OwnersOf(const runtime::ElectorateScope&,
                                                     const runtime::OwnerRules&) const override {
    runtime::OwnersElectorate owners{.position = 7};
    for (int i = 1; i <= persons_; ++i) {
      owners.subjects.push_back({.key = absl::StrCat("p", i),
                                 .owners = {Person(i)},
                                 .dwellings = {absl::StrCat("communities/c1/dwellings/d", i)},
                                 .area_dm2 = 1000 + 100 * i,
                                 .heads = 1,
                                 .building = BuildingOf(i)});
    }
    return owners;
  }
  absl::StatusOr<runtime::ResidentsElectorate> ResidentsOf(
      const runtime::ElectorateScope&) const override {
    runtime::ResidentsElectorate residents{.position = 7};
    for (int i = 1; i <= persons_; ++i) {
      residents.subjects.push_back(
          {.key = absl::StrCat("persons/p", i), .persons = {Person(i)}, .building = BuildingOf(i)});
    }
    return residents;
  }
  absl::StatusOr<runtime::ResidentsElectorate> HouseholdsOf(
      const runtime::ElectorateScope& scope) const override {
    return ResidentsOf(scope);
  }
  absl::StatusOr<runtime::MembersElectorate> MembersOf(std::string_view,
                                                       absl::Time) const override {
    return runtime::MembersElectorate();
  }

 private:
  const int persons_;
};

// A community of so many people, who own or live there, and its votes. What fails that no test is
// about ends the program.
class LiveVote {
 protected:
  explicit LiveVote(int persons = 12) : electorates_(persons) {
    auto opened = eventstore::EventStore::Open(eventstore::MakeMemoryCommitLog(),
                                               {.now = [this] { return now(); }});
    Must(opened.status());
    store_ = *std::move(opened);
    auto policies = policy::PolicyBook::Load(SANZHANG_SOURCE_DIR "/deploy/policy");
    Must(policies.status());
    policies_ = *std::move(policies);
    keys_ = keyring::Keyring::Open(folder_.File("keys")).value();
    box_ = ballotbox::BallotBox::Open(folder_.File("box.sqlite")).value();
    companions_ = MakeCompanions({*store_, electorates_, *keys_, *box_});
    runner_ = std::make_unique<runtime::CommandRunner>(
        runtime::CommandRunner::Parts{*store_,
                                      directory_,
                                      *policies_,
                                      *authenticator_,
                                      *sealer_,
                                      nullptr,
                                      {{"policies", &runtime::AggregateTypeOf<policy::OwnPolicy>()},
                                       {"resolutions", &runtime::AggregateTypeOf<Resolution>()},
                                       {"voters", &runtime::AggregateTypeOf<Voter>()},
                                       {"ballots", &runtime::AggregateTypeOf<Ballot>()}}},
        runtime::CommandRunner::Options{.now = [this] { return now(); }});
    directory_.known.bodies["communities/c1/bodies/oc"] = {
        .kind = type::v1::BODY_KIND_OWNERS_COMMITTEE,
        .active = true,
        .exists = true,
        .property_area = {}};
    Grant("services/timekeeper", type::v1::ROLE_TIMER);
    for (int i = 1; i <= persons; ++i) {
      Grant(absl::StrCat("persons/p", i), type::v1::ROLE_OWNER);
      Grant(absl::StrCat("persons/p", i), type::v1::ROLE_RESIDENT);
    }
  }

  void Grant(const std::string& who, type::v1::Role role, const std::string& body = "") {
    runtime::Standing standing;
    standing.role = role;
    standing.body = body;
    if (!body.empty()) standing.membership = "communities/c1/memberships/" + who.substr(8);
    directory_.Grant(kCommunity, who, standing);
  }
  absl::Time now() const { return absl::FromUnixMicros(now_us_); }
  void Wait(absl::Duration duration) { now_us_ += absl::ToInt64Microseconds(duration); }

  // What happened before.
  void Announce(const std::string& regime, const std::string& rules, const std::string& terms) {
    Say<v1::MotionDrafted>(
        absl::StrCat("regime: ", regime,
                     " matter: MATTER_CODE_CC278_9 title: 't' text: 't' convener:"
                     " 'communities/c1/bodies/oc' items { code: 'a' text: 't' }"));
    Say<v1::VoteNoticed>(absl::StrCat(
        "rule_set: '", rules,
        "' mode: VOTE_MODE_ELECTRONIC non_return:"
        " NON_RETURN_POLICY_NOT_PARTICIPATING terms { ",
        terms, " } opens { seconds: ", absl::ToUnixSeconds(now() + absl::Hours(24 * 20)),
        " } closes { seconds: ", absl::ToUnixSeconds(now() + absl::Hours(24 * 30)), " }"));
    Say<v1::CountersAppointed>(
        "persons: 'communities/c1/persons/p1'"
        " persons: 'communities/c1/persons/p2'");
  }
  template <class Fact>
  void Say(const std::string& text) {
    Say<Fact>(text, vote_);
  }
  template <class Fact>
  void Say(const std::string& text, const std::string& stream) {
    log::v1::Record record;
    record.set_stream(stream);
    *record.mutable_occurred_at() = wire::ToStamp(now());
    record.set_community(kCommunity);
    record.set_type(Fact::descriptor()->full_name());
    record.set_payload(support::Text<Fact>(text).SerializeAsString());
    eventstore::Append append;
    append.writes.push_back({stream, eventstore::AnyRevision(), {record}});
    absl::Notification done;
    store_->Append(std::move(append), [&](eventstore::AppendResult result) {
      if (result.kind != eventstore::AppendResult::Kind::kCommitted) {
        Must(absl::InternalError(result.message));
      }
      done.Notify();
    });
    done.WaitForNotification();
  }

  template <class A, class Request, class Response>
  std::string Ask(const std::string& who, Request request, runtime::Companion* companion) {
    if (request.request_id().empty()) request.set_request_id(FreshId());
    absl::StatusOr<runtime::Answer> answered = absl::UnknownError("not answered");
    absl::Notification done;
    runtime::Call call;
    call.metadata[who.starts_with("p") ? "sanzhang-person" : "sanzhang-service"] = who;
    if (who == "timekeeper") call.metadata["sanzhang-timer-secret"] = "secret";
    runner_->Run(
        runtime::CommandTypeOf<A, Request, Response>(), request, std::move(call),
        [&](absl::StatusOr<runtime::Answer> answer) {
          answered = std::move(answer);
          done.Notify();
        },
        companion);
    done.WaitForNotification();
    if (answered.ok()) return "OK";
    const type::v1::ErrorReason reason = wire::ReasonOf(answered.status());
    return reason == type::v1::ERROR_REASON_UNSPECIFIED
               ? std::string(answered.status().ToString())
               : type::v1::ErrorReason_Name(reason).substr(sizeof "ERROR_REASON");
  }
  template <class Request, class Response>
  std::string Step(runtime::Companion* companion) {
    Request request;
    request.set_name(vote_);
    return Ask<Resolution, Request, Response>("timekeeper", request, companion);
  }
  std::string Freeze() {
    return Step<v1::FreezeElectorateRequest, v1::FreezeElectorateResponse>(
        companions_.freeze.get());
  }
  std::string Open() {
    return Step<v1::OpenVoteRequest, v1::OpenVoteResponse>(companions_.open.get());
  }
  std::string Close() {
    return Step<v1::CloseVoteRequest, v1::CloseVoteResponse>(companions_.close.get());
  }
  std::string Tally() {
    return Step<v1::ComputeTallyRequest, v1::ComputeTallyResponse>(companions_.count.get());
  }
  std::string VoterOf(int person, const std::string& key_prefix = "") {
    return absl::StrCat(vote_, "/voters/", VoterId(vote_, absl::StrCat(key_prefix, "p", person)));
  }
  std::string Cast(int person, const std::string& choice, const std::string& key_prefix = "") {
    v1::CastBallotRequest request;
    request.set_name(VoterOf(person, key_prefix));
    *request.mutable_paper() =
        support::Text<v1::BallotPaper>("choices { item: 'a' choice: CHOICE_" + choice + " }");
    return Ask<Ballot, v1::CastBallotRequest, v1::CastBallotResponse>(absl::StrCat("p", person),
                                                                      request, nullptr);
  }
  std::string CastSecretly(int person, const std::string& choice,
                           const std::string& request_id = "") {
    v1::CastSecretBallotRequest request;
    request.set_name(VoterOf(person, "persons/"));
    request.set_request_id(request_id);
    *request.mutable_paper() =
        support::Text<v1::BallotPaper>("choices { item: 'a' choice: CHOICE_" + choice + " }");
    return Ask<Voter, v1::CastSecretBallotRequest, v1::CastSecretBallotResponse>(
        absl::StrCat("p", person), request, companions_.secret_cast.get());
  }

  void FreezeAndOpen() {
    Must("freeze", Freeze());
    Wait(absl::Hours(24 * 20));
    Must("open", Open());
  }
  void CloseAndTally() {
    Wait(absl::Hours(24 * 10));
    Must("close", Close());
    Must("tally", Tally());
  }
  static void Must(const std::string& what, const std::string& said) {
    if (said == "OK") return;
    std::fprintf(stderr, "%s: %s\n", what.c_str(), said.c_str());
    std::exit(1);
  }
  static void Must(const absl::Status& status) {
    Must("a vote in a test", status.ok() ? "OK" : status.ToString());
  }

  std::vector<log::v1::Record> Records() const {
    std::vector<log::v1::Record> records;
    for (std::uint64_t from = 1; from <= store_->head().position;) {
      auto page = store_->ReadLog(from, eventstore::Direction::kForwards, {}, {});
      for (const auto& stored : page->records) records.emplace_back().ParseFromString(stored.bytes);
      from = page->next_position;
    }
    return records;
  }
  template <class Fact>
  std::vector<Fact> All() const {
    std::vector<Fact> facts;
    for (const log::v1::Record& record : Records()) {
      if (record.type() != Fact::descriptor()->full_name()) continue;
      if (!facts.emplace_back().ParseFromString(record.payload())) {
        Must(absl::DataLossError(record.type()));
      }
    }
    return facts;
  }
  std::string FreshId() {
    char id[40];
    std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012d", ++requests_);
    return id;
  }

  std::string vote_ = kVote;  // The one that is spoken of.
  support::TempDir folder_;
  Everybody electorates_;
  std::atomic<std::int64_t> now_us_ = absl::ToUnixMicros(absl::FromUnixSeconds(1'772'416'800));
  std::atomic<int> requests_ = 0;
  support::FakeDirectory directory_;
  std::unique_ptr<eventstore::EventStore> store_;
  std::unique_ptr<policy::PolicyBook> policies_;
  std::unique_ptr<runtime::Authenticator> authenticator_ =
      runtime::MakeDevelopmentAuthenticator("secret");
  std::unique_ptr<runtime::Sealer> sealer_ = runtime::MakePlainSealer();
  std::unique_ptr<keyring::Keyring> keys_;
  std::unique_ptr<ballotbox::BallotBox> box_;
  Companions companions_;
  std::unique_ptr<runtime::CommandRunner> runner_;
};

inline constexpr char kOwners[] = "policies/voting-owners-ordinary@1";
inline constexpr char kPoll[] = "policies/voting-poll@1";

}  // namespace sanzhang::resolution
