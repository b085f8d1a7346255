#include "services/runtime/state_cache.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "services/runtime/command_type.h"
#include "tests/services/runtime/toy.h"

namespace sanzhang::runtime {
namespace {

const AggregateType& kThing = AggregateTypeOf<toy::Thing>();
const AggregateType kOther = {};

Folded At(std::uint64_t revision) { return {revision, std::make_shared<int>(7)}; }

TEST(StateCache, KeepsWhatWasPut) {
  StateCache cache;
  EXPECT_EQ(cache.Find("a", kThing).state, nullptr);
  const Folded folded = At(3);
  cache.Put("a", kThing, folded);
  EXPECT_EQ(cache.Find("a", kThing).revision, 3u);
  EXPECT_EQ(cache.Find("a", kThing).state, folded.state);
}

TEST(StateCache, NeverGoesBack) {
  StateCache cache;
  cache.Put("a", kThing, At(3));
  cache.Put("a", kThing, At(2));
  EXPECT_EQ(cache.Find("a", kThing).revision, 3u);
  cache.Put("a", kThing, At(4));
  EXPECT_EQ(cache.Find("a", kThing).revision, 4u);
  EXPECT_EQ(cache.size(), 1u);
}

TEST(StateCache, TellsTypesApart) {
  StateCache cache;
  cache.Put("a", kThing, At(3));
  EXPECT_EQ(cache.Find("a", kOther).state, nullptr);
  cache.Put("a", kOther, At(1));
  EXPECT_EQ(cache.Find("a", kThing).state, nullptr);
  EXPECT_EQ(cache.Find("a", kOther).revision, 1u);
}

TEST(StateCache, ForgetsTheOneNotUsedForLongest) {
  StateCache cache(3, 1);
  for (const char* stream : {"a", "b", "c"}) cache.Put(stream, kThing, At(1));
  cache.Find("a", kThing);
  cache.Put("d", kThing, At(1));
  EXPECT_EQ(cache.size(), 3u);
  EXPECT_EQ(cache.Find("b", kThing).state, nullptr);
  for (const char* stream : {"a", "c", "d"}) {
    EXPECT_NE(cache.Find(stream, kThing).state, nullptr) << stream;
  }
}

TEST(StateCache, HoldsAtMostItsBoundUnderManyThreads) {
  StateCache cache(64, 4);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      for (int i = 0; i < 5000; ++i) {
        const std::string stream = "s" + std::to_string((i * 7 + t) % 500);
        const Folded found = cache.Find(stream, kThing);
        cache.Put(stream, kThing, At(found.revision + 1));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(cache.size(), 64u);
  EXPECT_GT(cache.size(), 32u);
}

}  // namespace
}  // namespace sanzhang::runtime
