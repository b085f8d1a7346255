#include "services/registry/household.h"

#include "services/registry/rules.h"

namespace sanzhang::registry {
namespace {

using runtime::Claim;
using runtime::Context;
using runtime::Facts;
using runtime::Needs;
using runtime::Refusal;
using Decision = Household::Decision;
using State = Household::State;
using Phase = State::Phase;
using Members = std::set<std::string>;

using enum type::v1::ErrorReason;

std::optional<Refusal> RequireFormed(const State& state, const Context& context) {
  if (state.phase == Phase::kNone) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (state.phase == Phase::kDissolved) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, context.name);
  }
  return std::nullopt;
}

template <class Request>
std::optional<Refusal> CheckMembers(const Request& request, const Facts& facts) {
  Members members;
  for (const std::string& member : request.members()) {
    if (auto refusal = RequireNatural(facts, member)) return refusal;
    if (!members.insert(member).second) return RefuseField("members");
  }
  if (!members.contains(request.head())) return RefuseField("head");
  return std::nullopt;
}

// Takes those who come in, gives up those who leave.
std::vector<Claim> Claims(const Members& before, const Members& after) {
  std::vector<Claim> claims;
  for (const std::string& member : before) {
    if (!after.contains(member)) {
      claims.push_back({.name = HouseholdClaim(member), .release = true});
    }
  }
  for (const std::string& member : after) {
    if (!before.contains(member)) {
      claims.push_back({.name = HouseholdClaim(member), .taken = ERROR_REASON_HOUSEHOLD_TAKEN});
    }
  }
  return claims;
}

type::v1::Place PlaceOfDwelling(const Facts& facts, const std::string& dwelling) {
  const auto found = facts.places.find(dwelling);
  return found == facts.places.end() ? type::v1::Place() : found->second.place;
}

}  // namespace

std::string Household::NewName(const v1::FormHouseholdRequest& request, std::string_view fresh_id) {
  return NameFor(request.parent(), "households", request.household_id(), fresh_id);
}

Needs Household::NeedsOf(const State&, const v1::FormHouseholdRequest& request) {
  return {.places = {request.dwelling()},
          .persons = {request.members().begin(), request.members().end()}};
}
Needs Household::NeedsOf(const State& state, const v1::ChangeHouseholdRequest& request) {
  Needs needs = {.persons = {request.members().begin(), request.members().end()}};
  if (!state.dwelling.empty()) needs.places.push_back(state.dwelling);
  return needs;
}
Needs Household::NeedsOf(const State& state, const v1::DissolveHouseholdRequest&) {
  if (state.dwelling.empty()) return {};
  return {.places = {state.dwelling}};
}

type::v1::Place Household::PlaceOf(const State&, const v1::FormHouseholdRequest& request,
                                   const Facts& facts) {
  return PlaceOfDwelling(facts, request.dwelling());
}
type::v1::Place Household::PlaceOf(const State& state, const v1::ChangeHouseholdRequest&,
                                   const Facts& facts) {
  return PlaceOfDwelling(facts, state.dwelling);
}
type::v1::Place Household::PlaceOf(const State& state, const v1::DissolveHouseholdRequest&,
                                   const Facts& facts) {
  return PlaceOfDwelling(facts, state.dwelling);
}

// Checks stand in order of precedence: of several reasons the first is given.
Decision Household::Decide(const State& state, const v1::FormHouseholdRequest& request,
                           const Context& context) {
  if (state.phase != Phase::kNone)
    return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, context.name);
  if (auto refusal = RequirePlace(context.facts, request.dwelling())) return *std::move(refusal);
  if (auto refusal = CheckMembers(request, context.facts)) return *std::move(refusal);
  Event event;
  auto& formed = *event.mutable_household_formed();
  formed.set_dwelling(request.dwelling());
  *formed.mutable_members() = request.members();
  formed.set_head(request.head());
  return Record(std::move(event), Claims({}, {request.members().begin(), request.members().end()}));
}

Decision Household::Decide(const State& state, const v1::ChangeHouseholdRequest& request,
                           const Context& context) {
  if (auto refusal = RequireFormed(state, context)) return *std::move(refusal);
  if (auto refusal = CheckMembers(request, context.facts)) return *std::move(refusal);
  const Members members(request.members().begin(), request.members().end());
  if (state.members == members && state.head == request.head()) return AlreadySo<Event>();
  Event event;
  *event.mutable_household_changed()->mutable_members() = request.members();
  event.mutable_household_changed()->set_head(request.head());
  return Record(std::move(event), Claims(state.members, members));
}

Decision Household::Decide(const State& state, const v1::DissolveHouseholdRequest& request,
                           const Context& context) {
  if (state.phase == Phase::kDissolved) return AlreadySo<Event>();
  if (auto refusal = RequireFormed(state, context)) return *std::move(refusal);
  Event event;
  event.mutable_household_dissolved()->set_reason(request.reason());
  return Record(std::move(event), Claims(state.members, {}));
}

void Household::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kHouseholdFormed: {
      const v1::HouseholdFormed& formed = event.household_formed();
      state.phase = Phase::kFormed;
      state.dwelling = formed.dwelling();
      state.members = {formed.members().begin(), formed.members().end()};
      state.head = formed.head();
      break;
    }
    case Event::kHouseholdChanged: {
      const v1::HouseholdChanged& changed = event.household_changed();
      state.members = {changed.members().begin(), changed.members().end()};
      state.head = changed.head();
      break;
    }
    case Event::kHouseholdDissolved:
      state.phase = Phase::kDissolved;
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Household, v1::FormHouseholdRequest>);
static_assert(runtime::Decides<Household, v1::ChangeHouseholdRequest>);
static_assert(runtime::Decides<Household, v1::DissolveHouseholdRequest>);

}  // namespace sanzhang::registry
