// V-M5: what is kept about the caller, what they asked about it, and what was done.
// Errors: PERMISSION_DENIED to whom the community does not know, and those of the query kit.
//
// Everything here is the caller's own, and nobody else's is in any answer.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/resident_service.pb.h"

namespace sanzhang::projections::resident {

absl::Status GetMyData(const QueryContext& context, const views::v1::GetMyDataRequest& request,
                       views::v1::GetMyDataResponse& response);
absl::Status ListMyTexts(const QueryContext& context, const views::v1::ListMyTextsRequest& request,
                         views::v1::ListMyTextsResponse& response);
absl::Status ListWhoLooked(const QueryContext& context,
                           const views::v1::ListWhoLookedRequest& request,
                           views::v1::ListWhoLookedResponse& response);
absl::Status ListMySubjectRequests(const QueryContext& context,
                                   const views::v1::ListMySubjectRequestsRequest& request,
                                   views::v1::ListMySubjectRequestsResponse& response);

}  // namespace sanzhang::projections::resident
