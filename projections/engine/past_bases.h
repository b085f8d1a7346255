// Copies of a view's file as it stood at some moments gone by: where the rows of other moments are
// made from. Rows can't be un-applied.
//
// A base is one file that never changes, `<name>.v<version>.p<position>.<digest>.base`. Its name
// says what its bytes are (BLAKE2b-128): a file that is not what its name says is never used. It is
// copied from a read transaction by SQLite's online backup, looked through, synced, and only then
// given its name. What a killed process left half done goes when the folder is opened next, as do
// bases of other versions.
//
// Few are kept, at distances that grow: how far a moment is from a base grows with its age only.
//
// Threads: one at a time; Cancel() from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "projections/engine/file_check.h"
#include "projections/engine/limits.h"

namespace sanzhang::projections {

class PastBases {
 public:
  struct Base {
    std::uint64_t position = 0;
    std::filesystem::path path = {};
    std::int64_t bytes = 0;
  };

  PastBases(std::filesystem::path folder, std::string name, int version, const PastLimits& limits);

  // Finds what is there. INTERNAL if the folder can't be used.
  absl::Status Open();

  // Whether a view at this position, with a file of that size, is to give a base.
  bool Due(std::uint64_t position, std::int64_t file_bytes) const;
  // Copies the file as it stands, and drops what is too much. DATA_LOSS: it is damaged. CANCELLED.
  absl::Status Take(const std::filesystem::path& live);

  // By position.
  const std::vector<Base>& all() const { return bases_; }
  // Copies a base's bytes. DATA_LOSS, and nothing is left, if they are not what its name says.
  static absl::Status Copy(const Base& base, const std::filesystem::path& to);
  void Drop(const std::filesystem::path& path);
  void DropAll();

  // What runs ends soon, and all that comes later.
  void Cancel();

 private:
  absl::StatusOr<std::uint64_t> CopyLive(const std::filesystem::path& live,
                                         const std::filesystem::path& to);
  absl::Status Name(const std::filesystem::path& copy, std::uint64_t position);
  void Thin();

  const std::filesystem::path folder_;
  const std::string stem_;  // `<name>.v<version>.`
  const std::string name_;
  const PastLimits limits_;
  std::vector<Base> bases_;
  FileCheck check_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace sanzhang::projections
