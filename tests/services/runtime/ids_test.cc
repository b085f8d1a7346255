#include "services/runtime/ids.h"

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "proto/wire/names.h"

namespace sanzhang::runtime {
namespace {

void Ones(std::span<std::uint8_t> bytes) { std::fill(bytes.begin(), bytes.end(), 0xFF); }
void Zeros(std::span<std::uint8_t> bytes) { std::fill(bytes.begin(), bytes.end(), 0); }

TEST(Ids, AreVersion7AsTheStandardHasThem) {
  // RFC 9562, A.6: 2022-02-22 14:22:22.00 GMT-5.
  const absl::Time time = absl::FromUnixMillis(0x017F22E279B0);
  Ids ids([&] { return time; }, Ones);
  const std::string id = ids.EventId();
  ASSERT_EQ(id.size(), 16u);
  EXPECT_EQ(id.substr(0, 6), "\x01\x7F\x22\xE2\x79\xB0");
  EXPECT_EQ(static_cast<unsigned char>(id[6]) >> 4, 7);     // Version.
  EXPECT_EQ(static_cast<unsigned char>(id[8]) >> 6, 0b10);  // Variant.
  EXPECT_EQ(id.substr(9), std::string(7, '\xFF'));
}

TEST(Ids, SpellResourceIdsInBase32) {
  Ids low([] { return absl::UnixEpoch(); }, Zeros);
  Ids high([] { return absl::FromUnixMillis((std::int64_t{1} << 48) - 1); }, Ones);
  // At the clock's zero one tick has passed already.
  EXPECT_EQ(low.ResourceId(), "0000000000e00r000000000000");
  EXPECT_EQ(high.ResourceId(), "7zzzzzzzzze00bzzzzzzzzzzzz");
  EXPECT_TRUE(wire::IsId(low.ResourceId()));
}

TEST(Ids, SortByTimeEvenWhenTheClockGoesBack) {
  absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  Ids ids([&] { return now; });
  std::vector<std::string> made;
  for (int i = 0; i < 10'000; ++i) {
    now += absl::Microseconds(i % 7 - 3);
    made.push_back(ids.ResourceId());
  }
  EXPECT_TRUE(std::is_sorted(made.begin(), made.end()));
  EXPECT_EQ(std::set<std::string>(made.begin(), made.end()).size(), made.size());
}

TEST(Ids, AreNeverTheSameFromManyThreads) {
  Ids ids;
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&ids, &mine] {
      for (int i = 0; i < 1000; ++i) mine.push_back(ids.EventId());
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& mine : made) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 4000u);
}

}  // namespace
}  // namespace sanzhang::runtime
