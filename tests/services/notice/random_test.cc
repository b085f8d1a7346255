// Random commands, allowed and not: what notice.h promises holds at all times.
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "proto/wire/time.h"
#include "tests/services/notice/scene.h"

namespace sanzhang::notice::scene {
namespace {

constexpr int kStories = 200;
constexpr int kStepsPerStory = 60;

std::string RandomCommand(std::mt19937& random, const Notice::State& state) {
  const int version = static_cast<int>(random() % 4);
  switch (random() % 9) {
    case 0:
      return kPublish;
    case 1:
      return absl::StrCat("CorrectNotice { content { title: 't' body: 'b", version,
                          "' } reason: 'r' }");
    case 2:
      return "TakeDownNotice { reason: 'r' }";
    case 3:
      return "RepublishNotice";
    case 4:
      return "ObjectToNotice { grounds { content: 'g' } }";
    case 5:
      return absl::StrCat("AnswerObjection { objection: ", 1 + random() % 3, " answer: 'a' }");
    case 6:
      return "AskInquiry { question { content: 'q' } }";
    case 7:
      return absl::StrCat("AnswerInquiry { inquiry: ", 1 + random() % 3, " answer: 'a' }");
    default: {
      const absl::Time until =
          state.min_until == absl::InfinitePast() ? absl::UnixEpoch() : state.min_until;
      return absl::StrCat("NotePeriodElapsed { min_until { seconds: ", absl::ToUnixSeconds(until),
                          " } }");
    }
  }
}

// What one event must be beside the state that it meets.
void Check(const Notice::State& before, const v1::NoticeEvent& event, absl::Time now,
           std::map<int, std::string>& hashes) {
  const bool up = event.has_published() || event.has_corrected();
  const v1::Duty& duty =
      event.has_published() ? event.published().duty() : event.corrected().duty();
  if (up) {
    const int version =
        event.has_published() ? event.published().version() : event.corrected().version();
    EXPECT_EQ(version, before.version + 1);
    EXPECT_GE(wire::ToTime(duty.min_until()), now + absl::Hours(24) * duty.days_min());
    EXPECT_TRUE(hashes
                    .emplace(version, event.has_published() ? event.published().content_sha256()
                                                            : event.corrected().content_sha256())
                    .second);
  }
  if (event.has_corrected()) {
    EXPECT_EQ(event.corrected().replaces_sha256(), hashes[before.version]);
  }
  if (event.has_taken_down()) {
    EXPECT_EQ(event.taken_down().early(), now <= before.min_until);
  }
  if (event.has_period_elapsed()) {
    EXPECT_GT(now, before.min_until);
  }
  if (event.has_objected()) {
    EXPECT_LE(now, before.objections_until);
    EXPECT_NE(before.phase, v1::STATE_TAKEN_DOWN);
  }
}

TEST(RandomCommands, KeepWhatIsPromised) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  int recorded = 0;
  for (int story = 0; story < kStories; ++story) {
    Notice::State state;
    std::map<int, std::string> hashes;
    absl::Time now = At("03-02 10:00:00");
    for (int step = 0; step < kStepsPerStory; ++step) {
      now += absl::Hours(random() % 60);
      const std::string who = Everyone()[random() % Everyone().size()];
      const std::string command = RandomCommand(random, state);
      const Notice::Decision decision = Try(state, who, command, Show(now));
      const auto* decided = std::get_if<runtime::Decided<v1::NoticeEvent>>(&decision);
      if (decided == nullptr) continue;
      const log::v1::Actor actor;
      for (const v1::NoticeEvent& event : decided->events) {
        Check(state, event, now, hashes);
        Notice::Evolve(state, event, {now, actor});
        ++recorded;
      }
      EXPECT_EQ(state.version, static_cast<int>(hashes.size()));
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(recorded, kStories);  // Something happened.
}

}  // namespace
}  // namespace sanzhang::notice::scene
