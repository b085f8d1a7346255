// Nominations, review, list, withdrawal, alternates, recalls. In each table a case cures the defect
// of the one above.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/services/resolution/resolution_scene.h"

namespace sanzhang::resolution::scene {
namespace {

class Elections : public testing::TestWithParam<Case> {};
TEST_P(Elections, Then) { Expect(GetParam()); }

std::string Name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

// Nobody was put forward yet.
Story Bare() {
  Kind bare = kElection;
  bare.between.clear();
  return Drafted(bare);
}

std::string Nominated(std::string_view candidate, std::string_view by) {
  return absl::StrCat("party +0h nomination_filed { candidate: '", std::string(candidate),
                      "' nominators: '", std::string(by), "' }");
}

std::string Reviewed(std::string_view candidate, bool eligible) {
  return absl::StrCat("rc1 +0h candidate_reviewed { candidate: '", std::string(candidate),
                      "' eligible: ", eligible ? "true" : "false", " }");
}

Story Runoff() {
  Kind runoff = kElection;
  runoff.between.clear();
  runoff.drafted += R"( runoff_of: "~r0" items { code: "1" candidate: "%li" }
      items { code: "2" candidate: "%wu" })";
  return Drafted(runoff);
}

INSTANTIATE_TEST_SUITE_P(
    Nominations, Elections,
    testing::ValuesIn(std::vector<Case>{
        {"ForAMotion", Drafted(kOwners), "zhang", "NominateCandidate { candidate: '%wu' }",
         "ERROR_REASON_NOT_AN_ELECTION"},
        {"InASecondBallot", Runoff(), "wu", "NominateCandidate { candidate: '%zhang' }",
         "ERROR_REASON_NOT_AN_ELECTION"},
        {"OnTheList", Drafted(kElection), "party", "NominateCandidate { candidate: '%zhang' }",
         "ERROR_REASON_CANDIDATES_PUBLISHED"},
        {"SomebodyUnknown", Bare(), "party", "NominateCandidate { candidate: '%nobody' }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=%nobody}"},
        {"SomebodyDead", Bare(), "party", "NominateCandidate { candidate: '%late' }",
         "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=%late}"},
        {"OneWhoCounts", Bare() + "rc1 +1h counters_appointed { persons: ['%count1', '%wu'] }",
         "party", "NominateCandidate { candidate: '%wu' }",
         "ERROR_REASON_COUNTER_IS_CANDIDATE {resource=%wu}"},
        {"ByTheParty", Bare(), "party", "NominateCandidate { candidate: '%wu' }",
         "nomination_filed { candidate: \"%wu\" nominators: \"@party\" }; "},
        {"ByAVoter", Bare(), "zhang", "NominateCandidate { candidate: '%wu' }",
         "nomination_filed { candidate: \"%wu\" nominators: \"%zhang\" }; "},
        {"Twice", Bare() + Nominated("%wu", "%zhang"), "zhang",
         "NominateCandidate { candidate: '%wu' }", ""},
        {"OneWhoWithdrew",
         Bare() + Nominated("%wu", "%zhang") + "wu +1h candidate_withdrew { candidate: '%wu' }",
         "li", "NominateCandidate { candidate: '%wu' }",
         "ERROR_REASON_CANDIDATE_UNKNOWN {resource=%wu}"},
        {"Open", Opened(kElection), "party", "NominateCandidate { candidate: '%zhang' }",
         "ERROR_REASON_VOTE_OPENED"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Reviews, Elections,
    testing::ValuesIn(std::vector<Case>{
        {"OfNobody", Bare(), "rc1", "ReviewCandidate { candidate: '%wu' eligible: true }",
         "ERROR_REASON_CANDIDATE_UNKNOWN {resource=%wu}"},
        {"ByACandidate", Bare() + Nominated("%rc1", "@party") + Nominated("%wu", "@party"), "rc1",
         "ReviewCandidate { candidate: '%wu' eligible: true }", "ERROR_REASON_ACTS_IN_OWN_CAUSE"},
        {"TurnedAwayForNothing", Bare() + Nominated("%wu", "@party"), "rc1",
         "ReviewCandidate { candidate: '%wu' }", "ERROR_REASON_INVALID_REQUEST {field=reason}"},
        {"TurnedAway", Bare() + Nominated("%wu", "@party"), "rc1",
         "ReviewCandidate { candidate: '%wu' reason: 'r' }",
         "candidate_reviewed { candidate: \"%wu\" reason: \"r\" }; "},
        {"TakenOnThoughCounting",
         Bare() + Nominated("%wu", "@party") + Reviewed("%wu", false) +
             "rc1 +1h counters_appointed { persons: ['%count1', '%wu'] }",
         "rc1", "ReviewCandidate { candidate: '%wu' eligible: true }",
         "ERROR_REASON_COUNTER_IS_CANDIDATE {resource=%wu}"},
        {"TakenOn", Bare() + Nominated("%wu", "@party") + Reviewed("%wu", false), "rc1",
         "ReviewCandidate { candidate: '%wu' eligible: true }",
         "candidate_reviewed { candidate: \"%wu\" eligible: true }; "},
        {"Again", Bare() + Nominated("%wu", "@party") + Reviewed("%wu", true), "rc1",
         "ReviewCandidate { candidate: '%wu' eligible: true }", ""},
    }),
    Name);

// At +20h, 3 March: ten clear days to the end of 13 March.
INSTANTIATE_TEST_SUITE_P(
    Lists, Elections,
    testing::ValuesIn(std::vector<Case>{
        {"NotReviewed", Bare() + Nominated("%wu", "@party"), "rc1",
         "PublishCandidates { notice: '^n1' }",
         "ERROR_REASON_CANDIDATES_NOT_REVIEWED {resource=%wu}"},
        {"NoMoreThanSeats", Bare() + Nominated("%wu", "@party") + Reviewed("%wu", true), "rc1",
         "PublishCandidates { notice: '^n1' }", "ERROR_REASON_CANDIDATES_TOO_FEW"},
        {"OneVoterIsTooFew",
         Bare() + Nominated("%wu", "@party") + Reviewed("%wu", true) + Nominated("%li", "%zhang") +
             Reviewed("%li", true),
         "rc1", "PublishCandidates { notice: '^n1' }", "ERROR_REASON_CANDIDATES_TOO_FEW"},
        {"TwoVoters",
         Bare() + Nominated("%wu", "@party") + Reviewed("%wu", true) + Nominated("%li", "%zhang") +
             Nominated("%li", "%rep1") + Reviewed("%li", true),
         "rc1", "PublishCandidates { notice: '^n1' }",
         "candidate_list_published { candidates: \"%li\" candidates: \"%wu\" notice: \"^n1\" "
         "votes_from $+278h$ }; "},
        {"OfASecondBallot", Runoff(), "rc1", "PublishCandidates { notice: '^n1' }",
         "candidate_list_published { candidates: \"%li\" candidates: \"%wu\" notice: \"^n1\" }; "},
        {"WithdrewTooLate", Opened(kElection), "wu", "WithdrawCandidate",
         "ERROR_REASON_VOTE_OPENED"},
        {"WithdrewNobody", Drafted(kElection), "zhang", "WithdrawCandidate",
         "ERROR_REASON_CANDIDATE_UNKNOWN {resource=%zhang}"},
        {"Withdrew", Noticed(kElection), "wu", "WithdrawCandidate",
         "candidate_withdrew { candidate: \"%wu\" }; "},
    }),
    Name);

TEST(Lists, KeepTheirCodesWhenSomebodyLeaves) {
  const ResolutionState state =
      Fold(Noticed(kElection) + "li +2h candidate_withdrew { candidate: '%li' }");
  ASSERT_EQ(state.items.size(), 1u);
  EXPECT_EQ(state.items[0].code, "2");
  EXPECT_EQ(state.items[0].candidate, Expand("%wu"));
}

INSTANTIATE_TEST_SUITE_P(
    Alternates, Elections,
    testing::ValuesIn(std::vector<Case>{
        {"NotCertified", Signed(kElection), "rc1", "SeatAlternate { candidate: '%li' }",
         "ERROR_REASON_RESOLUTION_NOT_CERTIFIED", "+809h"},
        {"OfAMotion", Certified(kOwners), "oc1", "SeatAlternate { candidate: '%li' }",
         "ERROR_REASON_NOT_AN_ELECTION", "+809h"},
        {"NotNext", Certified(kElection), "rc1", "SeatAlternate { candidate: '%rep2' }",
         "ERROR_REASON_ALTERNATE_NOT_NEXT {resource=%rep2}", "+809h"},
        {"Nobody", Certified(kElection), "rc1", "SeatAlternate { candidate: '%zhang' }",
         "ERROR_REASON_ALTERNATE_NOT_NEXT {resource=%zhang}", "+809h"},
        {"Next", Certified(kElection), "rc1", "SeatAlternate { candidate: '%li' }",
         "alternate_seated { candidate: \"%li\" }; ", "+809h"},
        {"Twice", Published(kElection) + "rc1 +810h alternate_seated { candidate: '%li' }", "rc1",
         "SeatAlternate { candidate: '%li' }", "", "+811h"},
        {"TheOneAfter", Published(kElection) + "rc1 +810h alternate_seated { candidate: '%li' }",
         "rc1", "SeatAlternate { candidate: '%rep2' }",
         "alternate_seated { candidate: \"%rep2\" }; ", "+811h"},
    }),
    Name);

Story Unheard() {
  Kind unheard = kRecall;
  unheard.between.clear();
  return Drafted(unheard);
}

INSTANTIATE_TEST_SUITE_P(
    Recalls, Elections,
    testing::ValuesIn(std::vector<Case>{
        {"NoRecall", Drafted(kOwners), "oc1", "HearRecallDefence { held_at $+19h$ }",
         "ERROR_REASON_NOT_A_RECALL"},
        {"ByTheOneRecalled", Unheard(), "rc2", "HearRecallDefence { held_at $+19h$ }",
         "ERROR_REASON_ACTS_IN_OWN_CAUSE"},
        {"Tomorrow", Unheard(), "rc1", "HearRecallDefence { held_at $+21h$ }",
         "ERROR_REASON_INVALID_REQUEST {field=held_at}"},
        {"BeforeTheMotion", Unheard(), "rc1", "HearRecallDefence { held_at $-1h$ }",
         "ERROR_REASON_INVALID_REQUEST {field=held_at}"},
        {"Heard", Unheard(), "rc1", "HearRecallDefence { held_at $+19h$ }",
         "recall_defence_heard { held_at $+19h$ }; "},
        {"Twice", Drafted(kRecall), "rc1", "HearRecallDefence { held_at $+19h$ }", ""},
    }),
    Name);

// Seats of an owners' committee: odd, from three to eleven.
TEST(Seats, AreAsManyAsTheRulesAllow) {
  for (const auto& [seats, then] : std::vector<std::pair<int, std::string>>{
           {2, "ERROR"}, {4, "ERROR"}, {5, "notic"}, {13, "ERROR"}}) {
    const Story story = {
        absl::StrCat("oc1 +0h motion_drafted { regime: REGIME_OWNERS matter: MATTER_CODE_CC278_3 ",
                     "convener: '@oc' elects_to: '@oc' seats: ", seats, " }")};
    EXPECT_EQ(Said(Try(story, "oc1",
                       "NoticeVote { opens $+480h$ closes $+720h$ mode: VOTE_MODE_ELECTRONIC "
                       "notice: '^n1' told_residents_committee: true }",
                       "+20h"))
                  .substr(0, 5),
              then)
        << seats;
  }
}

}  // namespace
}  // namespace sanzhang::resolution::scene
