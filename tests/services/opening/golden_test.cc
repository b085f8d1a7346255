// The stored form of every fact about who looked, for ever.
#include "tests/support/golden.h"

#include "gtest/gtest.h"
#include "sanzhang/privacy/v1/opening_events.pb.h"

namespace sanzhang::opening {
namespace {

TEST(GoldenFacts, AreReadAndWrittenAsEver) {
  support::CheckGoldenFacts(privacy::v1::OpeningEvent(),
                            SANZHANG_SOURCE_DIR "/tests/golden/opening");
}

}  // namespace
}  // namespace sanzhang::opening
