// Every command in every state, by someone who may: what stands in the way, if anything.
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "sanzhang/complaint/v1/complaint_service.pb.h"
#include "tests/services/complaint/scene.h"

namespace sanzhang::complaint::scene {
namespace {

struct Row {
  std::string who;
  std::string command;
  std::string when;
  // One word for each state, in the order of States(): `ok` records something, `=` is already so,
  // others are the reasons of kReasons.
  std::string then;
};

struct Column {
  std::string name;
  Story story;
};

std::vector<Column> States() {
  return {{"None", {}},
          {"Filed", Filed()},
          {"Accepted", Accepted()},
          {"NotAccepted", NotAccepted()},
          {"Linked", Linked()},
          {"Assigned", Assigned()},
          {"DispatchDisputed", DispatchDisputed()},
          {"Acknowledged", Acknowledged()},
          {"InProgress", InProgress()},
          {"Suspended", Suspended()},
          {"Answered", Answered()},
          {"Confirmed", Confirmed()},
          {"AnswerDisputed", AnswerDisputed()},
          {"Reopened", Reopened()},
          {"Closed", Closed()},
          {"Appealed", Appealed()},
          {"Withdrawn", Withdrawn()}};
}

const std::map<type::v1::ErrorReason, std::string>& Reasons() {
  using namespace type::v1;
  static const std::map<ErrorReason, std::string> reasons = {
      {ERROR_REASON_RESOURCE_ALREADY_EXISTS, "exists"},
      {ERROR_REASON_STATE_FORBIDS, "forbids"},
      {ERROR_REASON_COMPLAINT_NOT_FOUND, "-"},
      {ERROR_REASON_COMPLAINT_NOT_AWAITING_INTAKE, "!intake"},
      {ERROR_REASON_COMPLAINT_NOT_OPEN, "!open"},
      {ERROR_REASON_COMPLAINT_NOT_ASSIGNED, "!assigned"},
      {ERROR_REASON_COMPLAINT_NOT_ACKNOWLEDGED, "!acknowledged"},
      {ERROR_REASON_COMPLAINT_NOT_ANSWERED, "!answered"},
      {ERROR_REASON_COMPLAINT_ALREADY_ANSWERED, "answered"},
      {ERROR_REASON_COMPLAINT_NOT_CLOSED, "!closed"},
      {ERROR_REASON_COMPLAINT_SUSPENDED, "paused"},
      {ERROR_REASON_COMPLAINT_NOT_SUSPENDED, "!paused"},
      {ERROR_REASON_DISPATCH_NOT_DISPUTED, "!dispute"},
      {ERROR_REASON_DISPATCH_DISPUTED, "dispute"},
      {ERROR_REASON_SUSPENSION_NOT_REQUESTED, "!asked"},
      {ERROR_REASON_ANSWER_NOT_CONFIRMED, "!confirmed"},
      {ERROR_REASON_ANSWER_DISPUTED, "disputed"},
      {ERROR_REASON_APPEAL_NOT_PENDING, "!appeal"},
      {ERROR_REASON_CLOCK_NOT_DUE, "!due"},
      {ERROR_REASON_DEPARTMENT_NOT_WHISTLED, "!whistled"},
      {ERROR_REASON_EXCLUSION_NOT_PROPOSED, "!proposed"},
  };
  return reasons;
}

std::string Word(const Complaint::Decision& decision) {
  if (const auto* refusal = std::get_if<runtime::Refusal>(&decision)) {
    const auto found = Reasons().find(refusal->reason);
    return found == Reasons().end() ? type::v1::ErrorReason_Name(refusal->reason) : found->second;
  }
  return std::get<runtime::Decided<v1::ComplaintEvent>>(decision).events.empty() ? "=" : "ok";
}

const std::vector<Row>& Rows() {
  // clang-format off
  static const std::vector<Row> rows = {
    {"zhang", R"(FileComplaint { category: CATEGORY_FEE place { grid: "g1" } text { content: "t" } })", "+20h",
     "ok exists exists exists exists exists exists exists exists exists exists exists exists exists exists exists exists"},
    {"committee", "AcceptComplaint", "+20h",
     "- ok = !intake !intake !intake !intake !intake !intake !intake !intake !intake !intake !intake !intake !intake !intake"},
    {"committee", "RefuseComplaint { reason: REFUSAL_REASON_LITIGATION }", "+20h",
     "- ok !intake = !intake !intake !intake !intake !intake !intake !intake !intake !intake !intake !intake !intake !intake"},
    {"committee", R"(LinkComplaint { main: "~k2" })", "+20h",
     "- ok ok !open = ok dispute ok ok paused answered answered answered ok !open !open !open"},
    {"li", "SupportComplaint", "+20h",
     "- ok ok !open !open ok ok ok ok ok ok ok ok ok !open !open !open"},
    {"committee", R"(AssignComplaint { assignee_body: "@pc" })", "+20h",
     "- forbids ok !open !open = dispute = = paused answered answered answered ok !open !open !open"},
    {"staff", R"(DisputeDispatch { reason: "r" })", "+20h",
     "- forbids !assigned !open !open ok = forbids forbids paused answered answered answered !assigned !open !open !open"},
    {"committee", R"(RuleDispatchDispute { reason: "r" })", "+20h",
     "- !dispute !dispute !open !open !dispute ok !dispute !dispute !dispute !dispute !dispute !dispute !dispute !open !open !open"},
    {"staff", "AcknowledgeComplaint", "+20h",
     "- forbids !assigned !open !open ok dispute = = paused answered answered answered !assigned !open !open !open"},
    {"staff", R"(NoteProgress { note { content: "n" } })", "+20h",
     "- forbids !assigned !open !open !acknowledged dispute ok ok ok answered answered answered !assigned !open !open !open"},
    {"staff", "RequestSuspension { reason: SUSPENSION_REASON_SEASON until $+60h$ }", "+20h",
     "- forbids !assigned !open !open ok dispute ok ok paused answered answered answered !assigned !open !open !open"},
    {"committee", "RuleSuspension { approved: true }", "+20h",
     "- !asked !asked !open !open !asked !asked !asked !asked paused !asked !asked !asked !asked !open !open !open"},
    {"staff", "ResumeComplaint", "+20h",
     "- !paused !paused !open !open !paused !paused !paused !paused ok !paused !paused !paused !paused !open !open !open"},
    {"committee", R"(ExtendDeadline { answer_due $+200h$ reason: "r" })", "+20h",
     "- forbids ok !open !open ok ok ok ok paused answered answered answered ok !open !open !open"},
    {"committee", R"(EscalateComplaint { to: LEVEL_SUBDISTRICT reason: "r" })", "+20h",
     "- forbids ok !open !open ok dispute ok ok ok answered answered answered ok !open !open !open"},
    {"subdistrict", R"(WhistleDepartments { departments: "@water" matter: "m" })", "+20h",
     "- forbids ok !open !open ok ok ok ok ok answered answered answered ok !open !open !open"},
    {"water", R"(ReportIn { result: "r" })", "+20h",
     "- !whistled !whistled !open !open !whistled !whistled !whistled !whistled !whistled !whistled !whistled !whistled !whistled !open !open !open"},
    {"staff", R"(AnswerComplaint { outcome: OUTCOME_SOLVED explanation { content: "e" } })", "+20h",
     "- forbids !assigned !open !open !acknowledged dispute ok ok paused answered answered answered !assigned !open !open !open"},
    {"zhang", "ConfirmComplaint", "+20h",
     "- !answered !answered !open !answered !answered !answered !answered !answered !answered ok = disputed !answered !open !open !open"},
    {"zhang", "DisputeAnswer", "+20h",
     "- !answered !answered !open !answered !answered !answered !answered !answered !answered ok ok = !answered !open !open !open"},
    {"committee", R"(ReopenComplaint { reason: "r" })", "+20h",
     "- !closed !closed !open !open !closed !closed !closed !closed !closed !closed !closed ok = ok forbids !open"},
    {"committee", "CloseComplaint { mode: CLOSE_MODE_CONFIRMED }", "+20h",
     "- !answered !answered !open !open !answered !answered !answered !answered !answered !confirmed ok disputed !answered = !open !open"},
    {"zhang", "WithdrawComplaint", "+20h",
     "- ok ok !open ok ok ok ok ok ok ok ok ok ok !open !open ="},
    {"zhang", R"(AppealComplaint { grounds { content: "g" } })", "+20h",
     "- !closed !closed ok !closed !closed !closed !closed !closed !closed !closed !closed !closed !closed ok = !closed"},
    {"subdistrict", R"(RuleAppeal { upheld: true reason: "r" })", "+20h",
     "- !appeal !appeal !appeal !appeal !appeal !appeal !appeal !appeal !appeal !appeal !appeal !appeal !appeal !appeal ok !appeal"},
    {"timer", "DetectBreach { clock: CLOCK_ANSWER due $+169h$ }", "+200h",
     "- !due ok !open !open ok ok ok ok paused !due !due !due !due !open !open !open"},
    {"committee", "CallBackComplainant { reached: true }", "+20h",
     "- forbids !due !open !open !due !due !due !due paused ok ok ok !due ok ok !open"},
    {"committee", R"(RedactText { spans { start: 0 length: 2 } reason: "r" })", "+20h",
     "- ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok"},
    {"committee", R"(ProposeScoreExclusion { reason: EXCLUSION_REASON_MISTAKEN evidence: "e" })", "+20h",
     "- ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok ok"},
    {"subdistrict", R"(RuleScoreExclusion { approved: true reason: "r" })", "+20h",
     "- !proposed !proposed !proposed !proposed !proposed !proposed !proposed !proposed !proposed !proposed !proposed !proposed !proposed !proposed !proposed !proposed"},
  };
  // clang-format on
  return rows;
}

TEST(EveryCommandInEveryState, IsAnsweredAsTheTableSays) {
  const std::vector<Column> states = States();
  for (const Row& row : Rows()) {
    const std::vector<std::string> then = absl::StrSplit(row.then, ' ');
    ASSERT_EQ(then.size(), states.size()) << row.command;
    for (std::size_t i = 0; i < states.size(); ++i) {
      const Scene scene{Fold(states[i].story), "", {{"~k2", Fold(Accepted())}}};
      EXPECT_EQ(Word(Try(scene, row.who, row.command, row.when)), then[i])
          << row.command << " when " << states[i].name;
    }
  }
}

TEST(EveryCommandInEveryState, NoCommandIsLeftOut) {
  const auto* service =
      v1::FileComplaintRequest::descriptor()->file()->FindServiceByName("ComplaintService");
  ASSERT_NE(service, nullptr);
  std::set<std::string> stated;
  for (int i = 0; i < service->method_count(); ++i) stated.insert(service->method(i)->name());
  std::set<std::string> tested;
  for (const Row& row : Rows()) tested.insert(row.command.substr(0, row.command.find(' ')));
  EXPECT_EQ(tested, stated);
  EXPECT_EQ(Rows().size(), stated.size());
}

TEST(EveryCommandInEveryState, NoStateIsLeftOut) {
  std::set<int> reached;
  for (const Column& column : States()) reached.insert(Fold(column.story).phase);
  const auto* states = v1::State_descriptor();
  for (int i = 0; i < states->value_count(); ++i) {
    EXPECT_TRUE(reached.contains(states->value(i)->number())) << states->value(i)->name();
  }
}

}  // namespace
}  // namespace sanzhang::complaint::scene
