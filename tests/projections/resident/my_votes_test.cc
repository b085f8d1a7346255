// V-M2: one's own votes, in which capacity, and what stands against a ballot.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/resident/resident_queries.h"
#include "projections/resident/resident_views.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"
#include "tests/projections/support/vote_scene.h"

namespace sanzhang::projections {
namespace {

namespace rv = resolution::v1;
using bench::History;
using bench::ViewBench;
using views::v1::MyVote;

constexpr char kOwners[] = "regime: REGIME_OWNERS convener: '@bodies/oc1'";

class MyVotes : public testing::Test {
 protected:
  MyVotes() : history_(bench::VoteCommunity()) {}

  std::vector<MyVote> Of(const char* who, const char* now, const std::string& rest = "") {
    ViewBench view(MakeResidentViews());
    view.Apply(history_);
    views::v1::ListMyVotesResponse response;
    const absl::Status status = view.Ask(resident::ListMyVotes, bench::Person(who), now,
                                         absl::StrCat("parent: 'communities/c1' ", rest), response);
    EXPECT_TRUE(status.ok()) << status;
    return {response.votes().begin(), response.votes().end()};
  }
  // `v1 OWNER` or `v1 OWNER VOTED`, one for each row.
  std::string Shown(const char* who, const char* now, const std::string& rest = "") {
    std::vector<std::string> rows;
    for (const MyVote& vote : Of(who, now, rest)) {
      std::string row = vote.voter().substr(vote.voter().rfind('/') + 1);
      absl::StrAppend(&row, " ", views::v1::MyVoteRole_Name(vote.role()).substr(13));
      EXPECT_EQ(vote.can_vote(), vote.obstacle() == 0);
      if (!vote.can_vote()) {
        absl::StrAppend(&row, " ", views::v1::MyVoteObstacle_Name(vote.obstacle()).substr(17));
      }
      rows.push_back(std::move(row));
    }
    return absl::StrJoin(rows, "; ");
  }

  History history_;
};

TEST_F(MyVotes, OfAnOwnerFromTheRollToTheResult) {
  bench::AddVote(history_, "r", kOwners);
  EXPECT_EQ(Shown("p-own", "2026-03-25 10:00"), "v1 OWNER VOTED");
  const MyVote vote = Of("p-own", "2026-03-25 10:00")[0];
  EXPECT_EQ(vote.title(), "r");
  EXPECT_EQ(vote.items(0).text(), "甲");
  EXPECT_EQ(absl::FromUnixSeconds(vote.voted_at().seconds()), bench::At("2026-03-21 10:00"));
  EXPECT_EQ(vote.outcome(), rv::OUTCOME_UNSPECIFIED);
  bench::CountVote(history_, "r");
  const MyVote counted = Of("p-own", "2026-04-25 10:00")[0];
  EXPECT_EQ(counted.outcome(), rv::OUTCOME_NO_QUORUM);
  EXPECT_EQ(counted.items(0).outcome(), rv::OUTCOME_NO_QUORUM);
  EXPECT_EQ(counted.obstacle(), views::v1::MY_VOTE_OBSTACLE_OVER);
}

TEST_F(MyVotes, ResultOnlyWhenItIsCertified) {
  bench::AddVote(history_, "r", kOwners);
  history_.Add<rv::VoteClosed>("2026-03-30 10:00", "resolutions/r", "");
  history_.Add<rv::ProvisionalTallyComputed>(
      "2026-03-30 11:00", "resolutions/r",
      "result { items { item: 'a' outcome: OUTCOME_PASSED } }");
  const MyVote vote = Of("p-own", "2026-03-31 10:00")[0];
  EXPECT_EQ(vote.outcome(), rv::OUTCOME_UNSPECIFIED);
  EXPECT_EQ(vote.items(0).outcome(), rv::OUTCOME_UNSPECIFIED);
}

TEST_F(MyVotes, OfCoOwnersAndTheirAgent) {
  bench::AddVote(history_, "r", kOwners);
  EXPECT_EQ(Shown("p-co1", "2026-03-25 10:00"), "v2 OWNER");
  EXPECT_EQ(Shown("p-agent", "2026-03-25 10:00"), "v2 PROXY");
  const MyVote given = Of("p-co1", "2026-03-25 10:00")[0];
  ASSERT_EQ(given.proxies_size(), 1);
  EXPECT_EQ(given.proxies(0).agent(), "communities/c1/persons/p-agent");
  const MyVote held = Of("p-agent", "2026-03-25 10:00")[0];
  EXPECT_EQ(held.principal(), "communities/c1/persons/p-co1");
  EXPECT_EQ(held.proxies_size(), 0);

  history_.Add<rv::CoOwnerRepresentativeDesignated>("2026-03-21 10:00", "resolutions/r/voters/v2",
                                                    "representative: '@persons/p-co2'");
  EXPECT_EQ(Shown("p-co1", "2026-03-25 10:00"), "v2 OWNER OTHER_CO_OWNER");
  EXPECT_EQ(Shown("p-co2", "2026-03-25 10:00"), "v2 OWNER");
  history_.Add<rv::BallotCast>("2026-03-22 10:00", "resolutions/r/ballots/v2",
                               "ballot: 1 person: '@persons/p-co2'");
  EXPECT_EQ(Shown("p-co2", "2026-03-25 10:00"), "v2 OWNER VOTED");
  EXPECT_EQ(Shown("p-agent", "2026-03-25 10:00"), "v2 PROXY VOTED");
  history_.Add<rv::BallotInvalidated>("2026-03-23 10:00", "resolutions/r/ballots/v2", "ballot: 1");
  EXPECT_EQ(Shown("p-co2", "2026-03-25 10:00"), "v2 OWNER") << "room for another";
  history_.Add<rv::ProxyRevoked>("2026-03-24 10:00", "resolutions/r/voters/v2", "");
  EXPECT_EQ(Shown("p-agent", "2026-03-25 10:00"), "");
  EXPECT_TRUE(Of("p-co2", "2026-03-25 10:00")[0].proxies(0).has_revoked_at());
}

TEST_F(MyVotes, APowerEnds) {
  bench::AddVote(history_, "r", kOwners);
  history_.Add<rv::ProxyGranted>("2026-03-07 10:00", "resolutions/r/voters/v3",
                                 "agent: '@persons/p-li' ends T(2026-03-25 10:00)");
  EXPECT_EQ(Shown("p-li", "2026-03-25 09:59"), "v3 PROXY");
  EXPECT_EQ(Shown("p-li", "2026-03-25 10:00"), "v3 PROXY PROXY_ENDED");
  history_.Add<rv::ProxyGranted>("2026-03-08 10:00", "resolutions/r/voters/v3",
                                 "agent: '@persons/p-li'");
  EXPECT_EQ(Shown("p-li", "2026-03-25 10:00"), "v3 PROXY") << "of two the longer one";
}

struct Step {
  const char* now;
  const char* shown;
};

TEST_F(MyVotes, FollowTheWindow) {
  bench::AddVote(history_, "r", kOwners);
  for (const Step& step :
       {Step{"2026-03-29 10:00", "v2 OWNER"}, Step{"2026-03-30 10:00", "v2 OWNER OVER"}}) {
    EXPECT_EQ(Shown("p-co1", step.now), step.shown);
  }
  history_.Add<rv::VoteNoticed>("2026-03-02 10:00", "resolutions/n", "");
  history_.Add<rv::VoterEnrolled>("2026-03-25 10:00", "resolutions/m/voters/v1",
                                  "snapshot: 'z' entry { persons: '@persons/p-li' }");
  history_.Add<rv::MotionDrafted>("2026-03-25 10:00", "resolutions/m",
                                  "regime: REGIME_RESIDENTS_MEETING");
  EXPECT_EQ(Shown("p-li", "2026-03-25 10:00"), "") << "the roll is not frozen";
  history_.Add<rv::VoteNoticed>("2026-03-25 10:00", "resolutions/m", "");
  history_.Add<rv::ElectorateFrozen>("2026-03-25 10:00", "resolutions/m", "snapshot: 'z'");
  EXPECT_EQ(Shown("p-li", "2026-03-25 10:00"), "v1 RESIDENT NOT_OPEN");
  history_.Add<rv::ElectorateCorrected>("2026-03-26 10:00", "resolutions/m/voters/v1",
                                        "struck_off: true");
  EXPECT_EQ(Shown("p-li", "2026-03-26 10:00"), "");
}

// A vote of the person p-li: its notice, its entry, and what happened in it.
struct Case {
  const char* noticed;
  const char* entry;
  std::vector<std::string> happened;
  const char* shown;
};

TEST_F(MyVotes, KnowCapacitiesAndObstacles) {
  for (const Case& c : std::vector<Case>{
           {"", "persons: '@persons/p-li'", {}, "v1 RESIDENT"},
           {"", "persons: '@persons/x' representatives: '@persons/p-li'", {}, "v1 GUARDIAN"},
           {"", "persons: '@persons/p-li' membership: '@memberships/m'", {}, "v1 MEMBER"},
           {"mode: VOTE_MODE_MEETING", "persons: '@persons/p-li'", {}, "v1 RESIDENT NOT_PRESENT"},
           {"mode: VOTE_MODE_MEETING", "persons: '@persons/p-li'", {"in"}, "v1 RESIDENT"},
           {"mode: VOTE_MODE_MEETING",
            "persons: '@persons/p-li'",
            {"in", "out"},
            "v1 RESIDENT NOT_PRESENT"},
           {"", "persons: '@persons/p-li'", {"recused"}, "v1 RESIDENT RECUSED"},
           {"", "persons: '@persons/p-li'", {"recused from one"}, "v1 RESIDENT"},
           {"", "persons: '@persons/p-li'", {"cast"}, "v1 RESIDENT VOTED"},
           {"terms { last_counts: true }", "persons: '@persons/p-li'", {"cast"}, "v1 RESIDENT"},
           {"terms { secret: true last_counts: true }",
            "persons: '@persons/p-li'",
            {"secret"},
            "v1 RESIDENT VOTED"},
       }) {
    History h = bench::VoteCommunity();
    const std::string kT = "2026-03-20 10:00";
    h.Add<rv::MotionDrafted>(kT, "resolutions/r", "regime: REGIME_POLL");
    h.Add<rv::VoteNoticed>(kT, "resolutions/r", c.noticed);
    h.Add<rv::VoterEnrolled>(kT, "resolutions/r/voters/v1",
                             absl::StrCat("snapshot: 's' entry { ", c.entry, " }"));
    h.Add<rv::ElectorateFrozen>(kT, "resolutions/r", "snapshot: 's'");
    h.Add<rv::VoteOpened>(kT, "resolutions/r", "closes T(2026-03-30 10:00)");
    for (const std::string& what : c.happened) {
      const std::string voter = "voter: '@resolutions/r/voters/v1' ";
      if (what == "in") h.Add<rv::AttendanceCheckedIn>(kT, "resolutions/r", voter);
      if (what == "out") h.Add<rv::AttendanceCheckedOut>(kT, "resolutions/r", voter);
      if (what == "recused") h.Add<rv::MemberRecused>(kT, "resolutions/r", voter);
      if (what == "recused from one") {
        h.Add<rv::MemberRecused>(kT, "resolutions/r", voter + "items: 'a'");
      }
      if (what == "cast") h.Add<rv::BallotCast>(kT, "resolutions/r/ballots/v1", "ballot: 1");
      if (what == "secret") h.Add<rv::SecretBallotCast>(kT, "resolutions/r/voters/v1", "");
    }
    history_ = h;
    EXPECT_EQ(Shown("p-li", "2026-03-21 10:00"), c.shown)
        << c.noticed << "; " << absl::StrJoin(c.happened, ", ");
  }
}

TEST_F(MyVotes, AreFilteredAndPaged) {
  bench::AddVote(history_, "r", kOwners);
  bench::AddVote(history_, "s", kOwners);
  EXPECT_EQ(Shown("p-own", "2026-03-25 10:00", "filter: 'voted = true AND open = true'"),
            "v1 OWNER VOTED; v1 OWNER VOTED");
  EXPECT_EQ(Shown("p-own", "2026-03-25 10:00", "filter: 'voted = false'"), "");
  EXPECT_EQ(Of("p-own", "2026-03-25 10:00", "page_size: 1").size(), 1u);
  EXPECT_EQ(
      Of("p-own", "2026-03-25 10:00", "filter: 'resolution = \"communities/c1/resolutions/s\"'")[0]
          .title(),
      "s");
}

}  // namespace
}  // namespace sanzhang::projections
