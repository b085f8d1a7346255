// What the sub-district oversees beside complaints: V-G3 filings, V-G4 terms and elections, V-G5
// revocations and corrections, and M24. Errors: PERMISSION_DENIED, and those of the query kit.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/subdistrict_service.pb.h"

namespace sanzhang::projections::subdistrict {

absl::Status ListFilingsInbox(const QueryContext& context,
                              const views::v1::ListFilingsInboxRequest& request,
                              views::v1::ListFilingsInboxResponse& response);
absl::Status ListTermCalendar(const QueryContext& context,
                              const views::v1::ListTermCalendarRequest& request,
                              views::v1::ListTermCalendarResponse& response);
absl::Status ListRevocations(const QueryContext& context,
                             const views::v1::ListRevocationsRequest& request,
                             views::v1::ListRevocationsResponse& response);
absl::Status GetSubdistrictCompleteness(const QueryContext& context,
                                        const views::v1::GetSubdistrictCompletenessRequest& request,
                                        views::v1::GetSubdistrictCompletenessResponse& response);

}  // namespace sanzhang::projections::subdistrict
