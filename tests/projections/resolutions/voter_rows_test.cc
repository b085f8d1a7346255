// A voter's row, who may act for it, and the sums of its roll, after each fact.
#include "projections/resolutions/voter_rows.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/projections/resolutions/vote.h"

namespace sanzhang::projections {
namespace {

namespace rv = resolution::v1;
using bench::Hour;
using bench::Vote;

// In the frozen roll: v1 is two co-owners with 100 dm2, v2 one owner with 150, v3 unknown with 50.
class Roll : public testing::Test {
 protected:
  Roll() {
    Enrol("v1", "s1",
          "area_dm2: 100 heads: 1 persons: '@persons/p1' persons: '@persons/p2' "
          "dwellings: '@dwellings/d1' dwellings_total: 1 place: '@buildings/b1'");
    Enrol("v2", "s1",
          "area_dm2: 150 heads: 1 persons: '@persons/p3' representatives: '@persons/p4' "
          "dwellings: '@dwellings/d2' dwellings: '@dwellings/d3' dwellings_total: 2 "
          "related_party: true");
    Enrol("v3", "s1", "area_dm2: 50 heads: 1 dwellings_total: 1");
    vote_.Freeze();
  }
  void Enrol(std::string_view id, std::string_view snapshot, std::string_view entry) {
    vote_.Voter<rv::VoterEnrolled>(
        id, "03-03 09:00",
        absl::StrCat("snapshot: '", std::string(snapshot), "' entry { ", std::string(entry), " }"));
  }
  // subjects heads area | delivered warned | returned heads area | conflicts unverified proxied
  std::string Turnout() {
    return vote_.One(
        "SELECT subjects || ' ' || heads || ' ' || area_dm2, delivered || ' ' || warned, "
        "returned || ' ' || returned_heads || ' ' || returned_area_dm2, "
        "conflicts || ' ' || unverified || ' ' || proxied FROM roll_turnout",
        4);
  }
  std::string Returned(const char* id) {
    return vote_.One(
        absl::StrCat("SELECT returned, ", Hour("returned_us"),
                     ", substr(returned_by, 24) FROM voter WHERE name LIKE '%/", id, "'"),
        3);
  }
  Vote vote_;
};

TEST_F(Roll, HoldsEntries) {
  EXPECT_EQ(vote_.view().Select(
                "SELECT substr(name, -2), snapshot, area_dm2, heads, dwellings, "
                "replace(dwelling_names, 'communities/c1/', ''), persons, acting, related "
                "FROM roll ORDER BY name",
                9),
            "v1 | s1 | 100 | 1 | 1 | dwellings/d1 | 2 | 0 | 0\n"
            "v2 | s1 | 150 | 1 | 2 | dwellings/d2 dwellings/d3 | 1 | 1 | 1\n"
            "v3 | s1 | 50 | 1 | 1 |  | 0 | 0 | 0\n");
  EXPECT_EQ(vote_.view().Select("SELECT substr(person, -2), substr(voter, -2), capacity "
                                "FROM roll_person ORDER BY 1",
                                3),
            "p1 | v1 | 1\np2 | v1 | 1\np3 | v2 | 1\np4 | v2 | 2\n");
  EXPECT_EQ(Turnout(), "3 3 300 | 0 0 | 0 0 0 | 0 0 0");
}

TEST_F(Roll, OfAnotherSnapshotDoesNotCount) {
  Enrol("v9", "s2", "area_dm2: 900 heads: 1");
  EXPECT_EQ(Turnout(), "3 3 300 | 0 0 | 0 0 0 | 0 0 0");
  EXPECT_EQ(vote_.One("SELECT count(*) FROM roll", 1), "3");
}

TEST_F(Roll, FrozenAnewForgetsTheOneBefore) {
  vote_.Voter<rv::BallotDelivered>("v1", "03-04 10:00", "warning_shown: true");
  vote_.Voter<rv::ProxyGranted>("v1", "03-04 11:00", "agent: '@persons/p9'");
  vote_.Then<rv::VoteNoticed>("03-05 10:00", bench::kNoticed);
  EXPECT_EQ(vote_.One("SELECT count(*) FROM roll", 1), "0") << "no roll until it is frozen";
  EXPECT_EQ(Turnout(), "");
  Enrol("v1", "s2", "area_dm2: 120 heads: 1 persons: '@persons/p1'");
  vote_.Then<rv::ElectorateFrozen>("03-06 10:00", "snapshot: 's2' subjects: 1");
  EXPECT_EQ(Turnout(), "1 1 120 | 0 0 | 0 0 0 | 0 0 0");
  EXPECT_EQ(vote_.One("SELECT count(*) FROM proxy", 1), "0");
  EXPECT_EQ(vote_.One("SELECT persons, delivered_us FROM roll", 2), "1 | -");
}

TEST_F(Roll, AnnouncedAnewWithTheSameSubjectsKeepsThem) {
  vote_.Voter<rv::BallotDelivered>("v1", "03-04 10:00", "");
  vote_.Then<rv::VoteNoticed>("03-05 10:00", bench::kNoticed);
  vote_.Then<rv::ElectorateFrozen>("03-06 10:00", bench::kFrozen);
  EXPECT_EQ(Turnout(), "3 3 300 | 1 0 | 0 0 0 | 0 0 0");
}

TEST_F(Roll, FollowsCorrections) {
  vote_.Voter<rv::ElectorateCorrected>("v1", "03-05 10:00",
                                       "entry { area_dm2: 110 heads: 1 persons: '@persons/p1' }");
  EXPECT_EQ(Turnout(), "3 3 310 | 0 0 | 0 0 0 | 0 0 0");
  EXPECT_EQ(vote_.One("SELECT count(*) FROM roll_person WHERE voter LIKE '%v1'", 1), "1");
  vote_.Voter<rv::ElectorateCorrected>("v2", "03-05 11:00", "struck_off: true");
  EXPECT_EQ(Turnout(), "2 2 160 | 0 0 | 0 0 0 | 0 0 0");
  EXPECT_EQ(vote_.One("SELECT count(*) FROM roll", 1), "2");
}

TEST_F(Roll, CountsDeliveriesOnce) {
  vote_.Voter<rv::BallotDelivered>("v1", "03-05 10:00", "method: DELIVERY_METHOD_POSTED");
  vote_.Voter<rv::BallotDelivered>("v1", "03-06 10:00",
                                   "method: DELIVERY_METHOD_IN_PERSON warning_shown: true");
  vote_.Voter<rv::BallotDeliveryFailed>("v2", "03-06 10:00", "");
  EXPECT_EQ(Turnout(), "3 3 300 | 1 1 | 0 0 0 | 0 0 0");
  EXPECT_EQ(vote_.view().Select("SELECT delivery_method, " + Hour("delivered_us") + ", " +
                                    Hour("warned_us") +
                                    ", delivery_failures FROM roll "
                                    "WHERE area_dm2 > 50 ORDER BY name",
                                4),
            "4 | 05.10 | 06.10 | 0\n0 | - | - | 1\n");
}

TEST_F(Roll, CountsBallotsThatNobodySetAside) {
  vote_.Ballot<rv::BallotCast>("v1", "03-21 10:00", "ballot: 1 person: '@persons/p2'");
  EXPECT_EQ(Turnout(), "3 3 300 | 0 0 | 1 1 100 | 0 0 0");
  EXPECT_EQ(Returned("v1"), "1 | 21.10 | p2");
  vote_.Ballot<rv::BallotCast>("v1", "03-22 10:00", "ballot: 2 person: '@persons/p1'");
  vote_.Ballot<rv::BallotConflictDetected>("v1", "03-22 10:00", "ballots: 1 ballots: 2");
  EXPECT_EQ(Turnout(), "3 3 300 | 0 0 | 1 1 100 | 1 0 0");
  EXPECT_EQ(Returned("v1"), "1 | 21.10 | p2");
  vote_.Ballot<rv::BallotConflictResolved>("v1", "03-23 10:00", "kept: 1");
  EXPECT_EQ(Turnout(), "3 3 300 | 0 0 | 1 1 100 | 0 0 0");
  vote_.Ballot<rv::BallotConflictResolved>("v1", "03-23 11:00", "kept: 0");
  EXPECT_EQ(Turnout(), "3 3 300 | 0 0 | 0 0 0 | 0 0 0") << "none of them stands";
}

TEST_F(Roll, CountsPaperFromTheFirstClerkOn) {
  vote_.Ballot<rv::PaperBallotEntered>(
      "v2", "03-22 10:00", "ballot: 1 person: '@persons/p3' cast_at T(2026-03-21 09:00)");
  EXPECT_EQ(Turnout(), "3 3 300 | 0 0 | 1 1 150 | 0 1 0");
  EXPECT_EQ(Returned("v2"), "1 | 21.09 | p3") << "when it was put into the box";
  vote_.Ballot<rv::PaperBallotVerified>("v2", "03-22 11:00", "ballot: 1");
  EXPECT_EQ(Turnout(), "3 3 300 | 0 0 | 1 1 150 | 0 0 0");
  vote_.Ballot<rv::BallotInvalidated>("v2", "03-22 12:00", "ballot: 1");
  EXPECT_EQ(Turnout(), "3 3 300 | 0 0 | 0 0 0 | 0 0 0");
  vote_.Ballot<rv::BallotCast>("v2", "03-22 13:00", "ballot: 2");
  EXPECT_EQ(Turnout(), "3 3 300 | 0 0 | 1 1 150 | 0 0 0");
}

TEST_F(Roll, LateBallotsAreNone) {
  vote_.Ballot<rv::LateBallotRecorded>("v2", "03-31 10:00", "");
  EXPECT_EQ(Turnout(), "3 3 300 | 0 0 | 0 0 0 | 0 0 0");
  EXPECT_EQ(vote_.One("SELECT late FROM roll_turnout", 1), "1");
}

TEST_F(Roll, KnowsWhoVotedSecretlyAndNothingElse) {
  vote_.history()
      .Add<rv::SecretBallotCast>("2026-03-21 10:00", "resolutions/r/voters/v1", "")
      .mutable_actor()
      ->set_subject("communities/c1/persons/p1");
  ASSERT_TRUE(vote_.view().Apply(vote_.history().records().back()).ok());
  EXPECT_EQ(Returned("v1"), "1 | 21.10 | p1");
  vote_.history()
      .Add<rv::SecretBallotCast>("2026-03-21 11:00", "resolutions/r/voters/v2", "")
      .mutable_actor()
      ->set_subject("services/import");
  ASSERT_TRUE(vote_.view().Apply(vote_.history().records().back()).ok());
  EXPECT_EQ(Returned("v2"), "1 | 21.11 | ") << "a service is nobody";
  EXPECT_EQ(Turnout(), "3 3 300 | 0 0 | 2 2 250 | 0 0 0");
}

TEST_F(Roll, KeepsProxiesAndCoOwners) {
  vote_.Voter<rv::ProxyGranted>("v1", "03-05 10:00",
                                "agent: '@persons/p9' principal: '@persons/p1' items: 'a' "
                                "ends T(2026-03-25 10:00)");
  vote_.Voter<rv::ProxyGranted>("v1", "03-05 11:00", "agent: '@persons/p8'");
  EXPECT_EQ(Turnout(), "3 3 300 | 0 0 | 0 0 0 | 0 0 1");
  vote_.Voter<rv::ProxyRevoked>("v1", "03-06 10:00", "");
  EXPECT_EQ(Turnout(), "3 3 300 | 0 0 | 0 0 0 | 0 0 0");
  EXPECT_EQ(vote_.view().Select("SELECT substr(agent, -2), substr(principal, -2), items, " +
                                    Hour("ends_us") + ", " + Hour("revoked_us") +
                                    " FROM proxy ORDER BY granted_us",
                                5),
            "p9 | p1 | a | 25.10 | 06.10\np8 |  |  | - | 06.10\n");
  vote_.Voter<rv::CoOwnerRepresentativeDesignated>("v1", "03-06 10:00",
                                                   "representative: '@persons/p1'");
  vote_.Voter<rv::CoOwnerRepresentativeDesignated>("v1", "03-06 11:00",
                                                   "representative: '@persons/p2'");
  vote_.Voter<rv::CoOwnerDisputeRaised>("v1", "03-06 12:00", "person: '@persons/p1'");
  EXPECT_EQ(vote_.One("SELECT designated, disputes FROM voter WHERE name LIKE '%v1'", 2), "1 | 1");
  EXPECT_EQ(vote_.One("SELECT substr(person, -2) FROM roll_person WHERE designated", 1), "p2");
  EXPECT_EQ(vote_.One("SELECT disputed FROM roll_turnout", 1), "1");
}

TEST(Voters, WithoutPersonsNameNobody) {
  Vote vote(/*persons=*/false);
  vote.Voter<rv::VoterEnrolled>("v1", "03-03 09:00",
                                "snapshot: 's1' entry { area_dm2: 100 heads: 1 "
                                "persons: '@persons/p1' representatives: '@persons/p2' "
                                "dwellings: '@dwellings/d1' dwellings_total: 1 }");
  vote.Freeze();
  vote.Voter<rv::ProxyGranted>("v1", "03-05 10:00",
                               "agent: '@persons/p9' principal: '@persons/p1'");
  vote.Voter<rv::CoOwnerRepresentativeDesignated>("v1", "03-06 10:00",
                                                  "representative: '@persons/p1'");
  vote.Ballot<rv::BallotCast>("v1", "03-21 10:00", "person: '@persons/p1'");
  EXPECT_EQ(vote.One("SELECT returned, persons, dwellings FROM roll", 3), "1 | 1 | 1");
  EXPECT_THAT(vote.view().Dump(), testing::Not(testing::ContainsRegex("persons/|dwellings/")));
}

}  // namespace
}  // namespace sanzhang::projections
