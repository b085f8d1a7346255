// What the community publishes, what it owes the public, and what the committee must answer
// (views/v1/residents_committee_service.proto, V-R6), from notices and from the facts that ask for
// them (projections/notices/publication_gaps.h).
//
// Errors: PERMISSION_DENIED, and those of the query kit.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/residents_committee_service.pb.h"

namespace sanzhang::projections::residents_committee {

absl::Status ListPublicationDuties(const QueryContext& context,
                                   const views::v1::ListPublicationDutiesRequest& request,
                                   views::v1::ListPublicationDutiesResponse& response);
absl::Status ListPublicationGaps(const QueryContext& context,
                                 const views::v1::ListPublicationGapsRequest& request,
                                 views::v1::ListPublicationGapsResponse& response);
absl::Status ListReceivedInquiries(const QueryContext& context,
                                   const views::v1::ListReceivedInquiriesRequest& request,
                                   views::v1::ListReceivedInquiriesResponse& response);
absl::Status ListReceivedObjections(const QueryContext& context,
                                    const views::v1::ListReceivedObjectionsRequest& request,
                                    views::v1::ListReceivedObjectionsResponse& response);

}  // namespace sanzhang::projections::residents_committee
