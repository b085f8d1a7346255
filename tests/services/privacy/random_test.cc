// Random commands, allowed and not: what subject_request.h promises holds at all times.
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/services/privacy/scene.h"

namespace sanzhang::privacy::scene {
namespace {

constexpr int kStories = 600;
constexpr int kStepsPerStory = 40;

std::string RandomCommand(std::mt19937& random, const Story& story) {
  static const char* const kSubjects[] = {"zhang", "dpo", "xiao", "grandpa"};
  switch (random() % 12) {
    case 0:
      return absl::StrCat("ReceiveSubjectRequest kind: SUBJECT_REQUEST_KIND_ERASURE subject: '%",
                          kSubjects[random() % 4], "'");
    case 1:
      return "VerifySubjectRequest identity_level: IDENTITY_LEVEL_REAL_NAME evidence: 'e'";
    case 2:
    case 3:
      return "ProposeErasure ground: 3 reason: 'r'";
    case 4:
    case 5:
      return "ApproveErasure";
    case 6:
      return "RestrictProcessing reason: 'r'";
    case 7:
      return "LiftRestriction reason: 'r'";
    case 8:
      if (random() % 3 != 0) return "ApproveErasure";
      return random() % 4 == 0 ? "WithdrawSubjectRequest"
                               : "RefuseSubjectRequest reason: REFUSAL_REASON_NO_GROUND "
                                 "explanation: 'e'";
    case 9:
      return absl::StrCat("PlaceLegalHold hold: 'h", random() % 3, "' law_ref: 'l' reason: 'r'");
    case 10:
      return absl::StrCat("LiftLegalHold hold: 'h", random() % 3, "' reason: 'r'");
    default:
      return absl::StrCat("DetectSubjectRequestBreach due { seconds: ",
                          story.request.phase == RequestState::Phase::kNone
                              ? 1
                              : absl::ToUnixSeconds(story.request.answer_due),
                          " }");
  }
}

// Those who may often enough that something happens.
std::string RandomWho(std::mt19937& random, const std::string& command) {
  if (random() % 4 == 0) return Everyone()[random() % Everyone().size()];
  if (command.starts_with("Receive")) {
    static const char* const kAskers[] = {"zhang", "dpo", "li"};
    return kAskers[random() % 3];
  }
  if (command.starts_with("Detect")) return "timer";
  return random() % 2 == 0 ? "dpo" : "dpo2";
}

bool IsHeld(const Story& story) {
  for (const auto& [id, hold] : story.data.legal_holds) {
    if (!hold.lifted) return true;
  }
  return !story.gathered.holds.empty();
}

TEST(RandomCommands, KeepWhatIsPromised) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  int erased = 0;
  for (int n = 0; n < kStories; ++n) {
    Story story;
    absl::Time now = At("03-02");
    std::string proposer;
    for (int step = 0; step < kStepsPerStory; ++step) {
      now += absl::Hours(random() % 40);
      story.gathered.holds.clear();
      if (random() % 6 == 0) story.gathered.holds.emplace_back();
      if (!story.request.subject.empty()) {
        story.data_of = story.request.subject.substr(story.request.subject.rfind('/') + 1);
      }
      const RequestState before = story.request;
      const bool was_erased = story.data.erased;
      const bool held = IsHeld(story);
      const std::string command = RandomCommand(random, story);
      const std::string who = RandomWho(random, command);
      const std::string told = story.Do(who, now, command);
      SCOPED_TRACE(absl::StrCat(who, " ", command, ": ", told));
      if (told == "ok" && command.starts_with("ProposeErasure")) proposer = who;
      if (told == "ok" && command.starts_with("Verify")) {
        EXPECT_NE(before.asker, Expand("%" + who));
        EXPECT_NE(before.subject, Expand("%" + who));
      }
      if (story.data.erased && !was_erased) {
        ++erased;
        EXPECT_EQ(command, "ApproveErasure");
        EXPECT_FALSE(held);
        EXPECT_EQ(before.phase, RequestState::Phase::kVerified);
        EXPECT_NE(who, proposer);
        EXPECT_TRUE((std::set<std::string>{who, proposer} == std::set<std::string>{"dpo", "dpo2"}));
        EXPECT_NE(before.subject, Expand("%" + who));
        EXPECT_NE(before.subject, Expand("%" + proposer));
      }
      EXPECT_TRUE(!was_erased || story.data.erased);  // For ever.
      if (before.phase != RequestState::Phase::kNone && !before.open()) {
        EXPECT_EQ(story.request.phase, before.phase);  // An end is an end.
      }
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(erased, 0);  // It happens.
}

}  // namespace
}  // namespace sanzhang::privacy::scene
