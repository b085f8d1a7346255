#include "services/registry/constituency.h"

#include <algorithm>

#include "services/registry/rules.h"

namespace sanzhang::registry {
namespace {

using runtime::Claim;
using runtime::Context;
using runtime::Facts;
using runtime::Needs;
using runtime::Refusal;
using Decision = Constituency::Decision;
using State = Constituency::State;
using Phase = State::Phase;
using Units = std::set<std::string>;

using enum type::v1::ErrorReason;

// URC-2025 Art. 13.
constexpr int kHouseholdsMin = 20;
constexpr int kHouseholdsMax = 50;

bool IsHousehold(std::string_view unit) { return wire::CollectionOf(unit) == "households"; }

std::optional<Refusal> RequireSet(const State& state, const Context& context) {
  if (state.phase == Phase::kNone) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (state.phase == Phase::kDissolved) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, context.name);
  }
  return std::nullopt;
}

std::optional<Refusal> RequireHousehold(const Facts& facts, std::string_view name) {
  const auto found = facts.households.find(name);
  if (found == facts.households.end()) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, name);
  if (!found->second.active) return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, name);
  return std::nullopt;
}

std::optional<Refusal> CheckUnits(const v1::SetRepresentativeConstituencyRequest& request,
                                  const Facts& facts) {
  for (const std::string& unit : request.units()) {
    auto refusal = IsHousehold(unit) ? RequireHousehold(facts, unit) : RequirePlace(facts, unit);
    if (refusal) return refusal;
  }
  const Units units(request.units().begin(), request.units().end());
  if (units.size() != static_cast<std::size_t>(request.units_size())) return RefuseField("units");
  if (std::count_if(units.begin(), units.end(), IsHousehold) > request.households()) {
    return RefuseField("households");
  }
  for (const std::string& unit : units) {
    if (wire::CollectionOf(unit) != "entrances") continue;
    if (units.contains(facts.places.find(unit)->second.place.building())) {
      return Refuse(ERROR_REASON_PLACE_INCONSISTENT, unit);
    }
  }
  return std::nullopt;
}

std::vector<Claim> Claims(const Units& before, const Units& after) {
  std::vector<Claim> claims;
  for (const std::string& unit : before) {
    if (!after.contains(unit)) claims.push_back({.name = ConstituencyClaim(unit), .release = true});
  }
  for (const std::string& unit : after) {
    if (before.contains(unit)) continue;
    claims.push_back({.name = ConstituencyClaim(unit), .taken = ERROR_REASON_CONSTITUENCY_TAKEN});
  }
  return claims;
}

}  // namespace

Needs Constituency::NeedsOf(const State&, const v1::SetRepresentativeConstituencyRequest& request) {
  Needs needs;
  for (const std::string& unit : request.units()) {
    (IsHousehold(unit) ? needs.households : needs.places).push_back(unit);
  }
  return needs;
}
Needs Constituency::NeedsOf(const State&, const v1::ElectRepresentativeRequest& request) {
  return {.memberships = {request.membership()}};
}

// Checks stand in order of precedence: of several reasons the first is given.
Decision Constituency::Decide(const State& state,
                              const v1::SetRepresentativeConstituencyRequest& request,
                              const Context& context) {
  if (state.phase == Phase::kDissolved) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, context.name);
  }
  if (auto refusal = CheckUnits(request, context.facts)) return *std::move(refusal);
  if (request.households() < kHouseholdsMin || request.households() > kHouseholdsMax) {
    return Refusal{.reason = ERROR_REASON_CONSTITUENCY_SIZE,
                   .metadata = {{"households_min", std::to_string(kHouseholdsMin)},
                                {"households_max", std::to_string(kHouseholdsMax)}}};
  }
  const Units units(request.units().begin(), request.units().end());
  if (state.units == units && state.households == request.households()) return AlreadySo<Event>();
  Event event;
  auto& set = *event.mutable_representative_constituency_set();
  *set.mutable_units() = request.units();
  set.set_households(request.households());
  return Record(std::move(event), Claims(state.units, units));
}

Decision Constituency::Decide(const State& state, const v1::ElectRepresentativeRequest& request,
                              const Context& context) {
  if (auto refusal = RequireSet(state, context)) return *std::move(refusal);
  const auto seat = context.facts.memberships.find(request.membership());
  if (seat == context.facts.memberships.end()) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, request.membership());
  }
  if (!seat->second.active) return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, request.membership());
  if (seat->second.body_kind != type::v1::BODY_KIND_RESIDENT_REP_ASSEMBLY) {
    return RefuseField("membership");
  }
  if (state.membership == request.membership()) return AlreadySo<Event>();
  Event event;
  auto& elected = *event.mutable_representative_elected();
  elected.set_membership(request.membership());
  elected.set_person(seat->second.person);
  elected.set_decision(request.decision());
  Units before;
  if (!state.membership.empty()) before.insert(state.membership);
  return Record(std::move(event), Claims(before, {request.membership()}));
}

Decision Constituency::Decide(const State& state, const v1::DissolveConstituencyRequest& request,
                              const Context& context) {
  if (state.phase == Phase::kDissolved) return AlreadySo<Event>();
  if (auto refusal = RequireSet(state, context)) return *std::move(refusal);
  Event event;
  event.mutable_constituency_dissolved()->set_reason(request.reason());
  Units before = state.units;
  if (!state.membership.empty()) before.insert(state.membership);
  return Record(std::move(event), Claims(before, {}));
}

void Constituency::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kRepresentativeConstituencySet: {
      const v1::RepresentativeConstituencySet& set = event.representative_constituency_set();
      state.phase = Phase::kSet;
      state.units = {set.units().begin(), set.units().end()};
      state.households = set.households();
      break;
    }
    case Event::kRepresentativeElected:
      state.membership = event.representative_elected().membership();
      state.person = event.representative_elected().person();
      break;
    case Event::kConstituencyDissolved:
      state.phase = Phase::kDissolved;
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Constituency, v1::SetRepresentativeConstituencyRequest>);
static_assert(runtime::Decides<Constituency, v1::ElectRepresentativeRequest>);
static_assert(runtime::Decides<Constituency, v1::DissolveConstituencyRequest>);

}  // namespace sanzhang::registry
