#include "services/resolution/measure.h"

#include <algorithm>

#include "absl/numeric/int128.h"

namespace sanzhang::resolution {
namespace {

using policy::v1::Threshold;
using policy::v1::VotingRuleSet;

void AddVote(Vote vote, std::int64_t weight, v1::MeasureTally& measure) {
  switch (vote) {
    case Vote::kNonReturn:
      measure.set_non_return(measure.non_return() + weight);
      break;
    case Vote::kInFavour:
      measure.set_in_favour(measure.in_favour() + weight);
      break;
    case Vote::kAgainst:
      measure.set_against(measure.against() + weight);
      break;
    case Vote::kAbstain:
      measure.set_abstain(measure.abstain() + weight);
      break;
    case Vote::kFollow:
      measure.set_follow(measure.follow() + weight);
      break;
    case Vote::kDeemed:
      measure.set_deemed(measure.deemed() + weight);
      break;
    case Vote::kInvalid:
      measure.set_invalid(measure.invalid() + weight);
      break;
  }
  measure.set_total(measure.total() + weight);
}

void SetParticipating(const VotingRuleSet& rules, v1::MeasureTally& measure) {
  measure.set_participating(measure.in_favour() + measure.against() + measure.abstain() +
                            measure.follow() + measure.deemed() +
                            (rules.invalid_participates() ? measure.invalid() : 0));
}

bool DeemedJoin(const VotingRuleSet& rules) {
  return rules.deemed_as() == policy::v1::DEEMED_AS_FOLLOW_MAJORITY;
}

void SetConsenting(const VotingRuleSet& rules, Side side, v1::MeasureTally& measure) {
  std::int64_t consenting = measure.in_favour();
  if (side == Side::kInFavour) {
    consenting += measure.follow() + (DeemedJoin(rules) ? measure.deemed() : 0);
  }
  measure.set_consenting(consenting);
}

// The side that has more of the measure.
Side MoreOf(const v1::MeasureTally& measure) {
  if (measure.in_favour() > measure.against()) return Side::kInFavour;
  return measure.in_favour() < measure.against() ? Side::kAgainst : Side::kNone;
}

bool ExceedsHalfOfAll(const v1::MeasureTally& measure) {
  Threshold half;
  half.set_numerator(1);
  half.set_denominator(2);
  half.set_strict(true);
  return Reaches(half, std::max(measure.in_favour(), measure.against()), measure.total());
}

bool ByArea(const Terms& terms) { return terms.consent.has_area(); }

// The majority of those returned, by every measure that the consent is asked for in.
Side MajorityOf(const Decision& decision, const Terms& terms) {
  if (!ByArea(terms)) return MoreOf(decision.heads);
  const Side side = MoreOf(decision.area);
  const bool by_heads = terms.consent.has_heads();
  return !by_heads || side == MoreOf(decision.heads) ? side : Side::kNone;
}

bool BelowFloor(const Decision& decision, const VotingRuleSet& rules, const Terms& terms) {
  if (!rules.majority_floor_half_of_all()) return false;
  const bool heads = !terms.consent.has_heads() || ExceedsHalfOfAll(decision.heads);
  return !heads || (ByArea(terms) && !ExceedsHalfOfAll(decision.area));
}

std::int64_t BaseOf(const Terms& terms, const v1::MeasureTally& measure) {
  switch (terms.base) {
    case Terms::Base::kParticipating:
      return measure.participating();
    case Terms::Base::kAll:
      return measure.total();
    case Terms::Base::kCast:
      return Cast(measure);
  }
  return 0;
}

v1::ThresholdUse Use(const Threshold& threshold, std::int64_t part, std::int64_t base) {
  v1::ThresholdUse use;
  use.set_numerator(threshold.numerator());
  use.set_denominator(threshold.denominator());
  use.set_strict(threshold.strict());
  use.set_base(base);
  use.set_needed(LeastThatReaches(threshold, base));
  use.set_met(Reaches(threshold, part, base));
  return use;
}

void UseThresholds(const Terms& terms, Decision& decision) {
  const auto use = [&](bool quorum, bool consent, const Threshold& quorum_of,
                       const Threshold& consent_of, v1::MeasureTally& measure) {
    if (quorum) {
      *measure.mutable_quorum() = Use(quorum_of, measure.participating(), measure.total());
    }
    if (consent) {
      *measure.mutable_consent() = Use(consent_of, measure.consenting(), BaseOf(terms, measure));
    }
  };
  use(terms.quorum.has_area(), terms.consent.has_area(), terms.quorum.area(), terms.consent.area(),
      decision.area);
  use(terms.quorum.has_heads(), terms.consent.has_heads(), terms.quorum.heads(),
      terms.consent.heads(), decision.heads);
}

bool Nothing(const v1::MeasureTally& measure) {
  return measure.total() == 0 || measure.participating() == 0;
}

void DecideByThresholds(const Terms& terms, Decision& decision) {
  const bool by_area = terms.quorum.has_area() || terms.consent.has_area();
  const auto misses = [](const v1::MeasureTally& m) { return m.has_quorum() && !m.quorum().met(); };
  if (Nothing(decision.heads) || (by_area && Nothing(decision.area)) || misses(decision.heads) ||
      misses(decision.area)) {
    decision.outcome = v1::OUTCOME_NO_QUORUM;
    return;
  }
  const bool area = !decision.area.has_consent() || decision.area.consent().met();
  const bool heads = !decision.heads.has_consent() || decision.heads.consent().met();
  decision.outcome = area && heads ? v1::OUTCOME_PASSED : v1::OUTCOME_REJECTED;
  const bool both_asked = decision.area.has_consent() && decision.heads.has_consent();
  if (both_asked && area != heads) decision.flags.insert(v1::TALLY_FLAG_SPLIT_MEASURE);
}

void DecideUnanimity(const std::vector<Unit>& units, Decision& decision) {
  const bool all = std::all_of(units.begin(), units.end(),
                               [](const Unit& unit) { return unit.vote == Vote::kInFavour; });
  decision.outcome = units.empty() ? v1::OUTCOME_NO_QUORUM
                     : all         ? v1::OUTCOME_PASSED
                                   : v1::OUTCOME_REJECTED;
}

}  // namespace

bool Reaches(const Threshold& threshold, std::int64_t part, std::int64_t base) {
  const absl::int128 have = absl::int128(threshold.denominator()) * part;
  const absl::int128 need = absl::int128(threshold.numerator()) * base;
  return threshold.strict() ? have > need : have >= need;
}

std::int64_t LeastThatReaches(const Threshold& threshold, std::int64_t base) {
  const absl::int128 need = absl::int128(threshold.numerator()) * base;
  const absl::int128 denominator = threshold.denominator();
  const absl::int128 least =
      threshold.strict() ? need / denominator + 1 : (need + denominator - 1) / denominator;
  return static_cast<std::int64_t>(least);
}

Terms TermsOf(const VotingRuleSet& rules, bool runoff) {
  Terms terms;
  terms.consent = rules.consent();
  terms.base = rules.consent_base() == policy::v1::CONSENT_BASE_ALL ? Terms::Base::kAll
                                                                    : Terms::Base::kParticipating;
  if (!runoff || rules.election().runoff_needs_quorum()) terms.quorum = rules.quorum();
  if (runoff && rules.election().has_runoff_share()) {
    const Threshold& share = rules.election().runoff_share();
    if (terms.consent.has_area()) *terms.consent.mutable_area() = share;
    if (terms.consent.has_heads()) *terms.consent.mutable_heads() = share;
    terms.base = Terms::Base::kCast;
  }
  return terms;
}

std::int64_t Cast(const v1::MeasureTally& measure) {
  return measure.in_favour() + measure.against() + measure.abstain() + measure.follow() +
         measure.invalid();
}

Side SideOf(const Decision& decision, const VotingRuleSet& rules, const Terms& terms) {
  const Side side = MajorityOf(decision, terms);
  return BelowFloor(decision, rules, terms) ? Side::kNone : side;
}

void SumUnits(const VotingRuleSet& rules, const std::vector<Unit>& units, Side side,
              v1::MeasureTally& area, v1::MeasureTally& heads) {
  for (const Unit& unit : units) {
    AddVote(unit.vote, unit.area_dm2, area);
    AddVote(unit.vote, unit.heads, heads);
  }
  for (v1::MeasureTally* measure : {&area, &heads}) {
    SetParticipating(rules, *measure);
    SetConsenting(rules, side, *measure);
  }
}

Decision Decide(const VotingRuleSet& rules, const Terms& terms, const std::vector<Unit>& units,
                const Present& present) {
  Decision decision;
  SumUnits(rules, units, Side::kNone, decision.area, decision.heads);
  if (rules.unanimous_interested()) {
    DecideUnanimity(units, decision);
    return decision;
  }
  const Side side = SideOf(decision, rules, terms);
  for (v1::MeasureTally* measure : {&decision.area, &decision.heads}) {
    SetConsenting(rules, side, *measure);
  }
  const auto joiners = [&](const v1::MeasureTally& measure) {
    return measure.follow() + (DeemedJoin(rules) ? measure.deemed() : 0);
  };
  if (side == Side::kNone && (joiners(decision.heads) > 0 || joiners(decision.area) > 0)) {
    decision.flags.insert(MajorityOf(decision, terms) == Side::kNone
                              ? v1::TALLY_FLAG_NO_MAJORITY_TO_FOLLOW
                              : v1::TALLY_FLAG_MAJORITY_BELOW_FLOOR);
  }
  if (rules.participation() == policy::v1::PARTICIPATION_PRESENT) {
    decision.area.set_participating(present.area_dm2);
    decision.heads.set_participating(present.heads);
  }
  UseThresholds(terms, decision);
  DecideByThresholds(terms, decision);
  return decision;
}

}  // namespace sanzhang::resolution
