// The only place that turns an absl::Status into a grpc::Status.
#pragma once

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace sanzhang::wire {

// Code, message (at most 1 KiB) and google.rpc.Status details (at most 3 KiB: what does not fit is
// cut from the end, ErrorInfo stays). A status without a reason is a bug of ours or of a library:
// it becomes INTERNAL with reason INTERNAL, and its text stays in our log; DATA_LOSS becomes
// LOG_CORRUPT.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace sanzhang::wire
