// A copy of a data folder beside the server that writes to it: what `cp` of a folder that changes
// can't promise.
//
// Guarantees
//   Proven   Every record of the copy was read, none is missing, and their tree has the root of the
//            checkpoint that was published when the copy began.
//   Whole    The folder `to` is there with all of it, on disk, or not at all.
//   Beside   The server is not asked, slowed or stopped. Copied again, a bounded number of times,
//            if what it wrote meanwhile tore the copy.
// In it are the log, its signed tree, and the box of secret votes as it stood with that log. Not in
// it: the keys, which have backups of their own; views and timekeeper, which a start makes anew.
// Errors: ALREADY_EXISTS `to` is there; NOT_FOUND no log; DATA_LOSS the log is not what was signed;
// ABORTED what was written meanwhile tore each attempt; UNAVAILABLE the file system.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "eventstore/transparency/checkpoint.h"

namespace sanzhang::app {

struct BackupResult {
  std::uint64_t records = 0;
  // Whose root the records have; nothing: none was published yet. Its signature is not checked.
  std::optional<transparency::Checkpoint> checkpoint = {};
};

// `progress` is called now and then, with records that were read and that there are.
absl::StatusOr<BackupResult> MakeBackup(
    const std::string& data, const std::string& to,
    const std::function<void(std::uint64_t done, std::uint64_t total)>& progress);

}  // namespace sanzhang::app
