#include "services/rating/result.h"

#include <algorithm>
#include <map>

#include "services/rating/limits.h"

namespace sanzhang::rating {
namespace {

struct Sum {
  std::int32_t n = 0;
  std::int64_t points = 0;
  std::int32_t satisfied = 0;
};

using Sums = std::map<std::string, Sum, std::less<>>;

Sums SumUp(const ResultInput& input) {
  Sums sums;
  for (const v1::Dimension& dimension : input.terms.dimensions()) sums[dimension.code()];
  for (const CountedRating& rating : input.ratings) {
    for (const auto& [code, value] : rating.scores) {
      const auto sum = sums.find(code);
      if (sum == sums.end() || value < kScoreMin || value > kScoreMax) continue;
      ++sum->second.n;
      sum->second.points += value;
      if (value >= kSatisfiedMin) ++sum->second.satisfied;
    }
  }
  return sums;
}

void AddDimensions(const ResultInput& input, v1::RatingResult& result) {
  const Sums sums = SumUp(input);
  const bool enough = result.n() >= std::max(kShownMin, input.terms.min_n());
  std::int64_t weighted = 0;
  bool whole = true;
  for (const v1::Dimension& dimension : input.terms.dimensions()) {
    const Sum& sum = sums.find(dimension.code())->second;
    v1::DimensionResult& shown = *result.add_dimensions();
    shown.set_dimension(dimension.code());
    shown.set_suppressed(!enough || sum.n < kShownMin);
    whole = whole && !shown.suppressed();
    if (shown.suppressed()) continue;
    const std::int64_t average = Rounded(1000 * sum.points, sum.n);
    shown.set_n(sum.n);
    shown.set_average_milli(static_cast<std::int32_t>(average));
    shown.set_satisfied(sum.satisfied);
    weighted += dimension.weight_bp() * average;
  }
  if (whole && !result.dimensions().empty()) {
    result.set_total_milli(static_cast<std::int32_t>(Rounded(weighted, kWholeBp)));
  }
}

struct Turnout {
  std::int64_t raters = 0;
  std::int64_t eligible = 0;
};

using Turnouts = std::map<std::string, Turnout>;

// Raters of buildings that nobody was said to be eligible in stand under the empty name.
Turnouts TurnoutOf(const ResultInput& input) {
  Turnouts turnouts;
  for (const v1::BuildingElectorate& building : input.electorate) {
    turnouts[building.building()].eligible += building.eligible();
  }
  for (const CountedRating& rating : input.ratings) {
    const auto found = turnouts.find(rating.building);
    ++(found == turnouts.end() ? turnouts[""] : found->second).raters;
  }
  return turnouts;
}

bool IsBiased(const Turnouts& turnouts, std::int64_t n, std::int64_t eligible) {
  std::int64_t most = 0;
  for (const auto& [building, turnout] : turnouts) most = std::max(most, turnout.raters);
  return std::any_of(turnouts.begin(), turnouts.end(), [&](const auto& entry) {
    const Turnout& turnout = entry.second;
    return most > 0 && turnout.raters == most &&
           turnout.raters * eligible > kBiasTimes * turnout.eligible * n;
  });
}

void AddBuildings(const Turnouts& turnouts, v1::RatingResult& result) {
  int suppressed = 0;
  for (const auto& [building, turnout] : turnouts) {
    v1::BuildingCoverage& shown = *result.add_buildings();
    shown.set_building(building);
    shown.set_eligible(static_cast<std::int32_t>(turnout.eligible));
    shown.set_raters(static_cast<std::int32_t>(turnout.raters));
    shown.set_suppressed(turnout.raters > 0 && turnout.raters < kShownMin);
    suppressed += shown.suppressed();
  }
  if (suppressed == 1) {
    v1::BuildingCoverage* least = nullptr;
    for (v1::BuildingCoverage& shown : *result.mutable_buildings()) {
      if (shown.suppressed() || shown.raters() == 0) continue;
      if (least == nullptr || shown.raters() < least->raters()) least = &shown;
    }
    if (least != nullptr) least->set_suppressed(true);
  }
  for (v1::BuildingCoverage& shown : *result.mutable_buildings()) {
    if (shown.suppressed()) shown.clear_raters();
  }
}

}  // namespace

std::int64_t Rounded(std::int64_t numerator, std::int64_t denominator) {
  return (2 * numerator + denominator) / (2 * denominator);
}

v1::RatingResult ComputeResult(const ResultInput& input) {
  const Turnouts turnouts = TurnoutOf(input);
  const auto n = static_cast<std::int64_t>(input.ratings.size());
  std::int64_t eligible = 0;
  for (const auto& [building, turnout] : turnouts) eligible += turnout.eligible;

  v1::RatingResult result;
  result.set_n(static_cast<std::int32_t>(n));
  result.set_eligible(static_cast<std::int32_t>(eligible));
  if (eligible > 0) {
    result.set_coverage_bp(static_cast<std::int32_t>(Rounded(kWholeBp * n, eligible)));
  }
  result.set_voided(input.voided);
  result.set_formula(std::string(kResultFormula));
  AddDimensions(input, result);
  AddBuildings(turnouts, result);
  result.set_biased(IsBiased(turnouts, n, eligible));
  return result;
}

}  // namespace sanzhang::rating
