// Yearly appraisals of members (民主评议): announced, open, closed, published; how many took part;
// what came out for each member, from the publication on; offices that ended.
//
// Who took part stands in the log, and not here; what they said is nowhere. Counts that the close
// brings are not kept before they are public.
//
// Tables: appraisal; appraisal_member, one row for each seat, with counts that are NULL until
// published. All zero: fewer than five graded the member (services/rating says so; whoever shows
// them hides them).
#pragma once

#include <string_view>

#include "projections/ratings/rating_part.h"

namespace sanzhang::projections {

class AppraisalRows final : public RatingPart {
 public:
  std::string_view schema() const override;
  absl::Status Apply(const RatingFact& fact, Rows& rows) const override;
};

}  // namespace sanzhang::projections
