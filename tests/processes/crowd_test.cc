// Two thousand owners vote at once against a server process, and the vote ends amid them: whoever
// was told that the ballot is taken is counted once, whoever was told that the vote is closed is
// not, and nobody is in anybody's way.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "proto/wire/time.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/support/in_flight.h"
#include "tests/support/owners_vote.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace sanzhang {
namespace {

using google::protobuf::util::MessageDifferencer;
using resolution::v1::CastBallotResponse;
using resolution::v1::Choice;
using support::Elector;
using support::Process;

constexpr std::size_t kOwners = 2000;
constexpr std::size_t kEarly = 1500;  // Who come at once; the others come when the end is near.
constexpr std::size_t kTooLate = 50;  // Of them, who come after it.
constexpr int kInFlightMax = 128;
constexpr absl::Duration kPatience = absl::Seconds(120);

// One ballot as its owner sees it.
struct Ballot {
  const Elector* elector;
  std::string request_id;
  Choice choice;
  std::string outcome;
  CastBallotResponse response;
};

class Crowd {
 public:
  Crowd(support::OwnersVote& vote, const std::vector<Elector>& roll) : vote_(vote), roll_(roll) {}

  // Owners of the roll, all at once. One in ten sends another ballot right after the first, and
  // another one in ten the same ballot twice.
  void Cast(std::size_t from, std::size_t to) {
    constexpr Choice kChoices[] = {resolution::v1::CHOICE_FOR, resolution::v1::CHOICE_FOR,
                                   resolution::v1::CHOICE_AGAINST, resolution::v1::CHOICE_ABSTAIN};
    for (std::size_t i = from; i < to; ++i) {
      const Ballot ballot = {&roll_[i], vote_.RequestId(), kChoices[i % 4], {}, {}};
      Send(ballot, sent_);
      if (i % 10 == 7) Send(ballot, sent_);
      if (i % 10 == 3) {
        Send({&roll_[i], vote_.RequestId(), resolution::v1::CHOICE_ABSTAIN, {}, {}}, sent_);
      }
    }
  }
  void WaitForAll() {
    in_flight_.WaitForAll();
    answered_ = sent_.size();
  }
  // Sends the next one of those that were answered before again; over and over.
  void AskAgain() {
    const Ballot& ballot = sent_[asked_++ % answered_];
    Send({ballot.elector, ballot.request_id, ballot.choice, {}, {}}, repeats_);
  }

  const std::deque<Ballot>& sent() const { return sent_; }
  const std::deque<Ballot>& repeats() const { return repeats_; }

 private:
  void Send(Ballot ballot, std::deque<Ballot>& to) {
    in_flight_.Begin(kInFlightMax);
    Ballot& own = to.emplace_back(std::move(ballot));
    vote_.Cast(*own.elector, own.request_id, own.choice,
               [this, &own](const grpc::Status& status, const CastBallotResponse& response) {
                 own.outcome = support::OutcomeOf(status);
                 own.response = response;
                 in_flight_.End();
               });
  }

  support::OwnersVote& vote_;
  const std::vector<Elector>& roll_;
  support::InFlight in_flight_;
  std::size_t answered_ = 0;
  std::size_t asked_ = 0;
  std::deque<Ballot> sent_;  // Deques: what is in them is referred to until it is answered.
  std::deque<Ballot> repeats_;
};

// What came out for one item, by choice.
std::map<Choice, std::int64_t> Sums(const resolution::v1::MeasureTally& measure) {
  return {{resolution::v1::CHOICE_FOR, measure.in_favour()},
          {resolution::v1::CHOICE_AGAINST, measure.against()},
          {resolution::v1::CHOICE_ABSTAIN, measure.abstain()}};
}

template <class Fact>
Fact FactOf(const log::v1::Record& record) {
  Fact fact;
  EXPECT_TRUE(fact.ParseFromString(record.payload())) << record.type();
  return fact;
}

class CrowdTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string address = absl::StrCat("127.0.0.1:", support::FreePort());
    server_ = Start({"serve", "--data=" + scratch_.File("data"), "--listen=" + address,
                     "--http-listen=127.0.0.1:0"});
    ASSERT_TRUE(server_->WaitForLine("ready", kPatience).has_value()) << server_->Output();
    address_ = address;
    vote_ = std::make_unique<support::OwnersVote>(address);
  }

  static std::unique_ptr<Process> Start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), std::getenv("SANZHANG_BINARY"));
    auto process = Process::Start(arguments);
    EXPECT_TRUE(process.ok()) << process.status();
    return process.ok() ? *std::move(process) : nullptr;
  }

  template <class Fact>
  std::vector<log::v1::Record> Facts(std::size_t least = 0) {
    return vote_->Read(support::OwnersVote::NameOf(kVote), Fact::descriptor()->full_name(), least);
  }

  // The ballots in the log are those that were acknowledged, each where its owner was told, and all
  // before the end.
  void ExpectLogHolds(const std::map<std::string, const Ballot*>& taken, absl::Time closes) {
    const auto closed = Facts<resolution::v1::VoteClosed>(1);
    ASSERT_EQ(closed.size(), 1u);
    const auto cast = Facts<resolution::v1::BallotCast>();
    EXPECT_EQ(cast.size(), taken.size());
    for (const log::v1::Record& record : cast) {
      const auto found = taken.find(record.stream());
      ASSERT_NE(found, taken.end()) << record.stream() << " was not acknowledged";
      EXPECT_EQ(found->second->response.position(), record.position());
      EXPECT_LT(record.position(), closed[0].position());
      EXPECT_LT(wire::ToTime(record.occurred_at()), closes);
    }
    EXPECT_TRUE(Facts<resolution::v1::BallotConflictDetected>().empty());
  }

  void ExpectTallyCounts(const std::map<std::string, const Ballot*>& taken) {
    std::map<Choice, std::int64_t> heads;
    std::map<Choice, std::int64_t> area;
    for (const auto& [name, ballot] : taken) {
      ++heads[ballot->choice];
      area[ballot->choice] += ballot->elector->area_dm2;
    }
    const auto counted = Facts<resolution::v1::ProvisionalTallyComputed>(1);
    ASSERT_EQ(counted.size(), 1u);
    const auto fact = FactOf<resolution::v1::ProvisionalTallyComputed>(counted[0]);
    const resolution::v1::ItemTally& item = fact.result().items(0);
    EXPECT_EQ(Sums(item.heads()), heads);
    EXPECT_EQ(Sums(item.area()), area);
    EXPECT_EQ(item.heads().total(), static_cast<std::int64_t>(kOwners));
    EXPECT_EQ(item.heads().non_return(), static_cast<std::int64_t>(kOwners - taken.size()));
    EXPECT_EQ(item.heads().invalid(), 0);
  }

  static constexpr char kVote[] = "lift";

  support::TempDir scratch_;
  std::string address_;
  std::unique_ptr<Process> server_;
  std::unique_ptr<support::OwnersVote> vote_;
};

// The ballots that were acknowledged, by their names. Everybody else was told why not.
std::map<std::string, const Ballot*> Taken(const Crowd& crowd) {
  std::map<std::string, const Ballot*> taken;
  std::set<const Elector*> voted;
  std::map<std::string, int> outcomes;
  for (const Ballot& ballot : crowd.sent()) {
    ++outcomes[ballot.outcome];
    if (ballot.outcome != "OK") continue;
    voted.insert(ballot.elector);
    const Ballot& first = *taken.emplace(ballot.response.name(), &ballot).first->second;
    EXPECT_EQ(first.request_id, ballot.request_id) << "two ballots of " << ballot.elector->person;
    EXPECT_TRUE(MessageDifferencer::Equals(first.response, ballot.response));
  }
  for (const Ballot& ballot : crowd.sent()) {
    if (ballot.outcome != "ALREADY_VOTED") continue;
    EXPECT_TRUE(voted.contains(ballot.elector)) << ballot.elector->person;
  }
  for (const auto& [outcome, count] : outcomes) std::printf("%s: %d\n", outcome.c_str(), count);
  for (const char* documented : {"OK", "VOTE_CLOSED", "ALREADY_VOTED"}) outcomes.erase(documented);
  EXPECT_THAT(outcomes, testing::IsEmpty());
  return taken;
}

// Whoever asks again is told the same as before.
void ExpectRepeatsAgree(const Crowd& crowd, const std::map<std::string, const Ballot*>& taken) {
  std::map<std::string, const Ballot*> acknowledged;
  for (const auto& [name, ballot] : taken) acknowledged[ballot->request_id] = ballot;
  for (const Ballot& repeat : crowd.repeats()) {
    const auto found = acknowledged.find(repeat.request_id);
    if (found == acknowledged.end()) {
      EXPECT_THAT(repeat.outcome, testing::AnyOf("ALREADY_VOTED", "VOTE_CLOSED"));
      continue;
    }
    EXPECT_EQ(repeat.outcome, "OK");
    EXPECT_TRUE(MessageDifferencer::Equals(repeat.response, found->second->response));
  }
}

TEST_F(CrowdTest, EveryAcknowledgedBallotCountsOnceAndTheEndCutsCleanly) {
  const absl::Time began = absl::Now();
  vote_->Register(kOwners);
  // Time for the roll and the many, on a machine as slow as this one.
  const absl::Time closes = absl::Now() + absl::Seconds(2) + (absl::Now() - began) / 2;
  const std::vector<Elector> roll = vote_->Open(kVote, closes);
  ASSERT_EQ(roll.size(), kOwners);

  Crowd crowd(*vote_, roll);
  const absl::Time first = absl::Now();
  crowd.Cast(0, kEarly);
  crowd.WaitForAll();
  const absl::Duration each = (absl::Now() - first) / kEarly;
  std::printf("%.0f ballots a second\n", 1 / absl::ToDoubleSeconds(each));
  // The end comes when about half of the others are through.
  const absl::Time last = closes - each * (kOwners - kEarly) / 2;
  while (absl::Now() < last) crowd.AskAgain();
  crowd.Cast(kEarly, kOwners - kTooLate);
  while (absl::Now() < closes) crowd.AskAgain();
  crowd.Cast(kOwners - kTooLate, kOwners);
  crowd.WaitForAll();

  const auto taken = Taken(crowd);
  EXPECT_FALSE(taken.empty());
  EXPECT_LE(taken.size(), kOwners - kTooLate);
  ExpectLogHolds(taken, closes);
  ExpectTallyCounts(taken);
  for (std::size_t i = 0; i < crowd.sent().size(); ++i) crowd.AskAgain();  // It is counted.
  crowd.WaitForAll();
  ExpectRepeatsAgree(crowd, taken);

  const auto audit =
      Start({"audit", "tally", support::OwnersVote::NameOf(kVote), "--address=" + address_});
  EXPECT_EQ(audit->WaitForExit(kPatience), 0) << audit->Output();
  EXPECT_THAT(audit->Output(), testing::HasSubstr("ballots same, input same"));
  server_->Signal(SIGTERM);
  EXPECT_EQ(server_->WaitForExit(kPatience), 0) << server_->Output();
}

}  // namespace
}  // namespace sanzhang
