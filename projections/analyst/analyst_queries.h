// V-Z6 (views/v1/analyst_service.proto). Errors: PERMISSION_DENIED, and those of the query kit.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/analyst_service.pb.h"

namespace sanzhang::projections::analyst {

absl::Status ListAnomalies(const QueryContext& context,
                           const views::v1::ListAnomaliesRequest& request,
                           views::v1::ListAnomaliesResponse& response);

}  // namespace sanzhang::projections::analyst
