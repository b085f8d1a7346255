// What the sub-district asks (views/v1/subdistrict_service.proto). Errors: PERMISSION_DENIED, and
// those of the query kit.
//
// Officers see the communities in which they have a seat; departments the whistles that called
// them.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/subdistrict_service.pb.h"

namespace sanzhang::projections::subdistrict {

absl::Status ListCommunityComparison(const QueryContext& context,
                                     const views::v1::ListCommunityComparisonRequest& request,
                                     views::v1::ListCommunityComparisonResponse& response);
absl::Status ListWhistles(const QueryContext& context,
                          const views::v1::ListWhistlesRequest& request,
                          views::v1::ListWhistlesResponse& response);
absl::Status GetSubdistrictMetrics(const QueryContext& context,
                                   const views::v1::GetSubdistrictMetricsRequest& request,
                                   views::v1::GetSubdistrictMetricsResponse& response);

}  // namespace sanzhang::projections::subdistrict
