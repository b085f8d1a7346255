#include "eventstore/memory_commit_log.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "eventstore/check.h"

namespace sanzhang::eventstore {
namespace {

// Visitors run under a reader's lock: like an iterator's snapshot, and they must not append.
class MemoryCommitLog final : public CommitLog {
 public:
  absl::Status Append(const CommitBatch& batch) override {
    absl::MutexLock lock(&mutex_);
    SANZHANG_CHECK(batch.records.empty() || batch.first_position == records_.size() + 1);
    records_.insert(records_.end(), batch.records.begin(), batch.records.end());
    for (const Row& row : batch.rows) rows_[row.kind].insert_or_assign(row.key, row.value);
    return absl::OkStatus();
  }

  absl::Status ReadRecords(std::uint64_t from, Direction direction,
                           RecordVisitor visit) const override {
    absl::ReaderMutexLock lock(&mutex_);
    if (direction == Direction::kForwards) {
      for (std::uint64_t at = std::max<std::uint64_t>(from, 1); at <= records_.size(); ++at) {
        if (!visit(at, records_[at - 1])) break;
      }
    } else {
      for (std::uint64_t at = std::min<std::uint64_t>(from, records_.size()); at > 0; --at) {
        if (!visit(at, records_[at - 1])) break;
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> ReadRecord(std::uint64_t position) const override {
    absl::ReaderMutexLock lock(&mutex_);
    if (position == 0 || position > records_.size()) {
      return absl::NotFoundError(absl::StrCat("no record at ", position));
    }
    return records_[position - 1];
  }

  absl::StatusOr<std::optional<std::string>> Get(RowKind kind,
                                                 std::string_view key) const override {
    absl::ReaderMutexLock lock(&mutex_);
    const auto rows = rows_.find(kind);
    if (rows == rows_.end()) return std::nullopt;
    const auto row = rows->second.find(key);
    if (row == rows->second.end()) return std::nullopt;
    return row->second;
  }

  absl::Status Scan(RowKind kind, std::string_view prefix, std::string_view from,
                    Direction direction, RowVisitor visit) const override {
    SANZHANG_CHECK(from.starts_with(prefix));
    absl::ReaderMutexLock lock(&mutex_);
    const auto found = rows_.find(kind);
    if (found == rows_.end()) return absl::OkStatus();
    const Rows& rows = found->second;
    if (direction == Direction::kForwards) {
      for (auto row = rows.lower_bound(from); row != rows.end(); ++row) {
        if (!row->first.starts_with(prefix) || !visit(row->first, row->second)) break;
      }
    } else {
      for (auto row = rows.upper_bound(from); row != rows.begin();) {
        --row;
        if (!row->first.starts_with(prefix) || !visit(row->first, row->second)) break;
      }
    }
    return absl::OkStatus();
  }

  absl::Status ClearRows() override {
    absl::MutexLock lock(&mutex_);
    for (auto& [kind, rows] : rows_) {
      if (kind != RowKind::kMark) rows.clear();
    }
    return absl::OkStatus();
  }

  std::uint64_t end() const override {
    absl::ReaderMutexLock lock(&mutex_);
    return records_.size();
  }

  absl::Status Barrier() override { return absl::OkStatus(); }
  absl::Status health() const override { return absl::OkStatus(); }
  void OnPoisoned(std::function<void(const absl::Status&)>) override {}

 private:
  using Rows = std::map<std::string, std::string, std::less<>>;

  mutable absl::Mutex mutex_;
  std::vector<std::string> records_ ABSL_GUARDED_BY(mutex_);
  std::map<RowKind, Rows> rows_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<CommitLog> MakeMemoryCommitLog() { return std::make_unique<MemoryCommitLog>(); }

}  // namespace sanzhang::eventstore
