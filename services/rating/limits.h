// Bounds of ratings. Those that a community may want to change are in its schemes instead.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sanzhang::rating {

// Fewer raters than this are never shown: a score of theirs could be put to a person.
inline constexpr std::int32_t kShownMin = 5;

// The scale of every score.
inline constexpr std::int32_t kScoreMin = 1;
inline constexpr std::int32_t kScoreMax = 5;
// From here on a rater counts as satisfied (M4).
inline constexpr std::int32_t kSatisfiedMin = 4;

// Weights of a scheme sum to this.
inline constexpr std::int64_t kWholeBp = 10'000;

// A building's share of the raters beyond this many times its share of the eligible is a bias
// (M15).
inline constexpr std::int64_t kBiasTimes = 3;

// Versions of one scheme.
inline constexpr std::size_t kSchemeVersionsMax = 100;
// Ratings that one campaign may have, and appraisers of one appraisal: what a result is computed
// from is read at once.
inline constexpr std::size_t kRatingsPerCampaignMax = 50'000;
// Ratings of one campaign that may be voided; more of them are a campaign to be held again.
inline constexpr std::size_t kVoidsMax = 1'000;
// Extensions of one campaign.
inline constexpr std::int32_t kExtensionsMax = 3;
// Appraisals of one body: one a year.
inline constexpr std::size_t kAppraisalsPerBodyMax = 500;

}  // namespace sanzhang::rating
