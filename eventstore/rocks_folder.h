// The folder that a log lives in: its identity file and its free space.
//
// The identity file says that a log was made here. It is written after the database is there and
// before the first append is taken, so a database with records but without it, or it without a
// database, is damage and is never taken for a new log.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rocksdb {
class Env;
class FileLock;
class Status;
}  // namespace rocksdb

namespace sanzhang::eventstore {

// DATA_LOSS for corruption, UNAVAILABLE for what the file system says, else INTERNAL.
absl::Status FromRocks(const rocksdb::Status& status);

class RocksFolder {
 public:
  // `env` must outlive it.
  RocksFolder(rocksdb::Env* env, std::string path) : env_(env), path_(std::move(path)) {}

  std::string db_path() const { return path_ + "/db"; }
  // Whether RocksDB has a database here.
  bool has_db() const;
  // Makes the folders that are missing.
  absl::Status MakeFolders();

  // What the identity file says; nothing if there is none.
  absl::StatusOr<std::optional<std::string>> ReadIdentity() const;
  // Durable when it returns OK.
  absl::Status WriteIdentity(const std::string& identity);

  // Held until the last reference goes. FAILED_PRECONDITION: another process has it.
  absl::StatusOr<std::shared_ptr<rocksdb::FileLock>> Lock();
  // The same error, if another process of this machine holds the lock; makes nothing. Not for a
  // process that holds it itself, which would lose it.
  absl::Status CheckNotLocked() const;
  // Durably keeps a copy of a file of the database in `set-aside`, under a name of its own.
  absl::Status SetAside(const std::string& file);
  // Durably removes files of the database, and all that were removed before.
  absl::Status Remove(const std::vector<std::string>& files);

  // RESOURCE_EXHAUSTED if less is free.
  absl::Status CheckFreeSpace(std::uint64_t bytes_min) const;
  // What opening reads and may have to write again: the write-ahead logs and the manifests.
  absl::StatusOr<std::uint64_t> RecoveryBytes() const;

 private:
  absl::Status Sync(const std::string& folder);
  std::string identity_path() const { return path_ + "/log-identity"; }
  std::string lock_path() const { return path_ + "/log-lock"; }

  rocksdb::Env* env_;
  std::string path_;
};

}  // namespace sanzhang::eventstore
