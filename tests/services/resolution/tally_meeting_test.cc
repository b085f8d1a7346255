// Meetings, where those present take part: rules T14 to T16, and T20.
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/resolution/scene.h"

namespace sanzhang::resolution {
namespace {

using testing::ElementsAre;
using v1::CHOICE_AGAINST;
using v1::CHOICE_FOR;
using v1::CHOICE_UNSPECIFIED;
using v1::OUTCOME_NO_QUORUM;
using v1::OUTCOME_PASSED;
using v1::OUTCOME_REJECTED;

// Members of a committee, all present at 150.
Scene Meeting(std::string_view rules_file, int in_favour, int against, int silent) {
  Scene scene(rules_file);
  scene.Item("a");
  scene.Crowd(in_favour, CHOICE_FOR);
  scene.Crowd(against, CHOICE_AGAINST);
  scene.Crowd(silent, CHOICE_UNSPECIFIED);
  for (auto& subject : *scene.input.mutable_subjects()) {
    subject.set_representative(true);
    scene.Present(subject.subject());
  }
  return scene;
}

TEST(TallyMeeting, T14ARecusedMemberStaysAmongAll) {
  Scene scene = Meeting("voting-owners-committee", 3, 2, 0);
  EXPECT_EQ(scene.Outcome(), OUTCOME_PASSED);
  scene.input.mutable_subjects(0)->add_recused("a");
  EXPECT_THAT(scene.SetAside(), ElementsAre("b0/a RECUSED"));
  EXPECT_EQ(scene.First().heads().consent().needed(), 3);
  EXPECT_EQ(scene.Outcome(), OUTCOME_REJECTED);  // 2 of 5.
}

TEST(TallyMeeting, T15ResidentsMeeting) {
  EXPECT_EQ(Meeting("voting-residents-meeting-2026", 3, 2, 0).Outcome(), OUTCOME_PASSED);
  EXPECT_EQ(Meeting("voting-residents-meeting-2026", 3, 2, 1).Outcome(), OUTCOME_REJECTED);
  Scene half = Meeting("voting-residents-meeting-2026", 3, 0, 0);
  half.Crowd(3, CHOICE_UNSPECIFIED);  // Who is not there.
  EXPECT_EQ(half.Outcome(), OUTCOME_NO_QUORUM);
}

TEST(TallyMeeting, T15WhoAbstainsOrIsSilentCountsAmongThosePresent) {
  EXPECT_EQ(Meeting("voting-rep-assembly-2026", 16, 4, 10).Outcome(), OUTCOME_PASSED);
  Scene scene = Meeting("voting-rep-assembly-2026", 15, 0, 15);
  EXPECT_EQ(scene.First().heads().participating(), 30);
  EXPECT_EQ(scene.First().heads().non_return(), 15);
  EXPECT_EQ(scene.Outcome(), OUTCOME_REJECTED);
}

TEST(TallyMeeting, T15PresenceCountsAtEachItem) {
  Scene scene("voting-rep-assembly-2026");
  scene.Item("a");
  SetSeconds(160, *scene.Item("b").mutable_voted_at());
  scene.Crowd(3, CHOICE_FOR);
  for (auto& subject : *scene.input.mutable_subjects()) {
    subject.set_representative(true);
    // Two of three leave at the moment at which the second item is put to the vote.
    v1::TallyPresence& presence = scene.Present(subject.subject());
    if (subject.subject() != "s0") SetSeconds(160, *presence.mutable_left_at());
  }
  const v1::TallyResult result = scene.Result();
  EXPECT_EQ(result.items(0).outcome(), OUTCOME_PASSED);
  EXPECT_EQ(result.items(1).outcome(), OUTCOME_NO_QUORUM);
  EXPECT_EQ(result.items(1).heads().participating(), 1);
  EXPECT_THAT(scene.SetAside(), ElementsAre("b1/b NOT_PRESENT", "b2/b NOT_PRESENT"));
}

TEST(TallyMeeting, T16ResidentsCommitteeDecidesByThosePresent) {
  Scene scene = Meeting("voting-residents-committee", 2, 1, 0);
  scene.Crowd(2, CHOICE_UNSPECIFIED);
  EXPECT_EQ(scene.Outcome(), OUTCOME_PASSED);  // 3 of 5 present, 2 of 3.
}

TEST(TallyMeeting, T16OwnersCommitteeDecidesByAllMembers) {
  Scene scene = Meeting("voting-owners-committee", 2, 1, 0);
  scene.Crowd(2, CHOICE_UNSPECIFIED);
  EXPECT_EQ(scene.Outcome(), OUTCOME_REJECTED);  // 2 of 5.
}

TEST(TallyMeeting, T20PartyMeetingStage) {
  Scene scene = Meeting("voting-party-meeting", 5, 1, 0);
  scene.Crowd(3, CHOICE_UNSPECIFIED);
  EXPECT_EQ(scene.Outcome(), OUTCOME_PASSED);  // 6 of 9 present, 5 of 9.
  scene.Crowd(1, CHOICE_UNSPECIFIED);
  EXPECT_EQ(scene.Outcome(), OUTCOME_NO_QUORUM);  // 6 of 10.
}

}  // namespace
}  // namespace sanzhang::resolution
