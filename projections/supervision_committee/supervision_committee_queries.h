// What the supervision committee asks (views/v1/supervision_committee_service.proto), each as a
// function of caller, snapshot and request. Errors: PERMISSION_DENIED, and those of the query kit.
//
// Supervision committee, Party organisation, sub-district officers and auditors see the whole of
// their community.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/supervision_committee_service.pb.h"

namespace sanzhang::projections::supervision_committee {

absl::Status ListDocket(const QueryContext& context, const views::v1::ListDocketRequest& request,
                        views::v1::ListDocketResponse& response);
absl::Status ListMemberAppraisals(const QueryContext& context,
                                  const views::v1::ListMemberAppraisalsRequest& request,
                                  views::v1::ListMemberAppraisalsResponse& response);

}  // namespace sanzhang::projections::supervision_committee
