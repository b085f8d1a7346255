// Publication, filing, execution, challenges. In each table a case cures the defect of the one
// above.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/services/resolution/resolution_scene.h"

namespace sanzhang::resolution::scene {
namespace {

class Afterwards : public testing::TestWithParam<Case> {};
TEST_P(Afterwards, Then) { Expect(GetParam()); }

std::string Name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

Kind Rejected() {
  Kind kind = kOwners;
  kind.certified = R"(outcomes { item: "a" outcome: OUTCOME_REJECTED } outcome: OUTCOME_REJECTED
      input_sha256: "h1")";
  return kind;
}

INSTANTIATE_TEST_SUITE_P(
    Publication, Afterwards,
    testing::ValuesIn(std::vector<Case>{
        {"NotCertified", Signed(kOwners), "oc1", "PublishResult { notice: '^n2' }",
         "ERROR_REASON_RESOLUTION_NOT_CERTIFIED", "+809h"},
        {"InAnothersName", Certified(kOwners), "gov", "PublishResult { notice: '^n2' }",
         "ERROR_REASON_CONVENER_IN_OFFICE {body=@oc}", "+809h"},
        {"Published", Certified(kOwners), "oc1", "PublishResult { notice: '^n2' }",
         "published { notice: \"^n2\" }; ", "+809h"},
        {"ARejectionToo", Certified(Rejected()), "oc1", "PublishResult { notice: '^n2' }",
         "published { notice: \"^n2\" }; ", "+809h"},
        {"Again", Published(kOwners), "oc1", "PublishResult { notice: '^n2' }", "", "+810h"},
        {"Elsewhere", Published(kOwners), "oc1", "PublishResult { notice: '^n9' }",
         "ERROR_REASON_RESOLUTION_PUBLISHED {resource=^n2}", "+810h"},
        {"FiledOfNothing", Certified(Rejected()), "gov",
         "FileResolution { authority: '@gov' receipt: 'x' }", "ERROR_REASON_NOTHING_PASSED",
         "+810h"},
        {"FiledWithNobody", Certified(kOwners), "gov",
         "FileResolution { authority: '@none' receipt: 'x' }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=@none}", "+810h"},
        {"Filed", Certified(kElection), "gov", "FileResolution { authority: '@gov' receipt: 'x' }",
         "filed { authority: \"@gov\" receipt: \"x\" }; ", "+810h"},
        {"FiledAgain", Certified(kOwners) + "gov +809h filed { authority: '@gov' receipt: 'x' }",
         "gov", "FileResolution { authority: '@gov' receipt: 'x' }", "", "+810h"},
        {"FiledOtherwise",
         Certified(kOwners) + "gov +809h filed { authority: '@gov' receipt: 'x' }", "gov",
         "FileResolution { authority: '@gov' receipt: 'y' }", "ERROR_REASON_RESOLUTION_FILED",
         "+810h"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Execution, Afterwards,
    testing::ValuesIn(std::vector<Case>{
        {"NotPublished", Certified(kOwners), "oc1", "PlanExecution { body: '@pc' due $+2000h$ }",
         "ERROR_REASON_RESOLUTION_NOT_PUBLISHED", "+810h"},
        {"NothingPassed", Published(Rejected()), "oc1",
         "PlanExecution { body: '@pc' due $+2000h$ }", "ERROR_REASON_NOTHING_PASSED", "+810h"},
        {"AnElection", Published(kElection), "rc1", "PlanExecution { body: '@pc' due $+2000h$ }",
         "ERROR_REASON_NOTHING_PASSED", "+810h"},
        {"ByNobody", Published(kOwners), "oc1", "PlanExecution { body: '@none' due $+2000h$ }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=@none}", "+810h"},
        {"DueBefore", Published(kOwners), "oc1", "PlanExecution { body: '@pc' due $+810h$ }",
         "ERROR_REASON_INVALID_REQUEST {field=due}", "+810h"},
        // One of two items has passed: that one is carried out.
        {"WhatPassed", Published(kMeeting), "oc1",
         "PlanExecution { body: '@pc' due $+2000h$ steps: 's' cost_fen: 100 }",
         "execution_planned { body: \"@pc\" steps: \"s\" due $+2000h$ cost_fen: 100 }; ", "+810h"},
        {"ByAnother", InExecution(kOwners), "oc1", "PlanExecution { body: '@gov' due $+2000h$ }",
         "execution_planned {...", "+812h"},
        {"NotBegun", Published(kOwners), "staff", "ProgressExecution { percent: 5 }",
         "ERROR_REASON_RESOLUTION_NOT_IN_EXECUTION", "+812h"},
        {"Progress", InExecution(kOwners), "staff", "ProgressExecution { percent: 5 note: 'n' }",
         "execution_progressed { percent: 5 note: \"n\" }; ", "+812h"},
        {"HalfAProof", InExecution(kOwners), "staff", "FinishExecution { proof { sha256: 'x' } }",
         "ERROR_REASON_INVALID_REQUEST {field=attachments.sha256}", "+812h"},
        {"Finished", InExecution(kOwners), "staff",
         "FinishExecution { proof { sha256: '01234567890123456789012345678901' } }",
         "execution_finished {...", "+812h"},
        {"FinishedTwice", Executed(kOwners), "staff", "FinishExecution { proof { sha256: 'x' } }",
         "", "+812h"},
        {"PublishedTooEarly", InExecution(kOwners), "oc1", "PublishExecution { notice: '^n3' }",
         "ERROR_REASON_RESOLUTION_NOT_EXECUTED", "+812h"},
        {"PublishedAgain", Executed(kOwners), "oc1", "PublishExecution { notice: '^n3' }",
         "execution_published { notice: \"^n3\" }; ", "+812h"},
        {"PublishedTwice", ExecutionPublished(kOwners), "oc1", "PublishExecution { notice: '^n3' }",
         "", "+813h"},
        {"PublishedElsewhere", ExecutionPublished(kOwners), "oc1",
         "PublishExecution { notice: '^n4' }", "ERROR_REASON_RESOLUTION_PUBLISHED {resource=^n3}",
         "+813h"},
    }),
    Name);

Story Challenged() {
  return Published(kOwners) + "zhang +810h challenged { challenge: '1' before: 'court' }";
}

// Known on 5 April 2026, 02:00 (+808h): a year ends on 5 April 2027, a Monday.
INSTANTIATE_TEST_SUITE_P(
    Challenges, Afterwards,
    testing::ValuesIn(std::vector<Case>{
        {"NotCertified", Tallied(kOwners), "zhang",
         "ChallengeResolution { before: 'b' case_number: 'c' known_at $+808h$ }",
         "ERROR_REASON_RESOLUTION_NOT_CERTIFIED", "+809h"},
        {"KnownBeforeItWas", Certified(kOwners), "zhang",
         "ChallengeResolution { before: 'b' case_number: 'c' known_at $+807h$ }",
         "ERROR_REASON_INVALID_REQUEST {field=known_at}", "+809h"},
        {"KnownTomorrow", Certified(kOwners), "zhang",
         "ChallengeResolution { before: 'b' case_number: 'c' known_at $+810h$ }",
         "ERROR_REASON_INVALID_REQUEST {field=known_at}", "+809h"},
        {"TooLate", Certified(kOwners), "zhang",
         "ChallengeResolution { before: 'b' case_number: 'c' known_at $+808h$ }",
         "ERROR_REASON_CHALLENGE_TOO_LATE {until=2027-04-06T00:00:00+08:00}", "+9591h"},
        {"OnTheLastDay", Certified(kOwners), "zhang",
         "ChallengeResolution { before: 'b' case_number: 'c' known_at $+808h$ }",
         "challenged { challenge: \"1\" before: \"b\" case_number: \"c\" known_at $+808h$ }; ",
         "+9590h"},
        {"InExecution", InExecution(kOwners), "hotline",
         "ChallengeResolution { before: 'b' case_number: 'c' known_at $+809h$ }", "challenged {...",
         "+811h"},
        {"RuledOnNothing", Published(kOwners), "gov",
         "RuleChallenge { challenge: '1' ruling: CHALLENGE_RULING_UPHELD ground: 'g' }",
         "ERROR_REASON_OBJECTION_UNKNOWN {objection=1}", "+811h"},
        {"UpheldAgainstNobody", Published(kOwners), "gov",
         "RuleChallenge { ruling: CHALLENGE_RULING_UPHELD ground: 'g' }",
         "ERROR_REASON_INVALID_REQUEST {field=challenge}", "+811h"},
        {"Upheld", Challenged(), "gov",
         "RuleChallenge { challenge: '1' ruling: CHALLENGE_RULING_UPHELD ground: 'g' }",
         "upheld { challenge: \"1\" }; ", "+811h"},
        {"UpheldTwice", Challenged() + "gov +811h upheld { challenge: '1' }", "gov",
         "RuleChallenge { challenge: '1' ruling: CHALLENGE_RULING_UPHELD ground: 'g' }", "",
         "+812h"},
        {"RuledOtherwise", Challenged() + "gov +811h upheld { challenge: '1' }", "gov",
         "RuleChallenge { challenge: '1' ruling: CHALLENGE_RULING_REVOKED by: REVOKED_BY_COURT "
         "ground: 'g' }",
         "ERROR_REASON_OBJECTION_RULED {objection=1}", "+812h"},
        {"RevokedByNobody", Challenged(), "gov",
         "RuleChallenge { challenge: '1' ruling: CHALLENGE_RULING_REVOKED ground: 'g' }",
         "ERROR_REASON_INVALID_REQUEST {field=by}", "+811h"},
        {"RevokedByTheCourt", Challenged(), "hotline",
         "RuleChallenge { challenge: '1' ruling: CHALLENGE_RULING_REVOKED by: REVOKED_BY_COURT "
         "ground: 'g' }",
         "revoked { challenge: \"1\" by: REVOKED_BY_COURT ground: \"g\" }; ", "+811h"},
        {"CourtsRuleOnlyOnChallenges", Published(kOwners), "gov",
         "RuleChallenge { ruling: CHALLENGE_RULING_REVOKED by: REVOKED_BY_COURT ground: 'g' }",
         "ERROR_REASON_INVALID_REQUEST {field=by}", "+811h"},
        {"OfItsOwnAccord", InExecution(kOwners), "gov",
         "RuleChallenge { ruling: CHALLENGE_RULING_REVOKED by: REVOKED_BY_AUTHORITY ground: 'g' }",
         "revoked { by: REVOKED_BY_AUTHORITY ground: \"g\" }; ", "+811h"},
        {"CorrectionWithoutAnEnd", Challenged(), "gov",
         "RuleChallenge { challenge: '1' ruling: CHALLENGE_RULING_CORRECTION_ORDERED ground: 'g' }",
         "ERROR_REASON_INVALID_REQUEST {field=due}", "+811h"},
        {"Correction", Challenged(), "gov",
         "RuleChallenge { challenge: '1' ruling: CHALLENGE_RULING_CORRECTION_ORDERED ground: 'g' "
         "due $+900h$ }",
         "correction_ordered { order: \"g\" due $+900h$ challenge: \"1\" }; ", "+811h"},
        {"NothingAfterRevocation", Revoked(kOwners), "oc1", "PublishResult { notice: '^n2' }",
         "ERROR_REASON_RESOLUTION_REVOKED", "+811h"},
    }),
    Name);

// 29 February has no like in the year after: its month's last day counts.
TEST(Challenges, OfALeapDayEndWithFebruary) {
  ResolutionState state = Fold(Certified(kOwners));
  // 29 February 2028, 10:00, is 729 days on; 28 February 2029 is a Wednesday, 1094 days on.
  const std::string command =
      "ChallengeResolution { before: 'b' case_number: 'c' known_at $+17496h$ }";
  EXPECT_EQ(Said(Try(Scene{.state = state}, "zhang", command, "+26271h")),
            "ERROR_REASON_CHALLENGE_TOO_LATE {until=2029-03-01T00:00:00+08:00}");
  EXPECT_EQ(Said(Try(Scene{.state = state}, "zhang", command, "+26269h")).substr(0, 10),
            "challenged");
}

}  // namespace
}  // namespace sanzhang::resolution::scene
