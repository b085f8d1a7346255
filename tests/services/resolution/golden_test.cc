// The stored form of every fact about resolutions, for ever.
#include "tests/support/golden.h"

#include "gtest/gtest.h"
#include "sanzhang/resolution/v1/events.pb.h"

namespace sanzhang::resolution {
namespace {

TEST(GoldenFacts, AreReadAndWrittenAsEver) {
  support::CheckGoldenFacts(v1::ResolutionEvent(), SANZHANG_SOURCE_DIR "/tests/golden/resolution");
}

}  // namespace
}  // namespace sanzhang::resolution
