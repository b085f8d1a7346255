// The stored form of every fact about ratings, for ever.
#include "tests/support/golden.h"

#include "gtest/gtest.h"
#include "sanzhang/rating/v1/events.pb.h"

namespace sanzhang::rating {
namespace {

TEST(GoldenFacts, AreReadAndWrittenAsEver) {
  const std::string folder = SANZHANG_SOURCE_DIR "/tests/golden/rating";
  support::CheckGoldenFacts(v1::RatingSchemeEvent(), folder);
  support::CheckGoldenFacts(v1::RatingCampaignEvent(), folder);
  support::CheckGoldenFacts(v1::RatingEvent(), folder);
  support::CheckGoldenFacts(v1::ServiceRatingEvent(), folder);
  support::CheckGoldenFacts(v1::AssessmentEvent(), folder);
  support::CheckGoldenFacts(v1::CreditNoteEvent(), folder);
  support::CheckGoldenFacts(v1::AppraisalEvent(), folder);
  support::CheckGoldenFacts(v1::AppraiserEvent(), folder);
}

}  // namespace
}  // namespace sanzhang::rating
