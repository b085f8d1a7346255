// What the owners' committee asks (views/v1/owners_committee_service.proto), and whoever else
// calls, watches or counts votes; vote_sight.h says who sees what. Errors: PERMISSION_DENIED, and
// those of the query kit.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/owners_committee_service.pb.h"

namespace sanzhang::projections::owners_committee {

absl::Status ListVotes(const QueryContext& context, const views::v1::ListVotesRequest& request,
                       views::v1::ListVotesResponse& response);
absl::Status GetVote(const QueryContext& context, const views::v1::GetVoteRequest& request,
                     views::v1::GetVoteResponse& response);
absl::Status WatchVotes(const QueryContext& context, const views::v1::WatchVotesRequest& request,
                        views::v1::WatchVotesResponse& response);
absl::Status ListElectorate(const QueryContext& context,
                            const views::v1::ListElectorateRequest& request,
                            views::v1::ListElectorateResponse& response);
absl::Status GetResultSheet(const QueryContext& context,
                            const views::v1::GetResultSheetRequest& request,
                            views::v1::GetResultSheetResponse& response);
absl::Status GetVoteMetrics(const QueryContext& context,
                            const views::v1::GetVoteMetricsRequest& request,
                            views::v1::GetVoteMetricsResponse& response);
absl::Status ListVoteMetricCases(const QueryContext& context,
                                 const views::v1::ListVoteMetricCasesRequest& request,
                                 views::v1::ListVoteMetricCasesResponse& response);

}  // namespace sanzhang::projections::owners_committee
