#include "proto/wire/etag.h"

#include "gtest/gtest.h"

namespace sanzhang::wire {
namespace {

TEST(Etag, SpellsARevision) {
  EXPECT_EQ(EtagOf(0), "");
  EXPECT_EQ(EtagOf(12), "r12");
  for (const std::uint64_t revision : {1ull, 9ull, 10ull, 18446744073709551615ull}) {
    EXPECT_EQ(RevisionOf(EtagOf(revision)), revision);
  }
}

TEST(Etag, IsNothingElse) {
  for (const char* etag : {"", "r", "12", "r0", "r01", "r-1", "r+1", "r1 ", " r1", "r1x", "R1",
                           "W/\"1\"", "r18446744073709551616"}) {
    EXPECT_EQ(RevisionOf(etag), std::nullopt) << etag;
  }
}

}  // namespace
}  // namespace sanzhang::wire
