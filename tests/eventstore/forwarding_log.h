// Passes everything on to another log: to lend it to a store, or to change one thing of it.
#pragma once

#include <utility>

#include "eventstore/commit_log.h"

namespace sanzhang::eventstore {

class ForwardingLog : public CommitLog {
 public:
  // `log` must outlive it.
  explicit ForwardingLog(CommitLog& log) : log_(log) {}

  absl::Status Append(const CommitBatch& batch) override { return log_.Append(batch); }
  absl::Status ReadRecords(std::uint64_t from, Direction direction,
                           RecordVisitor visit) const override {
    return log_.ReadRecords(from, direction, visit);
  }
  absl::StatusOr<std::string> ReadRecord(std::uint64_t position) const override {
    return log_.ReadRecord(position);
  }
  absl::StatusOr<std::optional<std::string>> Get(RowKind kind,
                                                 std::string_view key) const override {
    return log_.Get(kind, key);
  }
  absl::Status Scan(RowKind kind, std::string_view prefix, std::string_view from,
                    Direction direction, RowVisitor visit) const override {
    return log_.Scan(kind, prefix, from, direction, visit);
  }
  absl::Status ClearRows() override { return log_.ClearRows(); }
  std::uint64_t end() const override { return log_.end(); }
  absl::Status Barrier() override { return log_.Barrier(); }
  absl::Status health() const override { return log_.health(); }
  void OnPoisoned(std::function<void(const absl::Status&)> poisoned) override {
    log_.OnPoisoned(std::move(poisoned));
  }

 private:
  CommitLog& log_;
};

}  // namespace sanzhang::eventstore
