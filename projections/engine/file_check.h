// Reads a whole file of rows and says whether its structure is sound (PRAGMA quick_check).
//
// That takes as long as reading the file, so it is done beside the work and not before it: on a
// connection of its own, and one file at a time within a process, whoever asks.
//
// Threads: Run from one at a time, Cancel from any.
#pragma once

#include <filesystem>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

struct sqlite3;

namespace sanzhang::projections {

class FileCheck {
 public:
  // Waits for its turn. DATA_LOSS: the file is damaged. CANCELLED: nothing is known of it.
  absl::Status Run(const std::filesystem::path& path);
  // Run, now and from now on, answers CANCELLED soon.
  void Cancel();

 private:
  absl::Status Check(const std::filesystem::path& path);

  static absl::Mutex mutex_;
  static bool turn_taken_ ABSL_GUARDED_BY(mutex_);
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  sqlite3* checked_ ABSL_GUARDED_BY(mutex_) = nullptr;  // Can be interrupted.
};

}  // namespace sanzhang::projections
