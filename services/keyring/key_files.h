// Small files that hold keys: whole or not there, and overwritten before they go, as far as the
// disk obeys.
//
// Errors: the file system's, as FAILED_PRECONDITION. Threads: any; a path is the caller's.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sanzhang::keyring {

// Readable by this user only, in a folder that is there; there already is no error.
absl::Status MakeKeyFolder(const std::string& folder);

// Writes a file anew, by way of `{path}.part`; when it returns OK file and folder entry are on
// disk.
absl::Status WriteKeyFile(const std::string& path, std::string_view bytes);

// Nothing: there is no such file. DATA_LOSS: it is not `bytes` long.
absl::StatusOr<std::optional<std::string>> ReadKeyFile(const std::string& path, std::size_t bytes);

// Writes zeros over what is there, on disk when it returns. No such file is no error.
absl::Status OverwriteKeyFile(const std::string& path);

// Removes a file; its folder still has to be synced. No such file is no error.
absl::Status RemoveFile(const std::string& path);

absl::Status SyncFile(const std::string& path);
absl::Status SyncFolder(const std::string& folder);

}  // namespace sanzhang::keyring
