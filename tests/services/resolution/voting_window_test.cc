#include "services/resolution/voting_window.h"

#include <string>

#include "absl/time/civil_time.h"
#include "gtest/gtest.h"
#include "tests/services/resolution/scene.h"

namespace sanzhang::resolution {
namespace {

absl::Time At(int month, int day, int hour) {
  return absl::FromCivil(absl::CivilSecond(2026, month, day, hour, 0, 0),
                         absl::FixedTimeZone(8 * 60 * 60));
}

const policy::v1::VotingRuleSet& Owners() {
  static const auto* const rules =
      new policy::v1::VotingRuleSet(ShippedRules("voting-owners-ordinary"));
  return *rules;
}

TEST(VotingWindowTest, TheFirstDayIsNotCounted) {
  EXPECT_EQ(DaysOf({At(6, 1, 9), At(6, 6, 18)}), 5);
  EXPECT_EQ(DaysOf({At(6, 1, 9), At(6, 7, 0)}), 5);  // 24:00 of the 6th.
  EXPECT_EQ(DaysOf({At(6, 1, 0), At(6, 1, 23)}), 0);
}

TEST(VotingWindowTest, T23FiveToSixtyDays) {
  EXPECT_EQ(WrongWindow(Owners(), {At(6, 1, 9), At(6, 5, 18)}), "is shorter than 5 days");
  EXPECT_EQ(WrongWindow(Owners(), {At(6, 1, 9), At(6, 6, 0)}), "is shorter than 5 days");
  EXPECT_EQ(WrongWindow(Owners(), {At(6, 1, 9), At(6, 6, 9)}), "");
  EXPECT_EQ(WrongWindow(Owners(), {At(6, 1, 9), At(8, 1, 0)}), "");
  EXPECT_EQ(WrongWindow(Owners(), {At(6, 1, 9), At(8, 1, 1)}), "is longer than 60 days");
  EXPECT_EQ(WrongWindow(Owners(), {At(6, 1, 9), At(6, 1, 9)}), "closes before it opens");
}

TEST(VotingWindowTest, T23ExtensionOnlyBeforeTheEndAndUpToTheMaximum) {
  const VotingWindow window{At(6, 1, 9), At(6, 10, 18)};
  const auto wrong = [&](absl::Time close, absl::Time now) {
    return WrongExtension(Owners(), window, close, now);
  };
  EXPECT_EQ(wrong(At(6, 20, 18), At(6, 10, 18)), "");
  EXPECT_EQ(wrong(At(6, 20, 18), At(6, 10, 18) + absl::Microseconds(1)), "has closed");
  EXPECT_EQ(wrong(At(6, 10, 18), At(6, 9, 9)), "would close no later");
  EXPECT_EQ(wrong(At(8, 2, 0), At(6, 9, 9)), "is longer than 60 days");
  EXPECT_EQ(WrongExtension(Owners(), {window.opens, window.closes, 1}, At(6, 20, 18), At(6, 9, 9)),
            "was extended as often as it may be");
}

}  // namespace
}  // namespace sanzhang::resolution
