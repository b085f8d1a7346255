// One row for each resolution, from the draft of its motion to the publication of its execution,
// and beside it its items, deliberations, counters, candidates, attendance, interests, objections,
// steps of execution and challenges.
//
// A vote that is announced anew has a new roll: what the last notice and the last freezing said is
// what the row holds. Nothing here tells choices or sums: the results of counts are ResultRows'.
//
// What the row keeps is what the view's viewers may see. Without persons the tables of counters and
// candidates stay empty, and nobody is named in the others; then the item of a candidate who
// withdrew stays, and gets no outcome.
#pragma once

#include <string_view>

#include "projections/resolutions/resolution_part.h"

namespace sanzhang::projections {

// In the column `about` of `objection`.
inline constexpr std::int64_t kAboutRoll = 1;
inline constexpr std::int64_t kAboutCount = 2;

class ResolutionRows : public ResolutionPart {
 public:
  struct Keeps {
    bool persons = false;  // Pseudonyms: candidates, counters, objectors, who has an interest.
    bool words = false;    // Of objections, sealed.
  };
  explicit ResolutionRows(Keeps keeps) : keeps_(keeps) {}

  std::string_view schema() const override;
  absl::Status OnResolution(const VoteFact& fact, const resolution::v1::ResolutionEvent& event,
                            Rows& rows) const override;

 private:
  Keeps keeps_;
};

}  // namespace sanzhang::projections
