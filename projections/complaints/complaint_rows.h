// One row for each complaint, with its state, clocks, counts and times; and one for each round that
// is over. A round is a complaint's way from its filing, or from a reopening, to its end or next
// reopening; every round has clocks of its own, so that a reopened complaint does not lose the
// deadlines that it missed or met before.
//
// The row of a complaint holds its present round. `round` is a view over all rounds, present and
// past, for metrics and stocks. A complaint is open while its present round has no `ended_us`.
//
// What the row keeps is what the body's viewers may see: words stay sealed, and are kept only where
// they are shown; so is who complains.
#pragma once

#include <string_view>

#include "projections/complaints/complaint_part.h"

namespace sanzhang::projections {

class ComplaintRows : public ComplaintPart {
 public:
  struct Keeps {
    bool words = false;         // Text, contact and answer, sealed.
    bool complainants = false;  // Pseudonyms of those who complain.
  };
  explicit ComplaintRows(Keeps keeps) : keeps_(keeps) {}

  std::string_view schema() const override;
  absl::Status Apply(const ComplaintFact& fact, Rows& rows) const override;

 private:
  Keeps keeps_;
};

}  // namespace sanzhang::projections
