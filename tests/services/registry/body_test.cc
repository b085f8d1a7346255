#include "services/registry/body.h"

#include "services/registry/body_kinds.h"
#include "services/registry/term.h"
#include "tests/services/registry/rules_table.h"

namespace sanzhang::registry {
namespace {

constexpr char kCommittee[] =
    "body_prepared { kind: BODY_KIND_OWNERS_COMMITTEE display_name: 'OC' "
    "property_area: '~propertyAreas/a1' }";
constexpr char kGov[] = "body_prepared { kind: BODY_KIND_SUBDISTRICT_GOV display_name: 'G' }";
constexpr char kCompany[] = "body_prepared { kind: BODY_KIND_PROPERTY_COMPANY display_name: 'C' }";
constexpr char kEstablished[] = "body_established { decision: 'd' }";
constexpr char kFiled[] = "body_filed { receipt: 'f1' }";
constexpr char kDissolved[] = "body_dissolved { reason: 'x' }";
constexpr char kNotFound[] = "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~bodies/n}";
constexpr char kNotActive[] = "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~bodies/n}";

TEST(PrepareBody, Rules) {
  PlayAll<Body, v1::PrepareBodyRequest>(
      "~bodies/n",
      {{"Exists",
        {kCommittee},
        "kind: BODY_KIND_SUBDISTRICT_GOV property_area: '~propertyAreas/none'",
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~bodies/n}",
        "RESIDENTS_COMMITTEE of ~bodies/rc"},
       {"ItsOwnSuperior",
        {},
        "kind: BODY_KIND_SUBDISTRICT_GOV property_area: '~propertyAreas/none'",
        "ERROR_REASON_PERMISSION_DENIED",
        "RESIDENTS_COMMITTEE of ~bodies/rc"},
       {"NoSuchArea",
        {},
        "kind: BODY_KIND_SUBDISTRICT_GOV property_area: '~propertyAreas/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~propertyAreas/none}"},
       {"AreaRetired",
        {},
        "kind: BODY_KIND_SUBDISTRICT_GOV property_area: '~propertyAreas/old'",
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~propertyAreas/old}"},
       {"NotOfAnArea",
        {},
        "kind: BODY_KIND_SUBDISTRICT_GOV property_area: '~propertyAreas/a1'",
        "ERROR_REASON_PLACE_INCONSISTENT {resource=~propertyAreas/a1}"},
       {"OneOfTheCommunity",
        {},
        "kind: BODY_KIND_RESIDENTS_COMMITTEE display_name: 'RC'",
        "body_prepared { kind: BODY_KIND_RESIDENTS_COMMITTEE display_name: \"RC\" }; "
        "+~references/bodies/kinds/residents-committee else BODY_KIND_TAKEN; "},
       {"OneOfTheArea",
        {},
        "kind: BODY_KIND_OWNERS_COMMITTEE display_name: 'OC' property_area: '~propertyAreas/a1'",
        "body_prepared { kind: BODY_KIND_OWNERS_COMMITTEE display_name: \"OC\" property_area: "
        "\"~propertyAreas/a1\" }; +~references/bodies/kinds/owners-committee/propertyAreas/a1 "
        "else BODY_KIND_TAKEN; ",
        "RESIDENTS_COMMITTEE of ~bodies/rc"},
       {"OneOfMany",
        {},
        "kind: BODY_KIND_PROPERTY_COMPANY display_name: 'C' property_area: '~propertyAreas/a1'",
        "body_prepared { kind: BODY_KIND_PROPERTY_COMPANY display_name: \"C\" property_area: "
        "\"~propertyAreas/a1\" }; "}});
}

TEST(EstablishBody, Rules) {
  PlayAll<Body, v1::EstablishBodyRequest>(
      "~bodies/n",
      {{"NotFound", {}, "decision: 'd'", kNotFound, "RESIDENTS_COMMITTEE of ~bodies/rc"},
       {"Dissolved",
        {kGov, kDissolved},
        "decision: 'd'",
        kNotActive,
        "RESIDENTS_COMMITTEE of ~bodies/rc"},
       {"ItsOwnSuperior",
        {kGov},
        "decision: 'd'",
        "ERROR_REASON_PERMISSION_DENIED",
        "RESIDENTS_COMMITTEE of ~bodies/rc"},
       {"Prepared",
        {kCommittee},
        "decision: 'd'",
        "body_established { decision: \"d\" }; ",
        "RESIDENTS_COMMITTEE of ~bodies/rc"},
       {"AlreadySo", {kCommittee, kEstablished}, "decision: 'd'", ""},
       {"FiledAlready", {kCommittee, kEstablished, kFiled}, "decision: 'd'", ""}});
}

TEST(FileBody, Rules) {
  PlayAll<Body, v1::FileBodyRequest>(
      "~bodies/n", {{"NotFound", {}, "receipt: 'f1'", kNotFound},
                    {"Dissolved", {kCommittee, kDissolved}, "receipt: 'f1'", kNotActive},
                    {"NotEstablished", {kCommittee}, "receipt: 'f1'", "ERROR_REASON_STATE_FORBIDS"},
                    {"Established",
                     {kCommittee, kEstablished},
                     "receipt: 'f1'",
                     "body_filed { receipt: \"f1\" }; "},
                    {"AlreadySo", {kCommittee, kEstablished, kFiled}, "receipt: 'f1'", ""},
                    {"AChange",
                     {kCommittee, kEstablished, kFiled},
                     "receipt: 'f2'",
                     "body_filed { receipt: \"f2\" }; "}});
}

TEST(DissolveBody, Rules) {
  PlayAll<Body, v1::DissolveBodyRequest>(
      "~bodies/n",
      {{"NotFound", {}, "reason: 'x'", kNotFound},
       {"Preparing",
        {kCommittee},
        "reason: 'x'",
        "body_dissolved { reason: \"x\" }; "
        "-~references/bodies/kinds/owners-committee/propertyAreas/a1; "},
       {"Filed",
        {kGov, kEstablished, kFiled},
        "reason: 'x'",
        "body_dissolved { reason: \"x\" }; -~references/bodies/kinds/subdistrict-gov; "},
       {"OneOfMany", {kCompany, kEstablished}, "reason: 'x'", "body_dissolved { reason: \"x\" }; "},
       {"AlreadySo", {kCommittee, kDissolved}, "reason: 'x'", ""}});
}

constexpr char kFebruary29[] = "begins { seconds: 1709139600 }";  // 2024-02-29T01:00:00+08:00

TEST(StartTerm, Rules) {
  // Four years and 366 days from 2024-02-29: 2029-03-01, one hour after midnight.
  const std::string started = "term_started { body: '~bodies/rc' }";
  PlayAll<Term, v1::StartTermRequest>(
      "~terms/n",
      {{"Exists",
        {started},
        "body: '~bodies/none' begins { } ends { }",
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~terms/n}",
        "OWNERS_COMMITTEE of ~bodies/oc"},
       {"AnotherBodys",
        {},
        "body: '~bodies/none' begins { } ends { }",
        "ERROR_REASON_PERMISSION_DENIED",
        "OWNERS_COMMITTEE of ~bodies/oc"},
       {"NoSuchBody",
        {},
        "body: '~bodies/none' begins { } ends { }",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~bodies/none}"},
       {"BodyDissolved",
        {},
        "body: '~bodies/gone' begins { } ends { }",
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~bodies/gone}"},
       {"Empty",
        {},
        "body: '~bodies/rc' begins { seconds: 9 } ends { seconds: 9 }",
        "ERROR_REASON_TERM_INVALID"},
       {"ASecondTooLong",
        {},
        std::string("body: '~bodies/rc' ends { seconds: 1866992401 } ") + kFebruary29,
        "ERROR_REASON_TERM_INVALID"},
       {"FiveYears",
        {},
        std::string("body: '~bodies/gov' ends { seconds: 1866992400 } ") + kFebruary29,
        "term_started { body: \"~bodies/gov\" begins { seconds: 1709139600 } ends { seconds: "
        "1866992400 } }; +~references/terms/bodies/gov/1 else REVISION_CONFLICT; "},
       {"ItsOwn",
        {},
        "body: '~bodies/oc' begins { seconds: 1 } ends { seconds: 2 }",
        "term_started { body: \"~bodies/oc\" begins { seconds: 1 } ends { seconds: 2 } }; "
        "+~references/terms/bodies/oc/2 else REVISION_CONFLICT; ",
        "OWNERS_COMMITTEE of ~bodies/oc"}});
}

// The residents' committee has terms from 2019 to 2024 and from 2024 to 2029.
TEST(StartTerm, OneAtATime) {
  const auto ask = [](const std::string& begins, const std::string& ends) {
    const auto seconds = [](const std::string& day) {
      return std::to_string(absl::ToUnixSeconds(TimeOf(day + "T00:00:00+08:00")));
    };
    const std::string shown = Play<Term, v1::StartTermRequest>(
        {"",
         {},
         "body: '~bodies/rc' begins { seconds: " + seconds(begins) +
             " } ends { seconds: " + seconds(ends) + " }",
         ""},
        "~terms/n");
    return shown.starts_with("term_started") ? shown.substr(shown.find('+')) : shown;
  };
  const std::string third = "+~references/terms/bodies/rc/3 else REVISION_CONFLICT; ";
  EXPECT_EQ(ask("2029-01-01", "2034-01-01"), third);  // It follows at once.
  EXPECT_EQ(ask("2014-01-01", "2019-01-01"), third);  // A past one, recorded late.
  const std::string over = "ERROR_REASON_TERM_OVERLAPS {resource=~terms/rc-over}";
  const std::string now = "ERROR_REASON_TERM_OVERLAPS {resource=~terms/rc}";
  EXPECT_EQ(ask("2024-01-01", "2029-01-01"), now);  // The same once more.
  EXPECT_EQ(ask("2028-12-31", "2033-12-31"), now);
  EXPECT_EQ(ask("2026-01-01", "2026-02-01"), now);   // Within.
  EXPECT_EQ(ask("2018-06-01", "2019-01-02"), over);  // A day too long.
  EXPECT_EQ(ask("2019-06-01", "2024-02-01"), now);   // Two; the first by name is told.
}

TEST(StartTerm, LiesInTheBodysArea) {
  const auto request = support::Text<v1::StartTermRequest>(Expand("body: '~bodies/oc'"));
  EXPECT_EQ(Term::PlaceOf({}, request, Neighbourhood()).property_area(),
            "communities/c1/propertyAreas/a1");
}

TEST(ExpireTerm, Rules) {
  const std::string started =
      "term_started { body: '~bodies/rc' begins { seconds: 0 } ends { seconds: 1777564800 } }";
  PlayAll<Term, v1::ExpireTermRequest>(
      "~terms/n",
      {{"NotFound", {}, "", "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~terms/n}", "TIMER"},
       {"AMomentEarly",
        {started},
        "",
        "ERROR_REASON_CLOCK_NOT_DUE {due=2026-04-30T16:00:00+00:00}",
        "TIMER",
        "2026-04-30T23:59:59.999999+08:00"},
       {"Due", {started}, "", "term_expired { }; ", "TIMER", "2026-05-01T00:00:00+08:00"},
       {"AlreadySo", {started, "term_expired { }"}, "", "", "TIMER"}});
}

// Who sits where, by law.
TEST(BodyKinds, OfficesFit) {
  using namespace type::v1;  // NOLINT: the words of the table.
  EXPECT_TRUE(HasOffice(BODY_KIND_RESIDENTS_COMMITTEE, OFFICE_CHAIR));
  EXPECT_TRUE(HasOffice(BODY_KIND_PARTY_ORG, OFFICE_DEPUTY));
  EXPECT_TRUE(HasOffice(BODY_KIND_PROPERTY_COMPANY, OFFICE_MANAGER));
  EXPECT_TRUE(HasOffice(BODY_KIND_PROPERTY_COMPANY, OFFICE_STAFF));
  EXPECT_TRUE(HasOffice(BODY_KIND_SUBDISTRICT_GOV, OFFICE_STAFF));
  EXPECT_FALSE(HasOffice(BODY_KIND_PROPERTY_COMPANY, OFFICE_CHAIR));
  EXPECT_FALSE(HasOffice(BODY_KIND_RESIDENTS_COMMITTEE, OFFICE_MANAGER));
  EXPECT_FALSE(HasOffice(BODY_KIND_RESIDENTS_COMMITTEE, OFFICE_STAFF));
  for (int kind = BodyKind_MIN; kind <= BodyKind_MAX; ++kind) {
    const auto body = static_cast<BodyKind>(kind);
    EXPECT_FALSE(HasOffice(body, OFFICE_UNSPECIFIED)) << BodyKind_Name(body);
    // A manager is a company's, and a company's only.
    EXPECT_EQ(HasOffice(body, OFFICE_MANAGER), body == BODY_KIND_PROPERTY_COMPANY);
    // A seat gives the same to all bodies of a kind, and nothing where there is no seat.
    for (int office = Office_MIN; office <= Office_MAX; ++office) {
      const auto seat = static_cast<Office>(office);
      if (!HasOffice(body, seat)) {
        EXPECT_TRUE(RolesOf(body, seat).empty()) << BodyKind_Name(body);
      }
    }
  }
  EXPECT_FALSE(HasOffice(BODY_KIND_RESIDENTS_MEETING, OFFICE_MEMBER));
  EXPECT_FALSE(HasOffice(BODY_KIND_OWNERS_ASSEMBLY, OFFICE_MEMBER));
}

TEST(BodyKinds, RolesOfSeatsTheLeastPowerfulFirst) {
  using namespace type::v1;  // NOLINT: the words of the table.
  using Roles = std::vector<Role>;
  EXPECT_EQ(RolesOf(BODY_KIND_RESIDENTS_COMMITTEE, OFFICE_CHAIR),
            (Roles{ROLE_RESIDENTS_COMMITTEE, ROLE_RESIDENTS_COMMITTEE_CHAIR}));
  EXPECT_EQ(RolesOf(BODY_KIND_RESIDENTS_COMMITTEE, OFFICE_DEPUTY), Roles{ROLE_RESIDENTS_COMMITTEE});
  EXPECT_EQ(RolesOf(BODY_KIND_PROPERTY_COMPANY, OFFICE_MANAGER),
            (Roles{ROLE_PROPERTY_STAFF, ROLE_PROPERTY_MANAGER}));
  EXPECT_EQ(RolesOf(BODY_KIND_PROPERTY_COMPANY, OFFICE_STAFF), Roles{ROLE_PROPERTY_STAFF});
  EXPECT_EQ(RolesOf(BODY_KIND_OWNERS_COMMITTEE, OFFICE_CHAIR),
            (Roles{ROLE_OWNERS_COMMITTEE, ROLE_OWNERS_COMMITTEE_CHAIR}));
  EXPECT_EQ(RolesOf(BODY_KIND_PROPERTY_MGMT_COMMITTEE, OFFICE_MEMBER),
            Roles{ROLE_OWNERS_COMMITTEE});
  EXPECT_EQ(RolesOf(BODY_KIND_RESIDENT_REP_ASSEMBLY, OFFICE_MEMBER), Roles{ROLE_REPRESENTATIVE});
  EXPECT_EQ(RolesOf(BODY_KIND_RESIDENT_UNIT, OFFICE_STAFF), Roles{ROLE_SOCIAL_ORG});
  EXPECT_EQ(RolesOf(BODY_KIND_ELECTION_COMMITTEE, OFFICE_CHAIR), Roles{ROLE_ELECTION_COMMITTEE});
}

}  // namespace
}  // namespace sanzhang::registry
