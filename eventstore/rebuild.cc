#include "eventstore/rebuild.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/key_codec.h"
#include "eventstore/limits.h"

namespace sanzhang::eventstore {
namespace {

// Rows that are written in one batch.
constexpr std::size_t kRowsMax = 4096;

class Rebuild {
 public:
  Rebuild(CommitLog& log, const RebuildOptions& options) : log_(log), options_(options) {}

  absl::Status Run() {
    absl::Status status = Mark("running");
    if (status.ok()) status = log_.ClearRows();
    std::uint64_t next = 1;
    while (status.ok() && next <= log_.end()) {
      // Rows are written between reads, so that no read is held open for long.
      absl::Status found;
      status = log_.ReadRecords(next, Direction::kForwards,
                                [&](std::uint64_t position, std::string_view bytes) {
                                  found = Add(position, bytes);
                                  next = position + 1;
                                  return found.ok() && rows_.size() < kRowsMax;
                                });
      if (status.ok()) status = found;
      if (status.ok()) status = Write();
    }
    if (status.ok()) EndRequest();
    if (status.ok()) status = Write();
    return status.ok() ? Mark("") : status;
  }

 private:
  // The records of one append, which lie side by side.
  struct Request {
    std::string principal;
    std::string request_id;
    Receipt receipt;
  };

  absl::Status Mark(const std::string& what) {
    return log_.Append({.rows = {{RowKind::kMark, kRebuildingMark, what}}});
  }

  absl::Status Write() {
    if (rows_.empty()) return absl::OkStatus();
    CommitBatch batch{.rows = std::move(rows_)};
    rows_.clear();
    return log_.Append(batch);
  }

  absl::Status Add(std::uint64_t position, std::string_view bytes) {
    log::v1::Record record;
    if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
        record.position() != position) {
      return absl::DataLossError(
          absl::StrCat("the record at ", position, " is not what it should be"));
    }
    const std::string revision = EncodeNumber(record.revision());
    rows_.push_back(
        {RowKind::kStream, StreamKey(record.stream(), record.revision()), EncodeNumber(position)});
    rows_.push_back({RowKind::kHead, record.stream(), revision});
    AddRequest(record);
    if (!options_.derive) return absl::OkStatus();
    for (IndexEntry& entry : options_.derive(record)) {
      rows_.push_back({RowKind::kIndex, std::move(entry.key), std::move(entry.value)});
    }
    return absl::OkStatus();
  }

  void AddRequest(const log::v1::Record& record) {
    std::string principal = record.request_id().empty() ? "" : options_.principal_of(record);
    if (request_.has_value() &&
        (request_->principal != principal || request_->request_id != record.request_id())) {
      EndRequest();
    }
    if (principal.empty()) return;
    if (!request_.has_value()) {
      request_ = {std::move(principal), record.request_id(), {.stream = record.stream()}};
    }
    request_->receipt.position = record.position();
    if (record.stream() == request_->receipt.stream) {
      request_->receipt.revision = record.revision();
    }
  }

  void EndRequest() {
    if (!request_.has_value()) return;
    rows_.push_back({RowKind::kRequest, RequestRowKey(request_->principal, request_->request_id),
                     EncodeRequestRow({"", request_->receipt})});
    request_.reset();
  }

  CommitLog& log_;
  const RebuildOptions& options_;
  std::vector<Row> rows_;
  std::optional<Request> request_;
};

}  // namespace

absl::Status RebuildIndexes(CommitLog& log, const RebuildOptions& options) {
  return Rebuild(log, options).Run();
}

}  // namespace sanzhang::eventstore
