// The commit log on RocksDB 7.8, as Debian 12 builds it. README.md says which keys it writes; the
// options and their reasons stand in rocks_options.cc.
//
// Layout: `path/db` is RocksDB's, `path/log-identity` names the log. A folder that has one of them
// but not the other is damaged and is never taken for a new log. Whether a log is opened is decided
// before anything in it is changed (start_decision.h); what is dropped of a damaged write-ahead log
// is kept in `path/set-aside`. Fail-stop: after the first error of a write, or of RocksDB's
// background work, every Append fails with that error. Nothing is resumed in process: reopen in a
// new one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/commit_log.h"
#include "eventstore/limits.h"
#include "eventstore/start_decision.h"

namespace rocksdb {
class Env;
}

namespace sanzhang::eventstore {

struct RocksOptions {
  std::string path = {};
  // Makes a new log if there is none; without it, no log is NOT_FOUND.
  bool create_if_missing = false;
  // Opening and appending need this much free space, and opening also twice the write-ahead log.
  std::uint64_t free_space_bytes_min = kFreeSpaceBytesMin;
  // Who has seen the log reach how far. A log that ends before one of them is refused, unchanged.
  std::vector<Anchor> anchors = {};
  // The log was opened without bytes that may have been acknowledged, though no anchor says so.
  // Called before OpenRocksCommitLog returns.
  std::function<void(const std::string& incident)> on_incident = {};
  // The file system and threads; null: the operating system's. Must outlive the log. For tests.
  rocksdb::Env* env = nullptr;
};

// NOT_FOUND: no log there, and none is to be made. DATA_LOSS: damaged, shorter than an anchor says,
// or files of two logs mixed.
// RESOURCE_EXHAUSTED: too little free space. FAILED_PRECONDITION: another process has it open.
absl::StatusOr<std::unique_ptr<CommitLog>> OpenRocksCommitLog(RocksOptions options);

// A copy of a log's folder, or a folder that no process has open: it is read as OpenRocksCommitLog
// would open it, and nothing in it is changed. Append answers FAILED_PRECONDITION, and so does
// health(). Errors as above; a copy that was made while the log was written to may miss files,
// which is DATA_LOSS here or, where a hole shows only in the records, when they are read.
absl::StatusOr<std::unique_ptr<CommitLog>> OpenRocksCommitLogToRead(const std::string& path);

}  // namespace sanzhang::eventstore
