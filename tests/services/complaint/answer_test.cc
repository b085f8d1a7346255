// Work, answers, replies, withdrawals, calls back. In each table a case cures the defect of the one
// above.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/services/complaint/scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::complaint::scene {
namespace {

class Answers : public testing::TestWithParam<Case> {};
TEST_P(Answers, Then) { Expect(GetParam()); }

std::string Name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(
    Acknowledge, Answers,
    testing::ValuesIn(std::vector<Case>{
        {"BeforeFiling", Assigned(), "importer",
         "AcknowledgeComplaint { origin { occurred_at $-1h$ } contacted_at $+30h$ }",
         "ERROR_REASON_OCCURRED_AT_INVALID", "-1h"},
        {"ContactToCome", Assigned(), "staff", "AcknowledgeComplaint { contacted_at $+21h$ }",
         "ERROR_REASON_OCCURRED_AT_INVALID"},
        {"ContactBeforeFiling", Assigned(), "staff", "AcknowledgeComplaint { contacted_at $-1h$ }",
         "ERROR_REASON_OCCURRED_AT_INVALID"},
        {"Contacted", Assigned(), "staff",
         "AcknowledgeComplaint { contacted_at $+19h$ method: CONTACT_METHOD_PHONE }",
         "acknowledged { contacted_at $+19h$ method: CONTACT_METHOD_PHONE body: \"@pc\" }; "},
        {"ContactedNow", Assigned(), "staff", "AcknowledgeComplaint",
         "acknowledged { contacted_at $+20h$ body: \"@pc\" }; "},
        {"ByTheImporter", Assigned(), "importer",
         "AcknowledgeComplaint { origin { occurred_at $+3h$ } }",
         "acknowledged { contacted_at $+3h$ body: \"@pc\" }; ", "+3h"},
    }),
    Name);

Story Whistled() {
  return Accepted() + "subdistrict +2h departments_whistled { departments: '@water' matter: 'm' }";
}

INSTANTIATE_TEST_SUITE_P(
    Progress, Answers,
    testing::ValuesIn(std::vector<Case>{
        {"DepartmentNotCalled", Accepted(), "water", "NoteProgress { note { content: 'n' } }",
         "ERROR_REASON_COMPLAINT_NOT_ASSIGNED"},
        {"AboutAStranger", Whistled(), "water",
         "NoteProgress { note { subject: '%nobody' content: 'n' } }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=%nobody}"},
        {"DepartmentCalled", Whistled(), "water", "NoteProgress { note { content: 'n' } }",
         "progress_noted { note { subject: \"%zhang\" content: \"n\" } "
         "visible_to: NOTE_VISIBILITY_HANDLERS }; "},
        {"AboutAnother", Acknowledged(), "staff",
         "NoteProgress { note { subject: '%li' content: 'n' } "
         "visible_to: NOTE_VISIBILITY_COMPLAINANT }",
         "progress_noted { note { subject: \"%li\" content: \"n\" } "
         "visible_to: NOTE_VISIBILITY_COMPLAINANT }; "},
    }),
    Name);

TEST(NoteProgress, BeginsTheWorkButMovesNothingElse) {
  const char* note = "staff +9h progress_noted { note { content: 'n' } }";
  EXPECT_EQ(Fold(Acknowledged() + note).phase, v1::STATE_IN_PROGRESS);
  EXPECT_EQ(Fold(InProgress() + note).phase, v1::STATE_IN_PROGRESS);
  EXPECT_EQ(Fold(Suspended() + note).phase, v1::STATE_SUSPENDED);
  EXPECT_EQ(Fold(Whistled() + note).phase, v1::STATE_ACCEPTED);
}

INSTANTIATE_TEST_SUITE_P(
    Answer, Answers,
    testing::ValuesIn(std::vector<Case>{
        {"AnswerAboutAStranger", Acknowledged(), "staff",
         "AnswerComplaint { outcome: OUTCOME_SOLVED explanation { subject: '%nobody' } "
         "attachments { sha256: 'x' } }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=%nobody}"},
        {"HalfAHash", Acknowledged(), "staff",
         "AnswerComplaint { outcome: OUTCOME_SOLVED explanation { content: 'e' } "
         "attachments { sha256: 'x' } }",
         "ERROR_REASON_INVALID_REQUEST {field=attachments.sha256}"},
        {"AnsweredBeforeFiling", Acknowledged(), "importer",
         "AnswerComplaint { outcome: OUTCOME_SOLVED origin { occurred_at $-1h$ } }",
         "ERROR_REASON_OCCURRED_AT_INVALID", "-1h"},
        {"Answered", InProgress(), "staff",
         "AnswerComplaint { outcome: OUTCOME_PARTLY_SOLVED explanation { content: 'e' } "
         "work_orders: 'w1' }",
         "answered { outcome: OUTCOME_PARTLY_SOLVED explanation { subject: \"%zhang\" content: "
         "\"e\" } work_orders: \"w1\" body: \"@pc\" silence_until $+188h$ }; "},
        {"AnsweredByTheImporter", Acknowledged(), "importer",
         "AnswerComplaint { outcome: OUTCOME_SOLVED origin { occurred_at $+4h$ } }",
         "answered { outcome: OUTCOME_SOLVED explanation { subject: \"%zhang\" } body: \"@pc\" "
         "silence_until $+172h$ }; ",
         "+4h"},
    }),
    Name);

Story OfNobody() {
  return {"hotline +0h filed { first_receiver: '@rc' }",
          "committee +1h accepted { level: LEVEL_COMMUNITY responsible_body: '@rc' }",
          "committee +2h assigned { assignee_body: '@pc' hop: 1 }",
          "staff +3h acknowledged { body: '@pc' }",
          "staff +4h answered { outcome: OUTCOME_SOLVED body: '@pc' silence_until $+172h$ }"};
}

INSTANTIATE_TEST_SUITE_P(
    Reply, Answers,
    testing::ValuesIn(std::vector<Case>{
        {"ConfirmedByAnother", AnswerDisputed(), "li", "ConfirmComplaint",
         "ERROR_REASON_NOT_COMPLAINANT"},
        {"ConfirmedByTheHandler", Answered(), "staff", "ConfirmComplaint",
         "ERROR_REASON_NOT_COMPLAINANT"},
        {"NobodysComplaint", OfNobody(), "zhang", "ConfirmComplaint",
         "ERROR_REASON_NOT_COMPLAINANT"},
        {"CommentOfAStranger", Answered(), "zhang",
         "ConfirmComplaint { comment { subject: '%nobody' } }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=%nobody}"},
        {"Confirmed", Answered(), "zhang",
         "ConfirmComplaint { response_score: 5 result_score: 4 attitude_score: 3 "
         "comment { content: 'c' } outcome: OUTCOME_PARTLY_SOLVED }",
         "confirmed { response_score: 5 result_score: 4 attitude_score: 3 comment { subject: "
         "\"%zhang\" content: \"c\" } outcome: OUTCOME_PARTLY_SOLVED }; "},
        {"DisputedByAnother", Answered(), "li", "DisputeAnswer", "ERROR_REASON_NOT_COMPLAINANT"},
        {"Disputed", Answered(), "zhang", "DisputeAnswer { result_score: 1 }",
         "disputed { result_score: 1 }; "},
        {"ChangedMind", Confirmed(), "zhang", "DisputeAnswer { result_score: 1 }",
         "disputed { result_score: 1 }; "},
        {"WithdrawnByAnother", Filed(), "li", "WithdrawComplaint { reason: 'r' }",
         "ERROR_REASON_NOT_COMPLAINANT"},
        {"Withdrawn", Filed(), "zhang", "WithdrawComplaint { reason: 'r' }",
         "withdrawn { reason: \"r\" }; "},
    }),
    Name);

TEST(ConfirmComplaint, RevisesTheOutcome) {
  EXPECT_EQ(Fold(Confirmed()).outcome, v1::OUTCOME_SOLVED);
  EXPECT_EQ(Fold(Answered() + "zhang +6h confirmed { outcome: OUTCOME_PARTLY_SOLVED }").outcome,
            v1::OUTCOME_PARTLY_SOLVED);
}

// A complaint filed by a chief belongs to the person for whom it was filed.
TEST(ConfirmComplaint, BelongsToThePersonOnWhoseBehalf) {
  const Story story = {"grid +0h filed { complainant: '%li' first_receiver: '@rc' }",
                       "committee +4h answered { body: '@pc' }"};
  EXPECT_EQ(support::Show(Try(story, "grid", "ConfirmComplaint", "+5h")),
            "ERROR_REASON_NOT_COMPLAINANT");
  EXPECT_EQ(support::Show(Try(story, "li", "ConfirmComplaint", "+5h")), "confirmed { }; ");
}

// A linked complaint keeps its own confirmation: of the answer to the main one.
TEST(ConfirmComplaint, FollowsTheMainComplaint) {
  struct Follow {
    Story main;
    std::string who;
    std::string then;
  };
  for (const Follow& follow :
       std::vector<Follow>{{Answered(), "li", "ERROR_REASON_NOT_COMPLAINANT"},
                           {InProgress(), "zhang", "ERROR_REASON_COMPLAINT_NOT_ANSWERED"},
                           {Answered(), "zhang", "confirmed { }; "},
                           {Closed(), "zhang", "confirmed { }; "}}) {
    const Scene scene{Fold(Linked()), "", {{"~k2", Fold(follow.main)}}};
    EXPECT_EQ(support::Show(Try(scene, follow.who, "ConfirmComplaint", "+20h")), follow.then);
  }
  EXPECT_EQ(support::Show(Try(Linked(), "zhang", "ConfirmComplaint", "+20h")),
            "ERROR_REASON_COMPLAINT_NOT_ANSWERED");
  EXPECT_EQ(Complaint::NeedsOf(Fold(Linked()), v1::ConfirmComplaintRequest()).peers,
            std::vector<std::string>{Expand("~k2")});
}

std::string CallBack(std::string fields) { return "CallBackComplainant { " + fields + " }"; }

INSTANTIATE_TEST_SUITE_P(
    CallBacks, Answers,
    testing::ValuesIn(std::vector<Case>{
        {"TooEarly", InProgress(), "committee", CallBack("score: 3"),
         "ERROR_REASON_CLOCK_NOT_DUE {due=2026-03-09T11:00:00+08:00}", "+169h"},
        {"ByTheOneComplainedOf",
         {"zhang +0h filed { about_body: '@rc' first_receiver: '@gov' }",
          "staff +4h answered { body: '@pc' }"},
         "committee",
         CallBack("score: 3"),
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}"},
        {"NotReachedYetSatisfied", Answered(), "committee", CallBack("score: 3"),
         "ERROR_REASON_INVALID_REQUEST {field=reached}"},
        {"Overdue", InProgress(), "committee", CallBack("reached: true"),
         "complainant_called_back { reached: true }; ", "+170h"},
        {"Answered", Answered(), "hotline", CallBack("reached: true score: 4 solved: true"),
         "complainant_called_back { reached: true score: 4 solved: true }; "},
        {"NotReached", Closed(), "subdistrict", CallBack(""), "complainant_called_back { }; "},
    }),
    Name);

}  // namespace
}  // namespace sanzhang::complaint::scene
