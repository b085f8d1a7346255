// What the representative assembly asks (views/v1/rep_assembly_service.proto), each as a function
// of caller, snapshot and request. Errors: PERMISSION_DENIED, and those of the query kit.
//
// A representative sees the constituencies of their own seats, and of the assembly what all see.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/rep_assembly_service.pb.h"

namespace sanzhang::projections::rep_assembly {

absl::Status ListAssemblySessions(const QueryContext& context,
                                  const views::v1::ListAssemblySessionsRequest& request,
                                  views::v1::ListAssemblySessionsResponse& response);
absl::Status ListAssemblyResolutions(const QueryContext& context,
                                     const views::v1::ListAssemblyResolutionsRequest& request,
                                     views::v1::ListAssemblyResolutionsResponse& response);
absl::Status GetMyConstituency(const QueryContext& context,
                               const views::v1::GetMyConstituencyRequest& request,
                               views::v1::GetMyConstituencyResponse& response);
absl::Status ListDraftPapers(const QueryContext& context,
                             const views::v1::ListDraftPapersRequest& request,
                             views::v1::ListDraftPapersResponse& response);

}  // namespace sanzhang::projections::rep_assembly
