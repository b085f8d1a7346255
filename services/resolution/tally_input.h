// What a tally is counted from, as text that a person can read and any language can make: the base
// of the hashes in a result, of independent recounts, and of naming what differs between two
// inputs.
//
// A part is
//
//   sanzhang-tally 1 roll                                   the form's version, and the part
//   subjects<TAB>subject=s1<TAB>area_dm2=8950<TAB>heads=1   a line for each record
//
// Records' lines are in byte order, each line ends with a line feed, and a record's fields are
// written as canonical_text.h says, repeated ones sorted. The word before the first tab is the
// field of `TallyInput` that holds the record; in the part `rules` it is `rule_set`, with one field
// of the rule set a line, in their own order. Which records are in which part:
//
//   rules        rule_set
//   roll         vote, items, subjects
//   deliveries   deliveries, presences, voters
//   ballots      proxies, ballots, resolved
//
// The hash of a part is the SHA-256 of its text, in lower-case hexadecimal. The hash of the input
// is that of the lines `rules <hash>`, `roll <hash>`, `deliveries <hash>`, `ballots <hash>`. Pure.
// Errors: INVALID_ARGUMENT, with the line's number.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "sanzhang/policy/v1/voting_rule_set.pb.h"
#include "sanzhang/resolution/v1/tally.pb.h"

namespace sanzhang::resolution {

// What is voted under which rules. Neither is owned.
struct TallyCase {
  const policy::v1::VotingRuleSet& rules;
  const v1::TallyInput& input;
};

inline constexpr std::array<std::string_view, 4> kTallyParts = {"rules", "roll", "deliveries",
                                                                "ballots"};

// The text of one of kTallyParts.
std::string TallyPartText(std::string_view part, const TallyCase& tally);

// The texts of all parts, one after another.
std::string TallyText(const TallyCase& tally);

// Reads what TallyText writes; records may be in any order, and parts left out.
struct ParsedTally {
  policy::v1::VotingRuleSet rules;
  v1::TallyInput input;
};
absl::StatusOr<ParsedTally> ParseTallyText(std::string_view text);

v1::TallyHashes HashTally(const TallyCase& tally);

// A result, one field a line, in the order in which it stands: two results are equal if their texts
// are.
std::string TallyResultText(const v1::TallyResult& result);

// A part that differs, and the first lines, in byte order, that only one of the two has; at most
// kDifferentLinesMax of each.
struct TallyDifference {
  std::string part;
  std::vector<std::string> only_in_first;
  std::vector<std::string> only_in_second;
};
inline constexpr std::size_t kDifferentLinesMax = 20;

// The parts that differ, in the order of kTallyParts; empty if the inputs are the same.
std::vector<TallyDifference> DiffTallyInputs(const TallyCase& first, const TallyCase& second);

}  // namespace sanzhang::resolution
