#include "services/registry/membership.h"

#include "services/registry/chief.h"
#include "tests/services/registry/rules_table.h"

namespace sanzhang::registry {
namespace {

constexpr char kClerk[] =
    "member_seated { body: '~bodies/co' person: '~persons/p1' office: OFFICE_STAFF "
    "body_kind: BODY_KIND_PROPERTY_COMPANY }";
constexpr char kSupervisor[] =
    "member_seated { body: '~bodies/sup' person: '~persons/p1' office: OFFICE_MEMBER "
    "body_kind: BODY_KIND_SUPERVISION_COMMITTEE }";
constexpr char kSuspended[] = "member_suspended { reason: 'x' }";
constexpr char kReinstated[] = "member_reinstated { }";
constexpr char kEnded[] = "member_ended { reason: END_REASON_RESIGNED }";
constexpr char kNotFound[] = "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~memberships/m1}";
constexpr char kNotActive[] = "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~memberships/m1}";

TEST(SeatMember, WhoMay) {
  const std::string denied = "ERROR_REASON_PERMISSION_DENIED";
  PlayAll<Membership, v1::SeatMemberRequest>(
      "~memberships/m1",
      {{"ManagerInAnotherCompany",
        {},
        "body: '~bodies/co2' person: '~persons/p1' office: OFFICE_STAFF",
        denied,
        "PROPERTY_MANAGER of ~bodies/co"},
       {"ManagerInNoCompanyAtAll",
        {},
        "body: '~bodies/none' person: '~persons/p1' office: OFFICE_STAFF",
        denied,
        "PROPERTY_MANAGER of ~bodies/co"},
       {"ManagerAManager",
        {},
        "body: '~bodies/co' person: '~persons/p1' office: OFFICE_MANAGER",
        denied,
        "PROPERTY_MANAGER of ~bodies/co"},
       {"ManagerStaffOfTheOwn",
        {},
        "body: '~bodies/co' person: '~persons/p1' office: OFFICE_STAFF",
        "member_seated { body: \"~bodies/co\" person: \"~persons/p1\" office: OFFICE_STAFF "
        "body_kind: BODY_KIND_PROPERTY_COMPANY property_area: \"~propertyAreas/a1\" }; "
        "+~references/seats/bodies/co/persons/p1 else SEAT_TAKEN; ",
        "PROPERTY_MANAGER of ~bodies/co"},
       {"ChairInAnotherBody",
        {},
        "body: '~bodies/rc' person: '~persons/p1' office: OFFICE_MEMBER",
        denied,
        "OWNERS_COMMITTEE_CHAIR of ~bodies/oc"},
       {"ChairInTheOwn",
        {},
        "body: '~bodies/oc' person: '~persons/p1' office: OFFICE_MEMBER term: '~terms/oc'",
        "member_seated { body: \"~bodies/oc\" person: \"~persons/p1\" office: OFFICE_MEMBER "
        "term: \"~terms/oc\" body_kind: BODY_KIND_OWNERS_COMMITTEE property_area: "
        "\"~propertyAreas/a1\" }; +~references/seats/bodies/oc/persons/p1 else SEAT_TAKEN; ",
        "OWNERS_COMMITTEE_CHAIR of ~bodies/oc"},
       {"CommitteeItsSupervisors",
        {},
        "body: '~bodies/sup' person: '~persons/p1' office: OFFICE_MEMBER",
        denied,
        "RESIDENTS_COMMITTEE of ~bodies/rc"},
       {"CommitteeItsSuperiors",
        {},
        "body: '~bodies/gov' person: '~persons/p1' office: OFFICE_STAFF",
        denied,
        "RESIDENTS_COMMITTEE of ~bodies/rc"},
       {"OfficerTheSupervisors",
        {},
        "body: '~bodies/sup' person: '~persons/p1' office: OFFICE_MEMBER",
        "member_seated { body: \"~bodies/sup\" person: \"~persons/p1\" office: OFFICE_MEMBER "
        "body_kind: BODY_KIND_SUPERVISION_COMMITTEE }; +~references/seats/bodies/sup/persons/p1 "
        "else SEAT_TAKEN; +~references/oversight/persons/p1 else SEAT_TAKEN; ",
        "SUBDISTRICT_OFFICER of ~bodies/gov"}});
}

TEST(SeatMember, Rules) {
  PlayAll<Membership, v1::SeatMemberRequest>(
      "~memberships/m1",
      {{"Exists",
        {kClerk},
        "body: '~bodies/none'",
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~memberships/m1}",
        "PROPERTY_MANAGER of ~bodies/co"},
       {"NoSuchBody",
        {},
        "body: '~bodies/none' person: '~persons/none' office: OFFICE_MANAGER",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~bodies/none}"},
       {"BodyDissolved",
        {},
        "body: '~bodies/gone' person: '~persons/none' office: OFFICE_MANAGER",
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~bodies/gone}"},
       {"NoSuchPerson",
        {},
        "body: '~bodies/rc' person: '~persons/none' office: OFFICE_MANAGER term: '~terms/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~persons/none}"},
       {"PersonDead",
        {},
        "body: '~bodies/rc' person: '~persons/dead' office: OFFICE_MANAGER term: '~terms/none'",
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~persons/dead}"},
       {"NoSuchTerm",
        {},
        "body: '~bodies/rc' person: '~persons/p1' office: OFFICE_MANAGER term: '~terms/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~terms/none}"},
       {"TermOver",
        {},
        "body: '~bodies/rc' person: '~persons/p1' office: OFFICE_MANAGER term: '~terms/rc-over'",
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~terms/rc-over}"},
       {"OfficeOfAnotherKind",
        {},
        "body: '~bodies/rc' person: '~persons/p1' office: OFFICE_MANAGER term: '~terms/oc'",
        "ERROR_REASON_OFFICE_NOT_IN_BODY"},
       {"NoSeatsAtAll",
        {},
        "body: '~bodies/meeting' person: '~persons/p1' office: OFFICE_MEMBER",
        "ERROR_REASON_OFFICE_NOT_IN_BODY"},
       {"TermOfAnotherBody",
        {},
        "body: '~bodies/rc' person: '~persons/p1' office: OFFICE_CHAIR term: '~terms/oc'",
        "ERROR_REASON_TERM_INVALID {resource=~terms/oc}"},
       {"Seated",
        {},
        "body: '~bodies/rc' person: '~persons/p1' office: OFFICE_CHAIR term: '~terms/rc'",
        "member_seated { body: \"~bodies/rc\" person: \"~persons/p1\" office: OFFICE_CHAIR term: "
        "\"~terms/rc\" body_kind: BODY_KIND_RESIDENTS_COMMITTEE }; "
        "+~references/seats/bodies/rc/persons/p1 else SEAT_TAKEN; "
        "+~references/chairs/bodies/rc else SEAT_TAKEN; "
        "+~references/oversight/persons/p1 else SEAT_TAKEN; "},
       {"SeatedForNoTerm",
        {},
        "body: '~bodies/oc' person: '~persons/p1' office: OFFICE_CHAIR",
        "member_seated { body: \"~bodies/oc\" person: \"~persons/p1\" office: OFFICE_CHAIR "
        "body_kind: BODY_KIND_OWNERS_COMMITTEE property_area: \"~propertyAreas/a1\" }; "
        "+~references/seats/bodies/oc/persons/p1 else SEAT_TAKEN; "
        "+~references/chairs/bodies/oc else SEAT_TAKEN; "}});
}

TEST(SeatMember, TheTermEndsAtItsInstant) {
  const std::string ask =
      "body: '~bodies/rc' person: '~persons/p1' office: OFFICE_CHAIR term: '~terms/rc'";
  const Row early = {"", {}, ask, "", "OPERATOR", "2028-12-31T23:59:59.999999+08:00"};
  const Row late = {"", {}, ask, "", "OPERATOR", "2029-01-01T00:00:00+08:00"};
  const auto play = Play<Membership, v1::SeatMemberRequest>;
  EXPECT_TRUE(play(early, "~memberships/m1").starts_with("member_seated"));
  EXPECT_EQ(play(late, "~memberships/m1"), "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~terms/rc}");
}

TEST(SuspendMember, Rules) {
  PlayAll<Membership, v1::SuspendMemberRequest>(
      "~memberships/m1",
      {{"NotFound", {}, "reason: 'x'", kNotFound, "RESIDENTS_COMMITTEE of ~bodies/rc"},
       {"ItsSupervisor",
        {kSupervisor, kEnded},
        "reason: 'x'",
        "ERROR_REASON_PERMISSION_DENIED",
        "RESIDENTS_COMMITTEE of ~bodies/rc"},
       {"Ended", {kClerk, kEnded}, "reason: 'x'", kNotActive},
       {"Seated", {kClerk}, "reason: 'x'", "member_suspended { reason: \"x\" }; "},
       {"AlreadySo", {kClerk, kSuspended}, "reason: 'y'", ""}});
}

TEST(ReinstateMember, Rules) {
  PlayAll<Membership, v1::ReinstateMemberRequest>(
      "~memberships/m1", {{"NotFound", {}, "", kNotFound},
                          {"ItsSupervisor",
                           {kSupervisor, kSuspended},
                           "",
                           "ERROR_REASON_PERMISSION_DENIED",
                           "RESIDENTS_COMMITTEE of ~bodies/rc"},
                          {"Ended", {kClerk, kSuspended, kEnded}, "", kNotActive},
                          {"Suspended", {kClerk, kSuspended}, "", "member_reinstated { }; "},
                          {"AlreadySo", {kClerk, kSuspended, kReinstated}, "", ""}});
}

TEST(EndMember, Rules) {
  PlayAll<Membership, v1::EndMemberRequest>(
      "~memberships/m1",
      {{"NotFound", {}, "reason: END_REASON_RECALLED", kNotFound},
       {"ItsSupervisor",
        {kSupervisor},
        "reason: END_REASON_RECALLED",
        "ERROR_REASON_PERMISSION_DENIED",
        "RESIDENTS_COMMITTEE of ~bodies/rc"},
       {"Suspended",
        {kClerk, kSuspended},
        "reason: END_REASON_RECALLED",
        "member_ended { reason: END_REASON_RECALLED }; "
        "-~references/seats/bodies/co/persons/p1; "},
       {"OfTheOversight",
        {kSupervisor},
        "reason: END_REASON_TERM",
        "member_ended { reason: END_REASON_TERM }; -~references/seats/bodies/sup/persons/p1; "
        "-~references/oversight/persons/p1; "},
       {"ByTheClock",
        {kClerk},
        "reason: END_REASON_TERM",
        "ERROR_REASON_PERMISSION_DENIED",
        "TIMER"},
       {"ByTheClockAfterAppraisals",
        {kClerk},
        "reason: END_REASON_APPRAISAL_TWICE_UNFIT",
        "member_ended { reason: END_REASON_APPRAISAL_TWICE_UNFIT }; "
        "-~references/seats/bodies/co/persons/p1; ",
        "TIMER"},
       {"AlreadySo", {kClerk, kEnded}, "reason: END_REASON_TERM", ""}});
}

constexpr char kRecruited[] =
    "chief_recruited { kind: CHIEF_KIND_GRID unit: '~grids/g1' person: '~persons/p1' "
    "body: '~bodies/rc' }";
constexpr char kConfirmed[] = "chief_confirmed { }";
constexpr char kLapsed[] = "chief_activity_lapsed { }";
constexpr char kOver[] = "chief_ended { reason: END_REASON_MOVED }";
constexpr char kChiefNotFound[] = "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~chiefs/x}";
constexpr char kChiefNotActive[] = "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~chiefs/x}";

TEST(RecruitChief, Rules) {
  PlayAll<Chief, v1::RecruitChiefRequest>(
      "~chiefs/x",
      {{"Exists",
        {kRecruited},
        "kind: CHIEF_KIND_GRID unit: '~buildings/none' person: '~persons/none'",
        "ERROR_REASON_RESOURCE_ALREADY_EXISTS {resource=~chiefs/x}"},
       {"NoSuchUnit",
        {},
        "kind: CHIEF_KIND_GRID unit: '~buildings/none' person: '~persons/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~buildings/none}"},
       {"UnitRetired",
        {},
        "kind: CHIEF_KIND_GRID unit: '~buildings/old' person: '~persons/none'",
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~buildings/old}"},
       {"NoSuchPerson",
        {},
        "kind: CHIEF_KIND_GRID unit: '~buildings/b1' person: '~persons/none'",
        "ERROR_REASON_RESOURCE_NOT_FOUND {resource=~persons/none}"},
       {"PersonDead",
        {},
        "kind: CHIEF_KIND_GRID unit: '~buildings/b1' person: '~persons/dead'",
        "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=~persons/dead}"},
       {"PostOfAnotherUnit",
        {},
        "kind: CHIEF_KIND_GRID unit: '~buildings/b1' person: '~persons/p1'",
        "ERROR_REASON_PLACE_INCONSISTENT {resource=~buildings/b1}"},
       {"Building",
        {},
        "kind: CHIEF_KIND_BUILDING unit: '~buildings/b1' person: '~persons/p1'",
        "chief_recruited { kind: CHIEF_KIND_BUILDING unit: \"~buildings/b1\" place { "
        "property_area: \"~propertyAreas/a1\" grid: \"~grids/g1\" building: \"~buildings/b1\" } "
        "person: \"~persons/p1\" body: \"~bodies/party\" }; "
        "+~references/chiefs/buildings/b1 else SEAT_TAKEN; ",
        "PARTY_ORG of ~bodies/party"},
       {"EntranceByNoBody",
        {},
        "kind: CHIEF_KIND_ENTRANCE unit: '~entrances/e1' person: '~persons/p1'",
        "chief_recruited { kind: CHIEF_KIND_ENTRANCE unit: \"~entrances/e1\" place { "
        "property_area: \"~propertyAreas/a1\" grid: \"~grids/g1\" building: \"~buildings/b1\" "
        "entrance: \"~entrances/e1\" } person: \"~persons/p1\" }; "
        "+~references/chiefs/entrances/e1 else SEAT_TAKEN; "}});
}

TEST(ConfirmChief, Rules) {
  PlayAll<Chief, v1::ConfirmChiefRequest>(
      "~chiefs/x",
      {{"NotFound", {}, "", kChiefNotFound},
       {"Ended", {kRecruited, kOver}, "", kChiefNotActive},
       {"Recruited", {kRecruited}, "", "chief_confirmed { }; "},
       {"AlreadySo", {kRecruited, kConfirmed}, "", ""},
       {"ActiveAgain", {kRecruited, kConfirmed, kLapsed}, "", "chief_confirmed { }; "}});
}

TEST(LapseChief, Rules) {
  PlayAll<Chief, v1::LapseChiefRequest>(
      "~chiefs/x", {{"NotFound", {}, "", kChiefNotFound},
                    {"Ended", {kRecruited, kConfirmed, kOver}, "", kChiefNotActive},
                    {"NotInOffice", {kRecruited}, "", "ERROR_REASON_STATE_FORBIDS"},
                    {"InOffice", {kRecruited, kConfirmed}, "", "chief_activity_lapsed { }; "},
                    {"AlreadySo", {kRecruited, kConfirmed, kLapsed}, "", ""}});
}

TEST(EndChief, Rules) {
  PlayAll<Chief, v1::EndChiefRequest>(
      "~chiefs/x", {{"NotFound", {}, "reason: END_REASON_MOVED", kChiefNotFound},
                    {"Recruited",
                     {kRecruited},
                     "reason: END_REASON_RESIGNED",
                     "chief_ended { reason: END_REASON_RESIGNED }; -~references/chiefs/grids/g1; "},
                    {"Dormant",
                     {kRecruited, kConfirmed, kLapsed},
                     "reason: END_REASON_MOVED",
                     "chief_ended { reason: END_REASON_MOVED }; -~references/chiefs/grids/g1; "},
                    {"AlreadySo", {kRecruited, kOver}, "reason: END_REASON_MOVED", ""}});
}

}  // namespace
}  // namespace sanzhang::registry
