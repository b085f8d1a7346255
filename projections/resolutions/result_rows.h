// What came out of each vote: its counts, what the last one says of each item, who signed it, and
// what was set aside by reason. Nothing is here before a vote has closed: there are no counts.
//
// `tally` has every count, the provisional one first; the last is the one that stands, and it is
// the certified one if its input's hash is the resolution's `input_sha256`. Its `result` is the
// TallyResult as the log has it. Without persons it names no candidate and no ballot.
#pragma once

#include <string_view>

#include "projections/resolutions/resolution_part.h"

namespace sanzhang::projections {

class ResultRows : public ResolutionPart {
 public:
  struct Keeps {
    bool persons = false;  // Pseudonyms of candidates and signatories; ballots by name.
  };
  explicit ResultRows(Keeps keeps) : keeps_(keeps) {}

  std::string_view schema() const override;
  absl::Status OnResolution(const VoteFact& fact, const resolution::v1::ResolutionEvent& event,
                            Rows& rows) const override;
  absl::Status OnBox(const VoteFact& fact, const resolution::v1::BallotBoxEvent& event,
                     Rows& rows) const override;

 private:
  Keeps keeps_;
};

}  // namespace sanzhang::projections
