#include "services/registry/place.h"

#include <limits>
#include <numeric>
#include <set>

#include "services/registry/rules.h"

namespace sanzhang::registry {
namespace {

using runtime::Context;
using runtime::Needs;
using runtime::Refusal;
using Event = Place::Event;
using Decision = Place::Decision;
using State = Place::State;
using Phase = State::Phase;

using enum type::v1::ErrorReason;

// What a new place is refused for before all else.
std::optional<Refusal> RequireNew(const State& state, const Context& context) {
  if (state.phase != Phase::kNone)
    return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, context.name);
  return std::nullopt;
}

std::optional<Refusal> RequireActive(const State& state, const Context& context) {
  if (state.phase == Phase::kNone) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (state.phase == Phase::kRetired) return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, context.name);
  return std::nullopt;
}

type::v1::Place NamedBy(const v1::RegisterBuildingRequest& request) {
  type::v1::Place place;
  place.set_property_area(request.property_area());
  place.set_grid(request.grid());
  return place;
}

type::v1::Place NamedBy(const v1::RegisterEntranceRequest& request) {
  type::v1::Place place;
  place.set_building(request.building());
  return place;
}

type::v1::Place NamedBy(const v1::RegisterDwellingRequest& request) {
  type::v1::Place place;
  place.set_building(request.building());
  place.set_entrance(request.entrance());
  return place;
}

template <class Request>
Needs NeedsOfNew(const Request& request) {
  return {.places = PartsOf(NamedBy(request))};
}

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
std::optional<Refusal> CheckShares(const v1::RecordOwnershipRequest& request) {
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

template <class Owners>
std::vector<Place::Share> SharesOf(const Owners& owners) {
  std::vector<Place::Share> shares;
  for (const v1::Owner& owner : owners) {
    shares.push_back({owner.person(), owner.share_numerator(), owner.share_denominator()});
  }
  return shares;
}

}  // namespace

std::string Place::NewName(const v1::RegisterPropertyAreaRequest& request,
                           std::string_view fresh_id) {
  return NameFor(request.parent(), "propertyAreas", request.property_area_id(), fresh_id);
}
std::string Place::NewName(const v1::DrawGridRequest& request, std::string_view fresh_id) {
  return NameFor(request.parent(), "grids", request.grid_id(), fresh_id);
}
std::string Place::NewName(const v1::RegisterBuildingRequest& request, std::string_view fresh_id) {
  return NameFor(request.parent(), "buildings", request.building_id(), fresh_id);
}
std::string Place::NewName(const v1::RegisterEntranceRequest& request, std::string_view fresh_id) {
  return NameFor(request.parent(), "entrances", request.entrance_id(), fresh_id);
}
std::string Place::NewName(const v1::RegisterDwellingRequest& request, std::string_view fresh_id) {
  return NameFor(request.parent(), "dwellings", request.dwelling_id(), fresh_id);
}

Needs Place::NeedsOf(const State&, const v1::RegisterBuildingRequest& request) {
  return NeedsOfNew(request);
}
Needs Place::NeedsOf(const State&, const v1::MoveBuildingToGridRequest& request) {
  return {.places = {request.grid()}};
}
Needs Place::NeedsOf(const State&, const v1::RegisterEntranceRequest& request) {
  return NeedsOfNew(request);
}
Needs Place::NeedsOf(const State&, const v1::RegisterDwellingRequest& request) {
  return NeedsOfNew(request);
}
Needs Place::NeedsOf(const State&, const v1::RecordOwnershipRequest& request) {
  Needs needs;
  for (const v1::Owner& owner : request.owners()) needs.persons.push_back(owner.person());
  return needs;
}

type::v1::Place Place::PlaceOf(const State& state, const v1::RecordOwnershipRequest& request,
                               const runtime::Facts&) {
  type::v1::Place place;
  place.set_property_area(state.property_area);
  place.set_grid(state.grid);
  place.set_building(state.building);
  place.set_entrance(state.entrance);
  place.set_dwelling(request.name());
  return place;
}

// Checks stand in order of precedence: of several reasons the first is given.
Decision Place::Decide(const State& state, const v1::RegisterPropertyAreaRequest& request,
                       const Context& context) {
  if (auto refusal = RequireNew(state, context)) return *std::move(refusal);
  Event event;
  event.mutable_property_area_registered()->set_display_name(request.display_name());
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::DrawGridRequest& request,
                       const Context& context) {
  if (auto refusal = RequireNew(state, context)) return *std::move(refusal);
  Event event;
  event.mutable_grid_drawn()->set_display_name(request.display_name());
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::RegisterBuildingRequest& request,
                       const Context& context) {
  if (auto refusal = RequireNew(state, context)) return *std::move(refusal);
  auto place = CompletePlace(context.facts, NamedBy(request));
  if (auto* refusal = std::get_if<Refusal>(&place)) return std::move(*refusal);
  Event event;
  event.mutable_building_registered()->set_display_name(request.display_name());
  *event.mutable_building_registered()->mutable_place() = std::get<type::v1::Place>(place);
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::MoveBuildingToGridRequest& request,
                       const Context& context) {
  if (auto refusal = RequireActive(state, context)) return *std::move(refusal);
  if (auto refusal = RequirePlace(context.facts, request.grid())) return *std::move(refusal);
  if (state.grid == request.grid()) return AlreadySo<Event>();
  Event event;
  event.mutable_building_moved_to_grid()->set_grid(request.grid());
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::RegisterEntranceRequest& request,
                       const Context& context) {
  if (auto refusal = RequireNew(state, context)) return *std::move(refusal);
  auto place = CompletePlace(context.facts, NamedBy(request));
  if (auto* refusal = std::get_if<Refusal>(&place)) return std::move(*refusal);
  Event event;
  event.mutable_entrance_registered()->set_display_name(request.display_name());
  *event.mutable_entrance_registered()->mutable_place() = std::get<type::v1::Place>(place);
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::RegisterDwellingRequest& request,
                       const Context& context) {
  if (auto refusal = RequireNew(state, context)) return *std::move(refusal);
  auto place = CompletePlace(context.facts, NamedBy(request));
  if (auto* refusal = std::get_if<Refusal>(&place)) return std::move(*refusal);
  // An exclusive part lies in a building, with or without an entrance.
  if (request.building().empty() && request.entrance().empty()) return RefuseField("building");
  Event event;
  auto& registered = *event.mutable_dwelling_registered();
  registered.set_display_name(request.display_name());
  *registered.mutable_place() = std::get<type::v1::Place>(place);
  registered.set_area_dm2(request.area_dm2());
  registered.set_area_source(request.area_source());
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::RecordOwnershipRequest& request,
                       const Context& context) {
  if (auto refusal = RequireActive(state, context)) return *std::move(refusal);
  for (const v1::Owner& owner : request.owners()) {
    if (auto refusal = RequirePerson(context.facts, owner.person())) return *std::move(refusal);
  }
  if (auto refusal = CheckShares(request)) return *std::move(refusal);
  if (state.owners == SharesOf(request.owners()) && state.ownership_basis == request.basis()) {
    return AlreadySo<Event>();
  }
  Event event;
  *event.mutable_ownership_recorded()->mutable_owners() = request.owners();
  event.mutable_ownership_recorded()->set_basis(request.basis());
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::RetirePlaceRequest& request,
                       const Context& context) {
  if (state.phase == Phase::kNone) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (state.phase == Phase::kRetired) return AlreadySo<Event>();
  Event event;
  event.mutable_place_retired()->set_reason(request.reason());
  return Record(std::move(event));
}

void Place::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  const auto begin = [&state](const type::v1::Place& place) {
    state.phase = Phase::kActive;
    state.property_area = place.property_area();
    state.grid = place.grid();
    state.building = place.building();
    state.entrance = place.entrance();
  };
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kPropertyAreaRegistered:
    case Event::kGridDrawn:
      begin({});
      break;
    case Event::kBuildingRegistered:
      begin(event.building_registered().place());
      break;
    case Event::kBuildingMovedToGrid:
      state.grid = event.building_moved_to_grid().grid();
      break;
    case Event::kEntranceRegistered:
      begin(event.entrance_registered().place());
      break;
    case Event::kDwellingRegistered:
      begin(event.dwelling_registered().place());
      break;
    case Event::kOwnershipRecorded:
      state.owners = SharesOf(event.ownership_recorded().owners());
      state.ownership_basis = event.ownership_recorded().basis();
      break;
    case Event::kPlaceRetired:
      state.phase = Phase::kRetired;
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Place, v1::RegisterPropertyAreaRequest>);
static_assert(runtime::Decides<Place, v1::DrawGridRequest>);
static_assert(runtime::Decides<Place, v1::RegisterBuildingRequest>);
static_assert(runtime::Decides<Place, v1::MoveBuildingToGridRequest>);
static_assert(runtime::Decides<Place, v1::RegisterEntranceRequest>);
static_assert(runtime::Decides<Place, v1::RegisterDwellingRequest>);
static_assert(runtime::Decides<Place, v1::RecordOwnershipRequest>);
static_assert(runtime::Decides<Place, v1::RetirePlaceRequest>);

}  // namespace sanzhang::registry
