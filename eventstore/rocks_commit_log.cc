#include "eventstore/rocks_commit_log.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "eventstore/check.h"
#include "eventstore/key_codec.h"
#include "eventstore/rocks_folder.h"
#include "eventstore/rocks_options.h"
#include "eventstore/start_decision.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/listener.h"
#include "rocksdb/options.h"
#include "rocksdb/write_batch.h"

namespace sanzhang::eventstore {
namespace {

// Column families, in the order of their handles. RocksDB insists on a `default`: marks lie there.
constexpr std::array<const char*, 6> kFamilies = {"default", "log",      "streams",
                                                  "heads",   "requests", "index"};
constexpr std::size_t kRecordFamily = 1;
constexpr char kIdentityMark[] = "identity";

std::size_t FamilyOf(RowKind kind) {
  switch (kind) {
    case RowKind::kMark:
      return 0;
    case RowKind::kStream:
      return 2;
    case RowKind::kHead:
      return 3;
    case RowKind::kRequest:
      return 4;
    case RowKind::kIndex:
      return 5;
  }
  SANZHANG_CHECK(false);
}

constexpr std::array kDerivedKinds = {RowKind::kStream, RowKind::kHead, RowKind::kRequest,
                                      RowKind::kIndex};

std::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }
rocksdb::Slice Slice(std::string_view view) { return {view.data(), view.size()}; }

// Remembers the first error for good, and tells once whoever listens.
class Poison final : public rocksdb::EventListener {
 public:
  void Set(const absl::Status& why) {
    // Told under the lock, so that whoever takes the listener back knows that it does not run.
    absl::MutexLock lock(&mutex_);
    if (!why_.ok()) return;
    why_ = why;
    poisoned_.store(true, std::memory_order_release);
    if (listener_ != nullptr) listener_(why);
  }

  absl::Status Get() const {
    if (!poisoned_.load(std::memory_order_acquire)) return absl::OkStatus();
    absl::MutexLock lock(&mutex_);
    return why_;
  }

  void Listen(std::function<void(const absl::Status&)> listener) {
    absl::MutexLock lock(&mutex_);
    listener_ = std::move(listener);
  }

  // RocksDB calls these two from its own threads; neither may call RocksDB.
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* error) override {
    Set(FromRocks(*error));
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }

 private:
  mutable absl::Mutex mutex_;
  std::atomic<bool> poisoned_ = false;
  absl::Status why_ ABSL_GUARDED_BY(mutex_);
  std::function<void(const absl::Status&)> listener_ ABSL_GUARDED_BY(mutex_);
};

// A walk over a column family. Its status is asked after every walk: to RocksDB's iterators an I/O
// error looks like the end.
absl::Status Walk(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                  const rocksdb::ReadOptions& options, std::string_view from, Direction direction,
                  CommitLog::RowVisitor visit) {
  const std::unique_ptr<rocksdb::Iterator> at(db.NewIterator(options, family));
  const bool forwards = direction == Direction::kForwards;
  forwards ? at->Seek(Slice(from)) : at->SeekForPrev(Slice(from));
  while (at->Valid() && visit(View(at->key()), View(at->value()))) {
    forwards ? at->Next() : at->Prev();
  }
  return FromRocks(at->status());
}

// 0: there is no record.
absl::StatusOr<std::uint64_t> LastPosition(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* records) {
  std::uint64_t position = 0;
  bool well_formed = true;
  const absl::Status walked =
      Walk(db, records, LogReadOptions(), std::string(kNumberBytes, '\xff'), Direction::kBackwards,
           [&](std::string_view key, std::string_view) {
             well_formed = DecodeNumber(key, position);
             return false;
           });
  if (!walked.ok()) return walked;
  if (!well_formed) return absl::DataLossError("the log's last key is not a position");
  return position;
}

class RocksCommitLog final : public CommitLog {
 public:
  RocksCommitLog(RocksFolder folder, std::shared_ptr<rocksdb::FileLock> lock,
                 std::uint64_t free_space_bytes_min, std::shared_ptr<Poison> poison,
                 rocksdb::DB* db, std::vector<rocksdb::ColumnFamilyHandle*> families)
      : folder_(std::move(folder)),
        lock_(std::move(lock)),
        free_space_bytes_min_(free_space_bytes_min),
        poison_(std::move(poison)),
        db_(db),
        families_(std::move(families)),
        write_batch_(/*reserved_bytes=*/0, /*max_bytes=*/0,
                     LogWriteOptions().protection_bytes_per_key, /*default_cf_ts_sz=*/0) {}

  ~RocksCommitLog() override {
    poison_->Listen(nullptr);
    // Nothing depends on the flush: it only makes the next start quick.
    if (poison_->Get().ok()) db_->Flush(rocksdb::FlushOptions(), families_).PermitUncheckedError();
    for (auto* family : families_) db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    db_->Close().PermitUncheckedError();
  }

  absl::Status ReadEnd() {
    const absl::StatusOr<std::uint64_t> end = LastPosition(*db_, families_[kRecordFamily]);
    if (!end.ok()) return end.status();
    end_.store(*end, std::memory_order_release);
    return absl::OkStatus();
  }

  absl::Status Append(const CommitBatch& batch) override {
    if (absl::Status poisoned = poison_->Get(); !poisoned.ok()) return poisoned;
    if (absl::Status space = folder_.CheckFreeSpace(free_space_bytes_min_); !space.ok()) {
      return space;  // Before the write: nothing is lost, and deleting files makes it well again.
    }
    std::uint64_t position = end();
    SANZHANG_CHECK(batch.records.empty() || batch.first_position == position + 1);
    write_batch_.Clear();
    rocksdb::Status status;
    for (const std::string& record : batch.records) {
      if (status.ok()) {
        status = write_batch_.Put(families_[kRecordFamily], EncodeNumber(++position), record);
      }
    }
    for (const Row& row : batch.rows) {
      if (status.ok()) status = write_batch_.Put(families_[FamilyOf(row.kind)], row.key, row.value);
    }
    return Write(status, position);
  }

  absl::Status ReadRecords(std::uint64_t from, Direction direction,
                           RecordVisitor visit) const override {
    const bool forwards = direction == Direction::kForwards;
    const std::uint64_t end = this->end();
    std::uint64_t expected = forwards ? std::max<std::uint64_t>(from, 1) : std::min(from, end);
    if (expected == 0 || expected > end) return absl::OkStatus();
    absl::Status found;
    bool more = true;
    const absl::Status walked =
        Walk(*db_, families_[kRecordFamily], LogReadOptions(), EncodeNumber(expected), direction,
             [&](std::string_view key, std::string_view bytes) {
               std::uint64_t position = 0;
               if (!DecodeNumber(key, position) || position != expected) {
                 found = absl::DataLossError(absl::StrCat("the log has a hole at ", expected));
                 return false;
               }
               more = visit(position, bytes) && position != (forwards ? end : 1);
               expected = forwards ? position + 1 : position - 1;
               return more;
             });
    if (!walked.ok()) return walked;
    if (found.ok() && more) {
      return absl::DataLossError(absl::StrCat("the log breaks off at ", expected));
    }
    return found;
  }

  absl::StatusOr<std::string> ReadRecord(std::uint64_t position) const override {
    absl::StatusOr<std::optional<std::string>> bytes =
        GetFrom(families_[kRecordFamily], EncodeNumber(position));
    if (!bytes.ok()) return bytes.status();
    if (bytes->has_value()) return **std::move(bytes);
    if (position == 0 || position > end()) {
      return absl::NotFoundError(absl::StrCat("no record at ", position));
    }
    return absl::DataLossError(absl::StrCat("the log has a hole at ", position));
  }

  absl::StatusOr<std::optional<std::string>> Get(RowKind kind,
                                                 std::string_view key) const override {
    return GetFrom(families_[FamilyOf(kind)], key);
  }

  absl::Status Scan(RowKind kind, std::string_view prefix, std::string_view from,
                    Direction direction, RowVisitor visit) const override {
    SANZHANG_CHECK(from.starts_with(prefix));
    const std::string end = EndOfPrefix(prefix);
    const rocksdb::Slice lower = Slice(prefix);
    const rocksdb::Slice upper = end;
    rocksdb::ReadOptions options = LogReadOptions();
    options.iterate_lower_bound = &lower;
    if (!end.empty()) options.iterate_upper_bound = &upper;
    return Walk(*db_, families_[FamilyOf(kind)], options, from, direction, visit);
  }

  absl::Status ClearRows() override {
    if (absl::Status poisoned = poison_->Get(); !poisoned.ok()) return poisoned;
    write_batch_.Clear();
    rocksdb::Status status;
    for (const RowKind kind : kDerivedKinds) {
      rocksdb::ColumnFamilyHandle* family = families_[FamilyOf(kind)];
      std::optional<std::string> last;
      const absl::Status walked =
          Walk(*db_, family, LogReadOptions(), std::string(kIndexKeyBytesMax + 1, '\xff'),
               Direction::kBackwards, [&](std::string_view key, auto) {
                 last = key;
                 return false;
               });
      if (!walked.ok()) return walked;
      if (!last.has_value()) continue;
      if (status.ok()) status = write_batch_.DeleteRange(family, "", *last);
      if (status.ok()) status = write_batch_.Delete(family, *last);
    }
    return Write(status, end());
  }

  std::uint64_t end() const override { return end_.load(std::memory_order_acquire); }

  // One process holds the folder's lock, and every append is synced before it returns.
  absl::Status Barrier() override { return poison_->Get(); }
  absl::Status health() const override { return poison_->Get(); }
  void OnPoisoned(std::function<void(const absl::Status&)> poisoned) override {
    poison_->Listen(std::move(poisoned));
  }

 private:
  absl::Status Write(const rocksdb::Status& prepared, std::uint64_t end) {
    absl::Status status = FromRocks(prepared);
    if (status.ok()) status = FromRocks(db_->Write(LogWriteOptions(), &write_batch_));
    if (status.ok()) {
      end_.store(end, std::memory_order_release);
    } else {
      poison_->Set(status);
    }
    return status;
  }

  absl::StatusOr<std::optional<std::string>> GetFrom(rocksdb::ColumnFamilyHandle* family,
                                                     std::string_view key) const {
    std::string value;
    const rocksdb::Status status = db_->Get(LogReadOptions(), family, Slice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return FromRocks(status);
    return value;
  }

  const RocksFolder folder_;
  const std::shared_ptr<rocksdb::FileLock> lock_;
  const std::uint64_t free_space_bytes_min_;
  const std::shared_ptr<Poison> poison_;
  const std::unique_ptr<rocksdb::DB> db_;
  const std::vector<rocksdb::ColumnFamilyHandle*> families_;
  rocksdb::WriteBatch write_batch_;  // Kept, so that its memory is used again.
  std::atomic<std::uint64_t> end_ = 0;
};

// Nothing, or one of the two halves of a log, is there.
absl::Status CheckComplete(const RocksFolder& folder, bool has_identity, bool create_if_missing) {
  if (has_identity && !folder.has_db()) {
    return absl::DataLossError(
        "the log's identity file is there, but its database is gone: this is not a new log");
  }
  if (!has_identity && !create_if_missing) {
    return folder.has_db()
               ? absl::DataLossError("the log's database is there, but its identity file is gone")
               : absl::NotFoundError("there is no log, and none is to be made");
  }
  return absl::OkStatus();
}

absl::Status CheckSpaceToOpen(const RocksFolder& folder, std::uint64_t bytes_min) {
  const absl::StatusOr<std::uint64_t> recovery_bytes = folder.RecoveryBytes();
  if (!recovery_bytes.ok()) return recovery_bytes.status();
  return folder.CheckFreeSpace(std::max(bytes_min, kFreeSpacePerRecoveredByte * *recovery_bytes));
}

// A log that has no name yet gets one, in the database first.
absl::Status NameLog(RocksCommitLog& log, RocksFolder& folder, rocksdb::Env& env) {
  const auto mark = log.Get(RowKind::kMark, kIdentityMark);
  if (!mark.ok()) return mark.status();
  std::string name = mark->value_or("");
  if (name.empty()) {
    name = env.GenerateUniqueId();
    const absl::Status marked = log.Append({.rows = {{RowKind::kMark, kIdentityMark, name}}});
    if (!marked.ok()) return marked;
  }
  return folder.WriteIdentity(name);
}

std::vector<rocksdb::ColumnFamilyDescriptor> AllFamilies() {
  const auto cache = rocksdb::NewLRUCache(kBlockCacheBytesMax);
  std::vector<rocksdb::ColumnFamilyDescriptor> all;
  all.emplace_back(kFamilies[0], RowFamilyOptions(RowKind::kMark, cache));
  all.emplace_back(kFamilies[kRecordFamily], RecordFamilyOptions(cache));
  for (const RowKind kind : kDerivedKinds) {
    all.emplace_back(kFamilies[FamilyOf(kind)], RowFamilyOptions(kind, cache));
  }
  return all;
}

// Makes the database, or what is missing of it if its making was interrupted. RocksDB could make
// the families while it opens, but aborts the process if that fails.
absl::Status MakeDatabase(const RocksFolder& folder, rocksdb::DBOptions options) {
  options.create_if_missing = true;
  std::vector<std::string> there = {kFamilies[0]};
  if (folder.has_db()) {
    const auto listed = rocksdb::DB::ListColumnFamilies(options, folder.db_path(), &there);
    if (!listed.ok()) return FromRocks(listed);
  }
  std::vector<rocksdb::ColumnFamilyDescriptor> present;
  std::vector<rocksdb::ColumnFamilyDescriptor> missing;
  for (const auto& family : AllFamilies()) {
    const bool is_there = std::find(there.begin(), there.end(), family.name) != there.end();
    (is_there ? present : missing).push_back(family);
  }
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status =
      rocksdb::DB::Open(options, folder.db_path(), present, &families, &opened);
  if (!status.ok()) return FromRocks(status);
  const std::unique_ptr<rocksdb::DB> db(opened);
  for (const auto& family : missing) {
    if (!status.ok()) break;
    rocksdb::ColumnFamilyHandle* made = nullptr;
    status = db->CreateColumnFamily(family.options, family.name, &made);
    if (made != nullptr) families.push_back(made);  // It may be there and its options file not.
  }
  for (auto* family : families) db->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  const rocksdb::Status closed = db->Close();
  return FromRocks(status.ok() ? closed : status);
}

// What a database would hold if it were opened with these options.
struct Look {
  std::uint64_t end = 0;
  std::string identity = {};
};

// Changes nothing: a refusal leaves what a repair needs.
absl::StatusOr<Look> LookInto(const RocksFolder& folder, rocksdb::DBOptions options) {
  options.listeners.clear();
  std::vector<std::string> there;
  rocksdb::Status status = rocksdb::DB::ListColumnFamilies(options, folder.db_path(), &there);
  if (!status.ok()) return FromRocks(status);
  if (std::find(there.begin(), there.end(), kFamilies[kRecordFamily]) == there.end()) return Look();
  std::vector<rocksdb::ColumnFamilyDescriptor> families = AllFamilies();
  families.resize(kRecordFamily + 1);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  status = rocksdb::DB::OpenForReadOnly(options, folder.db_path(), families, &handles, &opened);
  if (!status.ok()) return FromRocks(status);
  const std::unique_ptr<rocksdb::DB> db(opened);
  Look look;
  const absl::StatusOr<std::uint64_t> end = LastPosition(*db, handles[kRecordFamily]);
  look.end = end.value_or(0);
  status = db->Get(LogReadOptions(), handles[0], kIdentityMark, &look.identity);
  for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  if (!end.ok()) return end.status();
  if (!status.ok() && !status.IsNotFound()) return FromRocks(status);
  return look;
}

// Everything that may refuse the log, before anything in it is changed.
absl::Status CheckBeforeOpen(const RocksFolder& folder, const std::optional<std::string>& identity,
                             const rocksdb::DBOptions& db_options,
                             const std::vector<Anchor>& anchors) {
  if (!folder.has_db()) return CheckAnchors(0, anchors);
  const absl::StatusOr<Look> look = LookInto(folder, db_options);
  if (!look.ok()) return look.status();
  if (!identity.has_value() && look->end > 0) {
    return absl::DataLossError("the log has records, but its identity file is gone");
  }
  if (identity.has_value() && look->identity != *identity) {
    return absl::DataLossError("the identity file belongs to another log than the database");
  }
  return CheckAnchors(look->end, anchors);
}

// Without a lock it is only read.
absl::StatusOr<std::unique_ptr<RocksCommitLog>> OpenDatabase(
    const RocksFolder& folder, std::shared_ptr<rocksdb::FileLock> lock,
    std::shared_ptr<Poison> poison, const RocksOptions& options,
    const rocksdb::DBOptions& db_options) {
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      lock != nullptr
          ? rocksdb::DB::Open(db_options, folder.db_path(), AllFamilies(), &families, &db)
          : rocksdb::DB::OpenForReadOnly(db_options, folder.db_path(), AllFamilies(), &families,
                                         &db);
  // A family that is gone is an invalid argument to RocksDB; to us it is damage.
  if (opened.IsInvalidArgument()) return absl::DataLossError(opened.ToString());
  if (!opened.ok()) return FromRocks(opened);
  auto log = std::make_unique<RocksCommitLog>(folder, std::move(lock), options.free_space_bytes_min,
                                              poison, db, families);
  absl::Status status = CheckOptions(*db, db_options, families);
  if (status.ok()) status = log->ReadEnd();
  if (!status.ok()) return status;
  return log;
}

rocksdb::DBOptions OptionsFor(const StartDecision& decision, rocksdb::Env* env,
                              std::shared_ptr<Poison> poison) {
  rocksdb::DBOptions options = LogDbOptions(env, std::move(poison));
  if (!decision.damaged.empty()) {
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  }
  return options;
}

}  // namespace

absl::StatusOr<std::unique_ptr<CommitLog>> OpenRocksCommitLog(RocksOptions options) {
  rocksdb::Env* env = options.env != nullptr ? options.env : rocksdb::Env::Default();
  RocksFolder folder(env, options.path);
  const absl::StatusOr<std::optional<std::string>> identity = folder.ReadIdentity();
  if (!identity.ok()) return identity.status();
  const bool has_identity = identity->has_value();
  absl::Status status = CheckComplete(folder, has_identity, options.create_if_missing);
  if (status.ok()) status = folder.MakeFolders();
  if (!status.ok()) return status;
  absl::StatusOr<std::shared_ptr<rocksdb::FileLock>> lock = folder.Lock();
  if (!lock.ok()) return lock.status();
  status = CheckSpaceToOpen(folder, options.free_space_bytes_min);
  if (!status.ok()) return status;

  const absl::StatusOr<StartDecision> decision = DecideStart(*env, folder.db_path());
  if (!decision.ok()) return decision.status();
  const auto poison = std::make_shared<Poison>();
  const rocksdb::DBOptions db_options = OptionsFor(*decision, env, poison);
  status = CheckBeforeOpen(folder, *identity, db_options, options.anchors);
  for (const std::string& file : decision->damaged) {
    if (status.ok()) status = folder.SetAside(file);
  }
  if (status.ok() && !has_identity) status = MakeDatabase(folder, db_options);
  if (!status.ok()) return status;
  auto log = OpenDatabase(folder, *std::move(lock), poison, options, db_options);
  if (!log.ok()) return log.status();
  status = folder.Remove(decision->hollow);
  if (status.ok() && !has_identity) status = NameLog(**log, folder, *env);
  if (status.ok()) status = CheckAnchors((*log)->end(), options.anchors);
  if (!status.ok()) return status;
  if (!decision->incident.empty() && options.on_incident) options.on_incident(decision->incident);
  return *std::move(log);
}

absl::StatusOr<std::unique_ptr<CommitLog>> OpenRocksCommitLogToRead(const std::string& path) {
  rocksdb::Env* env = rocksdb::Env::Default();
  const RocksFolder folder(env, path);
  const absl::StatusOr<std::optional<std::string>> identity = folder.ReadIdentity();
  if (!identity.ok()) return identity.status();
  absl::Status status = CheckComplete(folder, identity->has_value(), /*create_if_missing=*/false);
  if (status.ok()) status = folder.CheckNotLocked();
  if (!status.ok()) return status;
  const absl::StatusOr<StartDecision> decision = DecideStart(*env, folder.db_path());
  if (!decision.ok()) return decision.status();
  const auto poison = std::make_shared<Poison>();
  rocksdb::DBOptions db_options = OptionsFor(*decision, env, poison);
  db_options.info_log = NoMessages();
  status = CheckBeforeOpen(folder, *identity, db_options, {});
  if (!status.ok()) return status;
  auto log = OpenDatabase(folder, /*lock=*/nullptr, poison, {}, db_options);
  if (!log.ok()) return log.status();
  poison->Set(absl::FailedPreconditionError("the log was opened to be read only"));
  return *std::move(log);
}

}  // namespace sanzhang::eventstore
