#include "services/ballotbox/ballot_box.h"

#include <sqlite3.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/sqlite/statement.h"

namespace sanzhang::ballotbox {
namespace {

constexpr int kBusyMs = 5000;

// A rollback journal that is truncated holds no old page for longer than a change takes;
// secure_delete writes zeros over what goes.
constexpr char kSetUp[] = R"(
    PRAGMA journal_mode = TRUNCATE;
    PRAGMA synchronous = EXTRA;
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    CREATE TABLE IF NOT EXISTS held (
      resolution TEXT NOT NULL, voter TEXT NOT NULL, request_id TEXT NOT NULL, paper BLOB NOT NULL,
      PRIMARY KEY (resolution, voter)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS box (
      resolution TEXT NOT NULL, token BLOB NOT NULL, paper BLOB NOT NULL,
      PRIMARY KEY (resolution, token)) STRICT, WITHOUT ROWID;)";

absl::Status StatusOf(sqlite3* db) {
  return absl::InternalError(absl::StrCat("ballot box: ", sqlite3_errmsg(db)));
}

// What is asked of this store.
struct Statement : sqlite::Statement {
  Statement(sqlite3* db, const char* sql) : sqlite::Statement(db, sql, StatusOf) {}
};

absl::Status Execute(sqlite3* db, const char* sql) { return sqlite::Execute(db, sql, StatusOf); }

absl::Status Run(sqlite3* db, const char* sql, const Pending& pending) {
  return Statement(db, sql)
      .Text(pending.resolution)
      .Text(pending.voter)
      .Text(pending.request_id)
      .Finish();
}

}  // namespace

absl::StatusOr<std::unique_ptr<BallotBox>> BallotBox::Connect(const std::filesystem::path& path,
                                                              int flags) {
  sqlite3* db = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  auto box = std::unique_ptr<BallotBox>(new BallotBox(db));
  if (opened != SQLITE_OK) return StatusOf(db);
  sqlite3_busy_timeout(db, kBusyMs);
  return box;
}

absl::StatusOr<std::unique_ptr<BallotBox>> BallotBox::Open(const std::filesystem::path& path) {
  auto box = Connect(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!box.ok()) return box.status();
  absl::MutexLock lock(&(*box)->mutex_);
  if (absl::Status set = Execute((*box)->db_, kSetUp); !set.ok()) return set;
  return box;
}

absl::Status BallotBox::Copy(const std::filesystem::path& path, const std::filesystem::path& to) {
  const auto box = Connect(path, SQLITE_OPEN_READONLY);
  if (!box.ok()) return box.status();
  {
    absl::MutexLock lock(&(*box)->mutex_);
    absl::Status copied = Statement((*box)->db_, "VACUUM INTO ?").Text(to.string()).Finish();
    if (!copied.ok()) return copied;
  }
  const auto copy = Connect(to, SQLITE_OPEN_READONLY);
  if (!copy.ok()) return copy.status();
  const auto held = (*copy)->Held();
  if (!held.ok()) return held.status();
  if (held->empty()) return absl::OkStatus();
  std::error_code error;
  std::filesystem::remove(to, error);
  return absl::AbortedError("ballot box: a paper is on its way into the box");
}

BallotBox::~BallotBox() { sqlite3_close(db_); }

absl::Status BallotBox::Hold(const Pending& pending, std::string_view sealed) {
  absl::MutexLock lock(&mutex_);
  return Statement(db_, "INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?)")
      .Text(pending.resolution)
      .Text(pending.voter)
      .Text(pending.request_id)
      .Blob(sealed)
      .Finish();
}

absl::Status BallotBox::Drop(const Pending& pending) {
  absl::MutexLock lock(&mutex_);
  absl::Status done = Execute(db_, "BEGIN IMMEDIATE");
  if (!done.ok()) return done;
  done = Run(db_,
             "INSERT INTO box SELECT resolution, randomblob(16), paper FROM held"
             " WHERE resolution = ? AND voter = ? AND request_id = ?",
             pending);
  if (done.ok()) {
    done =
        Run(db_, "DELETE FROM held WHERE resolution = ? AND voter = ? AND request_id = ?", pending);
  }
  if (done.ok()) done = Execute(db_, "COMMIT");
  if (!done.ok()) Execute(db_, "ROLLBACK").IgnoreError();
  return done;
}

absl::Status BallotBox::Discard(const Pending& pending) {
  absl::MutexLock lock(&mutex_);
  return Run(db_, "DELETE FROM held WHERE resolution = ? AND voter = ? AND request_id = ?",
             pending);
}

absl::StatusOr<std::vector<Pending>> BallotBox::Held() const {
  absl::MutexLock lock(&mutex_);
  std::vector<Pending> held;
  Statement rows(db_, "SELECT resolution, voter, request_id FROM held ORDER BY resolution, voter");
  while (rows.Next()) held.push_back({rows.String(0), rows.String(1), rows.String(2)});
  if (absl::Status read = rows.Finish(); !read.ok()) return read;
  return held;
}

absl::StatusOr<std::vector<std::string>> BallotBox::Papers(std::string_view resolution) const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::string> papers;
  Statement rows(db_, "SELECT paper FROM box WHERE resolution = ? ORDER BY paper");
  rows.Text(resolution);
  while (rows.Next()) papers.push_back(rows.String(0));
  if (absl::Status read = rows.Finish(); !read.ok()) return read;
  return papers;
}

absl::StatusOr<std::int64_t> BallotBox::Count(std::string_view resolution) const {
  absl::MutexLock lock(&mutex_);
  Statement row(db_, "SELECT count(*) FROM box WHERE resolution = ?");
  row.Text(resolution);
  const std::int64_t count = row.Next() ? row.Number(0) : 0;
  if (absl::Status read = row.Finish(); !read.ok()) return read;
  return count;
}

absl::Status BallotBox::Empty(std::string_view resolution) {
  absl::MutexLock lock(&mutex_);
  return Statement(db_, "DELETE FROM box WHERE resolution = ?").Text(resolution).Finish();
}

}  // namespace sanzhang::ballotbox
