// The count of a vote: one pure function from what was cast to what came out, with the law's own
// arithmetic (rule set) and integers only.
//
// The result depends on the records of the input and not on their order: ballots go by their time,
// and by their name where the times are equal. It can be made again at any time, here or by others,
// from the text of the input (tally_input.h); equal input hashes have equal results for one engine
// version.
//
// An item passes when enough take part (else NO_QUORUM, never REJECTED) and enough of the base
// consent, in each measure that the rule set asks for. VOID comes before all else. Sums are given
// by item; for votes that are neither secret nor elections also for each place that is large
// enough, and without related subjects, where the rules ask for that.
//
// Errors: INVALID_ARGUMENT for an input that no facts can make (tally_check.h).
#pragma once

#include "absl/status/statusor.h"
#include "services/resolution/tally_input.h"

namespace sanzhang::resolution {

// Changes whenever some input may give another result than before.
inline constexpr char kTallyEngineVersion[] = "sanzhang-tally-1";

absl::StatusOr<v1::TallyResult> Tally(const TallyCase& tally);

// The same without the hashes, which cost more than the count.
absl::StatusOr<v1::TallyResult> TallyUnhashed(const TallyCase& tally);

}  // namespace sanzhang::resolution
