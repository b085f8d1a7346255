// What a property company, or another body that handles complaints, asks
// (views/v1/property_company_service.proto). Errors: PERMISSION_DENIED, and those of the query kit.
//
// The viewer sees what a body in which the viewer sits is responsible for now, and how that body
// was rated, and nothing else.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/property_company_service.pb.h"

namespace sanzhang::projections::property_company {

absl::Status ListWorkQueue(const QueryContext& context,
                           const views::v1::ListWorkQueueRequest& request,
                           views::v1::ListWorkQueueResponse& response);
absl::Status GetWorkItem(const QueryContext& context, const views::v1::GetWorkItemRequest& request,
                         views::v1::GetWorkItemResponse& response);
absl::Status WatchWorkQueue(const QueryContext& context,
                            const views::v1::WatchWorkQueueRequest& request,
                            views::v1::WatchWorkQueueResponse& response);
absl::Status ListDispatchDisputes(const QueryContext& context,
                                  const views::v1::ListDispatchDisputesRequest& request,
                                  views::v1::ListDispatchDisputesResponse& response);
absl::Status GetOwnMetrics(const QueryContext& context,
                           const views::v1::GetOwnMetricsRequest& request,
                           views::v1::GetOwnMetricsResponse& response);
absl::Status GetOwnRatings(const QueryContext& context,
                           const views::v1::GetOwnRatingsRequest& request,
                           views::v1::GetOwnRatingsResponse& response);

}  // namespace sanzhang::projections::property_company
