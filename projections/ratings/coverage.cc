#include "projections/ratings/coverage.h"

#include <string>

#include "projections/metrics/metrics.h"

namespace sanzhang::projections {

using rating::v1::BuildingCoverage;

absl::StatusOr<std::vector<BuildingCoverage>> CoverageSoFar(Rows& rows, std::string_view campaign) {
  std::vector<BuildingCoverage> buildings;
  const Value values[] = {campaign};
  absl::Status status = rows.Query(
      "SELECT building, eligible, received FROM rating_building WHERE campaign = ?1 "
      "AND (building <> '' OR received > 0) ORDER BY building",
      values, [&](const Row& row) {
        BuildingCoverage& building = buildings.emplace_back();
        building.set_building(std::string(row.Text(0)));
        building.set_eligible(static_cast<std::int32_t>(row.Int(1)));
        building.set_raters(static_cast<std::int32_t>(row.Int(2)));
      });
  if (!status.ok()) return status;
  BuildingCoverage* least = nullptr;  // Of those that are shown and have raters.
  int suppressed = 0;
  for (BuildingCoverage& building : buildings) {
    building.set_suppressed(building.raters() > 0 && building.raters() < kGroupMin);
    if (building.suppressed()) {
      ++suppressed;
    } else if (building.raters() > 0 && (least == nullptr || building.raters() < least->raters())) {
      least = &building;
    }
  }
  if (suppressed == 1 && least != nullptr) least->set_suppressed(true);
  for (BuildingCoverage& building : buildings) {
    if (building.suppressed()) building.clear_raters();
  }
  return buildings;
}

}  // namespace sanzhang::projections
