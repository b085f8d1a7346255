// The public board is open to everyone who is known, and says whether a thing exists.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "projections/engine/query.h"

namespace sanzhang::projections::public_board {

// The community's display name, if the rule of the request's RPC accepts the caller.
// PERMISSION_DENIED; RESOURCE_NOT_FOUND if there is no such community.
absl::StatusOr<std::string> KnownCommunity(const QueryContext& context,
                                           const google::protobuf::Message& request,
                                           std::string_view community);

absl::Status NotFound(std::string_view name);

}  // namespace sanzhang::projections::public_board
