// Closing, opening again, appeals, exclusion from the score. In each table a case cures the defect
// of the one above it.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/services/complaint/scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::complaint::scene {
namespace {

class Review : public testing::TestWithParam<Case> {};
TEST_P(Review, Then) { Expect(GetParam()); }

std::string Name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

Story CommitteeHandled() {
  return Accepted() + "committee +2h assigned { assignee_body: '@rc' hop: 1 }" +
         "committee +3h acknowledged { body: '@rc' }" +
         "committee +4h answered { outcome: OUTCOME_SOLVED body: '@rc' silence_until $+172h$ }";
}

Story AboutCommittee() {
  return {"zhang +0h filed { complainant: '%zhang' about_body: '@rc' first_receiver: '@gov' }",
          "subdistrict +1h accepted { level: LEVEL_COMMUNITY responsible_body: '@gov' "
          "sla_policy: 'policies/sla@1' }",
          "subdistrict +2h assigned { assignee_body: '@pc' hop: 1 }",
          "staff +3h acknowledged { body: '@pc' }",
          "staff +4h answered { outcome: OUTCOME_SOLVED body: '@pc' silence_until $+172h$ }"};
}

std::string Close(std::string mode) { return "CloseComplaint { mode: CLOSE_MODE_" + mode + " }"; }

std::string ClosedEvent(std::string mode, std::string confirmation, std::string appeal_until) {
  return "closed { mode: CLOSE_MODE_" + mode +
         " outcome: OUTCOME_SOLVED confirmation: CONFIRMATION_" + confirmation +
         (appeal_until.empty() ? " }; " : " appeal_until $" + appeal_until + "$ }; ");
}

// The answer came at +5h, its silence ends at +173h; an appeal is possible for 720 hours.
INSTANTIATE_TEST_SUITE_P(
    Close, Review,
    testing::ValuesIn(std::vector<Case>{
        {"AnotherMode", Closed(), "timer", Close("NO_REPLY"), "ERROR_REASON_COMPLAINT_NOT_OPEN"},
        {"ByTheOneComplainedOf", AboutCommittee(), "committee", Close("NO_REPLY"),
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}"},
        {"ByTheHandlingBody", CommitteeHandled(), "committee2", Close("NO_REPLY"),
         "ERROR_REASON_HANDLER_MAY_NOT_CLOSE"},
        {"FinalByTheTimer", AnswerDisputed(), "timer", Close("FINAL_REVIEW"),
         "ERROR_REASON_PERMISSION_DENIED"},
        {"FinalWithoutADispute", Answered(), "committee", Close("FINAL_REVIEW"),
         "ERROR_REASON_STATE_FORBIDS"},
        {"ConfirmedThoughDisputed", AnswerDisputed(), "committee", Close("CONFIRMED"),
         "ERROR_REASON_ANSWER_DISPUTED"},
        {"SilentThoughDisputed", AnswerDisputed(), "importer", Close("NO_REPLY"),
         "ERROR_REASON_ANSWER_DISPUTED"},
        {"ConfirmedThoughSilent", Answered(), "importer", Close("CONFIRMED"),
         "ERROR_REASON_ANSWER_NOT_CONFIRMED"},
        {"SilentThoughConfirmed", Confirmed(), "timer", Close("NO_REPLY"),
         "ERROR_REASON_STATE_FORBIDS", "+200h"},
        {"SilentTooShort", Answered(), "timer", Close("NO_REPLY"),
         "ERROR_REASON_SILENCE_TOO_SHORT {closes_at=2026-03-09T15:00:00+08:00}", "+173h"},
        {"ImportedBeforeFiling", Answered(), "importer",
         "CloseComplaint { mode: CLOSE_MODE_NO_REPLY origin { occurred_at $-1h$ } }",
         "ERROR_REASON_OCCURRED_AT_INVALID", "-1h"},
        {"Silent", Answered(), "timer", Close("NO_REPLY"),
         ClosedEvent("NO_REPLY", "NO_REPLY", "+893h1us"), "+173h1us"},
        {"SilentByTheCommittee", Answered(), "committee", Close("NO_REPLY"),
         ClosedEvent("NO_REPLY", "NO_REPLY", "+894h"), "+174h"},
        {"Confirmed", Confirmed(), "committee", Close("CONFIRMED"),
         ClosedEvent("CONFIRMED", "CONFIRMED", "+740h")},
        {"OfTheCommitteeByTheSubdistrict", CommitteeHandled(), "subdistrict", Close("NO_REPLY"),
         ClosedEvent("NO_REPLY", "NO_REPLY", "+920h"), "+200h"},
        {"OfTheCommitteeByTheTimer", CommitteeHandled(), "timer", Close("NO_REPLY"),
         ClosedEvent("NO_REPLY", "NO_REPLY", "+920h"), "+200h"},
        {"AfterAReview", AnswerDisputed(), "committee", Close("FINAL_REVIEW"),
         ClosedEvent("FINAL_REVIEW", "DISPUTED", "")},
        {"ImportedAtItsTime", Answered(), "importer",
         "CloseComplaint { mode: CLOSE_MODE_NO_REPLY origin { occurred_at $+5h$ } }",
         ClosedEvent("NO_REPLY", "NO_REPLY", "+725h"), "+5h"},
    }),
    Name);

// Whoever worked on it in any capacity does not close it, a department that was called in included.
TEST(CloseComplaint, NotByAPersonWhoHandledItInAnotherCapacity) {
  Scene scene{Fold(Confirmed()), ""};
  EXPECT_TRUE(scene.state.handlers.contains(Expand("%staff")));
  scene.state.handlers.insert(Expand("%committee"));
  EXPECT_EQ(support::Show(Try(scene, "committee", Close("CONFIRMED"), "+20h")),
            "ERROR_REASON_HANDLER_MAY_NOT_CLOSE");
}

Story FinallyClosed() {
  return AnswerDisputed() +
         "committee +7h closed { mode: CLOSE_MODE_FINAL_REVIEW "
         "outcome: OUTCOME_SOLVED confirmation: CONFIRMATION_DISPUTED }";
}

Story AppealDismissed() { return Appealed() + "subdistrict +9h appeal_ruled { reason: 'r' }"; }

std::string ReopenedEvent(std::string body, std::string from) {
  const int hours = std::stoi(from);
  return "reopened { reason: \"r\" responsible_body: \"" + body + "\" ack_due $" +
         std::to_string(hours + 24) + "h$ answer_due $" + std::to_string(hours + 168) +
         "h$ reopening: 1 }; ";
}

constexpr char kReopen[] = "ReopenComplaint { reason: 'r' }";

// Closed at +7h: 30 days are over at +727h.
INSTANTIATE_TEST_SUITE_P(
    Reopen, Review,
    testing::ValuesIn(std::vector<Case>{
        {"ClosedByTheTimer", FinallyClosed(), "timer", kReopen, "ERROR_REASON_PERMISSION_DENIED"},
        {"Final", FinallyClosed(), "committee", kReopen, "ERROR_REASON_APPEAL_NOT_POSSIBLE"},
        {"AppealDismissed", AppealDismissed(), "committee", kReopen,
         "ERROR_REASON_APPEAL_NOT_POSSIBLE"},
        {"TooLate", Closed(), "committee", kReopen, "ERROR_REASON_APPEAL_NOT_POSSIBLE", "+727h1us"},
        {"ByTheOneComplainedOf", AboutCommittee() + "zhang +6h disputed { }", "committee", kReopen,
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}"},
        {"InTheLastMoment", Closed(), "committee", kReopen, ReopenedEvent("@rc", "727"), "+727h"},
        {"DisputedByTheTimer", AnswerDisputed(), "timer", kReopen, ReopenedEvent("@rc", "20")},
        {"AboutTheCommittee", AboutCommittee() + "zhang +6h disputed { }", "timer", kReopen,
         ReopenedEvent("@gov", "20")},
        {"AtTheSubdistrict",
         Accepted() + "committee +2h escalated { to: LEVEL_SUBDISTRICT responsible_body: '@gov' }" +
             "subdistrict +4h answered { body: '@gov' }" + "zhang +5h disputed { }",
         "timer", kReopen, ReopenedEvent("@gov", "20")},
        {"TheCommitteeIsGone", AnswerDisputed(), "timer", kReopen, ReopenedEvent("@pc", "20"),
         "+20h", "@rc @gov"},
    }),
    Name);

// The policy of the acceptance stays, whatever is in force by then.
TEST(ReopenComplaint, KeepsThePinnedPolicy) {
  Scene scene{Fold(AnswerDisputed()), ""};
  EXPECT_EQ(support::Show(Try(scene, "timer", kReopen, "1100h")),
            Expand(ReopenedEvent("@rc", "1100")));
  scene.state.sla_policy =
      "policies/lost@1";  // A file that was taken away: the one in force counts.
  EXPECT_EQ(support::Show(Try(scene, "timer", kReopen, "1100h")),
            Expand("reopened { reason: \"r\" responsible_body: \"@rc\" ack_due $1124h$ "
                   "answer_due $1110h$ reopening: 1 }; "));
}

constexpr char kAppeal[] = "AppealComplaint { grounds { content: 'g' } }";
constexpr char kAppealed[] = "appealed { grounds { subject: \"%zhang\" content: \"g\" } }; ";

// Closed at +7h, appeals until +727h; turned away at +1h, appeals until +721h.
INSTANTIATE_TEST_SUITE_P(
    Appeal, Review,
    testing::ValuesIn(std::vector<Case>{
        {"ByAnother", FinallyClosed(), "li", kAppeal, "ERROR_REASON_NOT_COMPLAINANT"},
        {"OfAFinalReview", FinallyClosed(), "zhang", kAppeal, "ERROR_REASON_APPEAL_NOT_POSSIBLE"},
        {"ASecondTime", AppealDismissed(), "zhang", kAppeal, "ERROR_REASON_APPEAL_NOT_POSSIBLE"},
        {"TooLate", Closed(), "zhang", kAppeal, "ERROR_REASON_APPEAL_NOT_POSSIBLE", "+727h1us"},
        {"GroundsOfAStranger", Closed(), "zhang",
         "AppealComplaint { grounds { subject: '%nobody' } }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=%nobody}", "+727h"},
        {"InTheLastMoment", Closed(), "zhang", kAppeal, kAppealed, "+727h"},
        {"OfARefusalTooLate", NotAccepted(), "zhang", kAppeal, "ERROR_REASON_APPEAL_NOT_POSSIBLE",
         "+721h1us"},
        {"OfARefusal", NotAccepted(), "zhang", kAppeal, kAppealed, "+721h"},
    }),
    Name);

Story AppealedTo(std::string level, std::string closer) {
  return Confirmed() +
         ("subdistrict +6h escalated { to: " + level + " responsible_body: '@gov' }") +
         (closer + " +7h closed { mode: CLOSE_MODE_CONFIRMED appeal_until $+727h$ }") +
         "zhang +8h appealed { }";
}

std::string Rule(std::string upheld) { return "RuleAppeal { upheld: " + upheld + " reason: 'r' }"; }

std::string Ruled(std::string upheld, std::string who) {
  return "appeal_ruled { " + upheld + "ruler: \"%" + who + "\" reason: \"r\" }; ";
}

INSTANTIATE_TEST_SUITE_P(
    RuleAppeals, Review,
    testing::ValuesIn(std::vector<Case>{
        {"ByTheOneComplainedOf",
         AboutCommittee() + "timer +5h closed { mode: CLOSE_MODE_NO_REPLY }" +
             "zhang +8h appealed { }",
         "committee", Rule("true"), "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}"},
        {"ByTheOneWhoClosed", AppealedTo("LEVEL_COMMUNITY", "committee"), "committee2",
         Rule("true"), "ERROR_REASON_RULER_HANDLED_IT"},
        {"ByTheOneWhoHandled",
         CommitteeHandled() + "timer +7h closed { mode: CLOSE_MODE_NO_REPLY }" +
             "zhang +8h appealed { }",
         "committee2", Rule("true"), "ERROR_REASON_RULER_HANDLED_IT"},
        {"ByTheOneWhoRefused", NotAccepted() + "zhang +8h appealed { }", "committee2", Rule("true"),
         "ERROR_REASON_RULER_HANDLED_IT"},
        {"ByTheLevelBelow", AppealedTo("LEVEL_SUBDISTRICT", "timer"), "committee", Rule("true"),
         "ERROR_REASON_PERMISSION_DENIED"},
        {"UpheldByTheCommittee", Appealed(), "committee", Rule("true"),
         Ruled("upheld: true ", "committee") + ReopenedEvent("@rc", "20")},
        {"UpheldByTheSubdistrict", Appealed(), "subdistrict", Rule("true"),
         Ruled("upheld: true ", "subdistrict") + ReopenedEvent("@rc", "20")},
        {"UpheldByTheSupervisors", AppealedTo("LEVEL_SUBDISTRICT", "subdistrict"), "supervision",
         Rule("true"), Ruled("upheld: true ", "supervision") + ReopenedEvent("@gov", "20")},
        {"UpheldAgainstARefusal", NotAccepted() + "zhang +8h appealed { }", "subdistrict",
         Rule("true"), Ruled("upheld: true ", "subdistrict") + ReopenedEvent("@rc", "20")},
        {"Dismissed", Appealed(), "subdistrict", Rule("false"), Ruled("", "subdistrict")},
    }),
    Name);

TEST(RuleAppeal, EndsWhereItSays) {
  EXPECT_EQ(Fold(AppealDismissed()).phase, v1::STATE_CLOSED);
  EXPECT_TRUE(Fold(AppealDismissed()).final);
  const Story refused = NotAccepted() + "zhang +8h appealed { }";
  EXPECT_EQ(Fold(refused + "subdistrict +9h appeal_ruled { }").phase, v1::STATE_NOT_ACCEPTED);
  const Complaint::State reopened =
      Fold(refused + "subdistrict +9h appeal_ruled { upheld: true }" +
           "subdistrict +9h reopened { responsible_body: '@rc' answer_due $+177h$ reopening: 1 }");
  EXPECT_EQ(reopened.phase, v1::STATE_REOPENED);
  EXPECT_EQ(reopened.level, v1::LEVEL_COMMUNITY);
  EXPECT_FALSE(reopened.final);
}

std::string Propose() {
  return "ProposeScoreExclusion { reason: EXCLUSION_REASON_MISTAKEN evidence: 'e' }";
}

std::string Decide(std::string approved) {
  return "RuleScoreExclusion { approved: " + approved + " reason: 'r' }";
}

Story Proposed(std::string who, std::string body) {
  return Filed() +
         (who + " +1h score_exclusion_proposed { reason: EXCLUSION_REASON_MISTAKEN body: '" + body +
          "' }");
}

INSTANTIATE_TEST_SUITE_P(
    ScoreExclusion, Review,
    testing::ValuesIn(std::vector<Case>{
        {"ProposedTwice", Proposed("committee", "@rc"), "committee", Propose(),
         "ERROR_REASON_EXCLUSION_EXISTS"},
        {"ProposedAfterARuling",
         Proposed("committee", "@rc") + "supervision +2h score_exclusion_rejected { }", "committee",
         Propose(), "ERROR_REASON_EXCLUSION_EXISTS"},
        {"ProposedByTheOneComplainedOf", AboutCommittee(), "committee", Propose(),
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}"},
        {"Proposed", Filed(), "committee", Propose(),
         "score_exclusion_proposed { reason: EXCLUSION_REASON_MISTAKEN evidence: \"e\" body: "
         "\"@rc\" }; "},
        {"RuledTwice",
         Proposed("committee", "@rc") + "supervision +2h score_exclusion_approved { }",
         "subdistrict", Decide("true"), "ERROR_REASON_EXCLUSION_NOT_PROPOSED"},
        {"RuledByTheSameBody", Proposed("subdistrict", "@gov"), "subdistrict2", Decide("true"),
         "ERROR_REASON_SECOND_BODY_REQUIRED {body=@gov}"},
        {"Approved", Proposed("committee", "@rc"), "subdistrict", Decide("true"),
         "score_exclusion_approved { approver_body: \"@gov\" reason: \"r\" }; "},
        {"Rejected", Proposed("committee", "@rc"), "supervision", Decide("false"),
         "score_exclusion_rejected { approver_body: \"@sup\" reason: \"r\" }; "},
    }),
    Name);

}  // namespace
}  // namespace sanzhang::complaint::scene
