// What a checkpoint says, without asking who signed it: that is verified with the log's key by who
// has it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace sanzhang::audit {

struct CheckpointText {
  std::string origin = {};  // The log's name.
  std::uint64_t size = 0;
  std::string root = {};  // 32 bytes.
};

// INVALID_ARGUMENT if it is not a checkpoint of C2SP tlog-checkpoint.
absl::StatusOr<CheckpointText> ParseCheckpoint(std::string_view note);

}  // namespace sanzhang::audit
