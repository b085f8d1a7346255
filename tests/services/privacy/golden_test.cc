// The stored form of every fact about personal data, for ever.
#include "tests/support/golden.h"

#include "gtest/gtest.h"
#include "sanzhang/privacy/v1/events.pb.h"

namespace sanzhang::privacy {
namespace {

TEST(GoldenFacts, AreReadAndWrittenAsEver) {
  const std::string folder = SANZHANG_SOURCE_DIR "/tests/golden/privacy";
  support::CheckGoldenFacts(v1::SubjectRightsEvent(), folder);
  support::CheckGoldenFacts(v1::DataBreachEvent(), folder);
  support::CheckGoldenFacts(v1::ExportEvent(), folder);
}

}  // namespace
}  // namespace sanzhang::privacy
