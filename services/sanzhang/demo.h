// The demonstration community: commands from a file, sent in order.
//
//   {"name": "heping", "steps": [
//     {"as": "services/operator", "method": "RegistryService/DrawGrid", "request": {...}},
//     {"as": "persons/p-xu", "method": "ComplaintService/FileComplaint", "request": {...}}]}
//
// Request ids come from the steps themselves, so that a second run adds nothing. A text `{now+3d}`
// in a request is the time in three days; such a step counts as done when its request id was used
// before.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/sanzhang/rpc.h"

namespace sanzhang::app {

// How many steps there were. INVALID_ARGUMENT: the file is not as above; NOT_FOUND: it can't be
// read; FAILED_PRECONDITION: a step was refused; UNAVAILABLE: the server does not answer. Run it
// again to go on.
absl::StatusOr<std::size_t> RunDemo(RpcClient& client, const std::string& path);

}  // namespace sanzhang::app
