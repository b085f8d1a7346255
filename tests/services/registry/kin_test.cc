// Who speaks for whom and who is near to whom: guardians, legal representatives, age, relatives.

#include "services/registry/limits.h"
#include "services/registry/person.h"
#include "tests/services/registry/live_register.h"
#include "tests/services/registry/rules_table.h"

namespace sanzhang::registry {
namespace {

constexpr char kKnown[] = "person_registered { }";
constexpr char kCompany[] = "person_registered { kind: PERSON_KIND_ORGANISATION }";
constexpr char kDied[] = "resident_deceased { }";
constexpr char kNotFound[] = "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~persons/p1}";
constexpr char kNotActive[] = "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~persons/p1}";
constexpr char kWrongKind[] = "ERROR_REASON_PERSON_KIND_FORBIDS {resource=~persons/p1}";

TEST(RegisterPerson, KindsAndAge) {
  PlayAll<Person, v1::RegisterPersonRequest>(
      "~persons/p1", {{"AnOrganisationHasNoAge",
                       {},
                       "kind: PERSON_KIND_ORGANISATION majority: MAJORITY_ADULT",
                       "ERROR_REASON_INVALID_REQUEST {field=majority}"},
                      {"AnOrganisation",
                       {},
                       "kind: PERSON_KIND_ORGANISATION",
                       "person_registered { kind: PERSON_KIND_ORGANISATION }; "},
                      {"AnAdult",
                       {},
                       "majority: MAJORITY_ADULT",
                       "person_registered { majority: MAJORITY_ADULT }; "}});
}

TEST(EnrollResident, NotAnOrganisation) {
  PlayAll<Person, v1::EnrollResidentRequest>(
      "~persons/p1",
      {{"Organisation", {kCompany}, "place { building: '~buildings/b2' }", kWrongKind}});
}

TEST(RecordMajority, Rules) {
  PlayAll<Person, v1::RecordMajorityRequest>(
      "~persons/p1", {{"NotFound", {}, "majority: MAJORITY_ADULT", kNotFound},
                      {"Dead", {kKnown, kDied}, "majority: MAJORITY_ADULT", kNotActive},
                      {"Organisation", {kCompany}, "majority: MAJORITY_ADULT", kWrongKind},
                      {"New",
                       {kKnown},
                       "majority: MAJORITY_ADULT",
                       "majority_recorded { majority: MAJORITY_ADULT }; "},
                      {"ComesOfAge",
                       {"person_registered { majority: MAJORITY_MINOR }"},
                       "majority: MAJORITY_ADULT",
                       "majority_recorded { majority: MAJORITY_ADULT }; "},
                      {"AlreadySo",
                       {kKnown, "majority_recorded { majority: MAJORITY_MINOR }"},
                       "majority: MAJORITY_MINOR",
                       ""}});
}

TEST(AppointGuardian, Rules) {
  const std::string adult = "guardian: '~persons/adult' basis: 'B'";
  std::vector<std::string> many = {kKnown};
  for (std::size_t i = 0; i < kGuardiansPerPersonMax; ++i) {
    many.push_back("guardian_appointed { guardian: '~persons/g" + std::to_string(i) + "' }");
  }
  PlayAll<Person, v1::AppointGuardianRequest>(
      "~persons/p1",
      {{"NotFound", {}, adult, kNotFound},
       {"Dead", {kKnown, kDied}, adult, kNotActive},
       {"Organisation", {kCompany}, adult, kWrongKind},
       {"NoSuchGuardian",
        {kKnown},
        "guardian: '~persons/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~persons/none}"},
       {"DeadGuardian",
        {kKnown},
        "guardian: '~persons/dead'",
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~persons/dead}"},
       {"AnOrganisationIsNone",
        {kKnown},
        "guardian: '~persons/org'",
        "ERROR_REASON_PERSON_KIND_FORBIDS {resource=~persons/org}"},
       {"AgeNotKnown",
        {kKnown},
        "guardian: '~persons/p2'",
        "ERROR_REASON_NOT_OF_AGE {resource=~persons/p2}"},
       {"TooMany", many, adult, "ERROR_REASON_TOO_MANY {items_max=8}"},
       {"New",
        {kKnown},
        adult,
        "guardian_appointed { guardian: \"~persons/adult\" basis: \"B\" }; "},
       {"AlreadySo", {kKnown, "guardian_appointed { guardian: '~persons/adult' }"}, adult, ""}});
  PlayAll<Person, v1::AppointGuardianRequest>(
      "~persons/adult",
      {{"Oneself", {kKnown}, adult, "ERROR_REASON_INVALID_REQUEST {field=guardian}"}});
}

TEST(EndGuardianship, Rules) {
  const std::string appointed = "guardian_appointed { guardian: '~persons/adult' }";
  const std::string ended = "guardianship_ended { guardian: \"~persons/adult\" }; ";
  PlayAll<Person, v1::EndGuardianshipRequest>(
      "~persons/p1",
      {{"NotFound", {}, "guardian: '~persons/adult'", kNotFound},
       {"Appointed", {kKnown, appointed}, "guardian: '~persons/adult'", ended},
       {"OfTheDead", {kKnown, appointed, kDied}, "guardian: '~persons/adult'", ended},
       {"AlreadySo", {kKnown}, "guardian: '~persons/adult'", ""}});
}

TEST(RecordLegalRepresentative, Rules) {
  const std::string p2 = "representative: '~persons/p2' basis: 'L'";
  PlayAll<Person, v1::RecordLegalRepresentativeRequest>(
      "~persons/p1",
      {{"NotFound", {}, p2, kNotFound},
       {"HumanBeing", {kKnown}, p2, kWrongKind},
       {"NoSuchPerson",
        {kCompany},
        "representative: '~persons/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~persons/none}"},
       {"ByAnOrganisation",
        {kCompany},
        "representative: '~persons/org'",
        "ERROR_REASON_PERSON_KIND_FORBIDS {resource=~persons/org}"},
       {"New",
        {kCompany},
        p2,
        "legal_representative_recorded { representative: \"~persons/p2\" basis: \"L\" }; "},
       {"NobodyKnown",
        {kCompany, "legal_representative_recorded { representative: '~persons/p2' }"},
        "",
        "legal_representative_recorded { }; "},
       {"AlreadySo",
        {kCompany, "legal_representative_recorded { representative: '~persons/p2' }"},
        p2,
        ""}});
}

TEST(DeclareRelative, Rules) {
  const std::string spouse = "relative: '~persons/p2' kind: RELATIVE_KIND_SPOUSE";
  const std::string declared =
      "relative_relation_declared { relative: \"~persons/p2\" kind: RELATIVE_KIND_SPOUSE }; ";
  std::vector<std::string> many = {kKnown};
  for (std::size_t i = 0; i < kRelativesPerPersonMax; ++i) {
    many.push_back("relative_relation_declared { relative: '~persons/r" + std::to_string(i) +
                   "' kind: RELATIVE_KIND_CHILD }");
  }
  PlayAll<Person, v1::DeclareRelativeRequest>(
      "~persons/p1",
      {{"OfSomeoneElse", {kKnown}, spouse, "ERROR_REASON_PERMISSION_DENIED", "RESIDENT"},
       {"NotFound", {}, spouse, kNotFound},
       {"Dead", {kKnown, kDied}, spouse, kNotActive},
       {"Organisation", {kCompany}, spouse, kWrongKind},
       {"OfAnOrganisation",
        {kKnown},
        "relative: '~persons/org' kind: RELATIVE_KIND_CHILD",
        "ERROR_REASON_PERSON_KIND_FORBIDS {resource=~persons/org}"},
       {"Oneself",
        {kKnown},
        "relative: '~persons/p1' kind: RELATIVE_KIND_SPOUSE",
        "ERROR_REASON_INVALID_REQUEST {field=relative}"},
       {"TooMany", many, spouse, "ERROR_REASON_TOO_MANY {items_max=30}"},
       {"New", {kKnown}, spouse, declared},
       {"OtherThanDeclared",
        {kKnown,
         "relative_relation_declared { relative: '~persons/p2' kind: RELATIVE_KIND_SIBLING }"},
        spouse,
        declared},
       {"AlreadySo",
        {kKnown,
         "relative_relation_declared { relative: '~persons/p2' kind: RELATIVE_KIND_SPOUSE }"},
        spouse,
        ""}});
  PlayAll<Person, v1::DeclareRelativeRequest>("~persons/actor",
                                              {{"OnesOwn", {kKnown}, spouse, declared, "OWNER"}});
}

TEST(WithdrawRelative, Rules) {
  PlayAll<Person, v1::WithdrawRelativeRequest>(
      "~persons/p1",
      {{"NotFound", {}, "relative: '~persons/p2'", kNotFound},
       {"Declared",
        {kKnown,
         "relative_relation_declared { relative: '~persons/p2' kind: RELATIVE_KIND_SPOUSE }"},
        "relative: '~persons/p2'",
        "relative_relation_withdrawn { relative: \"~persons/p2\" }; "},
       {"AlreadySo", {kKnown}, "relative: '~persons/p2'", ""}});
}

TEST(AppointPrivacyOfficer, Rules) {
  const std::string adult =
      "person_registered { kind: PERSON_KIND_NATURAL majority: MAJORITY_ADULT }";
  const std::string held = "privacy_officer_appointed { body: '~bodies/rc' basis: 'b' }";
  const std::string of = "body: '~bodies/rc' basis: 'b'";
  PlayAll<Person, v1::AppointPrivacyOfficerRequest>(
      "~persons/p1",
      {{"NotFound", {}, of, kNotFound},
       {"Dead", {adult, kDied}, of, kNotActive},
       {"Organisation", {kCompany}, of, kWrongKind},
       {"NotKnownToBeOfAge", {kKnown}, of, "ERROR_REASON_NOT_OF_AGE {resource=~persons/p1}"},
       {"OfNoBody",
        {adult},
        "body: '~bodies/none' basis: 'b'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~bodies/none}"},
       {"New", {adult}, of, "privacy_officer_appointed { body: \"~bodies/rc\" basis: \"b\" }; "},
       {"AlreadySo", {adult, held}, of, ""},
       {"OfAnotherBody",
        {adult, "privacy_officer_appointed { body: '~bodies/x' basis: 'b' }"},
        of,
        "ERROR_REASON_STATE_FORBIDS"},
       {"Again",
        {adult, held, "privacy_officer_dismissed { body: '~bodies/rc' reason: 'r' }"},
        of,
        "privacy_officer_appointed { body: \"~bodies/rc\" basis: \"b\" }; "}});
  PlayAll<Person, v1::AppointPrivacyOfficerRequest>(
      "~persons/actor", {{"Oneself", {adult}, of, "ERROR_REASON_PERMISSION_DENIED"}});
  PlayAll<Person, v1::DismissPrivacyOfficerRequest>(
      "~persons/p1", {{"NotFound", {}, "reason: 'r'", kNotFound},
                      {"IsNone", {adult}, "reason: 'r'", "ERROR_REASON_STATE_FORBIDS"},
                      {"Dismissed",
                       {adult, held},
                       "reason: 'r'",
                       "privacy_officer_dismissed { body: \"~bodies/rc\" reason: \"r\" }; "}});
}

// An officer is one from the fact on until dismissed, and while the body is there.
TEST(PrivacyOfficers, HandlePersonalDataWhileTheirBodyIsThere) {
  LiveRegister live;
  live.Settle();
  live.Set("RecordMajority", "name: '~persons/p1' majority: MAJORITY_ADULT");
  const auto roles = [&] {
    const auto standings = live.directory().StandingsOf(
        "communities/c1",
        {.kind = log::v1::Actor::KIND_PERSON, .id = "p1", .installation_roles = {}}, live.now());
    int officer = 0;
    for (const auto& grounded : *standings) {
      officer += grounded.standing.role == type::v1::ROLE_PRIVACY_OFFICER ? 1 : 0;
    }
    return officer;
  };
  EXPECT_EQ(roles(), 0);
  live.Set("AppointPrivacyOfficer", "name: '~persons/p1' body: '~bodies/rc' basis: 'b'");
  EXPECT_EQ(roles(), 1);
  live.Set("DismissPrivacyOfficer", "name: '~persons/p1' reason: 'r'");
  EXPECT_EQ(roles(), 0);
  live.Set("AppointPrivacyOfficer", "name: '~persons/p1' body: '~bodies/rc' basis: 'b'");
  live.Set("DissolveBody", "name: '~bodies/rc' reason: 'r'");
  EXPECT_EQ(roles(), 0);
}

// Whoever of the two declared it, near relatives are kept apart.
TEST(NearRelatives, AreKeptApart) {
  LiveRegister live;
  live.Settle();
  const std::string parent = "parent: 'communities/c1' ";
  live.Set("PrepareBody",
           parent + "body_id: 'sup' display_name: 'S' kind: BODY_KIND_SUPERVISION_COMMITTEE");
  live.Set("EstablishBody", "name: '~bodies/sup'");
  const auto seat = [&](const std::string& id, const std::string& body, const std::string& person) {
    return live.Try("service operator", "SeatMember",
                    parent + "membership_id: '" + id + "' body: '~bodies/" + body +
                        "' person: '~persons/" + person + "' office: OFFICE_MEMBER");
  };
  live.Set("DeclareRelative",
           "name: '~persons/p1' relative: '~persons/p2' kind: RELATIVE_KIND_SPOUSE");
  live.Set("DeclareRelative",
           "name: '~persons/p3' relative: '~persons/p1' kind: RELATIVE_KIND_CHILD");
  EXPECT_EQ(seat("m1", "rc", "p1"), "OK");
  EXPECT_EQ(seat("m2", "sup", "p2"), "NEAR_RELATIVE_SEATED ~memberships/m1");
  EXPECT_EQ(seat("m2", "rc", "p2"), "NEAR_RELATIVE_SEATED ~memberships/m1");
  EXPECT_EQ(seat("m3", "sup", "p3"), "NEAR_RELATIVE_SEATED ~memberships/m1");
  EXPECT_EQ(seat("m4", "sup", "p4"), "OK");
  live.Set("WithdrawRelative", "name: '~persons/p3' relative: '~persons/p1'");
  EXPECT_EQ(seat("m3", "sup", "p3"), "OK");
  live.Set("EndMember", "name: '~memberships/m1' reason: END_REASON_RESIGNED");
  EXPECT_EQ(seat("m2", "sup", "p2"), "OK");
}

}  // namespace
}  // namespace sanzhang::registry
