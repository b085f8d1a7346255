#include "services/sanzhang/metered_commit_log.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sanzhang::app {
namespace {

using eventstore::Direction;
using eventstore::RowKind;

class MeteredCommitLog : public eventstore::CommitLog {
 public:
  MeteredCommitLog(std::unique_ptr<CommitLog> log, Metrics& metrics)
      : log_(std::move(log)),
        records_(metrics.Histogram("sanzhang_log_batch_records", "Records of one batch, one sync.",
                                   {}, {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024})),
        seconds_(metrics.Histogram("sanzhang_log_sync_seconds",
                                   "Seconds that a batch takes to be durable.", {},
                                   SecondsBounds())) {}

  absl::Status Append(const eventstore::CommitBatch& batch) override {
    const auto begun = std::chrono::steady_clock::now();
    absl::Status status = log_->Append(batch);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    records_.Observe(static_cast<double>(batch.records.size()));
    seconds_.Observe(took.count());
    return status;
  }
  absl::Status ReadRecords(std::uint64_t from, Direction direction,
                           RecordVisitor visit) const override {
    return log_->ReadRecords(from, direction, visit);
  }
  absl::StatusOr<std::string> ReadRecord(std::uint64_t position) const override {
    return log_->ReadRecord(position);
  }
  absl::StatusOr<std::optional<std::string>> Get(RowKind kind,
                                                 std::string_view key) const override {
    return log_->Get(kind, key);
  }
  absl::Status Scan(RowKind kind, std::string_view prefix, std::string_view from,
                    Direction direction, RowVisitor visit) const override {
    return log_->Scan(kind, prefix, from, direction, visit);
  }
  absl::Status ClearRows() override { return log_->ClearRows(); }
  std::uint64_t end() const override { return log_->end(); }
  absl::Status Barrier() override { return log_->Barrier(); }
  absl::Status health() const override { return log_->health(); }
  void OnPoisoned(std::function<void(const absl::Status&)> poisoned) override {
    log_->OnPoisoned(std::move(poisoned));
  }

 private:
  const std::unique_ptr<CommitLog> log_;
  prometheus::Histogram& records_;
  prometheus::Histogram& seconds_;
};

}  // namespace

std::unique_ptr<eventstore::CommitLog> Metered(std::unique_ptr<eventstore::CommitLog> log,
                                               Metrics& metrics) {
  return std::make_unique<MeteredCommitLog>(std::move(log), metrics);
}

}  // namespace sanzhang::app
