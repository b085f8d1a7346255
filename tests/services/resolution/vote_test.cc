// A vote from the roll to the count, as commands over the runtime and a log in memory: what the
// companions bring, what stands where, and many voters at once.
#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "eventstore/event_store.h"
#include "eventstore/memory_commit_log.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/wire/refusal.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "services/ballotbox/ballot_box.h"
#include "services/keyring/keyring.h"
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
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kCommunity[] = "communities/c1";
constexpr char kVote[] = "communities/c1/resolutions/r1";

std::string Person(int number) { return absl::StrCat("communities/c1/persons/p", number); }

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
                                 .heads = 1});
    }
    return owners;
  }
  absl::StatusOr<runtime::ResidentsElectorate> ResidentsOf(
      const runtime::ElectorateScope&) const override {
    runtime::ResidentsElectorate residents{.position = 7};
    for (int i = 1; i <= persons_; ++i) {
      residents.subjects.push_back({.key = absl::StrCat("persons/p", i), .persons = {Person(i)}});
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

// A vote that was announced, over a log in memory.
class VoteTest : public testing::Test {
 protected:
  explicit VoteTest(int persons = 12) : electorates_(persons) {
    auto opened = eventstore::EventStore::Open(eventstore::MakeMemoryCommitLog(),
                                               {.now = [this] { return now(); }});
    EXPECT_TRUE(opened.ok());
    store_ = *std::move(opened);
    auto policies = policy::PolicyBook::Load(SANZHANG_SOURCE_DIR "/deploy/policy");
    EXPECT_TRUE(policies.ok()) << policies.status();
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
                                      {{"resolutions", &runtime::AggregateTypeOf<Resolution>()},
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

  void Grant(const std::string& who, type::v1::Role role) {
    runtime::Standing standing;
    standing.role = role;
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
    log::v1::Record record;
    record.set_stream(kVote);
    record.set_community(kCommunity);
    record.set_type(Fact::descriptor()->full_name());
    record.set_payload(support::Text<Fact>(text).SerializeAsString());
    eventstore::Append append;
    append.writes.push_back({kVote, eventstore::AnyRevision(), {record}});
    absl::Notification done;
    store_->Append(std::move(append), [&](eventstore::AppendResult result) {
      EXPECT_EQ(result.kind, eventstore::AppendResult::Kind::kCommitted) << result.message;
      done.Notify();
    });
    done.WaitForNotification();
  }

  template <class A, class Request, class Response>
  std::string Run(const std::string& who, Request request, runtime::Companion* companion) {
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
    request.set_name(kVote);
    return Run<Resolution, Request, Response>("timekeeper", request, companion);
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
    return absl::StrCat(kVote, "/voters/", VoterId(kVote, absl::StrCat(key_prefix, "p", person)));
  }
  std::string Cast(int person, const std::string& choice) {
    v1::CastBallotRequest request;
    request.set_name(VoterOf(person));
    *request.mutable_paper() =
        support::Text<v1::BallotPaper>("choices { item: 'a' choice: CHOICE_" + choice + " }");
    return Run<Ballot, v1::CastBallotRequest, v1::CastBallotResponse>(absl::StrCat("p", person),
                                                                      request, nullptr);
  }
  std::string CastSecretly(int person, const std::string& choice,
                           const std::string& request_id = "") {
    v1::CastSecretBallotRequest request;
    request.set_name(VoterOf(person, "persons/"));
    request.set_request_id(request_id);
    *request.mutable_paper() =
        support::Text<v1::BallotPaper>("choices { item: 'a' choice: CHOICE_" + choice + " }");
    return Run<Voter, v1::CastSecretBallotRequest, v1::CastSecretBallotResponse>(
        absl::StrCat("p", person), request, companions_.secret_cast.get());
  }

  void FreezeAndOpen() {
    ASSERT_EQ(Freeze(), "OK");
    Wait(absl::Hours(24 * 20));
    ASSERT_EQ(Open(), "OK");
  }
  void CloseAndTally() {
    Wait(absl::Hours(24 * 10));
    ASSERT_EQ(Close(), "OK");
    ASSERT_EQ(Tally(), "OK");
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
      EXPECT_TRUE(facts.emplace_back().ParseFromString(record.payload()));
    }
    return facts;
  }
  std::string FreshId() {
    char id[40];
    std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012d", ++requests_);
    return id;
  }

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

constexpr char kOwners[] = "policies/voting-owners-ordinary@1";
constexpr char kPoll[] = "policies/voting-poll@1";

TEST_F(VoteTest, OfOwnersFromTheRollToTheCount) {
  Announce("REGIME_OWNERS", kOwners, "");
  FreezeAndOpen();
  for (int i = 1; i <= 9; ++i) ASSERT_EQ(Cast(i, i <= 7 ? "FOR" : "AGAINST"), "OK") << i;
  EXPECT_EQ(Cast(1, "FOR"), "ALREADY_VOTED");
  CloseAndTally();

  const auto frozen = All<v1::ElectorateFrozen>();
  ASSERT_EQ(frozen.size(), 1u);
  EXPECT_EQ(frozen[0].subjects(), 12);
  EXPECT_EQ(frozen[0].register_position(), 7u);
  const auto tallied = All<v1::ProvisionalTallyComputed>();
  ASSERT_EQ(tallied.size(), 1u);
  const v1::ItemTally& item = tallied[0].result().items(0);
  EXPECT_EQ(item.heads().total(), 12);
  EXPECT_EQ(item.heads().in_favour(), 7);
  EXPECT_EQ(item.heads().against(), 2);
  EXPECT_EQ(item.heads().non_return(), 3);
  EXPECT_EQ(item.area().in_favour(), 7 * 1000 + 100 * 28);
  EXPECT_EQ(item.area().total(), 12 * 1000 + 100 * 78);
}

TEST_F(VoteTest, NothingIsReadableBeforeTheEndAndEverythingAfter) {
  Announce("REGIME_OWNERS", kOwners, "");
  FreezeAndOpen();
  ASSERT_EQ(Cast(1, "FOR"), "OK");
  ASSERT_EQ(Cast(2, "AGAINST"), "OK");
  const auto cast = All<v1::BallotCast>();
  ASSERT_EQ(cast.size(), 2u);
  for (const v1::BallotCast& ballot : cast) {
    EXPECT_EQ(ballot.paper().open(), "");
    EXPECT_EQ(ballot.paper().sealed().size(), cast[0].paper().sealed().size());
    EXPECT_FALSE(v1::BallotPaper().ParseFromString(ballot.paper().sealed()) &&
                 ballot.paper().sealed().empty());
  }
  EXPECT_EQ(Tally(), "VOTE_NOT_OVER");
  CloseAndTally();
  const std::string key = All<v1::VoteClosed>().at(0).tally_secret_key();
  v1::BallotPaper first;
  ASSERT_TRUE(first.ParseFromString(keyring::OpenBox(cast[0].paper().sealed(), key).value()));
  EXPECT_EQ(first.choices(0).choice(), v1::CHOICE_FOR);
}

TEST_F(VoteTest, FreezingTwiceEnrolsOnceAndNamesTheSameRoll) {
  Announce("REGIME_OWNERS", kOwners, "");
  ASSERT_EQ(Freeze(), "OK");
  const std::size_t records = Records().size();
  ASSERT_EQ(Freeze(), "OK");
  EXPECT_EQ(All<v1::VoterEnrolled>().size(), 12u);
  EXPECT_LE(Records().size(), records + 1);
  for (const v1::ElectorateFrozen& frozen : All<v1::ElectorateFrozen>()) {
    EXPECT_EQ(frozen.snapshot(), All<v1::VoterEnrolled>().at(0).snapshot());
  }
}

TEST_F(VoteTest, ASecretVoteJoinsNobodyToAChoice) {
  Announce("REGIME_POLL", kPoll, "secret: true");
  FreezeAndOpen();
  for (int i = 1; i <= 8; ++i) ASSERT_EQ(CastSecretly(i, i <= 5 ? "FOR" : "AGAINST"), "OK") << i;
  EXPECT_EQ(CastSecretly(1, "AGAINST"), "ALREADY_VOTED");
  EXPECT_EQ(Cast(9, "FOR"), "NOT_A_VOTER");
  EXPECT_TRUE(box_->Held()->empty());
  EXPECT_TRUE(All<v1::BallotBoxEmptied>().empty());
  EXPECT_EQ(box_->Count(kVote).value(), 8);
  Wait(absl::Hours(24 * 10));
  ASSERT_EQ(Close(), "OK");
  EXPECT_EQ(All<v1::VoteClosed>().at(0).tally_secret_key(), "");
}

TEST_F(VoteTest, TheBoxReachesTheLogAfterTheEndInNoOrderOfTime) {
  Announce("REGIME_POLL", kPoll, "secret: true");
  FreezeAndOpen();
  for (int i = 1; i <= 8; ++i) {
    ASSERT_EQ(CastSecretly(i, i % 2 == 0 ? "FOR" : "AGAINST"), "OK");
  }
  Wait(absl::Hours(24 * 10));
  ASSERT_EQ(Close(), "OK");
  Tally();  // The poll's rules are of named ballots: what counts here is the box.
  const auto emptied = All<v1::BallotBoxEmptied>();
  ASSERT_EQ(emptied.size(), 1u);
  ASSERT_EQ(emptied[0].papers_size(), 8);
  std::vector<std::string> papers;
  for (const v1::BallotPaper& paper : emptied[0].papers()) {
    papers.push_back(paper.SerializeAsString());
  }
  EXPECT_TRUE(std::is_sorted(papers.begin(), papers.end()));
  EXPECT_EQ(box_->Count(kVote).value(), 0);
  EXPECT_FALSE(keys_->Find(kVote)->has_value());
  for (const log::v1::Record& record : Records()) {
    if (record.type() != v1::BallotBoxEmptied::descriptor()->full_name()) continue;
    EXPECT_THAT(record.DebugString(), Not(HasSubstr("/persons/")));
  }
}

TEST_F(VoteTest, ARestartSettlesWhatWasHeldByWhatTheLogSays) {
  Announce("REGIME_POLL", kPoll, "secret: true");
  FreezeAndOpen();
  const std::string request = FreshId();
  ASSERT_EQ(CastSecretly(1, "FOR", request), "OK");
  ASSERT_EQ(box_->Count(kVote).value(), 1);
  // As if it had stopped after the append of one, and before the append of the other.
  ASSERT_TRUE(box_->Empty(kVote).ok());
  ASSERT_TRUE(box_->Hold({kVote, VoterOf(1, "persons/"), request}, "paper of 1").ok());
  ASSERT_TRUE(box_->Hold({kVote, VoterOf(2, "persons/"), FreshId()}, "paper of 2").ok());
  ASSERT_TRUE(SettleHeldPapers(*store_, *box_).ok());
  EXPECT_TRUE(box_->Held()->empty());
  EXPECT_EQ(box_->Papers(kVote).value(), std::vector<std::string>{"paper of 1"});
}

class CrowdTest : public VoteTest {
 protected:
  CrowdTest() : VoteTest(400) {}
};

TEST_F(CrowdTest, AllAtOnceCollideWithNobodyAndTheEndCutsCleanly) {
  Announce("REGIME_OWNERS", kOwners, "");
  FreezeAndOpen();
  // Seconds before the end, so that no command's own deadline passes when the clock moves on.
  const std::int64_t end_us = now_us_ + absl::ToInt64Microseconds(absl::Hours(24 * 10));
  now_us_ = end_us - absl::ToInt64Microseconds(absl::Seconds(4));
  std::atomic<int> taken = 0;
  std::atomic<int> late = 0;
  std::atomic<int> other = 0;
  std::vector<std::thread> crowd;
  for (int t = 0; t < 8; ++t) {
    crowd.emplace_back([&, t] {
      for (int i = t + 1; i <= 400; i += 8) {
        const std::string said = Cast(i, "FOR");
        if (said == "OK") {
          ++taken;
        } else if (said == "VOTE_CLOSED") {
          ++late;
        } else {
          ++other;
          ADD_FAILURE() << said;
        }
        if (taken == 200) now_us_ = end_us;  // The end comes amid them.
      }
    });
  }
  for (std::thread& thread : crowd) thread.join();
  EXPECT_EQ(taken + late, 400);
  EXPECT_GE(taken, 200);
  ASSERT_EQ(Close(), "OK");
  ASSERT_EQ(Tally(), "OK");
  EXPECT_EQ(All<v1::ProvisionalTallyComputed>().at(0).result().items(0).heads().in_favour(), taken);
  EXPECT_EQ(static_cast<int>(All<v1::BallotCast>().size()), taken);
}

}  // namespace
}  // namespace sanzhang::resolution
