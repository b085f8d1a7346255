#include "services/keyring/subject_store.h"

#include <sodium.h>
#include <sqlite3.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/keyring/key_wrap.h"
#include "services/sqlite/statement.h"

namespace sanzhang::keyring {
namespace {

// What states are called in the file; never changed.
enum Stored : std::int64_t { kStoredLive = 1, kStoredRestricted = 2, kStoredDestroyed = 3 };
// The row of the store itself, under a name that no subject has: its wrapped key shows that the
// epoch's key is the right one, its state whether the store is due to be rewritten.
constexpr std::string_view kItself = "";
enum Due : std::int64_t { kNotDue = 0, kDue = 1 };
constexpr std::uint32_t kVersion = 1;

constexpr char kSchema[] = R"(
    CREATE TABLE subject (
      name TEXT NOT NULL PRIMARY KEY, state INTEGER NOT NULL, version INTEGER NOT NULL,
      wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;)";
// One sync for each commit. EXCLUSIVE keeps others out, and needs no shared memory.
constexpr char kToServe[] = R"(
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    BEGIN IMMEDIATE; COMMIT;)";
constexpr char kToFill[] = R"(
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA temp_store = MEMORY;)";

absl::Status StatusOf(sqlite3* db) {
  const int code = sqlite3_errcode(db) & 0xFF;
  const std::string what = absl::StrCat("keyring: ", sqlite3_errmsg(db));
  if (code == SQLITE_BUSY) return absl::FailedPreconditionError(what);
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) return absl::DataLossError(what);
  return absl::UnavailableError(what);
}

// What is asked of this store.
struct Statement : sqlite::Statement {
  Statement(sqlite3* db, const char* sql) : sqlite::Statement(db, sql, StatusOf) {}
};

absl::Status Execute(sqlite3* db, const char* sql) { return sqlite::Execute(db, sql, StatusOf); }

constexpr char kRow[] = "SELECT name, state, version, wrapped FROM subject WHERE name = ?";
constexpr char kPut[] = "INSERT OR REPLACE INTO subject VALUES (?, ?, ?, ?)";

std::int64_t ToStored(SubjectState state) {
  switch (state) {
    case SubjectState::kLive:
      return kStoredLive;
    case SubjectState::kRestricted:
      return kStoredRestricted;
    case SubjectState::kDestroyed:
      return kStoredDestroyed;
    case SubjectState::kAbsent:
      break;
  }
  return 0;
}

// The row that a statement stands on.
absl::StatusOr<SubjectKey> Read(const Statement& row, const SecretKey& epoch_key) {
  const std::string name = row.String(0);
  const std::string wrapped = row.String(3);
  SubjectKey key;
  key.version = static_cast<std::uint32_t>(row.Number(2));
  switch (row.Number(1)) {
    case kStoredLive:
      key.state = SubjectState::kLive;
      break;
    case kStoredRestricted:
      key.state = SubjectState::kRestricted;
      break;
    case kStoredDestroyed:
      key.state = SubjectState::kDestroyed;
      break;
    default:
      return absl::DataLossError("keyring: a row in no state");
  }
  const bool may_lack_key = key.state != SubjectState::kLive;
  const bool may_have_key = key.state != SubjectState::kDestroyed;
  if (key.version == 0 && wrapped.empty() && may_lack_key) return key;
  if (key.version != kVersion || !may_have_key || !Unwrap(epoch_key, name, wrapped, key.key)) {
    return absl::DataLossError("keyring: a row that does not fit its key");
  }
  return key;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SubjectStore>> SubjectStore::Create(const std::string& path,
                                                                   const SecretKey& epoch_key) {
  sqlite3* db = nullptr;
  const int opened = sqlite3_open_v2(
      path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  auto store = std::unique_ptr<SubjectStore>(new SubjectStore(db, epoch_key));
  if (opened != SQLITE_OK) return StatusOf(db);
  if (absl::Status set = Execute(db, kToFill); !set.ok()) return set;
  if (absl::Status made = Execute(db, kSchema); !made.ok()) return made;
  absl::Status marked = Statement(db, kPut)
                            .Text(kItself)
                            .Integer(kNotDue)
                            .Integer(kVersion)
                            .Blob(Wrap(epoch_key, kItself, SecretKey()))
                            .Finish();
  if (!marked.ok()) return marked;
  return store;
}

absl::StatusOr<std::unique_ptr<SubjectStore>> SubjectStore::Open(const std::string& path,
                                                                 const SecretKey& epoch_key) {
  sqlite3* db = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  auto store = std::unique_ptr<SubjectStore>(new SubjectStore(db, epoch_key));
  if (opened != SQLITE_OK) return StatusOf(db);
  if (absl::Status set = Execute(db, kToServe); !set.ok()) return set;
  Statement check(db, "PRAGMA quick_check(1)");
  if (!check.Next() || check.String(0) != "ok") {
    return absl::DataLossError(absl::StrCat(path, ": damaged"));
  }
  Statement itself(db, kRow);
  itself.Text(kItself);
  SecretKey nothing;
  if (!itself.Next() || !Unwrap(epoch_key, kItself, itself.String(3), nothing)) {
    return absl::DataLossError(absl::StrCat(path, ": belongs to another epoch key"));
  }
  return store;
}

SubjectStore::~SubjectStore() { sqlite3_close(db_); }

absl::StatusOr<SubjectKey> SubjectStore::Find(std::string_view subject) {
  Statement row(db_, kRow);
  row.Text(subject);
  if (subject != kItself && row.Next()) return Read(row, epoch_key_);
  if (absl::Status read = row.Finish(); !read.ok()) return read;
  return SubjectKey();
}

absl::Status SubjectStore::Together(const std::function<absl::Status()>& changes) {
  absl::Status done = Execute(db_, "BEGIN IMMEDIATE");
  if (!done.ok()) return done;
  done = changes();
  if (done.ok()) done = Execute(db_, "COMMIT");
  if (!done.ok()) Execute(db_, "ROLLBACK").IgnoreError();
  return done;
}

absl::Status SubjectStore::Put(std::string_view subject, const SubjectKey& key) {
  return Statement(db_, kPut)
      .Text(subject)
      .Integer(ToStored(key.state))
      .Integer(key.version)
      .Blob(key.version == 0 ? std::string() : Wrap(epoch_key_, subject, key.key))
      .Finish();
}

absl::Status SubjectStore::Make(std::span<const std::string> subjects) {
  return Together([&]() -> absl::Status {
    for (const std::string& subject : subjects) {
      absl::StatusOr<SubjectKey> key = Find(subject);
      if (!key.ok()) return key.status();
      if (key->state != SubjectState::kAbsent) continue;
      key->state = SubjectState::kLive;
      key->version = kVersion;
      randombytes_buf(key->key.data(), SecretKey::kBytes);
      if (absl::Status put = Put(subject, *key); !put.ok()) return put;
    }
    return absl::OkStatus();
  });
}

absl::Status SubjectStore::SetRestricted(std::string_view subject, bool restricted) {
  return Together([&]() -> absl::Status {
    absl::StatusOr<SubjectKey> key = Find(subject);
    if (!key.ok()) return key.status();
    if (key->state == SubjectState::kDestroyed) {
      return absl::FailedPreconditionError("the subject's key was destroyed");
    }
    if (restricted) {
      key->state = SubjectState::kRestricted;
      return Put(subject, *key);
    }
    if (key->state != SubjectState::kRestricted) return absl::OkStatus();
    key->state = SubjectState::kLive;
    if (key->version != 0) return Put(subject, *key);
    // It never had a key: as if it had never been named.
    return Statement(db_, "DELETE FROM subject WHERE name = ?").Text(subject).Finish();
  });
}

absl::StatusOr<bool> SubjectStore::Destroy(std::span<const std::string> subjects) {
  bool changed = false;
  absl::Status done = Together([&]() -> absl::Status {
    for (const std::string& subject : subjects) {
      const absl::StatusOr<SubjectKey> key = Find(subject);
      if (!key.ok()) return key.status();
      if (subject == kItself || key->state == SubjectState::kDestroyed) continue;
      changed = true;
      absl::Status put = Put(subject, {.state = SubjectState::kDestroyed, .version = 0, .key = {}});
      if (!put.ok()) return put;
    }
    if (!changed) return absl::OkStatus();
    return Statement(db_, "UPDATE subject SET state = ? WHERE name = ?")
        .Integer(kDue)
        .Text(kItself)
        .Finish();
  });
  if (!done.ok()) return done;
  return changed;
}

absl::StatusOr<bool> SubjectStore::DueToBeRewritten() {
  Statement row(db_, kRow);
  row.Text(kItself);
  const bool due = row.Next() && row.Number(1) == kDue;
  if (absl::Status read = row.Finish(); !read.ok()) return read;
  return due;
}

absl::Status SubjectStore::Fill(SubjectStore& from) {
  return Together([&]() -> absl::Status {
    Statement rows(
        from.db_,
        "SELECT name, state, version, wrapped FROM subject WHERE name <> '' ORDER BY name");
    while (rows.Next()) {
      const absl::StatusOr<SubjectKey> key = Read(rows, from.epoch_key_);
      if (!key.ok()) return key.status();
      if (absl::Status put = Put(rows.String(0), *key); !put.ok()) return put;
    }
    return rows.Finish();
  });
}

absl::StatusOr<std::vector<std::string>> SubjectStore::Restricted() {
  std::vector<std::string> names;
  Statement rows(db_, "SELECT name FROM subject WHERE state = ? AND name <> ''");
  rows.Integer(kStoredRestricted);
  while (rows.Next()) names.push_back(rows.String(0));
  if (absl::Status read = rows.Finish(); !read.ok()) return read;
  return names;
}

}  // namespace sanzhang::keyring
