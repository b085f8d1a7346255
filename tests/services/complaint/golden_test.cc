// The stored form of every fact about complaints, for ever.
#include "tests/support/golden.h"

#include "gtest/gtest.h"
#include "sanzhang/complaint/v1/events.pb.h"

namespace sanzhang::complaint {
namespace {

TEST(GoldenFacts, AreReadAndWrittenAsEver) {
  support::CheckGoldenFacts(v1::ComplaintEvent(), SANZHANG_SOURCE_DIR "/tests/golden/complaint");
}

}  // namespace
}  // namespace sanzhang::complaint
