// The box of secret votes: sealed papers without voters.
//
// One SQLite file. Papers lie under random tokens, so that neither their order nor their place
// tells when they came; what is deleted is overwritten. Every change is durable when it returns.
// Errors: INTERNAL. Threads: any; calls wait for one another.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

struct sqlite3;

namespace sanzhang::ballotbox {

// A paper whose voter is not yet known to have voted.
struct Pending {
  std::string resolution;
  std::string voter;
  std::string request_id;
  bool operator==(const Pending&) const = default;
};

class BallotBox {
 public:
  static absl::StatusOr<std::unique_ptr<BallotBox>> Open(const std::filesystem::path& path);
  // Copies a box as it stands at one moment to a file that is not there, also a box that a process
  // has open. ABORTED, and nothing is left: some paper is held for its voter just then, and a
  // copy would tell whose it is for as long as it lasts.
  static absl::Status Copy(const std::filesystem::path& path, const std::filesystem::path& to);
  ~BallotBox();
  BallotBox(const BallotBox&) = delete;
  BallotBox& operator=(const BallotBox&) = delete;

  // Holds a sealed paper for a voter until the log says that the voter has voted. A paper that is
  // held for the voter already is replaced: it was not counted.
  absl::Status Hold(const Pending& pending, std::string_view sealed);
  // The voter has voted: the paper goes into the box, and the voter's name goes for good. Without
  // effect if nothing is held under that request.
  absl::Status Drop(const Pending& pending);
  // The voter has not voted: the paper goes.
  absl::Status Discard(const Pending& pending);
  // What a crash left held.
  absl::StatusOr<std::vector<Pending>> Held() const;

  // All papers of a vote that are in the box, in the order of their bytes.
  absl::StatusOr<std::vector<std::string>> Papers(std::string_view resolution) const;
  absl::StatusOr<std::int64_t> Count(std::string_view resolution) const;
  // The papers are in the log: they go here.
  absl::Status Empty(std::string_view resolution);

 private:
  explicit BallotBox(sqlite3* db) : db_(db) {}
  static absl::StatusOr<std::unique_ptr<BallotBox>> Connect(const std::filesystem::path& path,
                                                            int flags);

  mutable absl::Mutex mutex_;
  sqlite3* const db_ ABSL_PT_GUARDED_BY(mutex_);
};

}  // namespace sanzhang::ballotbox
