// What no rule sees alone: scope, names that only one may have, and answers while the register
// changes.

#include <atomic>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/registry/live_register.h"

namespace sanzhang::registry {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kParent = "parent: 'communities/c1' ";

std::string Seat(const std::string& id, const std::string& body, const std::string& person,
                 const std::string& office) {
  return kParent + "membership_id: '" + id + "' body: '~bodies/" + body + "' person: '~persons/" +
         person + "' office: OFFICE_" + office;
}

class CommandsTest : public testing::Test {
 protected:
  CommandsTest() { live_.Settle(); }

  LiveRegister live_;
};

TEST_F(CommandsTest, NothingLiesInACommunityThatIsNotThere) {
  EXPECT_EQ(
      live_.Try("service operator", "DrawGrid", "parent: 'communities/none' display_name: 'G'"),
      "RESOURCE_NOT_FOUND communities/none");
  EXPECT_EQ(live_.Try("service operator", "GrantService",
                      "name: 'communities/none/services/hotline' roles: ROLE_IMPORTER "
                      "purpose: 'x'"),
            "RESOURCE_NOT_FOUND communities/none");
}

TEST_F(CommandsTest, AGridsChiefEnrolsPeopleOfTheOwnGrid) {
  live_.Set("RecruitChief", kParent +
                                "chief_id: 'x' kind: CHIEF_KIND_GRID unit: '~grids/g1' person: "
                                "'~persons/p1'");
  live_.Set("ConfirmChief", "name: '~chiefs/x'");
  EXPECT_EQ(live_.Try("person p1", "RegisterPerson", kParent + "person_id: 'new'"), "OK");
  const std::string home = "name: '~persons/new' place { dwelling: '~dwellings/d1' }";
  EXPECT_EQ(
      live_.Try("person p1", "EnrollResident", "name: '~persons/new' place { grid: '~grids/g2' }"),
      "PERMISSION_DENIED");
  EXPECT_EQ(live_.Try("person p1", "EnrollResident", home), "OK");
  // The building now lies in another grid: so does everyone who moves in.
  live_.Set("MoveBuildingToGrid", "name: '~buildings/b1' grid: '~grids/g2'");
  EXPECT_EQ(live_.Try("person p1", "EnrollResident",
                      "name: '~persons/p2' place { dwelling: '~dwellings/d1' }"),
            "PERMISSION_DENIED");
}

TEST_F(CommandsTest, AnOwnersCommitteeRecordsOwnersOfItsArea) {
  live_.Set("PrepareBody", kParent +
                               "body_id: 'oc2' display_name: 'O' kind: BODY_KIND_OWNERS_COMMITTEE "
                               "property_area: '~propertyAreas/a2'");
  live_.Set("EstablishBody", "name: '~bodies/oc2'");
  live_.Set("SeatMember", Seat("m1", "oc2", "p1", "CHAIR"));
  const std::string record = "name: '~dwellings/d1' owners { person: '~persons/p2' }";
  EXPECT_EQ(live_.Try("person p1", "RecordOwnership", record), "PERMISSION_DENIED");
  live_.Set("PrepareBody", kParent +
                               "body_id: 'oc1' display_name: 'O' kind: BODY_KIND_OWNERS_COMMITTEE "
                               "property_area: '~propertyAreas/a1'");
  live_.Set("EstablishBody", "name: '~bodies/oc1'");
  live_.Set("SeatMember", Seat("m2", "oc1", "p1", "MEMBER"));
  EXPECT_EQ(live_.Try("person p1", "RecordOwnership", record), "OK");
}

TEST_F(CommandsTest, AnElectionCommitteePreparesTheOwnersBodiesOfItsArea) {
  live_.Set("PrepareBody", kParent +
                               "body_id: 'ec' display_name: 'E' kind: "
                               "BODY_KIND_ELECTION_COMMITTEE property_area: '~propertyAreas/a1'");
  live_.Set("EstablishBody", "name: '~bodies/ec'");
  live_.Set("SeatMember", Seat("m1", "ec", "p1", "MEMBER"));
  for (const char* area : {"a1", "a2"}) {
    live_.Set("PrepareBody", kParent + "body_id: 'oc-" + area +
                                 "' display_name: 'O' kind: BODY_KIND_OWNERS_COMMITTEE "
                                 "property_area: '~propertyAreas/" +
                                 area + "'");
    live_.Set("EstablishBody", std::string("name: '~bodies/oc-") + area + "'");
  }
  const auto term = [](const std::string& body) {
    return kParent + "body: '~bodies/" + body +
           "' begins { seconds: 1800000000 } ends { seconds: 1830000000 }";
  };
  EXPECT_EQ(live_.Try("person p1", "SeatMember", Seat("m2", "oc-a1", "p2", "CHAIR")), "OK");
  EXPECT_EQ(live_.Try("person p1", "StartTerm", term("oc-a1")), "OK");
  EXPECT_EQ(live_.Try("person p1", "RecordOwnership",
                      "name: '~dwellings/d1' owners { person: '~persons/p2' }"),
            "OK");
  for (const char* other : {"oc-a2", "rc", "co", "ec"}) {
    EXPECT_EQ(live_.Try("person p1", "SeatMember", Seat("m3", other, "p2", "MEMBER")),
              "PERMISSION_DENIED")
        << other;
    EXPECT_EQ(live_.Try("person p1", "StartTerm", term(other)), "PERMISSION_DENIED") << other;
  }
  EXPECT_EQ(live_.Try("person p1", "PrepareBody",
                      kParent + "kind: BODY_KIND_OWNERS_COMMITTEE display_name: 'O'"),
            "PERMISSION_DENIED");
}

TEST_F(CommandsTest, AManagerSeatsStaffOfTheOwnCompany) {
  live_.Set("SeatMember", Seat("m1", "co", "p1", "MANAGER"));
  EXPECT_EQ(live_.Try("person p1", "SeatMember", Seat("m2", "co", "p2", "STAFF")), "OK");
  EXPECT_EQ(live_.Try("person p1", "SeatMember", Seat("m3", "rc", "p3", "MEMBER")),
            "PERMISSION_DENIED");
  EXPECT_EQ(live_.Try("person p2", "SeatMember", Seat("m3", "co", "p3", "STAFF")),
            "PERMISSION_DENIED");
}

TEST_F(CommandsTest, OneBodyOfAKindUntilItIsDissolved) {
  const std::string another =
      kParent + "body_id: 'rc2' display_name: 'R' kind: BODY_KIND_RESIDENTS_COMMITTEE";
  EXPECT_EQ(live_.Try("service operator", "PrepareBody", another), "BODY_KIND_TAKEN ~bodies/rc");
  live_.Set("DissolveBody", "name: '~bodies/rc' reason: 'merged'");
  EXPECT_EQ(live_.Try("service operator", "PrepareBody", another), "OK");
}

TEST_F(CommandsTest, OneSeatPerPersonAndBodyUntilItIsEnded) {
  live_.Set("SeatMember", Seat("m1", "rc", "p1", "MEMBER"));
  EXPECT_EQ(live_.Try("service operator", "SeatMember", Seat("m2", "rc", "p1", "CHAIR")),
            "SEAT_TAKEN ~memberships/m1");
  live_.Set("SuspendMember", "name: '~memberships/m1' reason: 'x'");
  EXPECT_EQ(live_.Try("service operator", "SeatMember", Seat("m2", "rc", "p1", "CHAIR")),
            "SEAT_TAKEN ~memberships/m1");
  EXPECT_EQ(live_.Try("service operator", "SeatMember", Seat("m2", "co", "p1", "STAFF")), "OK");
  live_.Set("EndMember", "name: '~memberships/m1' reason: END_REASON_RESIGNED");
  EXPECT_EQ(live_.Try("service operator", "SeatMember", Seat("m3", "rc", "p1", "CHAIR")), "OK");
}

TEST_F(CommandsTest, NobodySupervisesThemselves) {
  live_.Set("PrepareBody",
            kParent + "body_id: 'sup' display_name: 'S' kind: BODY_KIND_SUPERVISION_COMMITTEE");
  live_.Set("EstablishBody", "name: '~bodies/sup'");
  live_.Set("SeatMember", Seat("m1", "rc", "p1", "MEMBER"));
  EXPECT_EQ(live_.Try("service operator", "SeatMember", Seat("m2", "sup", "p1", "MEMBER")),
            "SEAT_TAKEN ~memberships/m1");
  // The committee's own chair can't put anyone there either.
  EXPECT_EQ(live_.Try("person p1", "SeatMember", Seat("m2", "sup", "p2", "MEMBER")),
            "PERMISSION_DENIED");
  live_.Set("EndMember", "name: '~memberships/m1' reason: END_REASON_RESIGNED");
  EXPECT_EQ(live_.Try("service operator", "SeatMember", Seat("m2", "sup", "p1", "MEMBER")), "OK");
}

TEST_F(CommandsTest, OneChiefPerUnitUntilItIsEnded) {
  const auto recruit = [](const std::string& id, const std::string& unit) {
    return kParent + "chief_id: '" + id + "' kind: CHIEF_KIND_GRID unit: '~grids/" + unit +
           "' person: '~persons/p1'";
  };
  live_.Set("RecruitChief", recruit("x1", "g1"));
  EXPECT_EQ(live_.Try("service operator", "RecruitChief", recruit("x2", "g1")),
            "SEAT_TAKEN ~chiefs/x1");
  EXPECT_EQ(live_.Try("service operator", "RecruitChief", recruit("x2", "g2")), "OK");
  live_.Set("EndChief", "name: '~chiefs/x1' reason: END_REASON_MOVED");
  EXPECT_EQ(live_.Try("service operator", "RecruitChief", recruit("x3", "g1")), "OK");
}

TEST_F(CommandsTest, OneChairPerBodyUntilTheSeatIsEnded) {
  live_.Set("SeatMember", Seat("m1", "rc", "p1", "CHAIR"));
  EXPECT_EQ(live_.Try("service operator", "SeatMember", Seat("m2", "rc", "p2", "CHAIR")),
            "SEAT_TAKEN ~memberships/m1");
  EXPECT_EQ(live_.Try("service operator", "SeatMember", Seat("m2", "rc", "p2", "DEPUTY")), "OK");
  EXPECT_EQ(live_.Try("service operator", "SeatMember", Seat("m3", "gov", "p3", "CHAIR")), "OK");
  // A suspended chair is still the chair: a deputy acts meanwhile.
  live_.Set("SuspendMember", "name: '~memberships/m1' reason: 'x'");
  EXPECT_EQ(live_.Try("service operator", "SeatMember", Seat("m4", "rc", "p4", "CHAIR")),
            "SEAT_TAKEN ~memberships/m1");
  live_.Set("EndMember", "name: '~memberships/m1' reason: END_REASON_TERM");
  EXPECT_EQ(live_.Try("service operator", "SeatMember", Seat("m4", "rc", "p4", "CHAIR")), "OK");
}

std::string TermOf(const std::string& id, const std::string& body, int begins, int ends) {
  constexpr int kMay2026 = 1777564800;
  return kParent + "term_id: '" + id + "' body: '~bodies/" + body +
         "' begins { seconds: " + std::to_string(kMay2026 + 86400 * begins) +
         " } ends { seconds: " + std::to_string(kMay2026 + 86400 * ends) + " }";
}

TEST_F(CommandsTest, OneTermAtATime) {
  const auto start = [&](const std::string& request) {
    return live_.Try("service operator", "StartTerm", request);
  };
  EXPECT_EQ(start(TermOf("t1", "rc", 0, 10)), "OK");
  EXPECT_EQ(start(TermOf("t2", "rc", 9, 20)), "TERM_OVERLAPS ~terms/t1");
  EXPECT_EQ(start(TermOf("t2", "co", 9, 20)), "OK");
  EXPECT_EQ(start(TermOf("t3", "rc", 20, 30)), "OK");
  EXPECT_EQ(start(TermOf("t4", "rc", 10, 20)), "OK");  // Recorded later, between the two.
  EXPECT_EQ(start(TermOf("t5", "rc", 19, 21)), "TERM_OVERLAPS ~terms/t3");
  // Whoever has noted that it is over: it was in force then.
  live_.set_now("2026-05-11T00:00:00+08:00");
  ASSERT_EQ(live_.Try("service timekeeper", "ExpireTerm", "name: '~terms/t1'"), "OK");
  EXPECT_EQ(start(TermOf("t5", "rc", 9, 10)), "TERM_OVERLAPS ~terms/t1");
}

// Of terms that begin beside each other at the same moment, one is recorded.
TEST_F(CommandsTest, OneTermAtATimeUnderLoad) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> accepted = 0;
    std::vector<std::thread> askers;
    for (int i = 0; i < 4; ++i) {
      const std::string request =
          TermOf("t" + std::to_string(4 * round + i), "rc", 2 * round, 2 * round + 2);
      askers.emplace_back([&accepted, this, request] {
        const std::string outcome = live_.Try("service operator", "StartTerm", request);
        if (outcome == "OK") ++accepted;
        const bool told =
            outcome.starts_with("TERM_OVERLAPS ") || outcome.starts_with("REVISION_CONFLICT");
        EXPECT_TRUE(outcome == "OK" || told) << outcome;
      });
    }
    for (std::thread& asker : askers) asker.join();
    EXPECT_EQ(accepted, 1) << "round " << round;
  }
}

// The very moment at which a term ends takes the powers, whoever has noted it.
TEST_F(CommandsTest, ATermThatIsOverGivesNoPowers) {
  live_.Set("StartTerm", kParent +
                             "term_id: 't1' body: '~bodies/rc' begins { seconds: 1777564800 } "
                             "ends { seconds: 1780243200 }");
  live_.Set("SeatMember", Seat("m1", "rc", "p1", "CHAIR") + " term: '~terms/t1'");
  const std::string draw = kParent + "display_name: 'G'";
  live_.set_now("2026-05-31T23:59:59.999999+08:00");
  EXPECT_EQ(live_.Try("person p1", "DrawGrid", draw), "OK");
  EXPECT_EQ(live_.Try("service timekeeper", "ExpireTerm", "name: '~terms/t1'"), "CLOCK_NOT_DUE");
  live_.set_now("2026-06-01T00:00:00+08:00");
  EXPECT_EQ(live_.Try("person p1", "DrawGrid", draw), "PERMISSION_DENIED");
  EXPECT_EQ(live_.Try("service timekeeper", "ExpireTerm", "name: '~terms/t1'"), "OK");
}

// A community whose only body is the sub-district: everything that needs no other body works.
TEST(BareCommunity, Works) {
  LiveRegister live;
  live.Set("RegisterCommunity",
           "community_id: 'c1' display_name: 'X' subdistrict: 'subdistricts/nanhu'");
  live.Set("PrepareBody",
           kParent + "body_id: 'gov' display_name: 'G' kind: BODY_KIND_SUBDISTRICT_GOV");
  live.Set("EstablishBody", "name: '~bodies/gov'");
  live.Set("RegisterPerson", kParent + "person_id: 'p1'");
  live.Set("SeatMember", Seat("m1", "gov", "p1", "STAFF"));
  EXPECT_EQ(
      live.Try("person p1", "RegisterBuilding", kParent + "building_id: 'b1' display_name: 'B'"),
      "OK");
  EXPECT_EQ(live.Try("person p1", "RegisterDwelling",
                     kParent + "dwelling_id: 'd1' display_name: 'D' building: '~buildings/b1'"),
            "OK");
  EXPECT_EQ(live.Try("person p1", "RecordOwnership",
                     "name: '~dwellings/d1' owners { person: '~persons/p1' }"),
            "OK");
  EXPECT_THAT(live.Standings("person p1"),
              ElementsAre("OWNER", "SUBDISTRICT_OFFICER by ~memberships/m1 for ~bodies/gov"));
}

// While others ask, each answer after a change is the changed one.
TEST_F(CommandsTest, AnswersFollowChangesAtOnceUnderLoad) {
  live_.Set("SeatMember", Seat("m1", "gov", "p1", "STAFF"));
  std::atomic<bool> stop = false;
  std::vector<std::thread> askers;
  for (int i = 0; i < 3; ++i) {
    askers.emplace_back([&] {
      while (!stop) {
        live_.Standings("person p1");
        live_.Standings("person p2");
      }
    });
  }
  for (int round = 0; round < 50; ++round) {
    live_.Set("SuspendMember", "name: '~memberships/m1' reason: 'x'");
    EXPECT_THAT(live_.Standings("person p1"), IsEmpty());
    live_.Set("ReinstateMember", "name: '~memberships/m1'");
    EXPECT_EQ(live_.Standings("person p1").size(), 1u);
  }
  stop = true;
  for (std::thread& asker : askers) asker.join();
}

}  // namespace
}  // namespace sanzhang::registry
