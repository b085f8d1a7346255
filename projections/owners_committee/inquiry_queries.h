// Questions and objections from owners (views/v1/owners_committee_service.proto, V-O7): to what the
// committee published, with their words, for it must answer; and to what anyone published for the
// owners of its area, without: whether they are answered, and when.
//
// Errors: PERMISSION_DENIED, and those of the query kit.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/owners_committee_service.pb.h"

namespace sanzhang::projections::owners_committee {

absl::Status ListOwnerInquiries(const QueryContext& context,
                                const views::v1::ListOwnerInquiriesRequest& request,
                                views::v1::ListOwnerInquiriesResponse& response);
absl::Status ListOwnerObjections(const QueryContext& context,
                                 const views::v1::ListOwnerObjectionsRequest& request,
                                 views::v1::ListOwnerObjectionsResponse& response);

}  // namespace sanzhang::projections::owners_committee
