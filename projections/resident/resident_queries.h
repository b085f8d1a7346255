// What a resident asks about their own complaints and votes (views/v1/resident_service.proto).
// Errors: PERMISSION_DENIED, and those of the query kit.
//
// The viewer sees what they filed and what they support, and nothing else: whether another
// complaint exists can't be told. Who has moved away still sees what they filed. Of votes they see
// those in which they have a part, and of a ballot only when it was cast.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/resident_service.pb.h"

namespace sanzhang::projections::resident {

absl::Status ListMyComplaints(const QueryContext& context,
                              const views::v1::ListMyComplaintsRequest& request,
                              views::v1::ListMyComplaintsResponse& response);
absl::Status GetMyComplaint(const QueryContext& context,
                            const views::v1::GetMyComplaintRequest& request,
                            views::v1::GetMyComplaintResponse& response);
absl::Status WatchMyComplaints(const QueryContext& context,
                               const views::v1::WatchMyComplaintsRequest& request,
                               views::v1::WatchMyComplaintsResponse& response);
absl::Status ListMyVotes(const QueryContext& context, const views::v1::ListMyVotesRequest& request,
                         views::v1::ListMyVotesResponse& response);

}  // namespace sanzhang::projections::resident
