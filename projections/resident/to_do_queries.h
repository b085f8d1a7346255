// What a resident can do now (views/v1/resident_service.proto, V-M3): answers to confirm, votes,
// surveys, notices that can be objected to, by when they are due. Each kind is a SELECT of the same
// columns; one more kind is one more of them.
//
// Errors: PERMISSION_DENIED, and those of the query kit.
#pragma once

#include "absl/status/status.h"
#include "projections/engine/query.h"
#include "sanzhang/views/v1/resident_service.pb.h"

namespace sanzhang::projections::resident {

absl::Status ListMyToDos(const QueryContext& context, const views::v1::ListMyToDosRequest& request,
                         views::v1::ListMyToDosResponse& response);
absl::Status WatchMyToDos(const QueryContext& context,
                          const views::v1::WatchMyToDosRequest& request,
                          views::v1::WatchMyToDosResponse& response);

}  // namespace sanzhang::projections::resident
