#include "services/registry/place.h"

#include "services/registry/place_rules.h"

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

}  // namespace

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

type::v1::Place WhereIs(const State& state, const std::string& name) {
  type::v1::Place place;
  place.set_property_area(state.property_area);
  place.set_grid(state.grid);
  place.set_building(state.building);
  place.set_entrance(state.entrance);
  if (wire::CollectionOf(name) == "dwellings") place.set_dwelling(name);
  return place;
}

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
  registered.set_kind(request.kind());
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

namespace {

void Begin(State& state, const type::v1::Place& place) {
  state.phase = Phase::kActive;
  state.property_area = place.property_area();
  state.grid = place.grid();
  state.building = place.building();
  state.entrance = place.entrance();
}

void BeginDwelling(State& state, const v1::DwellingRegistered& fact) {
  Begin(state, fact.place());
  state.display_name = fact.display_name();
  state.area_dm2 = fact.area_dm2();
  state.area_source = fact.area_source();
  state.kind = fact.kind();
}

// OwnershipRecorded or OwnershipTransferred.
template <class Fact>
void SetOwners(State& state, const Fact& fact) {
  state.owners = SharesOf(fact.owners());
  state.ownership_basis = fact.basis();
  state.ownership = state.owners.empty() ? State::Ownership::kNone : State::Ownership::kUnverified;
}

void EndUse(State& state, const std::string& person) {
  std::erase_if(state.occupants, [&](const Place::Occupant& use) { return use.person == person; });
}

}  // namespace

void Place::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kPropertyAreaRegistered:
    case Event::kGridDrawn:
      Begin(state, {});
      break;
    case Event::kBuildingRegistered:
      Begin(state, event.building_registered().place());
      break;
    case Event::kBuildingMovedToGrid:
      state.grid = event.building_moved_to_grid().grid();
      break;
    case Event::kEntranceRegistered:
      Begin(state, event.entrance_registered().place());
      break;
    case Event::kDwellingRegistered:
      BeginDwelling(state, event.dwelling_registered());
      break;
    case Event::kDwellingAreaCorrected:
      state.area_dm2 = event.dwelling_area_corrected().area_dm2();
      state.area_source = event.dwelling_area_corrected().area_source();
      break;
    case Event::kDwellingClassified:
      state.kind = event.dwelling_classified().kind();
      break;
    case Event::kDwellingSaleRecorded:
      state.sale = event.dwelling_sale_recorded().sale();
      state.developer = event.dwelling_sale_recorded().developer();
      break;
    case Event::kOwnershipRecorded:
      SetOwners(state, event.ownership_recorded());
      break;
    case Event::kOwnershipTransferred:
      SetOwners(state, event.ownership_transferred());
      break;
    case Event::kOwnershipVerified:
    case Event::kOwnershipDisputeEnded:
      state.ownership = State::Ownership::kVerified;
      break;
    case Event::kOwnershipDisputed:
      state.ownership = State::Ownership::kDisputed;
      break;
    case Event::kOccupancyRecorded:
      EndUse(state, event.occupancy_recorded().occupant());
      state.occupants.push_back(
          {event.occupancy_recorded().occupant(), event.occupancy_recorded().kind()});
      break;
    case Event::kOccupancyEnded:
      EndUse(state, event.occupancy_ended().occupant());
      break;
    case Event::kDwellingSplit:
    case Event::kDwellingMerged:
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
static_assert(runtime::Decides<Place, v1::RetirePlaceRequest>);

}  // namespace sanzhang::registry
