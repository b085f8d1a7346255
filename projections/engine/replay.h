// A view's rows in a file of their own, made from records that are handed over one by one: for
// whoever has the records, and no log to follow.
//
// Commits when enough has come, and at Finish(). Where it failed, nothing more is taken.
//
// Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "projections/engine/database.h"
#include "projections/engine/projection.h"
#include "projections/engine/record_applier.h"

namespace sanzhang::projections {

class Replay {
 public:
  // Goes on from what is in the file; a fresh one if there is none. `projection` outlives it.
  // DATA_LOSS if another program made the file. INTERNAL if the folder can't be used.
  static absl::StatusOr<std::unique_ptr<Replay>> Open(Projection& projection,
                                                      const std::filesystem::path& file);

  // The record at position() + 1. DATA_LOSS; what the projection says.
  absl::Status Add(std::string_view record);
  // All that was added is in the one file.
  absl::Status Finish();

  // Of the last record that was added.
  std::uint64_t position() const { return file_->checkpoint().position + waiting_.size(); }
  // What is in the file.
  absl::StatusOr<Database::Read> Read() { return file_->BeginRead(); }

 private:
  Replay(Projection& projection, std::shared_ptr<Database> file)
      : applier_(projection), file_(std::move(file)) {}
  absl::Status Commit();

  RecordApplier applier_;
  const std::shared_ptr<Database> file_;
  std::vector<std::string> waiting_;
  std::size_t waiting_bytes_ = 0;
};

}  // namespace sanzhang::projections
