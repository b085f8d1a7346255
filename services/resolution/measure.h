// The arithmetic of one item: sums by area and by heads, who joins the majority, thresholds.
// Integers only, products of 128 bits. Pure.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "sanzhang/policy/v1/voting_rule_set.pb.h"
#include "sanzhang/resolution/v1/tally.pb.h"
#include "services/resolution/marks.h"

namespace sanzhang::resolution {

// Whether `part` of `base` reaches the threshold: `denominator * part` against `numerator * base`.
bool Reaches(const policy::v1::Threshold& threshold, std::int64_t part, std::int64_t base);

// The least part of `base` that reaches it; `base + 1` if none does.
std::int64_t LeastThatReaches(const policy::v1::Threshold& threshold, std::int64_t base);

// What an item is measured by: the rule set's own thresholds, or those of a second ballot.
struct Terms {
  enum class Base { kParticipating, kAll, kCast };
  policy::v1::Thresholds quorum;
  policy::v1::Thresholds consent;
  Base base = Base::kParticipating;
};
Terms TermsOf(const policy::v1::VotingRuleSet& rules, bool runoff);

// One item, decided.
struct Decision {
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  std::set<v1::TallyFlag> flags;
  v1::MeasureTally area;
  v1::MeasureTally heads;
};

// Who is in the meeting, where that is who takes part.
struct Present {
  std::int64_t area_dm2 = 0;
  std::int64_t heads = 0;
};

// Sums, then decides. Where the rules ask for unanimity, `units` are the interested subjects.
Decision Decide(const policy::v1::VotingRuleSet& rules, const Terms& terms,
                const std::vector<Unit>& units, const Present& present);

// Sums of some of the units, whose followers join as the whole decided; without thresholds.
enum class Side { kNone, kInFavour, kAgainst };
Side SideOf(const Decision& decision, const policy::v1::VotingRuleSet& rules, const Terms& terms);
void SumUnits(const policy::v1::VotingRuleSet& rules, const std::vector<Unit>& units, Side side,
              v1::MeasureTally& area, v1::MeasureTally& heads);

// Heads of ballots cast, invalid ones too.
std::int64_t Cast(const v1::MeasureTally& measure);

}  // namespace sanzhang::resolution
