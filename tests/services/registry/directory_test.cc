#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "services/registry/registry_directory.h"
#include "services/registry/registry_index.h"
#include "tests/services/registry/live_register.h"
#include "tests/services/registry/rules_table.h"

namespace sanzhang::registry {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kParent[] = "parent: 'communities/c1' ";

// What commands need is answered by LiveRegister's own runner as well; here the directory alone.
class DirectoryTest : public testing::Test {
 protected:
  DirectoryTest() { live_.Settle(); }

  void Seat(const std::string& id, const std::string& body, const std::string& person,
            const std::string& office, const std::string& more = "") {
    live_.Set("SeatMember", std::string(kParent) + "membership_id: '" + id + "' body: '~bodies/" +
                                body + "' person: '~persons/" + person + "' office: OFFICE_" +
                                office + " " + more);
  }

  // Streams that the person's first standing rests on, with their revisions.
  std::vector<std::string> Grounds(const std::string& person) {
    runtime::Principal principal;
    principal.kind = log::v1::Actor::KIND_PERSON;
    principal.id = person;
    const auto standings = live_.directory().StandingsOf("communities/c1", principal, live_.now());
    std::vector<std::string> grounds;
    for (const eventstore::Condition& ground : standings->at(0).grounds) {
      grounds.push_back(Shorten(ground.stream) + "@" +
                        std::to_string(std::get<std::uint64_t>(ground.expected)));
    }
    return grounds;
  }

  runtime::Facts Resolve(const runtime::Needs& needs) {
    runtime::Facts facts;
    conditions_.clear();
    std::vector<eventstore::Condition> conditions;
    const absl::Status status =
        live_.directory().Resolve("communities/c1", needs, facts, conditions);
    EXPECT_TRUE(status.ok()) << status;
    for (const eventstore::Condition& condition : conditions) {
      const auto* revision = std::get_if<std::uint64_t>(&condition.expected);
      conditions_.push_back(Shorten(condition.stream) + "@" +
                            (revision == nullptr ? "none" : std::to_string(*revision)));
    }
    return facts;
  }

  LiveRegister live_;
  std::vector<std::string> conditions_;
};

TEST_F(DirectoryTest, NobodyIsNothing) {
  EXPECT_THAT(live_.Standings("person nobody"), IsEmpty());
  EXPECT_THAT(live_.Standings("person p1"), IsEmpty());
  EXPECT_THAT(live_.Standings("service hotline"), IsEmpty());
  // What the installation grants is the runner's to add.
  EXPECT_THAT(live_.Standings("service operator"), IsEmpty());
  EXPECT_THAT(live_.Standings("service timekeeper"), IsEmpty());
}

TEST_F(DirectoryTest, ResidentFromConfirmationToMovingOut) {
  live_.Set("EnrollResident", "name: '~persons/p1' place { dwelling: '~dwellings/d1' }");
  EXPECT_THAT(live_.Standings("person p1"), IsEmpty());
  live_.Set("ConfirmResident", "name: '~persons/p1'");
  EXPECT_THAT(live_.Standings("person p1"), ElementsAre("RESIDENT"));
  EXPECT_THAT(Grounds("p1"), ElementsAre("~persons/p1@3"));
  live_.Set("MoveOutResident", "name: '~persons/p1'");
  EXPECT_THAT(live_.Standings("person p1"), IsEmpty());
}

TEST_F(DirectoryTest, OwnerByTheLastRecordOfADwelling) {
  live_.Set("RecordOwnership",
            "name: '~dwellings/d1' owners { person: '~persons/p1' } owners { person: "
            "'~persons/p2' }");
  live_.Set("RecordOwnership", "name: '~dwellings/d2' owners { person: '~persons/p1' }");
  EXPECT_THAT(live_.Standings("person p1"), ElementsAre("OWNER"));
  EXPECT_THAT(live_.Standings("person p2"), ElementsAre("OWNER"));
  EXPECT_THAT(Grounds("p1"), ElementsAre("~persons/p1@1", "~dwellings/d1@2"));
  live_.Set("RecordOwnership", "name: '~dwellings/d1' owners { person: '~persons/p3' }");
  EXPECT_THAT(Grounds("p1"), ElementsAre("~persons/p1@1", "~dwellings/d2@2"));
  EXPECT_THAT(live_.Standings("person p2"), IsEmpty());
  EXPECT_THAT(live_.Standings("person p3"), ElementsAre("OWNER"));
  live_.Set("RetirePlace", "name: '~dwellings/d2' reason: 'torn down'");
  EXPECT_THAT(live_.Standings("person p1"), IsEmpty());
}

TEST_F(DirectoryTest, SeatWithoutATermUntilEnded) {
  Seat("m1", "rc", "p1", "CHAIR");
  EXPECT_THAT(live_.Standings("person p1"),
              ElementsAre("RESIDENTS_COMMITTEE by ~memberships/m1 for ~bodies/rc",
                          "RESIDENTS_COMMITTEE_CHAIR by ~memberships/m1 for ~bodies/rc"));
  EXPECT_THAT(Grounds("p1"), ElementsAre("~persons/p1@1", "~memberships/m1@1", "~bodies/rc@2"));
  live_.Set("EndMember", "name: '~memberships/m1' reason: END_REASON_RECALLED");
  EXPECT_THAT(live_.Standings("person p1"), IsEmpty());
}

TEST_F(DirectoryTest, SuspendedSeatGivesNothingUntilReinstated) {
  Seat("m1", "gov", "p1", "STAFF");
  live_.Set("SuspendMember", "name: '~memberships/m1' reason: 'inquiry'");
  EXPECT_THAT(live_.Standings("person p1"), IsEmpty());
  live_.Set("ReinstateMember", "name: '~memberships/m1'");
  EXPECT_THAT(live_.Standings("person p1"),
              ElementsAre("SUBDISTRICT_OFFICER by ~memberships/m1 for ~bodies/gov"));
}

TEST_F(DirectoryTest, TermBeginsAndEndsAtItsInstants) {
  live_.Set("StartTerm", std::string(kParent) +
                             "term_id: 't1' body: '~bodies/rc' begins { seconds: 1780243200 } "
                             "ends { seconds: 1811779200 }");  // 2026-06-01 to 2027-06-01.
  Seat("m1", "rc", "p1", "MEMBER", "term: '~terms/t1'");
  const std::string member = "RESIDENTS_COMMITTEE by ~memberships/m1 for ~bodies/rc";
  EXPECT_THAT(live_.Standings("person p1", "2026-05-31T23:59:59.999999+08:00"), IsEmpty());
  EXPECT_THAT(live_.Standings("person p1", "2026-06-01T00:00:00+08:00"), ElementsAre(member));
  EXPECT_THAT(live_.Standings("person p1", "2027-05-31T23:59:59.999999+08:00"),
              ElementsAre(member));
  // Over, although nobody has noted it.
  EXPECT_THAT(live_.Standings("person p1", "2027-06-01T00:00:00+08:00"), IsEmpty());
}

TEST_F(DirectoryTest, DissolvedBodyGivesNothing) {
  Seat("m1", "co", "p1", "MANAGER");
  EXPECT_THAT(live_.Standings("person p1"),
              ElementsAre("PROPERTY_STAFF by ~memberships/m1 for ~bodies/co in property_area: "
                          "\"~propertyAreas/a1\"",
                          "PROPERTY_MANAGER by ~memberships/m1 for ~bodies/co in property_area: "
                          "\"~propertyAreas/a1\""));
  live_.Set("DissolveBody", "name: '~bodies/co' reason: 'contract ended'");
  EXPECT_THAT(live_.Standings("person p1"), IsEmpty());
}

TEST_F(DirectoryTest, ChiefCoversTheUnitFromConfirmationToTheEnd) {
  live_.Set("RecruitChief", std::string(kParent) +
                                "chief_id: 'x' kind: CHIEF_KIND_BUILDING unit: '~buildings/b1' "
                                "person: '~persons/p1'");
  EXPECT_THAT(live_.Standings("person p1"), IsEmpty());
  live_.Set("ConfirmChief", "name: '~chiefs/x'");
  const std::string chief = "BUILDING_CHIEF by ~chiefs/x in building: \"~buildings/b1\"";
  EXPECT_THAT(live_.Standings("person p1"), ElementsAre(chief));
  // Redrawn grids change nothing for the chief of a building.
  live_.Set("MoveBuildingToGrid", "name: '~buildings/b1' grid: '~grids/g2'");
  EXPECT_THAT(live_.Standings("person p1"), ElementsAre(chief));
  Seat("m1", "rc", "p2", "MEMBER");
  ASSERT_EQ(live_.Try("person p2", "LapseChief", "name: '~chiefs/x'"), "OK");
  EXPECT_THAT(live_.Standings("person p1"), ElementsAre(chief));
  live_.Set("EndChief", "name: '~chiefs/x' reason: END_REASON_RESIGNED");
  EXPECT_THAT(live_.Standings("person p1"), IsEmpty());
}

TEST_F(DirectoryTest, TheLeastPowerfulFirst) {
  Seat("m1", "rc", "p1", "CHAIR");
  live_.Set("RecruitChief", std::string(kParent) +
                                "chief_id: 'x' kind: CHIEF_KIND_GRID unit: '~grids/g1' person: "
                                "'~persons/p1'");
  live_.Set("ConfirmChief", "name: '~chiefs/x'");
  live_.Set("RecordOwnership", "name: '~dwellings/d1' owners { person: '~persons/p1' }");
  live_.Set("EnrollResident", "name: '~persons/p1' place { dwelling: '~dwellings/d1' }");
  live_.Set("ConfirmResident", "name: '~persons/p1'");
  EXPECT_THAT(live_.Standings("person p1"),
              ElementsAre("RESIDENT", "OWNER", "GRID_CHIEF by ~chiefs/x in grid: \"~grids/g1\"",
                          "RESIDENTS_COMMITTEE by ~memberships/m1 for ~bodies/rc",
                          "RESIDENTS_COMMITTEE_CHAIR by ~memberships/m1 for ~bodies/rc"));
  live_.Set("RecordDeath", "name: '~persons/p1'");
  EXPECT_THAT(live_.Standings("person p1"), IsEmpty());
}

TEST_F(DirectoryTest, ServiceHasWhatWasGrantedLast) {
  live_.Set("GrantService",
            "name: '~services/hotline' roles: ROLE_INTEGRATION roles: ROLE_IMPORTER purpose: 'x'");
  EXPECT_THAT(live_.Standings("service hotline"), ElementsAre("INTEGRATION", "IMPORTER"));
  live_.Set("GrantService", "name: '~services/hotline' roles: ROLE_AUDITOR purpose: 'x'");
  EXPECT_THAT(live_.Standings("service hotline"), ElementsAre("AUDITOR"));
  EXPECT_THAT(live_.Standings("person hotline"), IsEmpty());
  live_.Set("RevokeService", "name: '~services/hotline' reason: 'x'");
  EXPECT_THAT(live_.Standings("service hotline"), IsEmpty());
}

TEST_F(DirectoryTest, PlaceIsWhereItsBuildingIsNow) {
  live_.Set("MoveBuildingToGrid", "name: '~buildings/b1' grid: '~grids/g2'");
  runtime::Facts facts = Resolve({.places = {Expand("~dwellings/d1"), Expand("~dwellings/none")}});
  ASSERT_EQ(facts.places.size(), 1u);
  EXPECT_EQ(Shorten(facts.places.begin()->second.place.ShortDebugString()),
            "property_area: \"~propertyAreas/a1\" grid: \"~grids/g2\" building: "
            "\"~buildings/b1\" entrance: \"~entrances/e1\" dwelling: \"~dwellings/d1\"");
  EXPECT_TRUE(facts.places.begin()->second.active);
  EXPECT_THAT(conditions_, ElementsAre("~dwellings/d1@1", "~buildings/b1@2", "~entrances/e1@1"));
  // Nothing is active in a building that is no more.
  live_.Set("RetirePlace", "name: '~buildings/b1' reason: 'torn down'");
  EXPECT_FALSE(Resolve({.places = {Expand("~dwellings/d1")}}).places.begin()->second.active);
}

TEST_F(DirectoryTest, BodiesOfAKindAreTheActiveOnes) {
  const std::vector<type::v1::BodyKind> companies = {type::v1::BODY_KIND_PROPERTY_COMPANY};
  live_.Set("PrepareBody", std::string(kParent) +
                               "body_id: 'co2' display_name: 'C' kind: BODY_KIND_PROPERTY_COMPANY");
  EXPECT_EQ(Resolve({.body_kinds = companies}).bodies.size(), 1u);
  EXPECT_THAT(conditions_, ElementsAre("~bodies/co@2", "~bodies/co2@1"));
  live_.Set("EstablishBody", "name: '~bodies/co2'");
  live_.Set("DissolveBody", "name: '~bodies/co' reason: 'x'");
  const runtime::Facts facts = Resolve({.body_kinds = companies});
  ASSERT_EQ(facts.bodies.size(), 1u);
  EXPECT_EQ(Shorten(facts.bodies.begin()->first), "~bodies/co2");
  EXPECT_THAT(conditions_, ElementsAre("~bodies/co2@2"));
}

TEST_F(DirectoryTest, AMissingBodyIsAFactToo) {
  const runtime::Facts facts = Resolve({.body_kinds = {type::v1::BODY_KIND_SUPERVISION_COMMITTEE}});
  EXPECT_TRUE(facts.bodies.empty());
  EXPECT_THAT(conditions_, ElementsAre("~references/bodies/kinds/supervision-committee@none"));
}

TEST_F(DirectoryTest, SeatsOfAPersonAreThoseNotEnded) {
  Seat("m1", "rc", "p1", "MEMBER", "");
  Seat("m2", "co", "p1", "STAFF", "");
  const auto seats = [&] { return Resolve({.seats_of = {Expand("~persons/p1")}}).seats; };
  ASSERT_EQ(seats().size(), 1u);
  const std::vector<runtime::SeatFacts> held = seats().begin()->second;
  ASSERT_EQ(held.size(), 2u);
  EXPECT_EQ(Shorten(held[1].membership) + " " + Shorten(held[1].body),
            "~memberships/m2 ~bodies/co");
  EXPECT_EQ(held[1].body_kind, type::v1::BODY_KIND_PROPERTY_COMPANY);
  live_.Set("EndMember", "name: '~memberships/m2' reason: END_REASON_RESIGNED");
  EXPECT_EQ(seats().begin()->second.size(), 1u);
}

TEST_F(DirectoryTest, MembershipsAndTerms) {
  live_.Set("StartTerm", std::string(kParent) +
                             "term_id: 't1' body: '~bodies/rc' begins { seconds: 1777564800 } "
                             "ends { seconds: 1811779200 }");
  Seat("m1", "rc", "p1", "MEMBER", "term: '~terms/t1'");
  const runtime::Needs needs = {.memberships = {Expand("~memberships/m1"), Expand("~chiefs/none")},
                                .terms = {Expand("~terms/t1")}};
  runtime::Facts facts = Resolve(needs);
  ASSERT_EQ(facts.memberships.size(), 1u);
  EXPECT_TRUE(facts.memberships.begin()->second.active);
  EXPECT_EQ(Shorten(facts.memberships.begin()->second.body), "~bodies/rc");
  EXPECT_EQ(facts.terms.begin()->second.ends, absl::FromUnixSeconds(1811779200));
  EXPECT_THAT(conditions_, ElementsAre("~memberships/m1@1", "~bodies/rc@2", "~terms/t1@1"));
  live_.set_now("2027-06-01T00:00:00+08:00");
  EXPECT_FALSE(Resolve(needs).memberships.begin()->second.active);
}

TEST_F(DirectoryTest, ACommandThatChangesNothingHereCostsNoRead) {
  Seat("m1", "rc", "p1", "CHAIR");
  const runtime::Needs needs = {
      .body_kinds = {type::v1::BODY_KIND_RESIDENTS_COMMITTEE, type::v1::BODY_KIND_SUBDISTRICT_GOV},
      .places = {Expand("~dwellings/d1")},
      .persons = {Expand("~persons/p2")}};
  live_.Standings("person p1");
  Resolve(needs);
  EXPECT_GT(live_.TakeReads(), 0u);
  // Another community's register is no concern of this one's.
  live_.Set("RegisterCommunity",
            "community_id: 'c2' display_name: 'X' subdistrict: 'subdistricts/nanhu'");
  live_.TakeReads();
  EXPECT_EQ(live_.Standings("person p1").size(), 2u);
  EXPECT_EQ(Resolve(needs).bodies.size(), 2u);
  EXPECT_EQ(live_.TakeReads(), 0u);
}

TEST_F(DirectoryTest, ARevokedRoleIsDeadAtTheNextCommand) {
  Seat("m1", "rc", "p1", "CHAIR");
  EXPECT_EQ(live_.Try("person p1", "DrawGrid", std::string(kParent) + "display_name: 'G'"), "OK");
  live_.Set("EndMember", "name: '~memberships/m1' reason: END_REASON_RECALLED");
  EXPECT_EQ(live_.Try("person p1", "DrawGrid", std::string(kParent) + "display_name: 'G'"),
            "PERMISSION_DENIED");
}

TEST(Directory, IsRightWithoutAWatchToo) {
  LiveRegister live({.watched = false});
  live.Settle();
  EXPECT_THAT(live.Standings("person p1"), IsEmpty());
  live.Set("SeatMember", std::string(kParent) +
                             "membership_id: 'm1' body: '~bodies/gov' person: '~persons/p1' "
                             "office: OFFICE_STAFF");
  EXPECT_THAT(live.Standings("person p1"),
              ElementsAre("SUBDISTRICT_OFFICER by ~memberships/m1 for ~bodies/gov"));
  live.Set("EndMember", "name: '~memberships/m1' reason: END_REASON_MOVED");
  EXPECT_THAT(live.Standings("person p1"), IsEmpty());
}

TEST(Directory, IsRightWithHardlyAnyMemory) {
  LiveRegister live({.remembered_max = 3});
  live.Settle();
  live.Set("SeatMember", std::string(kParent) +
                             "membership_id: 'm1' body: '~bodies/gov' person: '~persons/p1' "
                             "office: OFFICE_STAFF");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(live.Standings("person p1").size(), 1u);
    EXPECT_THAT(live.Standings("person p2"), IsEmpty());
  }
}

TEST(RegisterWatch, KnowsWhatItWasTold) {
  RegisterWatch watch(/*communities_max=*/2);
  const auto tell = [&watch](std::uint64_t position, const std::string& community,
                             const std::string& type) {
    log::v1::Record record;
    record.set_position(position);
    record.set_community(community);
    record.set_type(type);
    watch.Derive(record);
  };
  EXPECT_TRUE(watch.Unchanged("c1", 7, 7));   // Nothing was committed.
  EXPECT_FALSE(watch.Unchanged("c1", 7, 8));  // Something was, of which it was not told.
  tell(8, "c1", "sanzhang.complaint.v1.ComplaintFiled");
  EXPECT_TRUE(watch.Unchanged("c1", 7, 8));
  tell(9, "c1", "sanzhang.registry.v1.MemberEnded");
  EXPECT_FALSE(watch.Unchanged("c1", 8, 9));
  EXPECT_TRUE(watch.Unchanged("c1", 9, 9));
  EXPECT_TRUE(watch.Unchanged("c2", 8, 9));
  tell(10, "c2", "sanzhang.registry.v1.MemberEnded");
  tell(11, "c3", "sanzhang.registry.v1.MemberEnded");  // Too many: c1 and c2 are forgotten.
  EXPECT_FALSE(watch.Unchanged("c1", 9, 11));
  EXPECT_TRUE(watch.Unchanged("c1", 10, 11));
  EXPECT_FALSE(watch.Unchanged("c3", 10, 11));
}

TEST(DeriveIndex, PointsFromPeopleAndKinds) {
  const auto derive = [](const std::string& stream, const google::protobuf::Message& fact) {
    log::v1::Record record;
    record.set_stream(Expand(stream));
    record.set_community("communities/c1");
    record.set_type(fact.GetDescriptor()->full_name());
    record.set_payload(fact.SerializeAsString());
    std::vector<std::string> lines;
    for (const eventstore::IndexEntry& entry : DeriveIndex(record)) {
      lines.push_back(Shorten(entry.key) + " " + Shorten(entry.value));
    }
    return lines;
  };
  EXPECT_THAT(
      derive("~memberships/m1", support::Text<v1::MemberSeated>(Expand("person: '~persons/p1'"))),
      ElementsAre("~persons/p1/holds/memberships/m1 ~memberships/m1"));
  EXPECT_THAT(
      derive("~chiefs/x", support::Text<v1::ChiefRecruited>(Expand("person: '~persons/p1'"))),
      ElementsAre("~persons/p1/holds/chiefs/x ~chiefs/x"));
  EXPECT_THAT(derive("~dwellings/d1",
                     support::Text<v1::OwnershipRecorded>(Expand(
                         "owners { person: '~persons/p1' } owners { person: '~persons/p2' }"))),
              ElementsAre("~persons/p1/owns/dwellings/d1 ~dwellings/d1",
                          "~persons/p2/owns/dwellings/d1 ~dwellings/d1"));
  EXPECT_THAT(
      derive("~bodies/b1", support::Text<v1::BodyPrepared>("kind: BODY_KIND_OWNERS_COMMITTEE")),
      ElementsAre("~kinds/owners-committee/bodies/b1 ~bodies/b1"));
  EXPECT_THAT(derive("~memberships/m1", v1::MemberSuspended()), IsEmpty());
}

}  // namespace
}  // namespace sanzhang::registry
