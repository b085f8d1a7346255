// The desk of those who handle requests about personal data (views/v1/
// residents_committee_service.proto): for privacy officers alone.
// Errors: PERMISSION_DENIED, and those of the query kit.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/residents_committee_service.pb.h"

namespace sanzhang::projections::residents_committee {

absl::Status ListSubjectRequests(const QueryContext& context,
                                 const views::v1::ListSubjectRequestsRequest& request,
                                 views::v1::ListSubjectRequestsResponse& response);

}  // namespace sanzhang::projections::residents_committee
