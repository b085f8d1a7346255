#include "services/opening/looks.h"

#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace sanzhang::opening {
namespace {

// 20:00 in China.
const absl::Time kEvening = absl::FromCivil(absl::CivilHour(2026, 3, 1, 12), absl::UTCTimeZone());

TEST(Looks, AreKnownForADayOfChina) {
  Looks looks;
  EXPECT_FALSE(looks.Recorded("persons/p1", "m", "s", kEvening));
  looks.Remember("persons/p1", "m", "s", kEvening);
  EXPECT_TRUE(looks.Recorded("persons/p1", "m", "s", kEvening));
  EXPECT_TRUE(looks.Recorded("persons/p1", "m", "s", kEvening + absl::Hours(3)));
  EXPECT_FALSE(looks.Recorded("persons/p1", "m", "s", kEvening + absl::Hours(4)));
}

TEST(Looks, OfOthersAtOthersInOtherWaysAreOthers) {
  Looks looks;
  looks.Remember("persons/p1", "m", "s", kEvening);
  EXPECT_FALSE(looks.Recorded("persons/p2", "m", "s", kEvening));
  EXPECT_FALSE(looks.Recorded("persons/p1", "n", "s", kEvening));
  EXPECT_FALSE(looks.Recorded("persons/p1", "m", "t", kEvening));
  EXPECT_FALSE(looks.Recorded("persons/p1m", "", "s", kEvening));
}

TEST(Looks, ForgetRatherThanGrow) {
  Looks looks(2);
  for (const char* subject : {"a", "b"}) looks.Remember("v", "m", subject, kEvening);
  EXPECT_TRUE(looks.Recorded("v", "m", "a", kEvening));
  looks.Remember("v", "m", "c", kEvening);
  EXPECT_FALSE(looks.Recorded("v", "m", "a", kEvening)) << "recorded once more, never once less";
  EXPECT_TRUE(looks.Recorded("v", "m", "c", kEvening));
}

}  // namespace
}  // namespace sanzhang::opening
