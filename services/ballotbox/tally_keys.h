// The secret keys of votes: one for each, made before the vote opens, destroyed when nobody needs
// it.
//
// One file for each key, 32 bytes, readable by the owner alone. A key is durable before anyone
// learns its public half, so no ballot can be sealed to a key that is lost in a crash. Errors:
// INTERNAL for what the file system says. Threads: any.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sanzhang::ballotbox {

class TallyKeys {
 public:
  // Makes the folder if it is missing.
  static absl::StatusOr<TallyKeys> Open(const std::filesystem::path& folder);

  // The public key of a vote, 32 bytes; makes the pair if there is none.
  absl::StatusOr<std::string> PublicKey(std::string_view resolution);
  // NOT_FOUND: none was made, or it was destroyed.
  absl::StatusOr<std::string> SecretKey(std::string_view resolution) const;
  // Overwrites and removes it. Without effect if there is none.
  absl::Status Destroy(std::string_view resolution);

 private:
  explicit TallyKeys(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path PathOf(std::string_view resolution) const;

  std::filesystem::path folder_;
};

// Opens what was sealed to the key pair of `secret_key` (type.v1.SealedBox). DATA_LOSS: it was not,
// or it is damaged.
absl::StatusOr<std::string> OpenSealed(std::string_view sealed, std::string_view secret_key);

}  // namespace sanzhang::ballotbox
