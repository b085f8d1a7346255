// The seam below the event store: a log of records by position, and rows that are derived from it.
// RocksDB stands behind it today (rocks_commit_log.h); a replicated engine can, later. A fake for
// tests passes the same contract tests (memory_commit_log.h).
//
// Guarantees
//   Atomic     All records and rows of a batch are there after a crash, or none is.
//   Durable    When Append returns OK, the batch survives kill -9 and power cuts.
//   Ordered    Positions are 1, 2, 3 ... with no gap; nothing is visible before it is durable.
// Errors       Append: RESOURCE_EXHAUSTED: refused, nothing was written, the log goes on. Any other
//              error: it may or may not be there after a restart, and the log is poisoned for good.
//              Reads: DATA_LOSS if stored bytes are damaged; other codes if they can't be read now.
// Threads      Append and ClearRows: one thread at a time. All else: any thread, at any time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sanzhang::eventstore {

enum class Direction { kForwards, kBackwards };

// Rows are derived from the records and can be rebuilt from them, marks excepted.
enum class RowKind : std::uint8_t {
  kStream,   // stream, revision -> position
  kHead,     // stream -> revision
  kRequest,  // principal, request id -> digest, receipt
  kIndex,    // what the log's user derives
  kMark,     // about the log itself, as in "rows are being rebuilt"
};

struct Row {
  RowKind kind = RowKind::kStream;
  std::string key = {};
  std::string value = {};
};

struct CommitBatch {
  std::uint64_t first_position = 0;  // Of records[0]; must be end() + 1.
  std::vector<std::string> records = {};
  std::vector<Row> rows = {};  // Put over what is there; of equal keys the last one counts.
};

class CommitLog {
 public:
  // Return false to stop. What is passed is valid during the call only. A visitor must not call the
  // log.
  using RecordVisitor = absl::FunctionRef<bool(std::uint64_t position, std::string_view bytes)>;
  using RowVisitor = absl::FunctionRef<bool(std::string_view key, std::string_view value)>;

  virtual ~CommitLog() = default;

  virtual absl::Status Append(const CommitBatch& batch) = 0;

  // Visits records from position `from` on, in the given direction.
  virtual absl::Status ReadRecords(std::uint64_t from, Direction direction,
                                   RecordVisitor visit) const = 0;
  // DATA_LOSS if it is not there although 1 <= position <= end(); NOT_FOUND beyond that.
  virtual absl::StatusOr<std::string> ReadRecord(std::uint64_t position) const = 0;

  virtual absl::StatusOr<std::optional<std::string>> Get(RowKind kind,
                                                         std::string_view key) const = 0;
  // Visits rows whose key starts with `prefix`, in the order of keys. Forwards from the first key
  // >= `from`, backwards from the last key <= `from`; `from` starts with `prefix`.
  virtual absl::Status Scan(RowKind kind, std::string_view prefix, std::string_view from,
                            Direction direction, RowVisitor visit) const = 0;
  // Removes all rows but marks; records stay.
  virtual absl::Status ClearRows() = 0;

  // Last position; 0 while the log is empty.
  virtual std::uint64_t end() const = 0;
  // OK: what was appended is durable, and this is still the only writer.
  virtual absl::Status Barrier() = 0;
  // OK until the log is poisoned; then why.
  virtual absl::Status health() const = 0;
  // `poisoned` is called once, from any thread, when the log is poisoned other than by an Append
  // that says so itself. To be set before the first Append; an empty function takes it back, and
  // when that returns, the old one neither runs nor will run.
  virtual void OnPoisoned(std::function<void(const absl::Status&)> poisoned) = 0;
};

}  // namespace sanzhang::eventstore
