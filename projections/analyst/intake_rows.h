// How ballots and ratings came in: by the minute, and by whom ballots were cast for whom. Nothing
// of what they say. Ballots on paper are typed in by clerks and are left out.
#pragma once

#include <string_view>

#include "projections/ratings/rating_part.h"
#include "projections/resolutions/resolution_part.h"

namespace sanzhang::projections {

class BallotIntakeRows final : public ResolutionPart {
 public:
  std::string_view schema() const override;
  absl::Status OnVoter(const VoteFact& fact, const resolution::v1::VoterEvent& event,
                       Rows& rows) const override;
  absl::Status OnBallot(const VoteFact& fact, const resolution::v1::BallotEvent& event,
                        Rows& rows) const override;
};

class RatingIntakeRows final : public RatingPart {
 public:
  std::string_view schema() const override;
  absl::Status Apply(const RatingFact& fact, Rows& rows) const override;
};

}  // namespace sanzhang::projections
