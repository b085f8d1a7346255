// Refusals inside the process: an absl::Status that carries an ErrorReason and its details.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "sanzhang/type/v1/error_reason.pb.h"

namespace sanzhang::wire {

struct FieldViolation {
  std::string field;
  std::string description;
  bool operator==(const FieldViolation&) const = default;
};

// A status with the reason's code and, as payload, google.rpc.ErrorInfo{reason, "sanzhang",
// metadata}.
absl::Status Refuse(type::v1::ErrorReason reason, std::map<std::string, std::string> metadata = {},
                    std::string_view message = {});

// INVALID_REQUEST with all violations as google.rpc.BadRequest.
absl::Status RefuseShape(const std::vector<FieldViolation>& violations);

// The same, and google.rpc.RetryInfo.
absl::Status RefuseForNow(type::v1::ErrorReason reason, absl::Duration retry_delay,
                          std::map<std::string, std::string> metadata = {});

// The reason that a status carries; UNSPECIFIED if it carries none.
type::v1::ErrorReason ReasonOf(const absl::Status& status);

// One metadata value of a refusal; empty if it has none.
std::string MetadataOf(const absl::Status& status, std::string_view key);

}  // namespace sanzhang::wire
