#include "projections/resolutions/area_rows.h"

#include "absl/strings/str_cat.h"
#include "proto/wire/names.h"
#include "sanzhang/registry/v1/events.pb.h"

namespace sanzhang::projections {
namespace {

namespace v1 = registry::v1;

absl::Status Set(const Envelope& envelope, v1::AreaSource source, Rows& rows) {
  return rows.Run("INSERT OR REPLACE INTO area_source VALUES (?1, ?2)",
                  {envelope.record.stream(), std::int64_t{source}});
}

}  // namespace

std::string_view AreaRows::schema() const {
  return "CREATE TABLE area_source (dwelling TEXT PRIMARY KEY, source INTEGER NOT NULL) "
         "STRICT, WITHOUT ROWID;\n";
}

absl::Status AreaRows::Apply(const Envelope& envelope, Rows& rows) const {
  if (wire::CollectionOf(envelope.record.stream()) != "dwellings") return absl::OkStatus();
  v1::PlaceEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case v1::PlaceEvent::kDwellingRegistered:
      return Set(envelope, event.dwelling_registered().area_source(), rows);
    case v1::PlaceEvent::kDwellingAreaCorrected:
      return Set(envelope, event.dwelling_area_corrected().area_source(), rows);
    case v1::PlaceEvent::kDwellingSplit:
    case v1::PlaceEvent::kDwellingMerged:
    case v1::PlaceEvent::kPlaceRetired:
      return rows.Run("DELETE FROM area_source WHERE dwelling = ?1", {envelope.record.stream()});
    case v1::PlaceEvent::kPropertyAreaRegistered:
    case v1::PlaceEvent::kGridDrawn:
    case v1::PlaceEvent::kBuildingRegistered:
    case v1::PlaceEvent::kBuildingMovedToGrid:
    case v1::PlaceEvent::kEntranceRegistered:
    case v1::PlaceEvent::kOwnershipRecorded:
    case v1::PlaceEvent::kOwnershipTransferred:
    case v1::PlaceEvent::kDwellingClassified:
    case v1::PlaceEvent::kDwellingSaleRecorded:
    case v1::PlaceEvent::kOwnershipVerified:
    case v1::PlaceEvent::kOwnershipDisputed:
    case v1::PlaceEvent::kOwnershipDisputeEnded:
    case v1::PlaceEvent::kOccupancyRecorded:
    case v1::PlaceEvent::kOccupancyEnded:
      return absl::OkStatus();
    case v1::PlaceEvent::KIND_NOT_SET:
      break;
  }
  return absl::DataLossError(
      absl::StrCat("unknown fact ", envelope.record.type(), " in ", envelope.record.stream()));
}

}  // namespace sanzhang::projections
