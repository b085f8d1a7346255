// What the residents' committee asks (views/v1/residents_committee_service.proto), each as a
// function of caller, snapshot and request. Errors: PERMISSION_DENIED, and those of the query kit.
//
// Who sees what (domain rules): committee and sub-district officers everything in the community;
// chiefs their units, buildings that moved into a grid included; Party organisation and supervision
// committee every row, words only of what was escalated beyond the community or is appealed;
// auditors every row, no words. Nobody sees a complainant who is anonymous to the handlers.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/residents_committee_service.pb.h"

namespace sanzhang::projections::residents_committee {

absl::Status ListComplaints(const QueryContext& context,
                            const views::v1::ListComplaintsRequest& request,
                            views::v1::ListComplaintsResponse& response);
absl::Status GetComplaint(const QueryContext& context,
                          const views::v1::GetComplaintRequest& request,
                          views::v1::GetComplaintResponse& response);
absl::Status WatchComplaints(const QueryContext& context,
                             const views::v1::WatchComplaintsRequest& request,
                             views::v1::WatchComplaintsResponse& response);
absl::Status ListComplaintEvents(const QueryContext& context,
                                 const views::v1::ListComplaintEventsRequest& request,
                                 views::v1::ListComplaintEventsResponse& response);
absl::Status GetComplaintHistory(const QueryContext& context,
                                 const views::v1::GetComplaintHistoryRequest& request,
                                 views::v1::GetComplaintHistoryResponse& response);
absl::Status GetMetrics(const QueryContext& context, const views::v1::GetMetricsRequest& request,
                        views::v1::GetMetricsResponse& response);
absl::Status ListMetricCases(const QueryContext& context,
                             const views::v1::ListMetricCasesRequest& request,
                             views::v1::ListMetricCasesResponse& response);
absl::Status CountComplaints(const QueryContext& context,
                             const views::v1::CountComplaintsRequest& request,
                             views::v1::CountComplaintsResponse& response);
absl::Status GetOpenStock(const QueryContext& context,
                          const views::v1::GetOpenStockRequest& request,
                          views::v1::GetOpenStockResponse& response);

}  // namespace sanzhang::projections::residents_committee
