// Households and the constituencies that they make up.

#include "services/registry/household.h"

#include "services/registry/constituency.h"
#include "tests/services/registry/live_register.h"
#include "tests/services/registry/rules_table.h"

namespace sanzhang::registry {
namespace {

constexpr char kFormed[] =
    "household_formed { dwelling: '~dwellings/d1' members: '~persons/p1' members: '~persons/p2' "
    "head: '~persons/p1' }";
constexpr char kDissolved[] = "household_dissolved { reason: 'x' }";
constexpr char kTakesBoth[] =
    "+~references/households/persons/p1 else HOUSEHOLD_TAKEN; "
    "+~references/households/persons/p2 else HOUSEHOLD_TAKEN; ";

TEST(FormHousehold, Rules) {
  const std::string both =
      "dwelling: '~dwellings/d1' members: '~persons/p2' members: '~persons/p1' head: '~persons/p1'";
  const auto of = [](const std::string& members) {
    return "dwelling: '~dwellings/d1' head: '~persons/p1' " + members;
  };
  PlayAll<Household, v1::FormHouseholdRequest>(
      "~households/h1",
      {{"Exists",
        {kFormed},
        both,
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~households/h1}"},
       {"Dissolved",
        {kFormed, kDissolved},
        both,
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~households/h1}"},
       {"NoSuchDwelling",
        {},
        "dwelling: '~dwellings/none' members: '~persons/none' head: '~persons/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~dwellings/none}"},
       {"NoSuchMember",
        {},
        of("members: '~persons/none'"),
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~persons/none}"},
       {"DeadMember",
        {},
        of("members: '~persons/dead'"),
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~persons/dead}"},
       {"Organisation",
        {},
        of("members: '~persons/org'"),
        "ERROR_REASON_PERSON_KIND_FORBIDS {resource=~persons/org}"},
       {"MemberTwice",
        {},
        of("members: '~persons/p1' members: '~persons/p1'"),
        "ERROR_REASON_INVALID_REQUEST {field=members}"},
       {"HeadOfAnother",
        {},
        of("members: '~persons/p2'"),
        "ERROR_REASON_INVALID_REQUEST {field=head}"},
       {"New",
        {},
        both,
        "household_formed { dwelling: \"~dwellings/d1\" members: \"~persons/p2\" members: "
        "\"~persons/p1\" head: \"~persons/p1\" }; " +
            std::string(kTakesBoth)}});
}

TEST(ChangeHousehold, Rules) {
  const std::string other = "members: '~persons/p2' members: '~persons/adult' head: '~persons/p2'";
  PlayAll<Household, v1::ChangeHouseholdRequest>(
      "~households/h1",
      {{"NotFound", {}, other, "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~households/h1}"},
       {"Dissolved",
        {kFormed, kDissolved},
        other,
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~households/h1}"},
       {"NoSuchMember",
        {kFormed},
        "members: '~persons/none' head: '~persons/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~persons/none}"},
       {"OneComesOneGoes",
        {kFormed},
        other,
        "household_changed { members: \"~persons/p2\" members: \"~persons/adult\" head: "
        "\"~persons/p2\" }; -~references/households/persons/p1; "
        "+~references/households/persons/adult else HOUSEHOLD_TAKEN; "},
       {"AlreadySo",
        {kFormed},
        "members: '~persons/p2' members: '~persons/p1' head: '~persons/p1'",
        ""}});
}

TEST(DissolveHousehold, Rules) {
  PlayAll<Household, v1::DissolveHouseholdRequest>(
      "~households/h1",
      {{"NotFound", {}, "reason: 'x'", "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~households/h1}"},
       {"Formed",
        {kFormed},
        "reason: 'x'",
        "household_dissolved { reason: \"x\" }; -~references/households/persons/p1; "
        "-~references/households/persons/p2; "},
       {"AlreadySo", {kFormed, kDissolved}, "reason: 'x'", ""}});
}

constexpr char kSet[] =
    "representative_constituency_set { units: '~buildings/b2' units: '~households/h1' households: "
    "30 }";
constexpr char kElected[] =
    "representative_elected { membership: '~memberships/before' person: '~persons/p2' }";
constexpr char kGone[] = "constituency_dissolved { reason: 'x' }";
constexpr char kNotFound[] = "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~constituencies/n1}";
constexpr char kNotActive[] = "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~constituencies/n1}";

TEST(SetRepresentativeConstituency, Rules) {
  const auto of = [](const std::string& units, int households) {
    return units + " households: " + std::to_string(households);
  };
  const std::string size = "ERROR_REASON_CONSTITUENCY_SIZE {households_max=50, households_min=20}";
  const auto set = [](int households) {
    return "representative_constituency_set { units: \"~buildings/b2\" households: " +
           std::to_string(households) + " }; ";
  };
  const std::string takes_b2 = "+~references/constituencies/buildings/b2 else CONSTITUENCY_TAKEN; ";
  PlayAll<Constituency, v1::SetRepresentativeConstituencyRequest>(
      "~constituencies/n1",
      {{"Dissolved", {kSet, kGone}, of("units: '~buildings/none'", 30), kNotActive},
       {"NoSuchBuilding",
        {},
        of("units: '~buildings/none'", 30),
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~buildings/none}"},
       {"NoSuchHousehold",
        {},
        of("units: '~households/none'", 30),
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~households/none}"},
       {"HouseholdDissolved",
        {},
        of("units: '~households/gone'", 30),
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~households/gone}"},
       {"UnitTwice",
        {},
        of("units: '~buildings/b2' units: '~buildings/b2'", 30),
        "ERROR_REASON_INVALID_REQUEST {field=units}"},
       {"MoreListedThanThereAre",
        {},
        of("units: '~households/h1'", 0),
        "ERROR_REASON_INVALID_REQUEST {field=households}"},
       {"AnEntranceOfItsBuilding",
        {},
        of("units: '~buildings/b1' units: '~entrances/e1'", 30),
        "ERROR_REASON_PLACE_INCONSISTENT {resource=~entrances/e1}"},
       {"TooFew", {}, of("units: '~buildings/b2'", 19), size},
       {"JustEnough", {}, of("units: '~buildings/b2'", 20), set(20) + takes_b2},
       {"JustNotTooMany", {}, of("units: '~buildings/b2'", 50), set(50) + takes_b2},
       {"TooMany", {}, of("units: '~buildings/b2'", 51), size},
       {"OthersInstead",
        {kSet},
        of("units: '~buildings/b2'", 30),
        set(30) + "-~references/constituencies/households/h1; "},
       {"AlreadySo", {kSet}, of("units: '~households/h1' units: '~buildings/b2'", 30), ""}});
}

TEST(ElectRepresentative, Rules) {
  const std::string rep = "membership: '~memberships/rep' decision: 'E1'";
  const std::string elected =
      "representative_elected { membership: \"~memberships/rep\" person: \"~persons/p1\" decision: "
      "\"E1\" }; ";
  const std::string takes_rep =
      "+~references/constituencies/memberships/rep else CONSTITUENCY_TAKEN; ";
  PlayAll<Constituency, v1::ElectRepresentativeRequest>(
      "~constituencies/n1",
      {{"NotFound", {}, rep, kNotFound},
       {"Dissolved", {kSet, kGone}, rep, kNotActive},
       {"NoSuchSeat",
        {kSet},
        "membership: '~memberships/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~memberships/none}"},
       {"SeatIsOver",
        {kSet},
        "membership: '~memberships/rep-over'",
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~memberships/rep-over}"},
       {"SeatInAnotherBody",
        {kSet},
        "membership: '~memberships/clerk'",
        "ERROR_REASON_INVALID_REQUEST {field=membership}"},
       {"First", {kSet}, rep, elected + takes_rep},
       {"After",
        {kSet, kElected},
        rep,
        elected + "-~references/constituencies/memberships/before; " + takes_rep},
       {"AlreadySo",
        {kSet, "representative_elected { membership: '~memberships/rep' }"},
        rep,
        ""}});
}

TEST(DissolveConstituency, Rules) {
  PlayAll<Constituency, v1::DissolveConstituencyRequest>(
      "~constituencies/n1",
      {{"NotFound", {}, "reason: 'x'", kNotFound},
       {"WithItsRepresentative",
        {kSet, kElected},
        "reason: 'x'",
        "constituency_dissolved { reason: \"x\" }; -~references/constituencies/buildings/b2; "
        "-~references/constituencies/households/h1; "
        "-~references/constituencies/memberships/before; "},
       {"AlreadySo", {kSet, kGone}, "reason: 'x'", ""}});
}

// What no rule sees alone: scope, and names that only one may have.
TEST(Households, AsTheyRun) {
  LiveRegister live;
  live.Settle();
  const std::string parent = "parent: 'communities/c1' ";
  const auto form = [&](const std::string& id, const std::string& person) {
    return parent + "household_id: '" + id + "' dwelling: '~dwellings/d1' members: '~persons/" +
           person + "' head: '~persons/" + person + "'";
  };
  live.Set("RecruitChief", parent +
                               "chief_id: 'x' kind: CHIEF_KIND_GRID unit: '~grids/g1' person: "
                               "'~persons/p1'");
  live.Set("ConfirmChief", "name: '~chiefs/x'");
  live.Set("RecruitChief", parent +
                               "chief_id: 'y' kind: CHIEF_KIND_GRID unit: '~grids/g2' person: "
                               "'~persons/p2'");
  live.Set("ConfirmChief", "name: '~chiefs/y'");
  EXPECT_EQ(live.Try("person p2", "FormHousehold", form("h1", "p3")), "PERMISSION_DENIED");
  EXPECT_EQ(live.Try("person p1", "FormHousehold", form("h1", "p3")), "OK");
  EXPECT_EQ(live.Try("person p1", "FormHousehold", form("h2", "p3")),
            "HOUSEHOLD_TAKEN ~households/h1");
  const std::string four = "name: '~households/h1' members: '~persons/p4' head: '~persons/p4'";
  EXPECT_EQ(live.Try("person p2", "ChangeHousehold", four), "PERMISSION_DENIED");
  EXPECT_EQ(live.Try("person p1", "ChangeHousehold", four), "OK");
  EXPECT_EQ(live.Try("person p1", "FormHousehold", form("h2", "p3")), "OK");
  EXPECT_EQ(live.Try("person p2", "DissolveHousehold", "name: '~households/h2' reason: 'x'"),
            "PERMISSION_DENIED");
  EXPECT_EQ(live.Try("person p1", "DissolveHousehold", "name: '~households/h2' reason: 'x'"), "OK");
  const std::string units = "' units: '~households/h1' units: '~entrances/e1' households: 20";
  EXPECT_EQ(live.Try("service operator", "SetRepresentativeConstituency",
                     "name: '~constituencies/n1" + units),
            "OK");
  EXPECT_EQ(live.Try("service operator", "SetRepresentativeConstituency",
                     "name: '~constituencies/n2" + units),
            "CONSTITUENCY_TAKEN ~constituencies/n1");
  EXPECT_EQ(live.Try("service operator", "SetRepresentativeConstituency",
                     "name: '~constituencies/n2' units: '~households/h2' households: 20"),
            "RESOURCE_NOT_ACTIVE ~households/h2");
}

}  // namespace
}  // namespace sanzhang::registry
