// Schemes in their versions, surveys (满意度测评) from announcement to a corrected result, and how
// many ratings came in by building.
//
// What is kept of a rating is its name, its building and whether it counts: no score, which lies in
// a box that no view opens; no word; not what stands for the rater. So nothing about a result is in
// a file before the campaign's stream has published it.
//
// Tables: rating_scheme (scheme, version); rating_campaign, with the dimensions of its terms
// (rating_dimension), buildings (rating_building), ratings (rating), what was voided (rating_void),
// contested (rating_contest), answered (rating_reply), ordered (rectification); and its results,
// the first published, then each that took its place (rating_result, rating_score by dimension).
// `rating_campaign.results` is the number of the one that stands.
//
// The building '' stands for raters of no building of the electorate.
#pragma once

#include <string_view>

#include "projections/ratings/rating_part.h"

namespace sanzhang::projections {

class CampaignRows final : public RatingPart {
 public:
  struct Keeps {
    // How many ratings come in, by building. Without it, buildings and ratings have no rows, and
    // `received` stays 0: for the file of those who are rated.
    bool intake = false;
  };
  explicit CampaignRows(Keeps keeps) : keeps_(keeps) {}

  std::string_view schema() const override;
  absl::Status Apply(const RatingFact& fact, Rows& rows) const override;

 private:
  Keeps keeps_;
};

}  // namespace sanzhang::projections
