// Files that are written front to back into one folder, by a thread of their own, with their
// hashes.
//
// Guarantees
//   Durable  What was appended before Sync is on disk when it returns.
//   Resumed  Opened with the sizes that a Sync answered, the files are cut to them, and go on.
//   Flat     What waits for the disk is bounded: Append waits.
// Errors   RESOURCE_EXHAUSTED: the disk is full. UNAVAILABLE: another error of the file system.
//          DATA_LOSS: a file is shorter than it was. After the first error all that follows fails
//          with it.
// Threads  One at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace sanzhang::audit {

using FileSizes = std::map<std::string, std::uint64_t>;  // By name.

struct FinishedFile {
  std::string name;
  std::uint64_t bytes = 0;
  std::string sha256;  // Hexadecimal.
};

class OutputFiles {
 public:
  static absl::StatusOr<std::unique_ptr<OutputFiles>> Open(const std::string& folder,
                                                           const FileSizes& sizes);
  ~OutputFiles();
  OutputFiles(const OutputFiles&) = delete;
  OutputFiles& operator=(const OutputFiles&) = delete;

  // The file's handle; a new one is empty.
  absl::StatusOr<std::size_t> Add(const std::string& name);
  absl::Status Append(std::size_t file, std::string_view bytes);
  absl::StatusOr<FileSizes> Sync();
  // Syncs and closes; by name.
  absl::StatusOr<std::vector<FinishedFile>> Finish();

 private:
  class File;
  struct Piece {
    std::size_t file = 0;
    std::string bytes;
  };

  explicit OutputFiles(std::string folder);
  void Post(Piece piece);
  void Work();
  absl::Status Drain();

  const std::string folder_;
  std::vector<std::unique_ptr<File>> files_;
  std::vector<std::string> buffers_;  // By file: what was not posted yet.
  absl::Mutex mutex_;
  std::vector<Piece> queue_ ABSL_GUARDED_BY(mutex_);
  std::size_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // Not written yet.
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  std::thread writer_;
};

// Replaces a small file, durably: whole, or as it was. What it writes first has the suffix.
inline constexpr char kDraftSuffix[] = ".new";
absl::Status ReplaceFile(const std::string& folder, const std::string& name, std::string_view text);
// Removes it, if it is there.
absl::Status RemoveFile(const std::string& folder, const std::string& name);
// NOT_FOUND, UNAVAILABLE.
absl::StatusOr<std::string> ReadFile(const std::string& folder, const std::string& name);
// Size and hash of a file that others have written.
absl::StatusOr<FinishedFile> HashFile(const std::string& folder, const std::string& name);

}  // namespace sanzhang::audit
