#include "projections/engine/database.h"

#include <sqlite3.h>

#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "projections/engine/digest.h"
#include "projections/engine/limits.h"

namespace sanzhang::projections {
namespace {

constexpr char kCheckpointTable[] = R"(
CREATE TABLE engine_checkpoint (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  position INTEGER NOT NULL,
  recorded_at_us INTEGER,
  digest BLOB NOT NULL,
  complete INTEGER NOT NULL,
  schema_digest BLOB NOT NULL
) STRICT;
)";

absl::Status ReadCheckpoint(Rows& rows, Checkpoint& checkpoint, std::string* schema_digest) {
  bool found = false;
  const absl::Status status = rows.Query(
      "SELECT position, recorded_at_us, digest, complete, schema_digest FROM engine_checkpoint", {},
      [&](const Row& row) {
        found = true;
        checkpoint.position = static_cast<std::uint64_t>(row.Int(0));
        checkpoint.recorded_at = row.Time(1);
        checkpoint.digest = row.Bytes(2);
        checkpoint.complete = row.Int(3) != 0;
        if (schema_digest != nullptr) *schema_digest = row.Bytes(4);
      });
  if (status.ok() && !found) return absl::DataLossError("no checkpoint");
  return status;
}

absl::StatusOr<std::int64_t> Pragma(Rows& rows, std::string_view sql) {
  std::int64_t value = 0;
  const absl::Status status = rows.Query(sql, {}, [&](const Row& row) { value = row.Int(0); });
  if (!status.ok()) return status;
  return value;
}

absl::Status Create(Connection& connection, int version, std::string_view schema) {
  Rows& rows = connection.rows();
  absl::Status status = rows.Run("BEGIN IMMEDIATE", {});
  if (status.ok()) status = connection.Execute(schema);
  if (status.ok()) status = connection.Execute(kCheckpointTable);
  if (status.ok()) {
    status = rows.Run("INSERT INTO engine_checkpoint VALUES (1, 0, NULL, x'', 0, ?1)",
                      {Blob{DigestOf(schema)}});
  }
  if (status.ok()) status = connection.Execute(absl::StrCat("PRAGMA user_version = ", version));
  return status.ok() ? rows.Run("COMMIT", {}) : status;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::filesystem::path& path,
                                                             bool read_only) {
  if (read_only) return OpenWith(path, true, "");
  return OpenWith(
      path, false,
      absl::StrCat("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -",
                   kCacheKiB, "; PRAGMA wal_autocheckpoint = ", kWalPages,
                   "; PRAGMA journal_size_limit = ", kWalBytesKept));
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::OpenScratch(
    const std::filesystem::path& path) {
  return OpenWith(path, false, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::OpenWith(const std::filesystem::path& path,
                                                                 bool read_only,
                                                                 std::string_view pragmas) {
  sqlite3* db = nullptr;
  const int mode = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int opened = sqlite3_open_v2(path.c_str(), &db,
                                     mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<Connection> connection(new Connection(db));
  if (opened != SQLITE_OK) {
    return absl::InternalError(
        absl::StrCat("can't open ", path.string(), ": ", sqlite3_errstr(opened)));
  }
  sqlite3_busy_timeout(db, 5000);  // A reader opens while the writer recovers the log.
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  absl::Status status = connection->Execute("PRAGMA temp_store = MEMORY");
  if (status.ok()) status = connection->Execute(pragmas);
  if (!status.ok()) return status;
  return connection;
}

Connection::~Connection() {
  rows_.reset();
  sqlite3_close(db_);
}

absl::Status Connection::Execute(std::string_view sql) {
  char* text = nullptr;
  if (sqlite3_exec(db_, std::string(sql).c_str(), nullptr, nullptr, &text) == SQLITE_OK) {
    return absl::OkStatus();
  }
  absl::Status status = absl::InternalError(absl::StrCat("SQLite: ", text == nullptr ? "?" : text));
  sqlite3_free(text);
  return status;
}

class Database::ReadLease final : public Snapshot::Lease {
 public:
  ReadLease(std::shared_ptr<Database> database, std::unique_ptr<Connection> reader)
      : database_(std::move(database)), reader_(std::move(reader)) {}
  ~ReadLease() override {
    reader_->rows().Run("ROLLBACK", {}).IgnoreError();
    database_->GiveBack(std::move(reader_));
  }
  Rows& rows() override { return reader_->rows(); }

 private:
  std::shared_ptr<Database> database_;
  std::unique_ptr<Connection> reader_;
};

// Whatever is wrong with a file that was there: it is built anew.
absl::StatusOr<std::unique_ptr<Connection>> Database::OpenExisting(
    const std::filesystem::path& path, int& version) {
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(path, false);
  absl::Status status = connection.status();
  if (status.ok()) {
    const absl::StatusOr<std::int64_t> found = Pragma((*connection)->rows(), "PRAGMA user_version");
    status = found.status();
    if (status.ok()) version = static_cast<int>(*found);
  }
  if (status.ok()) return connection;
  return absl::DataLossError(
      absl::StrCat(path.string(), ": ", absl::string_view(status.message())));
}

absl::StatusOr<std::shared_ptr<Database>> Database::Open(const std::filesystem::path& path,
                                                         int version, std::string_view schema,
                                                         int readers_max) {
  std::error_code error;
  const bool exists = std::filesystem::exists(path, error);
  if (!exists) Remove(path);  // A log without its file would be replayed into the new one.
  int found = 0;
  absl::StatusOr<std::unique_ptr<Connection>> connection =
      exists ? OpenExisting(path, found) : Connection::Open(path, false);
  if (!connection.ok()) return connection.status();
  if (!exists || found == 0) {  // 0: killed while it was made.
    const absl::Status created = Create(**connection, version, schema);
    if (!created.ok()) return created;
  } else if (found != version) {
    return absl::DataLossError(absl::StrCat(path.string(), " is of version ", found));
  }
  std::shared_ptr<Database> database(
      new Database(path, version, readers_max, *std::move(connection)));
  std::string schema_digest;
  const absl::Status read =
      ReadCheckpoint(database->writer_->rows(), database->checkpoint_, &schema_digest);
  if (!read.ok()) return absl::DataLossError(std::string(read.message()));
  if (schema_digest != DigestOf(schema)) {
    return absl::DataLossError(absl::StrCat(path.string(), " was made by another schema text"));
  }
  return database;
}

absl::StatusOr<std::shared_ptr<Database>> Database::OpenOld(const std::filesystem::path& path,
                                                            int readers_max) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return absl::DataLossError("no such file");
  int found = 0;
  absl::StatusOr<std::unique_ptr<Connection>> connection = OpenExisting(path, found);
  if (!connection.ok()) return connection.status();
  std::shared_ptr<Database> database(
      new Database(path, found, readers_max, *std::move(connection)));
  const absl::Status read =
      ReadCheckpoint(database->writer_->rows(), database->checkpoint_, nullptr);
  if (!read.ok()) return absl::DataLossError(std::string(read.message()));
  return database;
}

void Database::Remove(const std::filesystem::path& path) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(path.string() + suffix, ignored);
  }
}

Database::~Database() {
  absl::MutexLock lock(&mutex_);
  readers_.clear();
  writer_.reset();
  if (remove_) Remove(path_);
}

absl::Status Database::Write(
    const std::function<absl::Status(Rows& rows, Checkpoint& reached)>& change) {
  Rows& rows = writer_->rows();
  Checkpoint reached = checkpoint_;
  absl::Status status = rows.Run("BEGIN IMMEDIATE", {});
  if (!status.ok()) return status;
  status = change(rows, reached);
  if (status.ok()) {
    status = rows.Run(
        "UPDATE engine_checkpoint SET position = ?1, recorded_at_us = ?2, digest = ?3, complete = "
        "?4",
        {static_cast<std::int64_t>(reached.position), TimeValue(reached.recorded_at),
         Blob{reached.digest}, std::int64_t{reached.complete}});
  }
  if (status.ok()) status = rows.Run("COMMIT", {});
  if (status.ok()) {
    checkpoint_ = std::move(reached);
  } else {
    rows.Run("ROLLBACK", {}).IgnoreError();  // SQLite may have done so already.
  }
  return status;
}

absl::Status Database::Finish() { return writer_->Execute("PRAGMA wal_checkpoint(TRUNCATE)"); }

absl::StatusOr<Database::Read> Database::BeginRead() {
  absl::StatusOr<std::unique_ptr<Connection>> reader = TakeReader();
  if (!reader.ok()) return reader.status();
  Rows& rows = (*reader)->rows();
  Read read;
  absl::Status status = rows.Run("BEGIN", {});
  // The first SELECT takes the snapshot; all that follow see the same.
  if (status.ok()) status = ReadCheckpoint(rows, read.checkpoint, nullptr);
  read.lease = std::make_unique<ReadLease>(shared_from_this(), *std::move(reader));
  if (!status.ok()) return status;
  return read;
}

absl::StatusOr<std::unique_ptr<Connection>> Database::TakeReader() {
  {
    absl::MutexLock lock(&mutex_);
    const auto free = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return readers_out_ < readers_max_;
    };
    mutex_.Await(absl::Condition(&free));
    ++readers_out_;
    if (!readers_.empty()) {
      std::unique_ptr<Connection> reader = std::move(readers_.back());
      readers_.pop_back();
      return reader;
    }
  }
  absl::StatusOr<std::unique_ptr<Connection>> reader = Connection::Open(path_, true);
  if (!reader.ok()) GiveBack(nullptr);
  return reader;
}

void Database::GiveBack(std::unique_ptr<Connection> reader) {
  absl::MutexLock lock(&mutex_);
  --readers_out_;
  if (reader != nullptr) readers_.push_back(std::move(reader));
}

void Database::RemoveWhenClosed() {
  absl::MutexLock lock(&mutex_);
  remove_ = true;
}

}  // namespace sanzhang::projections
