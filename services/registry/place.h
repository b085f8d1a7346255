// The rules of a community's parts: property areas, grids, buildings, entrances, dwellings, and who
// owns a dwelling. Streams: `communities/{c}/{collection}/{id}`.
//
// A place is stored complete: with all that it lay in when it was registered. A redrawn grid is a
// fact of the building alone; whoever asks where an entrance lies now asks its building (the
// Directory does).
//
// Owners are unverified, verified, or disputed; while they are disputed, those recorded stand, and
// only a transfer or the end of the dispute changes them. A split or merged dwelling passes on its
// owners, and what the developer has not delivered; who uses it is recorded anew.
//
// Refusals, in this order: RESOURCE_ALREADY_EXISTS or RESOURCE_NOT_FOUND and RESOURCE_NOT_ACTIVE of
// the place itself; RESOURCE_NOT_FOUND and RESOURCE_NOT_ACTIVE of what is named, then
// PERSON_KIND_FORBIDS; PLACE_INCONSISTENT; INVALID_REQUEST of a dwelling without a building, of
// shares, of a developer missing or given in vain, of parts or dwellings named twice;
// OWNERSHIP_IN_DISPUTE; STATE_FORBIDS; AREA_SOURCE_OUTRANKED; AREA_DIFFERS; OWNERS_DIFFER;
// TOO_MANY.
//
// place.cc has registration and the fold, place_dwelling.cc what changes a dwelling,
// place_owners.cc who owns and uses it.
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
  struct Occupant {
    std::string person;
    v1::OccupancyKind kind = v1::OCCUPANCY_KIND_UNSPECIFIED;
    bool operator==(const Occupant&) const = default;
  };
  struct State {
    enum class Phase { kNone, kActive, kRetired } phase = Phase::kNone;
    // What it lies in, without itself.
    std::string property_area;
    std::string grid;
    std::string building;
    std::string entrance;
    // Of a dwelling.
    std::string display_name;
    std::int64_t area_dm2 = 0;
    v1::AreaSource area_source = v1::AREA_SOURCE_UNSPECIFIED;
    type::v1::DwellingKind kind = type::v1::DWELLING_KIND_UNSPECIFIED;
    type::v1::SaleState sale = type::v1::SALE_STATE_UNSPECIFIED;
    std::string developer;
    std::vector<Share> owners;
    std::string ownership_basis;
    enum class Ownership { kNone, kUnverified, kVerified, kDisputed } ownership = Ownership::kNone;
    std::vector<Occupant> occupants;
    bool operator==(const State&) const = default;
  };

  static std::string NewName(const v1::RegisterPropertyAreaRequest&, std::string_view fresh_id);
  static std::string NewName(const v1::DrawGridRequest&, std::string_view fresh_id);
  static std::string NewName(const v1::RegisterBuildingRequest&, std::string_view fresh_id);
  static std::string NewName(const v1::RegisterEntranceRequest&, std::string_view fresh_id);
  static std::string NewName(const v1::RegisterDwellingRequest&, std::string_view fresh_id);
  static std::string NewName(const v1::MergeDwellingsRequest&, std::string_view fresh_id);

  static runtime::Needs NeedsOf(const State&, const v1::RegisterBuildingRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::MoveBuildingToGridRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::RegisterEntranceRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::RegisterDwellingRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::RecordOwnershipRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::TransferOwnershipRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::RecordDwellingSaleRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::RecordOccupancyRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::SplitDwellingRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::MergeDwellingsRequest&);

  // An owners' committee acts on dwellings of its own area only.
  static type::v1::Place PlaceOf(const State&, const v1::RecordOwnershipRequest&,
                                 const runtime::Facts&);
  static type::v1::Place PlaceOf(const State&, const v1::TransferOwnershipRequest&,
                                 const runtime::Facts&);
  static type::v1::Place PlaceOf(const State&, const v1::DisputeOwnershipRequest&,
                                 const runtime::Facts&);
  static type::v1::Place PlaceOf(const State&, const v1::RecordOccupancyRequest&,
                                 const runtime::Facts&);
  static type::v1::Place PlaceOf(const State&, const v1::EndOccupancyRequest&,
                                 const runtime::Facts&);
  static type::v1::Place PlaceOf(const State&, const v1::CorrectDwellingAreaRequest&,
                                 const runtime::Facts&);
  static type::v1::Place PlaceOf(const State&, const v1::ClassifyDwellingRequest&,
                                 const runtime::Facts&);
  static type::v1::Place PlaceOf(const State&, const v1::RecordDwellingSaleRequest&,
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

  static Decision Decide(const State&, const v1::CorrectDwellingAreaRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::ClassifyDwellingRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::RecordDwellingSaleRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::SplitDwellingRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::MergeDwellingsRequest&, const runtime::Context&);

  static Decision Decide(const State&, const v1::VerifyOwnershipRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::TransferOwnershipRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::DisputeOwnershipRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::EndOwnershipDisputeRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::RecordOccupancyRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::EndOccupancyRequest&, const runtime::Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

}  // namespace sanzhang::registry
