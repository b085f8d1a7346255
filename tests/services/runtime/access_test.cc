#include "services/runtime/access.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/services/runtime/toy.pb.h"
#include "tests/support/text_proto.h"

namespace sanzhang::runtime {
namespace {

using support::Text;
using type::v1::AccessRule;
using type::v1::Place;

TEST(Methods, AreReadFromTheProtos) {
  const Method& method = MethodOf(*toy::v1::ChangeThingRequest::descriptor());
  EXPECT_EQ(method.path, "/sanzhang.toy.v1.ToyService/ChangeThing");
  EXPECT_TRUE(method.stated);
  EXPECT_EQ(RuleOf(method.path), &method.rule);
  EXPECT_EQ(method.rule.relations_size(), 2);
}

TEST(Methods, AdmitNobodyByDefault) {
  const Method& forgotten = MethodOf(*toy::v1::ForgetThingRequest::descriptor());
  EXPECT_FALSE(forgotten.stated);
  EXPECT_TRUE(forgotten.rule.roles().empty());
  EXPECT_EQ(MethodOf(*toy::v1::ThingMade::descriptor()).path, "");
  EXPECT_EQ(RuleOf("/sanzhang.toy.v1.ToyService/Nothing"), nullptr);
}

TEST(Methods, KnowTheLinkedServices) {
  const auto services = LinkedServices();
  EXPECT_TRUE(std::any_of(services.begin(), services.end(), [](const auto* service) {
    return service->full_name() == "sanzhang.toy.v1.ToyService";
  }));
}

TEST(Covers, EachPartThatIsSetMustBeThePlaces) {
  struct Case {
    std::string covers;
    std::string place;
    bool expected;
  };
  for (const Case& row : std::vector<Case>{
           {"", "", true},
           {"", "grid: 'g1' building: 'b1'", true},
           {"building: 'b1'", "grid: 'g1' building: 'b1' entrance: 'e1'", true},
           {"building: 'b1'", "grid: 'g1' building: 'b2'", false},
           {"building: 'b1'", "grid: 'g1'",
            false},  // Somewhere in the grid is not in the building.
           {"building: 'b1'", "", false},
           {"property_area: 'a1' grid: 'g1'", "property_area: 'a1' grid: 'g2'", false},
           {"property_area: 'a1'", "property_area: 'a2'", false},
           {"entrance: 'e1'", "entrance: 'e2'", false},
           {"dwelling: 'd1'", "dwelling: 'd2'", false},
       }) {
    EXPECT_EQ(Covers(Text<Place>(row.covers), Text<Place>(row.place)), row.expected)
        << row.covers << " / " << row.place;
  }
}

TEST(AdmitsPrincipal, ByInstallationRoleOrByBeingKnown) {
  const Principal auditor{log::v1::Actor::KIND_SERVICE, "auditor", {type::v1::ROLE_AUDITOR}};
  const Principal person{log::v1::Actor::KIND_PERSON, "p1", {}};
  EXPECT_TRUE(AdmitsPrincipal(Text<AccessRule>("roles: [ROLE_OPERATOR, ROLE_AUDITOR]"), auditor));
  EXPECT_FALSE(AdmitsPrincipal(Text<AccessRule>("roles: ROLE_OPERATOR"), auditor));
  EXPECT_FALSE(AdmitsPrincipal(AccessRule(), auditor));
  EXPECT_FALSE(AdmitsPrincipal(Text<AccessRule>("roles: ROLE_AUDITOR"), person));
  EXPECT_TRUE(AdmitsPrincipal(Text<AccessRule>("authenticated: true"), person));
}

// Standings of one person: a resident, a chief of building b1, and staff of the company.
class Choose : public ::testing::Test {
 protected:
  Choose() {
    Add(type::v1::ROLE_RESIDENT, "", "", "");
    Add(type::v1::ROLE_BUILDING_CHIEF, "chief", "", "building: 'b1'");
    Add(type::v1::ROLE_PROPERTY_STAFF, "staff", "company", "property_area: 'a1'");
  }

  void Add(type::v1::Role role, std::string membership, std::string body, std::string covers) {
    GroundedStanding& added = standings_.emplace_back();
    added.standing = {role, std::move(membership), std::move(body), Text<Place>(covers)};
  }

  // The membership chosen; `none` for the person alone; `denied`.
  std::string Ask(std::string_view rule, std::string_view place, std::string_view acting_as = {},
                  bool importing = false) {
    const Place where = Text<Place>(place);
    const auto related = [this](type::v1::Relation relation, const Standing& standing) {
      if (relation == type::v1::RELATION_COMPLAINANT) return is_complainant_;
      return relation == type::v1::RELATION_ASSIGNEE && standing.body == assignee_;
    };
    const GroundedStanding* chosen = ChooseCapacity(
        Text<AccessRule>(rule), standings_,
        {.place = where, .acting_as = acting_as, .importing = importing, .related = related});
    if (chosen == nullptr) return "denied";
    if (chosen->standing.role == type::v1::ROLE_UNSPECIFIED) return "none";
    return type::v1::Role_Name(chosen->standing.role);
  }

  std::vector<GroundedStanding> standings_;
  bool is_complainant_ = false;
  std::string assignee_ = "other";
};

TEST_F(Choose, TheFirstThatTheRuleNamesWithinItsPlace) {
  constexpr char kRule[] = "roles: [ROLE_BUILDING_CHIEF, ROLE_PROPERTY_STAFF]";
  EXPECT_EQ(Ask(kRule, "building: 'b1' property_area: 'a1'"), "ROLE_BUILDING_CHIEF");
  EXPECT_EQ(Ask(kRule, "building: 'b2' property_area: 'a1'"), "ROLE_PROPERTY_STAFF");
  EXPECT_EQ(Ask(kRule, "building: 'b2' property_area: 'a2'"), "denied");
  EXPECT_EQ(Ask(kRule, ""), "denied");
}

TEST_F(Choose, TheOneAskedForOrNone) {
  constexpr char kRule[] = "roles: [ROLE_RESIDENT, ROLE_BUILDING_CHIEF]";
  EXPECT_EQ(Ask(kRule, "building: 'b1'"), "ROLE_RESIDENT");
  EXPECT_EQ(Ask(kRule, "building: 'b1'", "chief"), "ROLE_BUILDING_CHIEF");
  EXPECT_EQ(Ask(kRule, "building: 'b1'", "staff"), "denied");
  EXPECT_EQ(Ask(kRule, "building: 'b1'", "another's"), "denied");
}

TEST_F(Choose, ARelationOfThePersonAlone) {
  constexpr char kRule[] = "roles: ROLE_PROPERTY_STAFF relations: RELATION_COMPLAINANT";
  EXPECT_EQ(Ask(kRule, ""), "denied");
  is_complainant_ = true;
  EXPECT_EQ(Ask(kRule, ""), "none");
  EXPECT_EQ(Ask(kRule, "", "chief"), "ROLE_BUILDING_CHIEF");  // As asked: the relation holds too.
  standings_.clear();
  EXPECT_EQ(Ask(kRule, ""), "none");
}

TEST_F(Choose, ARelationOfACapacity) {
  constexpr char kRule[] = "relations: RELATION_ASSIGNEE";
  EXPECT_EQ(Ask(kRule, ""), "denied");
  assignee_ = "company";
  EXPECT_EQ(Ask(kRule, ""), "ROLE_PROPERTY_STAFF");
}

TEST_F(Choose, ImportsOnlyByImporters) {
  constexpr char kRule[] = "roles: [ROLE_RESIDENT, ROLE_IMPORTER] authenticated: true";
  EXPECT_EQ(Ask(kRule, "", "", true), "denied");
  Add(type::v1::ROLE_IMPORTER, "", "", "");
  EXPECT_EQ(Ask(kRule, "", "", true), "ROLE_IMPORTER");
  EXPECT_EQ(Ask(kRule, "", "", false), "ROLE_RESIDENT");
}

TEST_F(Choose, AnyoneKnownWhereTheRuleSaysSo) {
  EXPECT_EQ(Ask("authenticated: true", ""), "none");
  EXPECT_EQ(Ask("", ""), "denied");
}

}  // namespace
}  // namespace sanzhang::runtime
