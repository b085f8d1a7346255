// Who asks for what is theirs.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "projections/directory/viewer.h"
#include "projections/engine/query.h"

namespace sanzhang::projections::resident {

// The caller as a person, if the rule of the request's RPC accepts them: for a standing, or for a
// complaint that they filed or support. PERMISSION_DENIED.
absl::StatusOr<Viewer> Me(const QueryContext& context, const google::protobuf::Message& request,
                          std::string_view community);

// The caller as a person that the community knows, with all standings that they have in it; for
// what is there for members of bodies, guardians and agents too. PERMISSION_DENIED to anyone else.
absl::StatusOr<Viewer> KnownMe(const QueryContext& context,
                               const google::protobuf::Message& request,
                               std::string_view community);

}  // namespace sanzhang::projections::resident
