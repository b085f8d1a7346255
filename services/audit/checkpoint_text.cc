#include "services/audit/checkpoint_text.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "proto/wire/sha256.h"

namespace sanzhang::audit {

absl::StatusOr<CheckpointText> ParseCheckpoint(std::string_view note) {
  const std::vector<std::string> lines =
      absl::StrSplit(absl::string_view(note.data(), note.size()), '\n');
  CheckpointText checkpoint;
  const bool read = lines.size() >= 3 && !lines[0].empty() &&
                    absl::SimpleAtoi(lines[1], &checkpoint.size) &&
                    absl::Base64Unescape(lines[2], &checkpoint.root) &&
                    checkpoint.root.size() == wire::kSha256Bytes;
  if (!read) return absl::InvalidArgumentError("the checkpoint is not one");
  checkpoint.origin = lines[0];
  return checkpoint;
}

}  // namespace sanzhang::audit
