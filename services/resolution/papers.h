// Which ballot stands for each voting subject, before anything is counted (rules T7 to T12).
//
// A ballot is valid unless a fact says otherwise, it was cast out of time, its signer may not sign,
// its proxy does not hold, a co-owner objected, or it is on paper and not entered by two clerks. Of
// the valid ballots of one subject, in the order of time and then of name:
//
//   1. the one that counters kept stands;
//   2. of one person's ballots for the same part the first stands, or the last where the rules say
//   so;
//   3. between the principal's side and a proxy, whose ballot came first (or last) decides: the
//   other
//      side's do not count;
//   4. if the ballots left on the principal's side, by several co-owners or for several parts, say
//   the
//      same, it stands; if they differ, none does, and the subject has voted invalidly.
//
// In a secret vote every ballot stands for itself: the box knows no subjects. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "services/resolution/tally_input.h"

namespace sanzhang::resolution {

// What a unit of the count has handed in. Pointers are into the input.
struct Paper {
  const v1::TallySubject* subject = nullptr;  // Null in a secret vote.
  std::int64_t area_dm2 = 0;
  std::int64_t heads = 0;
  bool returned = false;                    // Some ballot, valid or not.
  const v1::TallyBallot* ballot = nullptr;  // The one that stands; null: none.
  const v1::TallyProxy* proxy = nullptr;    // That it was cast under.
  bool kept = false;                        // Counters have decided that it stands.
};

// One for each subject, in the roll's order; in a secret vote one for each ballot, and further ones
// without a ballot up to the number of subjects. Adds whole ballots that do not count to
// `set_aside`.
std::vector<Paper> StandingPapers(const TallyCase& tally, std::vector<v1::SetAside>& set_aside);

}  // namespace sanzhang::resolution
