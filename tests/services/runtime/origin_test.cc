#include "services/runtime/origin.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "proto/wire/refusal.h"
#include "tests/support/text_proto.h"

namespace sanzhang::runtime {
namespace {

TEST(TimeOfFact, IsTheClientsOnlyWhereTheChannelLetsItCount) {
  const absl::Time now = absl::FromUnixSeconds(2'000);
  struct Case {
    std::string origin;
    std::int64_t seconds;  // -1: refused.
  };
  for (const Case& row : std::vector<Case>{
           {"", 2000},
           {"channel: CHANNEL_IMPORT", 2000},
           {"channel: CHANNEL_PAPER", 2000},
           {"channel: CHANNEL_IMPORT occurred_at { seconds: 1000 }", 1000},
           {"channel: CHANNEL_IMPORT occurred_at { seconds: -1000 }", -1000},
           {"channel: CHANNEL_IMPORT occurred_at { seconds: 2000 }", 2000},
           {"channel: CHANNEL_IMPORT occurred_at { seconds: 2000 nanos: 1 }", -1},
           {"channel: CHANNEL_PAPER witness: 'w' occurred_at { seconds: 1000 }", 1000},
           {"channel: CHANNEL_VISIT witness: 'w' occurred_at { seconds: 1000 }", 1000},
           {"channel: CHANNEL_VISIT witness: 'w' occurred_at { seconds: 2001 }", -1},
           {"channel: CHANNEL_PAPER occurred_at { seconds: 1000 }", -1},
           {"channel: CHANNEL_APP witness: 'w' occurred_at { seconds: 1000 }", -1},
           {"occurred_at { seconds: 1000 }", -1},
       }) {
    const auto time = TimeOfFact(support::Text<type::v1::Origin>(row.origin), now);
    if (row.seconds == -1) {
      EXPECT_EQ(wire::ReasonOf(time.status()), type::v1::ERROR_REASON_OCCURRED_AT_INVALID)
          << row.origin;
    } else {
      ASSERT_TRUE(time.ok()) << row.origin;
      EXPECT_EQ(absl::ToUnixSeconds(*time), row.seconds) << row.origin;
    }
  }
}

TEST(TimeOfFact, HasWholeMicroseconds) {
  const auto time = TimeOfFact({}, absl::FromUnixNanos(1'234'567));
  ASSERT_TRUE(time.ok());
  EXPECT_EQ(*time, absl::FromUnixMicros(1'234));
}

}  // namespace
}  // namespace sanzhang::runtime
