// The stored form of every fact about notices, for ever.
#include "tests/support/golden.h"

#include "gtest/gtest.h"
#include "sanzhang/notice/v1/events.pb.h"

namespace sanzhang::notice {
namespace {

TEST(GoldenFacts, AreReadAndWrittenAsEver) {
  support::CheckGoldenFacts(v1::NoticeEvent(), SANZHANG_SOURCE_DIR "/tests/golden/notice");
}

}  // namespace
}  // namespace sanzhang::notice
