// The rules of a community's parts: property areas, grids, buildings, entrances, dwellings, and who
// owns a dwelling. Streams: `communities/{c}/{collection}/{id}`.
//
// A place is stored complete: with all that it lay in when it was registered. A redrawn grid is a
// fact of the building alone; whoever asks where an entrance lies now asks its building (the
// Directory does).
//
// Refusals, in this order: RESOURCE_ALREADY_EXISTS or RESOURCE_NOT_FOUND and RESOURCE_NOT_ACTIVE of
// the place itself; RESOURCE_NOT_FOUND and RESOURCE_NOT_ACTIVE of what is named;
// PLACE_INCONSISTENT; INVALID_REQUEST of a dwelling without a building, or of shares.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/registry/v1/registry_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::registry {

struct Place {
  using Event = v1::PlaceEvent;
  using Decision = runtime::Decision<Event>;

  struct Share {
    std::string person;
    std::int64_t numerator = 0;
    std::int64_t denominator = 0;
    bool operator==(const Share&) const = default;
  };
  struct State {
    enum class Phase { kNone, kActive, kRetired } phase = Phase::kNone;
    // What it lies in, without itself.
    std::string property_area;
    std::string grid;
    std::string building;
    std::string entrance;
    std::vector<Share> owners;
    std::string ownership_basis;
    bool operator==(const State&) const = default;
  };

  static std::string NewName(const v1::RegisterPropertyAreaRequest&, std::string_view fresh_id);
  static std::string NewName(const v1::DrawGridRequest&, std::string_view fresh_id);
  static std::string NewName(const v1::RegisterBuildingRequest&, std::string_view fresh_id);
  static std::string NewName(const v1::RegisterEntranceRequest&, std::string_view fresh_id);
  static std::string NewName(const v1::RegisterDwellingRequest&, std::string_view fresh_id);

  static runtime::Needs NeedsOf(const State&, const v1::RegisterBuildingRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::MoveBuildingToGridRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::RegisterEntranceRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::RegisterDwellingRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::RecordOwnershipRequest&);

  // An owners' committee records the owners of its own area only.
  static type::v1::Place PlaceOf(const State&, const v1::RecordOwnershipRequest&,
                                 const runtime::Facts&);

  static Decision Decide(const State&, const v1::RegisterPropertyAreaRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::DrawGridRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::RegisterBuildingRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::MoveBuildingToGridRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::RegisterEntranceRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::RegisterDwellingRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::RecordOwnershipRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::RetirePlaceRequest&, const runtime::Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

}  // namespace sanzhang::registry
