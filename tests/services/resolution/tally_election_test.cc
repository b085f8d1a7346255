// Elections and recalls: rules T17 to T19, and secret votes of T21.
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/resolution/scene.h"

namespace sanzhang::resolution {
namespace {

using testing::ElementsAre;

// A voter each for so many ballots, and further ones who stay away.
Scene Residents(std::string_view variant, int seats, int candidates, int voters) {
  Scene scene("voting-residents-election-" + std::string(variant));
  scene.input.mutable_vote()->set_seats(seats);
  for (int i = 0; i < candidates; ++i) scene.Candidate(std::string(1, static_cast<char>('a' + i)));
  scene.Crowd(voters, v1::CHOICE_UNSPECIFIED);
  return scene;
}

void Cast(Scene& scene, int times, const std::vector<std::string>& for_items) {
  for (int i = 0; i < times; ++i) scene.Secretly(for_items);
}

// `a ELECTED 1`, with the rank.
std::vector<std::string> Standings(const Scene& scene) {
  std::vector<std::string> shown;
  const v1::TallyResult result = scene.Result();
  for (const v1::ItemTally& item : result.items()) {
    const std::string standing = v1::Standing_Name(item.standing()).substr(sizeof "STANDING_" - 1);
    shown.push_back(item.item() + " " + standing + " " + std::to_string(item.rank()));
  }
  return shown;
}

v1::Outcome OutcomeOf(const Scene& scene) { return scene.Result().election().outcome(); }

TEST(TallyElection, T17MoreThanHalfOfTheVotersTakePart) {
  Scene scene = Residents("all", 1, 2, 10);
  Cast(scene, 5, {"a"});
  EXPECT_EQ(OutcomeOf(scene), v1::OUTCOME_NO_QUORUM);
  Cast(scene, 1, {"a"});
  EXPECT_EQ(OutcomeOf(scene), v1::OUTCOME_ELECTED);
}

TEST(TallyElection, T17RepresentativesMustBeMoreThanTwoThirds) {
  Scene scene = Residents("representatives", 1, 2, 45);
  Cast(scene, 30, {"a"});
  EXPECT_EQ(OutcomeOf(scene), v1::OUTCOME_NO_QUORUM);
  Cast(scene, 1, {"a"});
  EXPECT_EQ(OutcomeOf(scene), v1::OUTCOME_ELECTED);
}

TEST(TallyElection, T17MoreWinnersThanSeatsGoByVotes) {
  Scene scene = Residents("all", 2, 3, 11);
  Cast(scene, 4, {"a", "b"});
  Cast(scene, 3, {"a", "c"});
  Cast(scene, 3, {"b", "c"});
  scene.Secretly({}, {"a"});
  // 7, 7 and 6 of 11: all three have more than half.
  EXPECT_EQ(scene.Result().items(2).outcome(), v1::OUTCOME_PASSED);
  EXPECT_THAT(Standings(scene), ElementsAre("a ELECTED 1", "b ELECTED 1", "c NOT_ELECTED 3"));
}

TEST(TallyElection, T17ATieAtTheLastSeatIsVotedOnAgain) {
  Scene scene = Residents("all", 1, 3, 9);
  scene.rules.mutable_election()->set_over_marked_invalid(false);
  Cast(scene, 6, {"a", "b"});
  Cast(scene, 3, {"c"});
  EXPECT_THAT(Standings(scene), ElementsAre("a RUNOFF 1", "b RUNOFF 1", "c NOT_ELECTED 3"));
  EXPECT_EQ(OutcomeOf(scene), v1::OUTCOME_RUNOFF);
}

TEST(TallyElection, T17ATieAboveTheLastSeatIsNone) {
  Scene scene = Residents("all", 2, 3, 9);
  Cast(scene, 9, {"a", "b"});
  EXPECT_THAT(Standings(scene), ElementsAre("a ELECTED 1", "b ELECTED 1", "c NOT_ELECTED 3"));
}

TEST(TallyElection, T17SeatsThatNobodyReachedAreVotedOnAgain) {
  Scene scene = Residents("all", 2, 4, 10);
  Cast(scene, 4, {"a", "b"});
  Cast(scene, 3, {"a", "c"});
  Cast(scene, 3, {"d"});
  // One seat left: two candidates, and those tied with the second.
  EXPECT_THAT(Standings(scene),
              ElementsAre("a ELECTED 1", "b RUNOFF 2", "c RUNOFF 3", "d RUNOFF 3"));
  EXPECT_EQ(scene.Result().election().filled(), 1);
}

TEST(TallyElection, T17InTheSecondBallotAThirdOfTheVotesCastIsEnough) {
  Scene scene = Residents("all", 1, 3, 10);
  scene.input.mutable_vote()->set_runoff(true);
  Cast(scene, 4, {"a"});
  Cast(scene, 3, {"b"});
  Cast(scene, 2, {"c"});
  EXPECT_THAT(Standings(scene), ElementsAre("a ELECTED 1", "b NOT_ELECTED 2", "c NOT_ELECTED 3"));
  Scene below = Residents("all", 1, 3, 13);
  below.input.mutable_vote()->set_runoff(true);
  Cast(below, 4, {"a"});
  Cast(below, 3, {"b"});
  Cast(below, 3, {"c"});
  EXPECT_EQ(OutcomeOf(below), v1::OUTCOME_ELECTED);
  below.Secretly({"a", "b"});  // Invalid, and cast all the same: 4 of 11.
  EXPECT_EQ(OutcomeOf(below), v1::OUTCOME_ELECTED);
  below.Secretly({});
  EXPECT_EQ(OutcomeOf(below), v1::OUTCOME_ELECTED);  // 4 of 12 is a third.
  below.Secretly({});
  EXPECT_EQ(OutcomeOf(below), v1::OUTCOME_VACANT);  // 4 of 13 is not; there is no third ballot.
  EXPECT_EQ(below.Result().election().ballots_cast(), 13);
}

TEST(TallyElection, T17ABallotForMoreThanTheSeatsIsInvalid) {
  Scene scene = Residents("household", 1, 2, 3);
  Cast(scene, 2, {"a"});
  scene.Secretly({"a", "b"});
  EXPECT_THAT(scene.SetAside(), ElementsAre("b2 DOUBLE_MARK"));
  EXPECT_EQ(scene.First().heads().invalid(), 1);
}

TEST(TallyElection, T17WhoIsNotMarkedHasAnAbstention) {
  Scene scene = Residents("all", 2, 2, 3);
  Cast(scene, 2, {"a"});
  scene.Secretly({"b"}, {"a"});
  EXPECT_EQ(scene.First().heads().against(), 1);
  EXPECT_EQ(scene.Result().items(1).heads().abstain(), 2);
  EXPECT_EQ(scene.Result().items(1).heads().participating(), 3);
}

TEST(TallyElection, T18OwnersRankByHeadsThenArea) {
  Scene scene("voting-owners-committee-election");
  scene.input.mutable_vote()->set_seats(1);
  scene.rules.mutable_election()->set_over_marked_invalid(false);
  for (const char* code : {"a", "b", "c"}) scene.Candidate(code);
  scene.Crowd(3, v1::CHOICE_FOR, 10);
  scene.Crowd(1, v1::CHOICE_AGAINST, 5);
  scene.Crowd(1, v1::CHOICE_AGAINST, 6);
  const auto say = [&](int ballot, int candidate, v1::Choice choice) {
    scene.input.mutable_ballots(ballot)->mutable_choices(candidate)->set_choice(choice);
  };
  say(3, 0, v1::CHOICE_FOR);  // a: 4 heads, 35.
  say(4, 1, v1::CHOICE_FOR);  // b: 4 heads, 36.
  EXPECT_THAT(Standings(scene), ElementsAre("a ALTERNATE 2", "b ELECTED 1", "c ALTERNATE 3"));
  scene.rules.mutable_election()->set_alternates(false);
  EXPECT_THAT(Standings(scene), ElementsAre("a NOT_ELECTED 2", "b ELECTED 1", "c NOT_ELECTED 3"));
}

TEST(TallyElection, T18ACandidateNeedsBothMeasuresAndSeatsMayStayEmpty) {
  Scene scene("voting-owners-committee-election");
  scene.input.mutable_vote()->set_seats(1);
  scene.Candidate("a");
  scene.Crowd(2, v1::CHOICE_FOR, 1);
  scene.Crowd(1, v1::CHOICE_AGAINST, 100);
  EXPECT_EQ(scene.Outcome(), v1::OUTCOME_REJECTED);
  EXPECT_THAT(scene.Flags(), ElementsAre(v1::TALLY_FLAG_SPLIT_MEASURE));
  EXPECT_EQ(OutcomeOf(scene), v1::OUTCOME_VACANT);
}

TEST(TallyElection, T18TheSecondBallotOfOwnersKeepsTheLawsMajority) {
  Scene scene("voting-owners-committee-election");
  scene.input.mutable_vote()->set_seats(1);
  scene.input.mutable_vote()->set_runoff(true);
  scene.Candidate("a");
  scene.Crowd(1, v1::CHOICE_FOR);
  scene.Crowd(2, v1::CHOICE_AGAINST);
  EXPECT_EQ(OutcomeOf(scene), v1::OUTCOME_VACANT);
}

TEST(TallyElection, T19RecallGoesByTheModeOfTheElection) {
  for (const auto& [variant, quorum] :
       {std::pair("all", 16), {"household", 16}, {"representatives", 21}}) {
    for (const int ballots : {quorum - 1, quorum}) {
      Scene scene("voting-residents-recall-" + std::string(variant));
      scene.Item("member");
      scene.Crowd(30, v1::CHOICE_UNSPECIFIED);
      Cast(scene, ballots, {"member"});
      EXPECT_EQ(scene.Outcome(), ballots == quorum ? v1::OUTCOME_PASSED : v1::OUTCOME_NO_QUORUM)
          << variant;
    }
  }
}

TEST(TallyElection, T19WhoMayDemandARecall) {
  const auto rules = ShippedRules("voting-residents-recall-all");
  ASSERT_EQ(rules.demands_size(), 3);
  EXPECT_EQ(rules.demands(0).share().denominator(), 10);
  EXPECT_EQ(rules.demands(2).by(), policy::v1::DEMANDED_BY_REPRESENTATIVES);
  EXPECT_EQ(rules.demands(2).share().denominator(), 3);
}

TEST(TallyElection, T21ASecretBallotNamesNobody) {
  Scene scene = Residents("all", 1, 1, 3);
  Cast(scene, 2, {"a"});
  scene.input.mutable_ballots(0)->set_subject("s0");
  EXPECT_EQ(scene.Refusal(), "ballot b0: says in a secret vote whose it is");
}

TEST(TallyElection, T21MoreBallotsThanVotersAreNoVote) {
  Scene scene = Residents("all", 1, 1, 3);
  Cast(scene, 3, {"a"});
  scene.input.mutable_voters()->RemoveLast();
  EXPECT_EQ(OutcomeOf(scene), v1::OUTCOME_VOID);
  EXPECT_THAT(scene.Flags(), ElementsAre(v1::TALLY_FLAG_MORE_BALLOTS_THAN_VOTERS));
  EXPECT_THAT(Standings(scene), ElementsAre("a NOT_ELECTED 1"));
}

}  // namespace
}  // namespace sanzhang::resolution
