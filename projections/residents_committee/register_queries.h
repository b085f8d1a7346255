// What the residents' committee asks of the register: V-R7. Counts, never persons; the committee
// keeps the register itself, so that small groups are not masked here. Errors: PERMISSION_DENIED,
// and those of the query kit.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/residents_committee_service.pb.h"

namespace sanzhang::projections::residents_committee {

absl::Status GetRegisterSummary(const QueryContext& context,
                                const views::v1::GetRegisterSummaryRequest& request,
                                views::v1::GetRegisterSummaryResponse& response);
absl::Status ListRegisterBuildings(const QueryContext& context,
                                   const views::v1::ListRegisterBuildingsRequest& request,
                                   views::v1::ListRegisterBuildingsResponse& response);
absl::Status ListConstituencies(const QueryContext& context,
                                const views::v1::ListConstituenciesRequest& request,
                                views::v1::ListConstituenciesResponse& response);

}  // namespace sanzhang::projections::residents_committee
