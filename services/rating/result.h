// What ratings add up to: one pure function, in integers, that an auditor can run again.
//
//   M4   satisfied: scores of 4 and 5
//   M5   average of a dimension, in thousandths of a point, halves rounded up; the total is the
//        sum of weight_bp * average / 10000, halves rounded up
//   M15  coverage: raters by eligible, in all and by building; biased if the building with most
//        raters has more than three times its share of those eligible
//
// Suppressed, so that no score can be put to a person:
//   - a dimension that fewer than five scored, and all of them if fewer than five, or than the
//     scheme's min_n, rated at all;
//   - the total if any dimension is suppressed: it would give that one away;
//   - a building of one to four raters, and where that is only one building, also the least of the
//     others: the one would follow from the sum.
//
// Errors: none; what is not in the scheme (a dimension's code, a score off the scale) counts for
// nothing, and is refused before it gets here. Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sanzhang/rating/v1/rating.pb.h"

namespace sanzhang::rating {

// Stands in every result: which of these formulas made it.
inline constexpr std::string_view kResultFormula = "rating-result@1";

// One rating that counts.
struct CountedRating {
  std::string building;                                      // Empty: not known.
  std::vector<std::pair<std::string, std::int32_t>> scores;  // Code of the dimension, 1 to 5.
};

struct ResultInput {
  v1::SchemeTerms terms;
  std::vector<v1::BuildingElectorate> electorate;
  std::vector<CountedRating> ratings;
  std::int32_t voided = 0;
};

// The same whatever the order of the ratings.
v1::RatingResult ComputeResult(const ResultInput& input);

// (numerator / denominator), halves rounded up; both at least 0, the denominator more.
std::int64_t Rounded(std::int64_t numerator, std::int64_t denominator);

}  // namespace sanzhang::rating
