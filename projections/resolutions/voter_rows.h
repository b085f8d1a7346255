// One row for each voting subject of a roll: its entry, what was handed over, whether a ballot is
// there, who votes for it; and for each roll how much of it has been reached and has voted.
//
// Enrolments count only with the ElectorateFrozen of the same snapshot: queries read the SQL views
// `roll` and `roll_turnout`, which are over the roll that the resolution froze last, and leave out
// who was struck off. Nothing here tells what anyone voted, or how many for what.
//
//   roll          rows of `voter`
//   roll_turnout  one row for each frozen roll: subjects, heads and areas delivered and returned
//
// A subject has `returned` when there is a ballot that nobody has set aside: cast, typed in from
// paper by at least one clerk, or put into the box. A late ballot is none. What of it counts is for
// the count to say.
#pragma once

#include <string_view>

#include "projections/resolutions/resolution_part.h"

namespace sanzhang::projections {

// In the column `capacity` of `roll_person`.
inline constexpr std::int64_t kIsSubject = 1;       // The owner, the resident, the member.
inline constexpr std::int64_t kActsForSubject = 2;  // A guardian or legal representative.

class VoterRows : public ResolutionPart {
 public:
  struct Keeps {
    bool persons = false;    // Pseudonyms: the subjects, who acts for them, agents.
    bool dwellings = false;  // The names of their parts, and not only how many.
    // Where their areas are from when they are enrolled; needs AreaRows, listed before.
    bool area_sources = false;
  };
  explicit VoterRows(Keeps keeps) : keeps_(keeps) {}

  std::string_view schema() const override;
  absl::Status OnVoter(const VoteFact& fact, const resolution::v1::VoterEvent& event,
                       Rows& rows) const override;
  absl::Status OnBallot(const VoteFact& fact, const resolution::v1::BallotEvent& event,
                        Rows& rows) const override;

 private:
  Keeps keeps_;
};

}  // namespace sanzhang::projections
