// One file of rows: the connection that writes it, and a few that read it.
//
// Rows and checkpoint change in one transaction. The file is in WAL mode with synchronous=NORMAL:
// after a power cut it may be older, never inconsistent. It says itself which schema text made it.
//
// Threads: Write() from one thread at a time; everything else from any. A lease keeps its database
// alive.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "projections/engine/rows.h"
#include "projections/engine/snapshot.h"

struct sqlite3;

namespace sanzhang::projections {

// How far the rows of a file are.
struct Checkpoint {
  std::uint64_t position = 0;
  absl::Time recorded_at = absl::InfinitePast();
  // Of the bytes of the record at `position`: it tells one log from another.
  std::string digest = {};
  // Has held all that the log held, once: it may answer queries.
  bool complete = false;
};

// An open file, with the statements that were prepared on it.
class Connection {
 public:
  // INTERNAL if it can't be opened.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::filesystem::path& path,
                                                          bool read_only);
  // A file that is of no use unless it is finished: nothing of it is synced.
  static absl::StatusOr<std::unique_ptr<Connection>> OpenScratch(const std::filesystem::path& path);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  sqlite3* handle() const { return db_; }
  Rows& rows() { return *rows_; }
  // Any number of statements.
  absl::Status Execute(std::string_view sql);

 private:
  static absl::StatusOr<std::unique_ptr<Connection>> OpenWith(const std::filesystem::path& path,
                                                              bool read_only,
                                                              std::string_view pragmas);
  explicit Connection(sqlite3* db) : db_(db), rows_(std::make_unique<Rows>(db)) {}

  sqlite3* db_;
  std::unique_ptr<Rows> rows_;  // Gone before the handle is closed.
};

class Database : public std::enable_shared_from_this<Database> {
 public:
  // Opens the file, or makes it; reads its first pages only (file_check.h reads the rest).
  // DATA_LOSS: it is damaged, or another version or schema text made it: remove it and build anew.
  // INTERNAL: the folder can't be used, or the schema is not SQL.
  static absl::StatusOr<std::shared_ptr<Database>> Open(const std::filesystem::path& path,
                                                        int version, std::string_view schema,
                                                        int readers_max);
  // Opens a file of whatever version, which then only answers. DATA_LOSS as above, or it is not
  // there.
  static absl::StatusOr<std::shared_ptr<Database>> OpenOld(const std::filesystem::path& path,
                                                           int readers_max);
  // Removes the file and what SQLite keeps beside it.
  static void Remove(const std::filesystem::path& path);
  ~Database();

  int version() const { return version_; }
  const std::filesystem::path& path() const { return path_; }
  // As last committed. Of the writing thread.
  const Checkpoint& checkpoint() const { return checkpoint_; }

  // Commits what `change` does together with the checkpoint that it leaves in `reached`; whatever
  // fails, neither has happened.
  absl::Status Write(const std::function<absl::Status(Rows& rows, Checkpoint& reached)>& change);

  // Brings all that was written into the one file; nothing is written afterwards.
  absl::Status Finish();

  // A read transaction and the checkpoint that it sees. Waits while too many are open.
  struct Read {
    std::unique_ptr<Snapshot::Lease> lease;
    Checkpoint checkpoint;
  };
  absl::StatusOr<Read> BeginRead();

  // Removes the file when the last lease is gone.
  void RemoveWhenClosed() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  class ReadLease;

  Database(std::filesystem::path path, int version, int readers_max,
           std::unique_ptr<Connection> writer)
      : path_(std::move(path)),
        version_(version),
        readers_max_(readers_max),
        writer_(std::move(writer)) {}
  static absl::StatusOr<std::unique_ptr<Connection>> OpenExisting(const std::filesystem::path& path,
                                                                  int& version);
  absl::StatusOr<std::unique_ptr<Connection>> TakeReader();
  void GiveBack(std::unique_ptr<Connection> reader);

  const std::filesystem::path path_;
  const int version_;
  const int readers_max_;
  std::unique_ptr<Connection> writer_;
  Checkpoint checkpoint_;
  absl::Mutex mutex_;
  bool remove_ ABSL_GUARDED_BY(mutex_) = false;
  int readers_out_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::unique_ptr<Connection>> readers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sanzhang::projections
