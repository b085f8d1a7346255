// Ratings of single services, third parties' assessments, and credit notes. Words of a rating, and
// who gave it, are not kept.
#pragma once

#include <string_view>

#include "projections/ratings/rating_part.h"

namespace sanzhang::projections {

// Table service_rating: a score of 1 to 5 for one service of a body.
class ServiceRatingRows final : public RatingPart {
 public:
  std::string_view schema() const override;
  absl::Status Apply(const RatingFact& fact, Rows& rows) const override;
};

// Tables assessment and assessment_score: what a third party found.
class AssessmentRows final : public RatingPart {
 public:
  std::string_view schema() const override;
  absl::Status Apply(const RatingFact& fact, Rows& rows) const override;
};

// Table credit_note: praise and blame in a body's credit record.
class CreditNoteRows final : public RatingPart {
 public:
  std::string_view schema() const override;
  absl::Status Apply(const RatingFact& fact, Rows& rows) const override;
};

}  // namespace sanzhang::projections
