// The rules of counting, each by its number; elections and meetings stand beside.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/resolution/scene.h"

namespace sanzhang::resolution {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using v1::CHOICE_ABSTAIN;
using v1::CHOICE_AGAINST;
using v1::CHOICE_FOLLOW_MAJORITY;
using v1::CHOICE_FOR;
using v1::CHOICE_UNSPECIFIED;
using v1::OUTCOME_NO_QUORUM;
using v1::OUTCOME_PASSED;
using v1::OUTCOME_REJECTED;

constexpr char kOrdinary[] = "voting-owners-ordinary";

// Owners, one item.
Scene Owners() {
  Scene scene(kOrdinary);
  scene.Item("a");
  return scene;
}

Scene Deemed() {
  Scene scene = Owners();
  scene.rules.set_participation(policy::v1::PARTICIPATION_DELIVERED_DEEMED);
  scene.rules.set_deemed_as(policy::v1::DEEMED_AS_FOLLOW_MAJORITY);
  scene.input.mutable_vote()->set_deemed_clause("rules of procedure, 12");
  return scene;
}

TEST(TallyRules, T1AbstainingTakesPartAndDoesNotConsent) {
  Scene scene = Owners();
  scene.Crowd(2, CHOICE_FOR);
  scene.Crowd(2, CHOICE_ABSTAIN);
  const v1::MeasureTally heads = scene.First().heads();
  EXPECT_EQ(heads.participating(), 4);
  EXPECT_EQ(heads.consenting(), 2);
  EXPECT_EQ(scene.Outcome(), OUTCOME_REJECTED);
}

TEST(TallyRules, T1InvalidBallotsDoNotTakePart) {
  Scene scene = Owners();
  scene.Crowd(2, CHOICE_FOR);
  scene.Subject("blank");
  scene.Cast("blank", CHOICE_FOR).clear_choices();
  EXPECT_EQ(scene.First().heads().participating(), 2);
  EXPECT_EQ(scene.First().heads().invalid(), 1);
  EXPECT_THAT(scene.SetAside(), ElementsAre("b2/a BLANK"));
  scene.rules.set_invalid_participates(true);
  EXPECT_EQ(scene.First().heads().participating(), 3);
}

TEST(TallyRules, T1ADoubleMarkIsInvalidAndTheSameMarkTwiceIsNot) {
  Scene scene = Owners();
  scene.Subject("s");
  v1::TallyBallot& ballot = scene.Cast("s", CHOICE_FOR);
  *ballot.add_choices() = ballot.choices(0);
  EXPECT_THAT(scene.SetAside(), IsEmpty());
  ballot.mutable_choices(1)->set_choice(CHOICE_AGAINST);
  EXPECT_THAT(scene.SetAside(), ElementsAre("b0/a DOUBLE_MARK"));
}

TEST(TallyRules, T1OutOfTimeDoesNotCountAndTheLastMomentDoes) {
  Scene scene = Owners();
  for (const auto& [name, at] :
       {std::pair("early", 99), {"first", 100}, {"last", 200}, {"late", 201}}) {
    scene.Subject(name);
    scene.Cast(name, CHOICE_FOR, at);
  }
  EXPECT_THAT(scene.SetAside(), ElementsAre("b0 EARLY", "b3 LATE"));
  EXPECT_EQ(scene.First().heads().in_favour(), 2);
}

TEST(TallyRules, T1DeemedNeedsDeliveryWarningSilenceAndTime) {
  Scene scene = Deemed();
  scene.Crowd(3, CHOICE_FOR);
  for (const char* name : {"silent", "unwarned", "late", "unreached", "blank"}) scene.Subject(name);
  scene.Deliver("silent");
  scene.Deliver("unwarned").set_warning_shown(false);
  SetSeconds(201, *scene.Deliver("late").mutable_delivered_at());
  scene.Deliver("blank");
  scene.Cast("blank", CHOICE_FOR).clear_choices();
  const v1::MeasureTally heads = scene.First().heads();
  EXPECT_EQ(heads.deemed(), 1);
  EXPECT_EQ(heads.non_return(), 3);
  EXPECT_EQ(heads.invalid(), 1);
  EXPECT_EQ(heads.participating(), 4);
  EXPECT_EQ(heads.consenting(), 4);
}

TEST(TallyRules, T1DeemedNeedsTheClauseInTheNotice) {
  Scene scene = Deemed();
  scene.input.mutable_vote()->clear_deemed_clause();
  scene.Crowd(3, CHOICE_FOR);
  scene.Subject("silent");
  scene.Deliver("silent");
  EXPECT_EQ(scene.First().heads().deemed(), 0);
  EXPECT_THAT(scene.Flags(), ElementsAre(v1::TALLY_FLAG_NO_DEEMED_CLAUSE));
}

TEST(TallyRules, T2QuorumIsNeededInBothMeasures) {
  Scene by_heads = Owners();  // 100 of 101 by area, 1 of 2 by heads.
  by_heads.Crowd(1, CHOICE_FOR, 100);
  by_heads.Crowd(1, CHOICE_UNSPECIFIED, 1);
  EXPECT_EQ(by_heads.Outcome(), OUTCOME_NO_QUORUM);
  Scene by_area = Owners();  // 2 of 102 by area, 2 of 3 by heads.
  by_area.Crowd(2, CHOICE_FOR, 1);
  by_area.Crowd(1, CHOICE_UNSPECIFIED, 100);
  EXPECT_EQ(by_area.Outcome(), OUTCOME_NO_QUORUM);
}

TEST(TallyRules, T2WithoutQuorumNothingIsRejected) {
  Scene scene = Owners();
  scene.Crowd(1, CHOICE_AGAINST);
  scene.Crowd(9, CHOICE_UNSPECIFIED);
  EXPECT_EQ(scene.Outcome(), OUTCOME_NO_QUORUM);
}

TEST(TallyRules, T3MoreThanHalfOfBothPasses) {
  Scene scene = Owners();
  scene.Crowd(3, CHOICE_FOR);
  scene.Crowd(2, CHOICE_AGAINST);
  EXPECT_EQ(scene.Outcome(), OUTCOME_PASSED);
  EXPECT_EQ(scene.First().heads().consent().needed(), 3);
}

TEST(TallyRules, T3SplitMeasureEitherWay) {
  for (const bool large_says_yes : {true, false}) {
    Scene scene = Owners();
    scene.Crowd(1, large_says_yes ? CHOICE_FOR : CHOICE_AGAINST, 100);
    scene.Crowd(2, large_says_yes ? CHOICE_AGAINST : CHOICE_FOR, 1);
    EXPECT_EQ(scene.Outcome(), OUTCOME_REJECTED);
    EXPECT_THAT(scene.Flags(), ElementsAre(v1::TALLY_FLAG_SPLIT_MEASURE));
  }
}

TEST(TallyRules, T4SpecialMattersNeedThreeQuarters) {
  Scene scene("voting-owners-special");
  scene.Item("a");
  scene.Crowd(74, CHOICE_FOR);
  scene.Crowd(26, CHOICE_AGAINST);
  EXPECT_EQ(scene.Outcome(), OUTCOME_REJECTED);
  EXPECT_EQ(scene.First().area().consent().needed(), 75);
}

TEST(TallyRules, T5EveryInterestedOwnerMustConsent) {
  Scene scene("voting-owners-unanimity");
  scene.Item("a");
  scene.Crowd(3, CHOICE_FOR);
  scene.Subject("elsewhere");
  scene.Cast("elsewhere", CHOICE_AGAINST);
  EXPECT_EQ(scene.Outcome(), OUTCOME_NO_QUORUM);  // Nobody is interested.
  for (int i = 0; i < 3; ++i) scene.input.mutable_subjects(i)->set_interested(true);
  EXPECT_EQ(scene.Outcome(), OUTCOME_PASSED);
  EXPECT_EQ(scene.First().heads().total(), 3);
  scene.Subject("silent").set_interested(true);
  EXPECT_EQ(scene.Outcome(), OUTCOME_REJECTED);  // Silence is no consent.
}

TEST(TallyRules, T6FollowersJoinTheMajority) {
  Scene scene = Owners();
  scene.rules.set_follow_majority(true);
  scene.Crowd(2, CHOICE_FOR);
  scene.Crowd(1, CHOICE_AGAINST);
  scene.Crowd(2, CHOICE_FOLLOW_MAJORITY);
  EXPECT_EQ(scene.First().heads().follow(), 2);
  EXPECT_EQ(scene.First().heads().in_favour(), 2);
  EXPECT_EQ(scene.First().heads().consenting(), 4);
  EXPECT_EQ(scene.Outcome(), OUTCOME_PASSED);
}

TEST(TallyRules, T6FollowersAbstainWhenTheMeasuresDisagree) {
  Scene scene = Owners();
  scene.rules.set_follow_majority(true);
  scene.Crowd(1, CHOICE_FOR, 100);
  scene.Crowd(2, CHOICE_AGAINST, 1);
  scene.Crowd(9, CHOICE_FOLLOW_MAJORITY, 1);
  EXPECT_EQ(scene.First().heads().consenting(), 1);
  EXPECT_EQ(scene.First().heads().participating(), 12);
  EXPECT_THAT(scene.Flags(),
              ElementsAre(v1::TALLY_FLAG_SPLIT_MEASURE, v1::TALLY_FLAG_NO_MAJORITY_TO_FOLLOW));
}

TEST(TallyRules, T6TheFloorAsksTheCastMajorityForHalfOfAll) {
  Scene scene = Deemed();
  scene.rules.set_majority_floor_half_of_all(true);
  scene.Crowd(5, CHOICE_FOR);
  scene.Crowd(5, CHOICE_UNSPECIFIED);
  for (int i = 5; i < 10; ++i) scene.Deliver(scene.input.subjects(i).subject());
  EXPECT_EQ(scene.First().heads().consenting(), 5);  // 5 of 10 do not exceed half.
  EXPECT_THAT(scene.Flags(), ElementsAre(v1::TALLY_FLAG_MAJORITY_BELOW_FLOOR));
  EXPECT_EQ(scene.Outcome(), OUTCOME_REJECTED);
  scene.Crowd(1, CHOICE_FOR);
  EXPECT_EQ(scene.First().heads().consenting(), 11);
  EXPECT_EQ(scene.Outcome(), OUTCOME_PASSED);
}

TEST(TallyRules, T6WhatIsNotOfferedIsInvalid) {
  Scene scene = Owners();
  scene.Crowd(1, CHOICE_FOLLOW_MAJORITY);
  EXPECT_THAT(scene.SetAside(), ElementsAre("b0/a NOT_OFFERED"));
}

TEST(TallyRules, T7BallotsForPartsOfOneSubjectMustAgree) {
  Scene scene = Owners();
  scene.Subject("s", 30);
  scene.Cast("s", CHOICE_FOR).set_dwelling("d1");
  scene.Cast("s", CHOICE_FOR, 160).set_dwelling("d2");
  EXPECT_EQ(scene.First().heads().in_favour(), 1);
  EXPECT_EQ(scene.First().area().in_favour(), 30);
  EXPECT_THAT(scene.SetAside(), ElementsAre("b1 SUPERSEDED"));
  scene.input.mutable_ballots(1)->mutable_choices(0)->set_choice(CHOICE_AGAINST);
  EXPECT_EQ(scene.First().heads().invalid(), 1);
  EXPECT_THAT(scene.SetAside(), ElementsAre("b0 CONFLICT", "b1 CONFLICT"));
  scene.Keep("s", "b1");
  EXPECT_EQ(scene.First().heads().against(), 1);
  EXPECT_THAT(scene.SetAside(), ElementsAre("b0 SUPERSEDED"));
}

TEST(TallyRules, T8CoOwnersWhoDifferHaveNoVote) {
  Scene scene = Owners();
  v1::TallySubject& pair = scene.Subject("pair");
  pair.add_persons("p1");
  pair.add_persons("p2");
  scene.Cast("pair", CHOICE_FOR).set_person("p1");
  EXPECT_EQ(scene.First().heads().in_favour(), 1);  // The other one's silence is consent.
  scene.Cast("pair", CHOICE_AGAINST, 160).set_person("p2");
  EXPECT_EQ(scene.First().heads().invalid(), 1);
  pair.set_designated("p2");
  EXPECT_EQ(scene.First().heads().against(), 1);
  EXPECT_THAT(scene.SetAside(), ElementsAre("b0 WRONG_SIGNER"));
}

TEST(TallyRules, T8AnObjectionEndsTheOthersConsent) {
  Scene scene = Owners();
  scene.Subject("pair").set_co_owner_objected(true);
  scene.Cast("pair", CHOICE_FOR);
  EXPECT_THAT(scene.SetAside(), ElementsAre("b0 CO_OWNER_OBJECTED"));
  scene.rules.set_silent_co_owners(policy::v1::SILENT_CO_OWNERS_CONSENT);
  EXPECT_THAT(scene.SetAside(), IsEmpty());
}

TEST(TallyRules, T9AProxyIsGrantedBeforeAndNotRevoked) {
  Scene scene = Owners();
  for (const char* name : {"s0", "s1", "s2", "s3"}) scene.Subject(name);
  scene.Proxy("s0", "agent");
  scene.Proxy("s1", "agent", 151);
  SetSeconds(150, *scene.Proxy("s2", "agent").mutable_revoked_at());
  for (const char* name : {"s0", "s1", "s2", "s3"}) scene.CastBy("agent", name, CHOICE_FOR);
  EXPECT_THAT(scene.SetAside(), ElementsAre("b1 PROXY", "b2 PROXY", "b3 PROXY"));
}

TEST(TallyRules, T9AProxyCoversItsItemsAndFollowsItsInstruction) {
  Scene scene = Owners();
  scene.Item("b");
  scene.Subject("s");
  v1::TallyProxy& proxy = scene.Proxy("s", "agent");
  proxy.add_items("a");
  scene.CastBy("agent", "s", CHOICE_FOR);
  EXPECT_THAT(scene.SetAside(), ElementsAre("b0/b PROXY"));
  v1::ItemChoice& wanted = *proxy.add_instructions();
  wanted.set_item("a");
  wanted.set_choice(CHOICE_AGAINST);
  EXPECT_THAT(scene.SetAside(), ElementsAre("b0/a AGAINST_INSTRUCTION", "b0/b PROXY"));
  scene.Keep("s", "b0");  // Reviewed by those who count.
  EXPECT_THAT(scene.SetAside(), ElementsAre("b0/b PROXY"));
}

TEST(TallyRules, T9LimitsOfAnAgent) {
  Scene scene = Owners();
  for (int i = 0; i < 5; ++i) {
    const std::string name = "s" + std::to_string(i);
    scene.Subject(name);
    scene.Proxy(name, "agent");
    scene.CastBy("agent", name, CHOICE_FOR, 150 - i);  // The last one is the earliest.
  }
  EXPECT_THAT(scene.SetAside(), IsEmpty());  // Owners: no limit.
  const int residents = ShippedRules("voting-residents-election-all").proxies_max();
  EXPECT_EQ(residents, 3);
  scene.rules.set_proxies_max(residents);
  EXPECT_THAT(scene.SetAside(), ElementsAre("b0 PROXY", "b1 PROXY"));
  scene.rules.set_proxies_max(ShippedRules("voting-rep-assembly-2026").proxies_max());
  EXPECT_EQ(scene.First().heads().invalid(), 5);
}

TEST(TallyRules, T9CandidatesAndTheCompanysStaffHoldNone) {
  Scene election("voting-owners-committee-election");
  election.input.mutable_vote()->set_seats(3);
  election.Candidate("a");
  election.Subject("s");
  election.Proxy("s", "person-a");
  election.CastBy("person-a", "s", CHOICE_FOR);
  EXPECT_THAT(election.SetAside(), ElementsAre("b0 PROXY"));
  for (const bool company_matter : {true, false}) {
    Scene scene(company_matter ? "voting-owners-company" : kOrdinary);
    scene.Item("a");
    scene.Subject("s");
    scene.Proxy("s", "agent").set_company_staff(true);
    scene.CastBy("agent", "s", CHOICE_FOR);
    EXPECT_EQ(scene.First().heads().invalid(), company_matter ? 1 : 0);
  }
}

TEST(TallyRules, T9BetweenPrincipalAndProxyTheFirstStands) {
  for (const int principal_at : {140, 160}) {
    Scene scene = Owners();
    scene.Subject("s");
    scene.Proxy("s", "agent");
    scene.CastBy("agent", "s", CHOICE_FOR);
    scene.Cast("s", CHOICE_AGAINST, principal_at);
    const bool principal_first = principal_at < 150;
    EXPECT_EQ(scene.First().heads().against(), principal_first ? 1 : 0);
    EXPECT_THAT(scene.SetAside(), ElementsAre(principal_first ? "b0 SUPERSEDED" : "b1 SUPERSEDED"));
  }
}

TEST(TallyRules, T10OwnersDoNotVoteTwiceAndPollsTakeTheLast) {
  for (const bool poll : {false, true}) {
    Scene scene(poll ? "voting-poll" : kOrdinary);
    scene.Item("a");
    scene.Subject("s");
    scene.Cast("s", CHOICE_AGAINST, 160);
    scene.Cast("s", CHOICE_FOR, 150);
    EXPECT_EQ(scene.First().heads().in_favour(), poll ? 0 : 1);
    scene.Cast("s", CHOICE_ABSTAIN, 201);  // Too late to replace anything.
    EXPECT_EQ(scene.First().heads().abstain(), 0);
  }
}

TEST(TallyRules, T11PaperAndElectronicCountTogetherAndTheEarlierStands) {
  Scene scene = Owners();
  scene.Subject("s");
  scene.Cast("s", CHOICE_FOR, 160).set_channel(type::v1::CHANNEL_APP);
  v1::TallyBallot& paper = scene.Cast("s", CHOICE_AGAINST, 150);
  paper.set_channel(type::v1::CHANNEL_PAPER);
  paper.set_entered_by("clerk-1");
  EXPECT_THAT(scene.SetAside(), ElementsAre("b1 NOT_VERIFIED"));
  paper.set_verified_by("clerk-1");
  EXPECT_THAT(scene.SetAside(), ElementsAre("b1 NOT_VERIFIED"));
  paper.set_verified_by("clerk-2");
  EXPECT_THAT(scene.SetAside(), ElementsAre("b0 SUPERSEDED"));
  EXPECT_EQ(scene.First().heads().against(), 1);
}

TEST(TallyRules, T11EqualTimesGoByTheBallotsName) {
  Scene scene = Owners();
  scene.Subject("s");
  scene.Cast("s", CHOICE_FOR).set_ballot("y");
  scene.Cast("s", CHOICE_AGAINST).set_ballot("x");
  EXPECT_EQ(scene.First().heads().against(), 1);
}

TEST(TallyRules, T12TheHolderOfTheSnapshotVotes) {
  Scene scene = Owners();
  scene.Subject("s").add_persons("seller");
  scene.Cast("s", CHOICE_FOR).set_person("buyer");
  EXPECT_THAT(scene.SetAside(), ElementsAre("b0 WRONG_SIGNER"));
  scene.Cast("s", CHOICE_AGAINST).set_person("seller");
  EXPECT_EQ(scene.First().heads().against(), 1);
  scene.CastBy("", "s", CHOICE_FOR, 160).set_by(v1::CAST_BY_GUARDIAN);
  EXPECT_EQ(scene.First().heads().invalid(), 1);  // Two on one side who differ.
}

TEST(TallyRules, T13ArrearsBarACandidateWhereTheRulesSaySoAndNobodysVote) {
  Scene scene("voting-owners-committee-election");
  scene.input.mutable_vote()->set_seats(1);
  scene.Candidate("a").set_in_arrears(true);
  scene.Crowd(3, CHOICE_FOR);
  EXPECT_EQ(scene.First().standing(), v1::STANDING_ELECTED);
  scene.rules.mutable_election()->set_arrears_bar_candidacy(true);
  EXPECT_EQ(scene.First().standing(), v1::STANDING_BARRED);
  EXPECT_EQ(scene.Result().election().outcome(), v1::OUTCOME_VACANT);
  EXPECT_EQ(scene.First().heads().in_favour(), 3);
}

TEST(TallyRules, T14RelatedOwnersVoteAndAreShownApart) {
  Scene scene = Owners();
  scene.Crowd(2, CHOICE_FOR);
  scene.Crowd(2, CHOICE_AGAINST);
  EXPECT_FALSE(scene.First().has_without_related());
  v1::TallySubject& developer = scene.Subject("developer", 100);
  developer.set_related(true);
  scene.Cast("developer", CHOICE_FOR);
  EXPECT_EQ(scene.Outcome(), OUTCOME_PASSED);
  EXPECT_EQ(scene.First().without_related().outcome(), OUTCOME_REJECTED);
  EXPECT_EQ(scene.First().without_related().heads().total(), 4);
}

TEST(TallyRules, T21SmallPlacesShowNoSumsNorAnyThatBetrayThem) {
  Scene scene = Owners();
  const auto house = [&](const char* name, int subjects) {
    const int first = scene.input.subjects_size();
    scene.Crowd(subjects, CHOICE_FOR);
    for (int i = first; i < first + subjects; ++i) {
      scene.input.mutable_subjects(i)->set_sub_scope(name);
    }
  };
  house("large", 7);
  house("middle", 6);
  const auto shown = [&] {
    std::vector<std::string> lines;
    const v1::ItemTally item = scene.First();
    for (const auto& place : item.sub_scopes()) {
      lines.push_back(place.sub_scope() +
                      (place.withheld() ? "" : " " + std::to_string(place.heads().in_favour())));
    }
    return lines;
  };
  EXPECT_THAT(shown(), ElementsAre("large 7", "middle 6"));
  house("small", 4);  // Its sums would be what is left of the whole.
  EXPECT_THAT(shown(), ElementsAre("large 7", "middle", "small"));
  house("tiny", 1);
  EXPECT_THAT(shown(), ElementsAre("large 7", "middle 6", "small", "tiny"));
}

TEST(TallyRules, T22TheSameInputIsTheSameResult) {
  Scene scene = Owners();
  scene.Crowd(5, CHOICE_FOR);
  EXPECT_EQ(scene.Result().SerializeAsString(), scene.Result().SerializeAsString());
  const std::string hash = scene.Result().hashes().input();
  scene.input.mutable_ballots(0)->mutable_choices(0)->set_choice(CHOICE_AGAINST);
  EXPECT_NE(scene.Result().hashes().input(), hash);
}

TEST(TallyRules, T24EachOptionIsVotedOnByItself) {
  Scene scene(kOrdinary);
  for (const char* plan : {"plan-a", "plan-b"}) scene.Item(plan).set_question("which");
  scene.Crowd(3, CHOICE_AGAINST);
  EXPECT_EQ(scene.Result().items(0).outcome(),
            OUTCOME_REJECTED);  // None of them may be the answer.
  EXPECT_EQ(scene.Result().items(1).outcome(), OUTCOME_REJECTED);
  for (auto& ballot : *scene.input.mutable_ballots()) {
    for (auto& choice : *ballot.mutable_choices()) choice.set_choice(CHOICE_FOR);
  }
  EXPECT_THAT(scene.Flags(), ElementsAre(v1::TALLY_FLAG_SEVERAL_OPTIONS_PASSED));
}

TEST(TallyRules, T25NothingIsNoQuorum) {
  Scene nobody = Owners();
  EXPECT_EQ(nobody.Outcome(), OUTCOME_NO_QUORUM);
  Scene silence("voting-poll");
  silence.Item("a");
  silence.Crowd(3, CHOICE_UNSPECIFIED);
  EXPECT_EQ(silence.Outcome(), OUTCOME_NO_QUORUM);
  Scene no_area = Owners();
  no_area.Crowd(3, CHOICE_FOR, 0);
  EXPECT_EQ(no_area.Outcome(), OUTCOME_NO_QUORUM);
  Scene no_heads = Owners();
  no_heads.Crowd(3, CHOICE_FOR);
  for (auto& subject : *no_heads.input.mutable_subjects()) subject.set_heads(0);
  EXPECT_EQ(no_heads.Outcome(), OUTCOME_NO_QUORUM);
}

TEST(TallyRules, T25LargeAreasDoNotOverflow) {
  Scene scene = Owners();
  const std::int64_t quarter = std::int64_t{1} << 58;
  scene.Crowd(3, CHOICE_FOR, quarter);
  scene.Crowd(1, CHOICE_AGAINST, quarter - 1);
  EXPECT_EQ(scene.Outcome(), OUTCOME_PASSED);
  scene.Crowd(1, CHOICE_AGAINST, 1);
  EXPECT_EQ(scene.Refusal(), "subject s4: has an area that can't be");
}

}  // namespace
}  // namespace sanzhang::resolution
