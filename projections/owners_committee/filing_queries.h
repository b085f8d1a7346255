// What the owners' committee asks of its own standing: V-O6 filings and term. Errors:
// PERMISSION_DENIED, and those of the query kit.
//
// A committee sees itself; those who guide and oversee it see all owners' bodies of the community.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/owners_committee_service.pb.h"

namespace sanzhang::projections::owners_committee {

absl::Status ListFilings(const QueryContext& context, const views::v1::ListFilingsRequest& request,
                         views::v1::ListFilingsResponse& response);
absl::Status ListCommitteeTerms(const QueryContext& context,
                                const views::v1::ListCommitteeTermsRequest& request,
                                views::v1::ListCommitteeTermsResponse& response);

}  // namespace sanzhang::projections::owners_committee
