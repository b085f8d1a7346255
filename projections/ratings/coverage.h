// How many of a building have rated (M15), before there is a result that says so: as much of it as
// may be shown while ratings come in.
//
// A building of one to four raters is suppressed; where that is only one building, also the least
// of the others: the one would follow from the sum. That is the rule of results
// (services/rating/result.h), which a test holds this one to.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "projections/engine/rows.h"
#include "sanzhang/rating/v1/rating.pb.h"

namespace sanzhang::projections {

// In the order of names, over the table rating_building.
absl::StatusOr<std::vector<rating::v1::BuildingCoverage>> CoverageSoFar(Rows& rows,
                                                                        std::string_view campaign);

}  // namespace sanzhang::projections
