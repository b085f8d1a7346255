#include <limits>
#include <numeric>
#include <set>

#include "services/registry/limits.h"
#include "services/registry/place_rules.h"

namespace sanzhang::registry {
namespace {

using runtime::Context;
using runtime::Facts;
using runtime::Needs;
using runtime::Refusal;
using Event = Place::Event;
using Decision = Place::Decision;
using State = Place::State;
using Ownership = State::Ownership;

using enum type::v1::ErrorReason;

// Adds a share to a sum of shares, exactly. False: the sum is more than the whole, or its
// denominator more than a number can hold.
bool AddShare(const v1::Owner& owner, std::int64_t& numerator, std::int64_t& denominator) {
  const std::int64_t factor =
      owner.share_denominator() / std::gcd(denominator, owner.share_denominator());
  if (denominator > std::numeric_limits<std::int64_t>::max() / factor) return false;
  const std::int64_t common = denominator * factor;
  // Both shares are at most the whole, so that neither product exceeds `common`.
  const std::int64_t present = numerator * factor;
  const std::int64_t added = owner.share_numerator() * (common / owner.share_denominator());
  if (present > common - added) return false;
  numerator = present + added;
  denominator = common;
  return true;
}

// Each owner once; shares of all or of none, each a part of the whole, together at most the whole.
template <class Request>
std::optional<Refusal> CheckShares(const Request& request) {
  std::set<std::string_view> seen;
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
  for (const v1::Owner& owner : request.owners()) {
    if (!seen.insert(owner.person()).second) return RefuseField("owners.person");
    const bool stated = owner.share_denominator() != 0 || owner.share_numerator() != 0;
    if (stated != (request.owners(0).share_denominator() != 0)) {
      return RefuseField("owners.share_denominator");
    }
    if (!stated) continue;
    if (owner.share_numerator() < 1 || owner.share_numerator() > owner.share_denominator() ||
        !AddShare(owner, numerator, denominator)) {
      return RefuseField("owners.share_numerator");
    }
  }
  return std::nullopt;
}

template <class Request>
Needs OwnersOf(const Request& request) {
  Needs needs;
  for (const v1::Owner& owner : request.owners()) needs.persons.push_back(owner.person());
  return needs;
}

// What a new set of owners is refused for.
template <class Request>
std::optional<Refusal> CheckOwners(const Request& request, const Facts& facts) {
  for (const v1::Owner& owner : request.owners()) {
    if (auto refusal = RequirePerson(facts, owner.person())) return refusal;
  }
  return CheckShares(request);
}

// Ownership in dispute is changed by the end of the dispute or by a transfer alone.
std::optional<Refusal> RequireUndisputed(const State& state, const Context& context) {
  if (state.ownership != Ownership::kDisputed) return std::nullopt;
  return Refuse(ERROR_REASON_OWNERSHIP_IN_DISPUTE, context.name);
}

const Place::Occupant* FindUse(const State& state, std::string_view person) {
  for (const Place::Occupant& use : state.occupants) {
    if (use.person == person) return &use;
  }
  return nullptr;
}

}  // namespace

Needs Place::NeedsOf(const State&, const v1::RecordOwnershipRequest& request) {
  return OwnersOf(request);
}
Needs Place::NeedsOf(const State&, const v1::TransferOwnershipRequest& request) {
  return OwnersOf(request);
}
Needs Place::NeedsOf(const State&, const v1::RecordOccupancyRequest& request) {
  return {.persons = {request.occupant()}};
}

type::v1::Place Place::PlaceOf(const State& state, const v1::RecordOwnershipRequest& request,
                               const Facts&) {
  return WhereIs(state, request.name());
}
type::v1::Place Place::PlaceOf(const State& state, const v1::TransferOwnershipRequest& request,
                               const Facts&) {
  return WhereIs(state, request.name());
}
type::v1::Place Place::PlaceOf(const State& state, const v1::DisputeOwnershipRequest& request,
                               const Facts&) {
  return WhereIs(state, request.name());
}
type::v1::Place Place::PlaceOf(const State& state, const v1::RecordOccupancyRequest& request,
                               const Facts&) {
  return WhereIs(state, request.name());
}
type::v1::Place Place::PlaceOf(const State& state, const v1::EndOccupancyRequest& request,
                               const Facts&) {
  return WhereIs(state, request.name());
}

// Checks stand in order of precedence: of several reasons the first is given.
Decision Place::Decide(const State& state, const v1::RecordOwnershipRequest& request,
                       const Context& context) {
  if (auto refusal = RequireActive(state, context)) return *std::move(refusal);
  if (auto refusal = CheckOwners(request, context.facts)) return *std::move(refusal);
  if (auto refusal = RequireUndisputed(state, context)) return *std::move(refusal);
  if (state.owners == SharesOf(request.owners()) && state.ownership_basis == request.basis()) {
    return AlreadySo<Event>();
  }
  Event event;
  *event.mutable_ownership_recorded()->mutable_owners() = request.owners();
  event.mutable_ownership_recorded()->set_basis(request.basis());
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::VerifyOwnershipRequest& request,
                       const Context& context) {
  if (auto refusal = RequireActive(state, context)) return *std::move(refusal);
  if (auto refusal = RequireUndisputed(state, context)) return *std::move(refusal);
  if (state.ownership == Ownership::kNone) return Refuse(ERROR_REASON_STATE_FORBIDS);
  if (state.ownership == Ownership::kVerified) return AlreadySo<Event>();
  Event event;
  event.mutable_ownership_verified()->set_basis(request.basis());
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::TransferOwnershipRequest& request,
                       const Context& context) {
  if (auto refusal = RequireActive(state, context)) return *std::move(refusal);
  if (auto refusal = CheckOwners(request, context.facts)) return *std::move(refusal);
  if (state.ownership == Ownership::kNone) return Refuse(ERROR_REASON_STATE_FORBIDS);
  if (state.ownership != Ownership::kDisputed && state.owners == SharesOf(request.owners()) &&
      state.ownership_basis == request.basis()) {
    return AlreadySo<Event>();
  }
  Event event;
  *event.mutable_ownership_transferred()->mutable_owners() = request.owners();
  event.mutable_ownership_transferred()->set_basis(request.basis());
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::DisputeOwnershipRequest& request,
                       const Context& context) {
  if (auto refusal = RequireActive(state, context)) return *std::move(refusal);
  if (state.ownership == Ownership::kNone) return Refuse(ERROR_REASON_STATE_FORBIDS);
  if (state.ownership == Ownership::kDisputed) return AlreadySo<Event>();
  Event event;
  event.mutable_ownership_disputed()->set_basis(request.basis());
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::EndOwnershipDisputeRequest& request,
                       const Context& context) {
  if (auto refusal = RequireActive(state, context)) return *std::move(refusal);
  if (state.ownership == Ownership::kVerified) return AlreadySo<Event>();
  if (state.ownership != Ownership::kDisputed) return Refuse(ERROR_REASON_STATE_FORBIDS);
  Event event;
  event.mutable_ownership_dispute_ended()->set_basis(request.basis());
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::RecordOccupancyRequest& request,
                       const Context& context) {
  if (auto refusal = RequireActive(state, context)) return *std::move(refusal);
  if (auto refusal = RequirePerson(context.facts, request.occupant())) return *std::move(refusal);
  const Occupant* present = FindUse(state, request.occupant());
  if (present != nullptr && present->kind == request.kind()) return AlreadySo<Event>();
  if (present == nullptr && state.occupants.size() >= kOccupantsPerDwellingMax) {
    return TooMany(kOccupantsPerDwellingMax);
  }
  Event event;
  event.mutable_occupancy_recorded()->set_occupant(request.occupant());
  event.mutable_occupancy_recorded()->set_kind(request.kind());
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::EndOccupancyRequest& request,
                       const Context& context) {
  if (auto refusal = RequireActive(state, context)) return *std::move(refusal);
  if (FindUse(state, request.occupant()) == nullptr) return AlreadySo<Event>();
  Event event;
  event.mutable_occupancy_ended()->set_occupant(request.occupant());
  return Record(std::move(event));
}

static_assert(runtime::Decides<Place, v1::RecordOwnershipRequest>);
static_assert(runtime::Decides<Place, v1::VerifyOwnershipRequest>);
static_assert(runtime::Decides<Place, v1::TransferOwnershipRequest>);
static_assert(runtime::Decides<Place, v1::DisputeOwnershipRequest>);
static_assert(runtime::Decides<Place, v1::EndOwnershipDisputeRequest>);
static_assert(runtime::Decides<Place, v1::RecordOccupancyRequest>);
static_assert(runtime::Decides<Place, v1::EndOccupancyRequest>);

}  // namespace sanzhang::registry
