// What the residents' committee asks about meetings: V-R5 when bodies meet next and who must be
// there, V-R8 deliberations and what became of them. Errors: PERMISSION_DENIED, and those of the
// query kit.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/residents_committee_service.pb.h"

namespace sanzhang::projections::residents_committee {

absl::Status GetMeetingPlan(const QueryContext& context,
                            const views::v1::GetMeetingPlanRequest& request,
                            views::v1::GetMeetingPlanResponse& response);
absl::Status ListDeliberations(const QueryContext& context,
                               const views::v1::ListDeliberationsRequest& request,
                               views::v1::ListDeliberationsResponse& response);

}  // namespace sanzhang::projections::residents_committee
