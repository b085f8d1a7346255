// Assignments, disputes about them, levels, departments. In each table a case cures the defect of
// the one above it.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/complaint/limits.h"
#include "tests/services/complaint/scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::complaint::scene {
namespace {

class Dispatch : public testing::TestWithParam<Case> {};
TEST_P(Dispatch, Then) { Expect(GetParam()); }

std::string Name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

Story AboutCommittee(std::string phase) {
  return {"zhang +0h filed { complainant: '%zhang' about_body: '@rc' first_receiver: '@gov' }",
          "subdistrict +1h accepted { level: LEVEL_SUBDISTRICT responsible_body: '@gov' "
          "sla_policy: 'policies/sla@1' ack_due $+25h$ answer_due $+169h$ }",
          phase.empty() ? "subdistrict +1h progress_noted { }" : std::move(phase)};
}

std::string Assign(std::string body) { return "AssignComplaint { assignee_body: '" + body + "' }"; }

Story AtSubdistrict() {
  return Accepted() +
         "committee +2h escalated { from: LEVEL_COMMUNITY to: LEVEL_SUBDISTRICT "
         "responsible_body: '@gov' }";
}

INSTANTIATE_TEST_SUITE_P(
    Assign, Dispatch,
    testing::ValuesIn(std::vector<Case>{
        {"AboutOneself", AboutCommittee(""), "committee", Assign("@none"),
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}"},
        {"AboveOneself", AtSubdistrict(), "committee", Assign("@none"),
         "ERROR_REASON_PERMISSION_DENIED"},
        {"ChiefAboveOneself", AtSubdistrict(), "grid", Assign("@pc"),
         "ERROR_REASON_PERMISSION_DENIED"},
        {"AnotherMemberOfTheSameBody", Assigned(), "committee",
         "AssignComplaint { assignee_body: '@pc' assignee_membership: '#staff' }",
         "ERROR_REASON_SAME_ASSIGNEE"},
        {"ToNobody", Accepted(), "committee",
         "AssignComplaint { assignee_body: '@none' assignee_membership: '#none' }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=@none}"},
        {"ToTheDissolved", Accepted(), "committee", Assign("@gone"),
         "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=@gone}"},
        {"ToTheOneComplainedOf", AboutCommittee(""), "subdistrict", Assign("@rc"),
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}"},
        {"ToAnAssembly", Accepted(), "committee", Assign("@rep"),
         "ERROR_REASON_BODY_CANNOT_HANDLE {body=@rep}"},
        {"ToTheSupervisors", Accepted(), "committee", Assign("@sup"),
         "ERROR_REASON_BODY_CANNOT_HANDLE {body=@sup}"},
        {"ToACompanyOfAnotherArea", Accepted(), "committee",
         "AssignComplaint { assignee_body: '@pc2' assignee_membership: '#none' }",
         "ERROR_REASON_BODY_CANNOT_HANDLE {body=@pc2}"},
        {"ToAnUnknownMember", Accepted(), "committee",
         "AssignComplaint { assignee_body: '@pc' assignee_membership: '#none' }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=#none}"},
        {"ToAMemberOfAnotherBody", Accepted(), "committee",
         "AssignComplaint { assignee_body: '@oc' assignee_membership: '#staff' }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=#staff}"},
        {"ToOneWhoLeft", Accepted(), "committee",
         "AssignComplaint { assignee_body: '@pc' assignee_membership: '#left' }",
         "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=#left}"},
        {"BeforeFiling", Accepted(), "importer",
         "AssignComplaint { assignee_body: '@pc' origin { occurred_at $-1h$ } }",
         "ERROR_REASON_OCCURRED_AT_INVALID", "-1h"},
        {"ToAMember", Accepted(), "committee",
         "AssignComplaint { assignee_body: '@pc' assignee_membership: '#staff' reason: 'lift' }",
         "assigned { assignee_body: \"@pc\" assignee_membership: \"#staff\" from_body: \"@rc\" "
         "reason: \"lift\" hop: 1 }; "},
        {"ToOneself", Accepted(), "committee", Assign("@rc"),
         "assigned { assignee_body: \"@rc\" from_body: \"@rc\" hop: 1 }; "},
        {"AgainToAnother", InProgress(), "grid", Assign("@oc"),
         "assigned { assignee_body: \"@oc\" from_body: \"@pc\" hop: 2 }; "},
        {"AfterReopening", Reopened(), "committee", Assign("@pc"),
         "assigned { assignee_body: \"@pc\" from_body: \"@rc\" hop: 2 }; "},
        {"TheSubdistrictAboutTheCommittee", AboutCommittee(""), "subdistrict", Assign("@oc"),
         "assigned { assignee_body: \"@oc\" from_body: \"@gov\" hop: 1 }; "},
        {"TheSubdistrictAtAnyLevel", Accepted(), "subdistrict", Assign("@water"),
         "assigned { assignee_body: \"@water\" from_body: \"@rc\" hop: 1 }; "},
        {"PassedOnByWhoeverHasIt",
         AtSubdistrict() + "subdistrict +3h assigned { assignee_body: '@rc' hop: 1 }", "committee",
         Assign("@pc"), "assigned { assignee_body: \"@pc\" from_body: \"@rc\" hop: 2 }; "},
        {"TheImporter", Accepted(), "importer",
         "AssignComplaint { assignee_body: '@pc' origin { occurred_at $+2h$ } }",
         "assigned { assignee_body: \"@pc\" from_body: \"@rc\" hop: 1 }; ", "+2h"},
    }),
    Name);

std::string Rule(std::string fields) {
  return "RuleDispatchDispute { " + fields + " reason: 'r' }";
}

Story CommitteeDisputes() {
  return Accepted() + "subdistrict +2h assigned { assignee_body: '@rc' hop: 1 }" +
         "committee +3h dispatch_disputed { body: '@rc' }";
}

INSTANTIATE_TEST_SUITE_P(
    Dispute, Dispatch,
    testing::ValuesIn(std::vector<Case>{
        {"Disputed", Assigned(), "staff", "DisputeDispatch { reason: 'not ours' }",
         "dispatch_disputed { reason: \"not ours\" body: \"@pc\" }; "},
        {"RuledByTheOneComplainedOf",
         AboutCommittee("") + "subdistrict +2h assigned { assignee_body: '@pc' hop: 1 }" +
             "staff +3h dispatch_disputed { body: '@pc' }",
         "committee", Rule("upheld: true"), "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}"},
        {"RuledByTheOneWhoDisputes", CommitteeDisputes(), "committee2", Rule("upheld: true"),
         "ERROR_REASON_SECOND_BODY_REQUIRED {body=@rc}"},
        {"UpheldForNobody", CommitteeDisputes(), "subdistrict", Rule("upheld: true"),
         "ERROR_REASON_INVALID_REQUEST {field=new_body}"},
        {"UpheldForTheSame", CommitteeDisputes(), "subdistrict",
         Rule("upheld: true new_body: '@rc'"), "ERROR_REASON_SAME_ASSIGNEE"},
        {"UpheldForAnAssembly", CommitteeDisputes(), "subdistrict",
         Rule("upheld: true new_body: '@rep'"), "ERROR_REASON_BODY_CANNOT_HANDLE {body=@rep}"},
        {"Upheld", CommitteeDisputes(), "subdistrict", Rule("upheld: true new_body: '@pc'"),
         "dispatch_dispute_ruled { upheld: true new_body: \"@pc\" reason: \"r\" hop: 2 }; "},
        {"Dismissed", DispatchDisputed(), "committee", Rule("new_body: '@oc'"),
         "dispatch_dispute_ruled { reason: \"r\" hop: 1 }; "},
    }),
    Name);

TEST(DispatchDispute, UpheldMovesItAndDismissedLeavesIt) {
  Complaint::State state = Fold(DispatchDisputed());
  Play(state, "committee +4h dispatch_dispute_ruled { reason: 'r' hop: 1 }");
  EXPECT_EQ(state.phase, v1::STATE_ASSIGNED);
  EXPECT_EQ(state.responsible_body, Expand("@pc"));
  state = Fold(DispatchDisputed());
  Play(state, "committee +4h dispatch_dispute_ruled { upheld: true new_body: '@oc' hop: 2 }");
  EXPECT_EQ(state.phase, v1::STATE_ASSIGNED);
  EXPECT_EQ(state.responsible_body, Expand("@oc"));
  EXPECT_EQ(state.hop, 2);
}

Story AtLevel(std::string level) {
  return Filed() + ("committee +1h accepted { level: " + level + " responsible_body: '@rc' }");
}

std::string To(std::string level) { return "EscalateComplaint { to: " + level + " reason: 'r' }"; }

std::string Escalated(std::string from, std::string to, std::string body, bool automatic = false) {
  return "escalated { from: " + from + " to: " + to + " reason: \"r\" " +
         (automatic ? "automatic: true " : "") + "responsible_body: \"" + body + "\" }; ";
}

INSTANTIATE_TEST_SUITE_P(
    Escalate, Dispatch,
    testing::ValuesIn(std::vector<Case>{
        {"ByTheOneComplainedOf", AboutCommittee(""), "committee", To("LEVEL_COMMUNITY"),
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}"},
        {"AlreadyThere", Accepted(), "committee", To("LEVEL_COMMUNITY"), ""},
        {"EntranceChiefAtAHigherLevel", AtLevel("LEVEL_BUILDING"), "entrance", To("LEVEL_GRID"),
         "ERROR_REASON_LEVEL_NOT_NEXT"},
        {"EntranceChiefOverALevel", AtLevel("LEVEL_ENTRANCE"), "entrance", To("LEVEL_GRID"),
         "ERROR_REASON_LEVEL_NOT_NEXT"},
        {"CommitteeOverTheSubdistrict", Accepted(), "committee", To("LEVEL_DEPARTMENT"),
         "ERROR_REASON_LEVEL_NOT_NEXT"},
        {"CommitteeBackFromTheSubdistrict", AtSubdistrict(), "committee", To("LEVEL_COMMUNITY"),
         "ERROR_REASON_LEVEL_NOT_NEXT"},
        {"TimerDown", Accepted(), "timer", To("LEVEL_GRID"), "ERROR_REASON_LEVEL_NOT_NEXT"},
        {"TimerOverALevel", AtLevel("LEVEL_GRID"), "timer", To("LEVEL_SUBDISTRICT"),
         "ERROR_REASON_LEVEL_NOT_NEXT"},
        {"NoDepartment", AtSubdistrict(), "subdistrict", To("LEVEL_DEPARTMENT"),
         "ERROR_REASON_BODY_MISSING {kind=GOV_DEPARTMENT}", "+20h", "@water @roads"},
        {"NoSubdistrict", Accepted(), "committee", To("LEVEL_SUBDISTRICT"),
         "ERROR_REASON_BODY_MISSING {kind=SUBDISTRICT_GOV}", "+20h", "@gov"},
        {"SubdistrictComplainedOf",
         {"zhang +0h filed { about_body: '@gov' first_receiver: '@rc' }",
          "committee +1h accepted { level: LEVEL_COMMUNITY responsible_body: '@rc' }"},
         "committee",
         To("LEVEL_SUBDISTRICT"),
         "ERROR_REASON_BODY_MISSING {kind=SUBDISTRICT_GOV}"},
        {"EntranceToBuilding", AtLevel("LEVEL_ENTRANCE"), "entrance", To("LEVEL_BUILDING"),
         Escalated("LEVEL_ENTRANCE", "LEVEL_BUILDING", "@rc")},
        {"BuildingDrawsFromEntrance", AtLevel("LEVEL_ENTRANCE"), "building", To("LEVEL_BUILDING"),
         Escalated("LEVEL_ENTRANCE", "LEVEL_BUILDING", "@rc")},
        {"BuildingBackToEntrance", AtLevel("LEVEL_BUILDING"), "building", To("LEVEL_ENTRANCE"),
         Escalated("LEVEL_BUILDING", "LEVEL_ENTRANCE", "@rc")},
        {"GridToCommunity", AtLevel("LEVEL_GRID"), "grid", To("LEVEL_COMMUNITY"),
         Escalated("LEVEL_GRID", "LEVEL_COMMUNITY", "@rc")},
        {"CommitteeDrawsFromEntrance", AtLevel("LEVEL_ENTRANCE"), "committee",
         To("LEVEL_COMMUNITY"), Escalated("LEVEL_ENTRANCE", "LEVEL_COMMUNITY", "@rc")},
        {"CommitteeToSubdistrict", InProgress(), "committee", To("LEVEL_SUBDISTRICT"),
         Escalated("LEVEL_COMMUNITY", "LEVEL_SUBDISTRICT", "@gov")},
        {"SubdistrictDrawsFromGrid", AtLevel("LEVEL_GRID"), "subdistrict", To("LEVEL_SUBDISTRICT"),
         Escalated("LEVEL_GRID", "LEVEL_SUBDISTRICT", "@gov")},
        {"SubdistrictToDepartment", AtSubdistrict(), "subdistrict", To("LEVEL_DEPARTMENT"),
         Escalated("LEVEL_SUBDISTRICT", "LEVEL_DEPARTMENT", "@gov")},
        {"SubdistrictBackToCommunity", AtSubdistrict(), "subdistrict", To("LEVEL_COMMUNITY"),
         Escalated("LEVEL_SUBDISTRICT", "LEVEL_COMMUNITY", "@rc")},
        {"NotBackToTheOneComplainedOf", AboutCommittee(""), "subdistrict", To("LEVEL_COMMUNITY"),
         Escalated("LEVEL_SUBDISTRICT", "LEVEL_COMMUNITY", "@gov")},
        {"TimerLifts", Accepted(), "timer", To("LEVEL_SUBDISTRICT"),
         Escalated("LEVEL_COMMUNITY", "LEVEL_SUBDISTRICT", "@gov", true)},
    }),
    Name);

std::string Whistle(std::string departments) {
  return "WhistleDepartments { " + departments + " matter: 'm' }";
}

Story Whistled() {
  return Accepted() + "subdistrict +2h departments_whistled { departments: '@water' matter: 'm' }";
}

Story ReportedIn() {
  return Whistled() + "water +3h department_reported_in { department: '@water' result: 'r' }";
}

INSTANTIATE_TEST_SUITE_P(
    Whistle, Dispatch,
    testing::ValuesIn(std::vector<Case>{
        {"ByTheOneComplainedOf",
         {"zhang +0h filed { about_body: '@gov' first_receiver: '@rc' }",
          "committee +1h accepted { level: LEVEL_COMMUNITY responsible_body: '@rc' }"},
         "subdistrict",
         Whistle("departments: '@none'"),
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@gov}"},
        {"ForNobody", Accepted(), "subdistrict", Whistle("departments: ['@water', '@none']"),
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=@none}"},
        {"ForACompany", Accepted(), "subdistrict", Whistle("departments: ['@water', '@pc']"),
         "ERROR_REASON_BODY_CANNOT_HANDLE {body=@pc}"},
        {"ForTwo", Accepted(), "subdistrict",
         Whistle("departments: ['@water', '@roads', '@water']"),
         "departments_whistled { departments: \"@roads\" departments: \"@water\" matter: \"m\" "
         "report_in_due $+44h$ }; "},
        {"ForOneMore", Whistled(), "subdistrict", Whistle("departments: ['@water', '@roads']"),
         "departments_whistled { departments: \"@roads\" matter: \"m\" report_in_due $+44h$ }; "},
        {"ForNoNewOne", Whistled(), "subdistrict", Whistle("departments: '@water'"), ""},
        {"AgainAfterReport", ReportedIn(), "subdistrict", Whistle("departments: '@water'"),
         "departments_whistled { departments: \"@water\" matter: \"m\" report_in_due $+44h$ }; "},
        {"ReportOfAnother", Whistled(), "staff", "ReportIn { result: 'r' }",
         "ERROR_REASON_DEPARTMENT_NOT_WHISTLED"},
        {"ReportTwice", ReportedIn(), "water", "ReportIn { result: 'r' }",
         "ERROR_REASON_DEPARTMENT_NOT_WHISTLED"},
        {"Report", Whistled(), "water", "ReportIn { result: 'r' joint_solved: true }",
         "department_reported_in { department: \"@water\" result: \"r\" joint_solved: true }; "},
    }),
    Name);

TEST(WhistleDepartments, IsBounded) {
  Scene scene{Fold(Accepted()), ""};
  for (std::size_t i = 1; i < kDepartmentsMax; ++i) {
    scene.state.whistled[std::to_string(i)] = true;
  }
  const std::string both = Whistle("departments: ['@water', '@roads']");
  EXPECT_EQ(support::Show(Try(scene, "subdistrict", both, "+2h")),
            "ERROR_REASON_TOO_MANY {items_max=100}");
  EXPECT_EQ(support::Show(Try(scene, "subdistrict", Whistle("departments: '@water'"), "+2h")),
            Expand("departments_whistled { departments: \"@water\" matter: \"m\" "
                   "report_in_due $+26h$ }; "));
}

}  // namespace
}  // namespace sanzhang::complaint::scene
