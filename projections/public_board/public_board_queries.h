// What everyone may ask (views/v1/public_board_service.proto). Errors: INVALID_REQUEST for a month
// that is none, RESOURCE_NOT_FOUND for a community that is none, and those of the query kit.
//
// Fewer than 5 are not shown. One hidden number could be worked out from a total and the others:
// then the least of the others is hidden as well.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/public_board_service.pb.h"

namespace sanzhang::projections::public_board {

absl::Status GetOpenIndicators(const QueryContext& context,
                               const views::v1::GetOpenIndicatorsRequest& request,
                               views::v1::GetOpenIndicatorsResponse& response);

}  // namespace sanzhang::projections::public_board
