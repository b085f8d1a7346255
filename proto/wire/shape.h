// Checks a request against the shapes that its proto states (type/v1/shape.proto).
#pragma once

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "proto/wire/refusal.h"

namespace sanzhang::wire {

// Most violations that are reported.
inline constexpr std::size_t kViolationsMax = 20;

// Every violation, nested messages included, in the order of the fields; at most kViolationsMax.
// Beside the stated shapes: enum values must be known, and resource names must lie in the community
// of the request's `name` or `parent`.
std::vector<FieldViolation> CheckShape(const google::protobuf::Message& request);

// TOO_LARGE {bytes, bytes_max}; INVALID_REQUEST with every violation.
absl::Status CheckRequest(const google::protobuf::Message& request, std::size_t bytes_max);

}  // namespace sanzhang::wire
