#include "proto/wire/time.h"

#include "gtest/gtest.h"

namespace sanzhang::wire {
namespace {

TEST(TimeTest, KeepsMicroseconds) {
  for (const std::int64_t us :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{1'700'000'000'123'456},
        std::int64_t{-1'000'000}, std::int64_t{-62'135'596'800'000'000}}) {
    const auto stamp = ToStamp(absl::FromUnixMicros(us));
    EXPECT_GE(stamp.nanos(), 0);
    EXPECT_EQ(absl::ToUnixMicros(ToTime(stamp)), us);
  }
}

}  // namespace
}  // namespace sanzhang::wire
