// Small files that are there whole or not at all: written beside their place, then moved there.
//
// Errors: UNAVAILABLE with the path and what the system says. After an error nothing is known of
// the new file but that it is not half there; a repeat writes a new one. Threads: any, but one
// writer per path.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sanzhang::transparency {

enum class Durable { kNo, kYes };

// kYes: when it returns OK, the file survives a power cut. `mode` is what a new file is made with.
absl::Status PutFile(const std::string& path, std::string_view bytes, Durable durable,
                     unsigned mode = 0644);
// Nothing if there is none. UNAVAILABLE also if it is larger than that.
absl::StatusOr<std::optional<std::string>> GetFile(const std::string& path, std::size_t bytes_max);
// Makes the folder and those above it.
absl::Status MakeFolder(const std::string& path, unsigned mode = 0755);
// What was written to a file, or the entries of a folder, survives a power cut.
absl::Status SyncPath(const std::string& path);

}  // namespace sanzhang::transparency
