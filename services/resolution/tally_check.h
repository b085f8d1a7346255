// Whether an input can be counted at all: what a fact of the log can't be, so that the count itself
// needs to refuse nothing.
//
//   names        are given, unique in their kind, and refer to what is there
//   numbers      areas are not negative and sum to less than kAreaTotalMax; heads are 0 or 1
//   thresholds   0 <= numerator <= denominator <= kThresholdTermMax, denominator > 0
//   the vote     a known participation and base; consent is asked for in a measure, or unanimity;
//                either no item has a candidate, or all have and the rule set elects
//   secret       ballots name nobody, everybody has one head, and no measure is by area
//
// Pure. INVALID_ARGUMENT with the first reason.
#pragma once

#include "absl/status/status.h"
#include "services/resolution/tally_input.h"

namespace sanzhang::resolution {

absl::Status CheckTally(const TallyCase& tally);

}  // namespace sanzhang::resolution
