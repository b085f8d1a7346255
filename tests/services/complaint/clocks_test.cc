// Pauses, extensions, deadlines that have passed. In each table a case cures the defect of the one
// above.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/services/complaint/scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::complaint::scene {
namespace {

class Clocks : public testing::TestWithParam<Case> {};
TEST_P(Clocks, Then) { Expect(GetParam()); }

std::string Name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

std::string Ask(std::string until) {
  return "RequestSuspension { reason: SUSPENSION_REASON_WAIT_PARTS until $" + until + "$ }";
}

Story Asked() {
  return Acknowledged() +
         "staff +4h suspension_requested { reason: SUSPENSION_REASON_WAIT_PARTS "
         "until $+50h$ requested_by: '%staff' }";
}

INSTANTIATE_TEST_SUITE_P(
    Suspend, Clocks,
    testing::ValuesIn(std::vector<Case>{
        {"UntilThePast", Acknowledged(), "staff", Ask("+10h"), "ERROR_REASON_DUE_NOT_LATER",
         "+10h"},
        {"Ask", Acknowledged(), "staff", Ask("+10h"),
         "suspension_requested { reason: SUSPENSION_REASON_WAIT_PARTS until $+10h$ "
         "requested_by: \"%staff\" }; ",
         "+9h"},
        {"AskTheSameAgain", Asked(), "staff", Ask("+50h"), ""},
        {"AskForLonger", Asked(), "staff", Ask("+60h"),
         "suspension_requested { reason: SUSPENSION_REASON_WAIT_PARTS until $+60h$ "
         "requested_by: \"%staff\" }; "},
        {"RuledByTheOneWhoAsked",
         Accepted() + "committee +2h assigned { assignee_body: '@rc' hop: 1 }" +
             "committee +3h suspension_requested { until $+50h$ requested_by: '%committee' }",
         "committee", "RuleSuspension", "ERROR_REASON_APPROVER_IS_REQUESTER"},
        {"RefusedWithoutAReason", Asked(), "committee", "RuleSuspension",
         "ERROR_REASON_INVALID_REQUEST {field=reason}"},
        {"Refused", Asked(), "committee", "RuleSuspension { reason: 'no' }",
         "suspension_refused { reason: \"no\" }; "},
        {"ApprovedTooLate", Asked(), "committee", "RuleSuspension { approved: true }",
         "ERROR_REASON_DUE_NOT_LATER", "+50h"},
        {"Approved", Asked(), "committee", "RuleSuspension { approved: true }",
         "suspended { reason: SUSPENSION_REASON_WAIT_PARTS until $+50h$ requested_by: \"%staff\" "
         "approved_by: \"%committee\" }; ",
         "+49h"},
        {"AnotherMemberOfTheSameBody",
         Accepted() + "committee +2h assigned { assignee_body: '@rc' hop: 1 }" +
             "committee +3h suspension_requested { until $+50h$ requested_by: '%committee' }",
         "committee2", "RuleSuspension { approved: true }",
         "suspended { until $+50h$ requested_by: \"%committee\" approved_by: \"%committee2\" }; "},
        {"LapsesWithTheAssignment",
         Asked() + "committee +5h assigned { assignee_body: '@oc' hop: 2 }", "committee",
         "RuleSuspension { approved: true }", "ERROR_REASON_SUSPENSION_NOT_REQUESTED"},
        {"LapsesWithTheAnswer", Asked() + "staff +5h answered { body: '@pc' }", "committee",
         "RuleSuspension { approved: true }", "ERROR_REASON_SUSPENSION_NOT_REQUESTED"},
        {"RuledByTheOneComplainedOf",
         {"zhang +0h filed { about_body: '@rc' first_receiver: '@gov' }",
          "subdistrict +1h accepted { level: LEVEL_COMMUNITY responsible_body: '@gov' }",
          "subdistrict +2h assigned { assignee_body: '@pc' hop: 1 }",
          "staff +3h suspension_requested { until $+50h$ requested_by: '%staff' }"},
         "committee",
         "RuleSuspension { approved: true }",
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}"},
    }),
    Name);

// Paused at +6h; answer due +169h, acknowledged. With kPausedEarly the acknowledgement is due too.
Story PausedEarly() {
  return Assigned() + "staff +3h suspension_requested { until $+50h$ requested_by: '%staff' }" +
         "committee +4h suspended { until $+50h$ requested_by: '%staff' }";
}

// Paused after the acknowledge deadline (+25h) had passed.
Story PausedLate() {
  return Assigned() + "staff +26h suspension_requested { until $+50h$ requested_by: '%staff' }" +
         "committee +30h suspended { until $+50h$ requested_by: '%staff' }";
}

INSTANTIATE_TEST_SUITE_P(
    Resume, Clocks,
    testing::ValuesIn(std::vector<Case>{
        {"TimerTooEarly", Suspended(), "timer", "ResumeComplaint",
         "ERROR_REASON_CLOCK_NOT_DUE {due=2026-03-04T12:00:00+08:00}", "+49h"},
        {"ByHand", Suspended(), "staff", "ResumeComplaint",
         "resumed { answer_due $+179h$ paused_ms: 36000000 }; ", "+16h"},
        {"AtOnce", Suspended(), "staff", "ResumeComplaint", "resumed { answer_due $+169h$ }; ",
         "+6h"},
        {"ByTheTimer", Suspended(), "timer", "ResumeComplaint",
         "resumed { automatic: true answer_due $+213h$ paused_ms: 158400000 }; ", "+50h"},
        {"ByTheTimerLate", Suspended(), "timer", "ResumeComplaint",
         "resumed { automatic: true answer_due $+213h$ paused_ms: 158400000 }; ", "+90h"},
        {"ByHandAfterItsEnd", Suspended(), "staff", "ResumeComplaint",
         "resumed { answer_due $+213h$ paused_ms: 158400000 }; ", "+90h"},
        {"BothClocks", PausedEarly(), "timer", "ResumeComplaint",
         "resumed { automatic: true ack_due $+71h$ answer_due $+215h$ paused_ms: 165600000 }; ",
         "+50h"},
        {"WhatHadPassedStaysPassed", PausedLate(), "timer", "ResumeComplaint",
         "resumed { automatic: true ack_due $+25h$ answer_due $+189h$ paused_ms: 72000000 }; ",
         "+50h"},
    }),
    Name);

TEST(Resume, GoesBackToWhereItWas) {
  Complaint::State state = Fold(Suspended());
  Play(state, "staff +16h resumed { answer_due $+179h$ paused_ms: 36000000 }");
  EXPECT_EQ(state.phase, v1::STATE_IN_PROGRESS);
  EXPECT_EQ(state.answer_due, At("+179h"));
  EXPECT_EQ(state.ack_due, absl::InfinitePast());
  state = Fold(PausedEarly());
  Play(state, "staff +16h resumed { ack_due $+37h$ answer_due $+181h$ paused_ms: 43200000 }");
  EXPECT_EQ(state.phase, v1::STATE_ASSIGNED);
  EXPECT_EQ(state.ack_due, At("+37h"));
}

std::string Extend(std::string due) {
  return "ExtendDeadline { answer_due $" + due + "$ reason: 'r' }";
}

std::string Extended(std::string due, std::string number) {
  return "deadline_extended { answer_due $" + due + "$ reason: \"r\" extension: " + number + " }; ";
}

Story Twice() {
  return InProgress() + "committee +5h deadline_extended { answer_due $+180h$ extension: 1 }" +
         "committee +6h deadline_extended { answer_due $+190h$ extension: 2 }";
}

// The answer is due at +169h, extensions may go to +269h.
INSTANTIATE_TEST_SUITE_P(
    Extend, Clocks,
    testing::ValuesIn(std::vector<Case>{
        {"ByTheOneComplainedOf",
         {"zhang +0h filed { about_body: '@rc' first_receiver: '@gov' }",
          "subdistrict +1h accepted { level: LEVEL_COMMUNITY responsible_body: '@gov' }"},
         "committee",
         Extend("-1h"),
         "ERROR_REASON_BODY_COMPLAINED_OF {body=@rc}"},
        {"NotLater", Twice(), "committee", Extend("+190h"), "ERROR_REASON_DUE_NOT_LATER"},
        {"TooOften", Twice(), "committee", Extend("+191h"),
         "ERROR_REASON_EXTENSION_NOT_ALLOWED {extensions_max=2}"},
        {"TooFar", InProgress(), "committee", Extend("+269h1ms"),
         "ERROR_REASON_EXTENSION_NOT_ALLOWED {extensions_max=2}"},
        {"TooLate", InProgress(), "committee", Extend("+200h"),
         "ERROR_REASON_EXTENSION_NOT_ALLOWED {extensions_max=2}", "+169h1ms"},
        {"InTheLastMoment", InProgress(), "committee", Extend("+200h"), Extended("+200h", "1"),
         "+169h"},
        {"AsFarAsItGoes", InProgress(), "committee", Extend("+269h"), Extended("+269h", "1")},
        {"AfterAPauseItGoesFurther",
         Suspended() + "staff +16h resumed { answer_due $+179h$ paused_ms: 36000000 }",
         "subdistrict", Extend("+279h"), Extended("+279h", "1")},
        {"AnewAfterReopening",
         Twice() + "staff +7h answered { body: '@pc' }" + "zhang +8h disputed { }" +
             "timer +9h reopened { responsible_body: '@rc' answer_due $+177h$ reopening: 1 }",
         "committee", Extend("+277h"), Extended("+277h", "1")},
    }),
    Name);

std::string Breach(std::string clock, std::string due) {
  return "DetectBreach { clock: CLOCK_" + clock + " due $" + due + "$ }";
}

std::string Breached(std::string clock, std::string due, std::string body) {
  return "deadline_breached { clock: CLOCK_" + clock + " due $" + due + "$ body: \"" + body +
         "\" }; ";
}

INSTANTIATE_TEST_SUITE_P(
    Breach, Clocks,
    testing::ValuesIn(std::vector<Case>{
        {"NoSuchClock", Filed(), "timer", "DetectBreach { due $+24h$ }",
         "ERROR_REASON_CLOCK_NOT_DUE", "+30h"},
        {"NotRunning", Filed(), "timer", Breach("ACKNOWLEDGE", "+24h"),
         "ERROR_REASON_CLOCK_NOT_DUE", "+30h"},
        {"AnotherDeadline", Filed(), "timer", Breach("INTAKE", "+23h"),
         "ERROR_REASON_CLOCK_NOT_DUE {due=2026-03-03T10:00:00+08:00}", "+30h"},
        {"InTheLastMoment", Filed(), "timer", Breach("INTAKE", "+24h"),
         "ERROR_REASON_CLOCK_NOT_DUE {due=2026-03-03T10:00:00+08:00}", "+24h"},
        {"Intake", Filed(), "timer", Breach("INTAKE", "+24h"), Breached("INTAKE", "+24h", "@rc"),
         "+24h1us"},
        {"IntakeMet", Accepted(), "timer", Breach("INTAKE", "+24h"), "ERROR_REASON_CLOCK_NOT_DUE",
         "+30h"},
        {"Acknowledge", Assigned(), "timer", Breach("ACKNOWLEDGE", "+25h"),
         Breached("ACKNOWLEDGE", "+25h", "@pc"), "+26h"},
        {"AcknowledgeWhileDisputed", DispatchDisputed(), "timer", Breach("ACKNOWLEDGE", "+25h"),
         Breached("ACKNOWLEDGE", "+25h", "@pc"), "+26h"},
        {"Acknowledged", Acknowledged(), "timer", Breach("ACKNOWLEDGE", "+25h"),
         "ERROR_REASON_CLOCK_NOT_DUE", "+26h"},
        {"Answer", InProgress(), "timer", Breach("ANSWER", "+169h"),
         Breached("ANSWER", "+169h", "@pc"), "+170h"},
        {"Once", InProgress() + "timer +170h deadline_breached { clock: CLOCK_ANSWER due $+169h$ }",
         "timer", Breach("ANSWER", "+169h"), "", "+171h"},
        {"OnceEvenAfterTheEnd",
         InProgress() + "timer +170h deadline_breached { clock: CLOCK_ANSWER due $+169h$ }" +
             "zhang +171h withdrawn { }",
         "timer", Breach("ANSWER", "+169h"), "", "+172h"},
        {"AgainAfterReopening",
         InProgress() + "timer +170h deadline_breached { clock: CLOCK_ANSWER due $+169h$ }" +
             "staff +171h answered { body: '@pc' }" + "zhang +172h disputed { }" +
             "timer +173h reopened { responsible_body: '@rc' answer_due $+341h$ reopening: 1 }",
         "timer", Breach("ANSWER", "+341h"), Breached("ANSWER", "+341h", "@rc"), "+342h"},
        {"NeverWhilePaused", Suspended(), "timer", Breach("ANSWER", "+169h"),
         "ERROR_REASON_COMPLAINT_SUSPENDED", "+170h"},
    }),
    Name);

}  // namespace
}  // namespace sanzhang::complaint::scene
