// A vote from the roll to the count, as commands over the runtime and a log in memory: what the
// companions bring, what stands where, and many voters at once.
#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/resolution/live_vote.h"

namespace sanzhang::resolution {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class VoteTest : public testing::Test, protected LiveVote {};

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

// T21: buildings of five and more have sums; of two none, and none from which theirs would follow.
TEST_F(VoteTest, SumsByBuildingAreOfThoseWithEnoughOwners) {
  Announce("REGIME_OWNERS", kOwners, "");
  FreezeAndOpen();
  for (int i = 1; i <= 9; ++i) ASSERT_EQ(Cast(i, i <= 7 ? "FOR" : "AGAINST"), "OK") << i;
  CloseAndTally();
  const v1::ItemTally item = All<v1::ProvisionalTallyComputed>().at(0).result().items(0);
  std::vector<std::string> lines;
  for (const v1::SubScopeTally& sums : item.sub_scopes()) {
    lines.push_back(absl::StrCat(sums.sub_scope().substr(25), " of ", sums.subjects(), ": ",
                                 sums.withheld() ? "withheld" : "", sums.heads().in_favour(), " ",
                                 sums.heads().against(), " ", sums.area().in_favour()));
  }
  EXPECT_THAT(lines,
              ElementsAre("b1 of 5: withheld0 0 0", "b2 of 5: 2 2 3300", "b3 of 2: withheld0 0 0"));
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

class CrowdTest : public testing::Test, protected LiveVote {
 protected:
  CrowdTest() : LiveVote(400) {}
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
