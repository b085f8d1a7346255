// Parts about resolutions, their voters and their ballots (projections/engine/part.h): several of
// them share one reading of each event. The facts stand in four kinds of streams
// (resolution/v1/events.proto); a part answers those that it has rows for.
//
//   Resolutions(ResolutionRows({.persons = true}), VoterRows({.persons = true}), ResultRows({}))
//
// Listed in that order: VoterRows and ResultRows refer to the rows of ResolutionRows.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "projections/engine/cells.h"
#include "projections/engine/grouped_parts.h"
#include "projections/engine/projection.h"
#include "projections/engine/rows.h"
#include "sanzhang/resolution/v1/events.pb.h"

namespace sanzhang::projections {

// A fact about a vote, with what it is about.
struct VoteFact {
  const log::v1::Record& record;
  std::string resolution;  // `communities/c1/resolutions/r1`
  std::string voter;       // `…/voters/v1`, of a voter's or its ballots' facts.

  std::string_view community() const { return record.community(); }
  absl::Time at() const { return wire::ToTime(record.occurred_at()); }
};

class ResolutionPart {
 public:
  virtual ~ResolutionPart() = default;
  virtual std::string_view schema() const = 0;

  // Facts of streams that a part has no rows for pass by; of the others each one is answered.
  virtual absl::Status OnResolution(const VoteFact&, const resolution::v1::ResolutionEvent&,
                                    Rows&) const {
    return absl::OkStatus();
  }
  virtual absl::Status OnVoter(const VoteFact&, const resolution::v1::VoterEvent&, Rows&) const {
    return absl::OkStatus();
  }
  virtual absl::Status OnBallot(const VoteFact&, const resolution::v1::BallotEvent&, Rows&) const {
    return absl::OkStatus();
  }
  virtual absl::Status OnBox(const VoteFact&, const resolution::v1::BallotBoxEvent&, Rows&) const {
    return absl::OkStatus();
  }
};

struct ResolutionGroup {
  using Member = ResolutionPart;
  static constexpr std::string_view kPackage = "sanzhang.resolution.v1";
  static absl::Status Apply(const Members<ResolutionPart>& members, const Envelope& envelope,
                            Rows& rows);
};

template <class... Some>
GroupedParts<ResolutionGroup> Resolutions(Some... parts) {
  return GroupedParts<ResolutionGroup>::Of(std::move(parts)...);
}

// What a part answers to a fact that it does not know: the view stops.
absl::Status UnknownFact(const VoteFact& fact);

}  // namespace sanzhang::projections
