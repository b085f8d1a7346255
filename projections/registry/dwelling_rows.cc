#include "projections/registry/dwelling_rows.h"

#include "projections/registry/register_fact.h"
#include "proto/wire/names.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/views/v1/register_view.pb.h"

namespace sanzhang::projections {
namespace {

namespace v1 = registry::v1;
using views::v1::OwnershipState;

constexpr std::string_view kSchema = R"(
CREATE TABLE dwelling (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, property_area TEXT NOT NULL,
  building TEXT NOT NULL, entrance TEXT NOT NULL, kind INTEGER NOT NULL,
  area_dm2 INTEGER NOT NULL,  -- 0: unknown.
  area_source INTEGER NOT NULL, sale INTEGER NOT NULL,
  ownership INTEGER NOT NULL,  -- views.v1.OwnershipState
  retired INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX dwelling_of_building ON dwelling (community, building);
CREATE TABLE household (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, dwelling TEXT NOT NULL, members INTEGER NOT NULL,
  dissolved INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX household_of_dwelling ON household (dwelling);
)";

absl::Status SetOwnership(Rows& rows, std::string_view dwelling, OwnershipState state) {
  return rows.Run("UPDATE dwelling SET ownership = ?2 WHERE name = ?1",
                  {dwelling, std::int64_t{state}});
}

absl::Status ApplyDwelling(const Envelope& envelope, Rows& rows) {
  v1::PlaceEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  const std::string_view name = envelope.record.stream();
  switch (event.kind_case()) {
    case v1::PlaceEvent::kDwellingRegistered: {
      const v1::DwellingRegistered& e = event.dwelling_registered();
      return rows.Run(
          "INSERT INTO dwelling VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, 0)",
          {name, wire::CommunityOf(name), e.place().property_area(), e.place().building(),
           e.place().entrance(), std::int64_t{e.kind()}, e.area_dm2(),
           std::int64_t{e.area_source()}, std::int64_t{views::v1::OWNERSHIP_STATE_UNKNOWN}});
    }
    case v1::PlaceEvent::kDwellingAreaCorrected:
      return rows.Run("UPDATE dwelling SET area_dm2 = ?2, area_source = ?3 WHERE name = ?1",
                      {name, event.dwelling_area_corrected().area_dm2(),
                       std::int64_t{event.dwelling_area_corrected().area_source()}});
    case v1::PlaceEvent::kDwellingClassified:
      return rows.Run("UPDATE dwelling SET kind = ?2 WHERE name = ?1",
                      {name, std::int64_t{event.dwelling_classified().kind()}});
    case v1::PlaceEvent::kDwellingSaleRecorded:
      return rows.Run("UPDATE dwelling SET sale = ?2 WHERE name = ?1",
                      {name, std::int64_t{event.dwelling_sale_recorded().sale()}});
    case v1::PlaceEvent::kOwnershipRecorded:
      return SetOwnership(rows, name,
                          event.ownership_recorded().owners().empty()
                              ? views::v1::OWNERSHIP_STATE_UNKNOWN
                              : views::v1::OWNERSHIP_STATE_UNVERIFIED);
    case v1::PlaceEvent::kOwnershipTransferred:
      return SetOwnership(rows, name, views::v1::OWNERSHIP_STATE_UNVERIFIED);
    case v1::PlaceEvent::kOwnershipVerified:
    case v1::PlaceEvent::kOwnershipDisputeEnded:
      return SetOwnership(rows, name, views::v1::OWNERSHIP_STATE_VERIFIED);
    case v1::PlaceEvent::kOwnershipDisputed:
      return SetOwnership(rows, name, views::v1::OWNERSHIP_STATE_DISPUTED);
    case v1::PlaceEvent::kDwellingSplit:
    case v1::PlaceEvent::kDwellingMerged:
    case v1::PlaceEvent::kPlaceRetired:
      return rows.Run("UPDATE dwelling SET retired = 1 WHERE name = ?1", {name});
    case v1::PlaceEvent::kOccupancyRecorded:
    case v1::PlaceEvent::kOccupancyEnded:
      return absl::OkStatus();
    case v1::PlaceEvent::kPropertyAreaRegistered:
    case v1::PlaceEvent::kGridDrawn:
    case v1::PlaceEvent::kBuildingRegistered:
    case v1::PlaceEvent::kBuildingMovedToGrid:
    case v1::PlaceEvent::kEntranceRegistered:
      return absl::OkStatus();  // Not of a dwelling.
    case v1::PlaceEvent::KIND_NOT_SET:
      break;
  }
  return UnknownFact(envelope);
}

absl::Status ApplyHousehold(const Envelope& envelope, Rows& rows) {
  v1::HouseholdEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  const std::string_view name = envelope.record.stream();
  switch (event.kind_case()) {
    case v1::HouseholdEvent::kHouseholdFormed:
      return rows.Run("INSERT INTO household VALUES (?1, ?2, ?3, ?4, 0)",
                      {name, wire::CommunityOf(name), event.household_formed().dwelling(),
                       std::int64_t{event.household_formed().members_size()}});
    case v1::HouseholdEvent::kHouseholdChanged:
      return rows.Run("UPDATE household SET members = ?2 WHERE name = ?1",
                      {name, std::int64_t{event.household_changed().members_size()}});
    case v1::HouseholdEvent::kHouseholdDissolved:
      return rows.Run("UPDATE household SET dissolved = 1 WHERE name = ?1", {name});
    case v1::HouseholdEvent::KIND_NOT_SET:
      break;
  }
  return UnknownFact(envelope);
}

}  // namespace

std::string_view DwellingRows::schema() const { return kSchema; }

absl::Status DwellingRows::Apply(const Envelope& envelope, Rows& rows) const {
  const std::string_view collection = wire::CollectionOf(envelope.record.stream());
  if (collection == "dwellings") return ApplyDwelling(envelope, rows);
  if (collection == "households") return ApplyHousehold(envelope, rows);
  return absl::OkStatus();
}

}  // namespace sanzhang::projections
