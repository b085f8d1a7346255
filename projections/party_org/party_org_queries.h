// What the Party organisation asks (views/v1/party_org_service.proto). Errors: PERMISSION_DENIED,
// and those of the query kit.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/party_org_service.pb.h"

namespace sanzhang::projections::party_org {

absl::Status GetOverview(const QueryContext& context, const views::v1::GetOverviewRequest& request,
                         views::v1::GetOverviewResponse& response);
absl::Status ListStabilityWatch(const QueryContext& context,
                                const views::v1::ListStabilityWatchRequest& request,
                                views::v1::ListStabilityWatchResponse& response);
absl::Status ListChiefs(const QueryContext& context, const views::v1::ListChiefsRequest& request,
                        views::v1::ListChiefsResponse& response);
absl::Status GetParticipation(const QueryContext& context,
                              const views::v1::GetParticipationRequest& request,
                              views::v1::GetParticipationResponse& response);
absl::Status GetCommunityMetrics(const QueryContext& context,
                                 const views::v1::GetCommunityMetricsRequest& request,
                                 views::v1::GetCommunityMetricsResponse& response);
absl::Status GetCompleteness(const QueryContext& context,
                             const views::v1::GetCompletenessRequest& request,
                             views::v1::GetCompletenessResponse& response);
absl::Status ListPreStudies(const QueryContext& context,
                            const views::v1::ListPreStudiesRequest& request,
                            views::v1::ListPreStudiesResponse& response);

}  // namespace sanzhang::projections::party_org
