// The event log: appends to many streams at once, reads by stream and by position.
//
// Guarantees
//   Durable    A committed append is on disk (one synced write) before its result is handed out.
//   Atomic     All writes of an append are committed, or none; positions and revisions have no gap.
//   Ordered    Appends commit in the order of arrival; a reader sees only what is durable.
//   Once       An append with a request key that was committed before returns the first receipt.
//   Unchanged  A record's bytes are those that were first written.
// Fail-stop    After the first failed write the store is stopped: every waiting and later append
//              results in kUnknown or kStopped. It is never resumed in process.
// Errors       Reads: DATA_LOSS if what is stored is damaged; other codes if it can't be read now.
// Threads      All methods may be called from any thread; callbacks run on the store's own threads,
//              one at a time, outside all locks, and must not block. Close must not be called by
//              them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "eventstore/commit_log.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::eventstore {

struct NoStream {
  bool operator==(const NoStream&) const = default;
};
struct AnyRevision {
  bool operator==(const AnyRevision&) const = default;
};
// What must be true of a stream: it does not exist, it is at this revision, or anything.
using Expectation = std::variant<AnyRevision, NoStream, std::uint64_t>;

// Records for one stream. `stream` of each record must be `stream`; position, revision and
// recorded_at are set by the store; occurred_at is clamped to recorded_at. A stream is written at
// most once in an append; without records, a write is a condition.
struct StreamWrite {
  std::string stream = {};
  Expectation expected = {};
  std::vector<log::v1::Record> records = {};
};

// A stream that is only read, and must not have moved.
struct Condition {
  std::string stream = {};
  Expectation expected = {};
};

// Whose request this is. `digest` tells another body under the same id; it never enters the log. It
// is a digest of 32 bytes, which may be followed by a keyed one of what must be forgotten when its
// key is: the key's name in 8 bytes, and 16 more. Those of different keys are not compared.
struct RequestKey {
  std::string principal = {};
  std::string request_id = {};
  std::string digest = {};
};

struct Append {
  std::vector<StreamWrite> writes = {};  // Empty with a request: only the receipt is stored.
  std::vector<Condition> conditions = {};
  std::optional<RequestKey> request = {};
  std::string subject = {};  // The stream that the receipt is about; may be one that is only read.
  absl::Time deadline = absl::InfiniteFuture();  // Not begun by then: kDeadline, nothing stored.
};

// What a committed append answers, now and on every repeat.
struct Receipt {
  std::string stream = {};     // Append::subject
  std::uint64_t revision = 0;  // Of that stream after the append.
  std::uint64_t position = 0;  // Of its last record; of the log's end if nothing was written.
  bool operator==(const Receipt&) const = default;
};

struct Conflict {
  std::string stream = {};
  Expectation expected = {};
  std::uint64_t actual = 0;  // 0: the stream does not exist.
};

struct AppendResult {
  enum class Kind {
    kCommitted,      // receipt
    kReplayed,       // receipt of the first time
    kConflict,       // conflicts: all that failed; nothing stored
    kRequestReused,  // same key, other digest; nothing stored
    kOverloaded,     // the queue or the disk is full; nothing stored
    kDeadline,       // nothing stored
    kInvalid,        // message: a bound of limits.h is exceeded, a name is malformed, or a text is
                     // not UTF-8; nothing stored
    kStopped,        // the store has stopped or is closed; nothing stored
    kUnknown,        // the write failed: it may or may not be there after a restart
  };
  Kind kind = Kind::kUnknown;
  Receipt receipt = {};
  std::vector<Conflict> conflicts = {};
  std::string message = {};
};

struct Filter {
  std::vector<std::string> types = {};
  std::string stream_prefix = {};
  std::string community = {};
  absl::Time recorded_from = absl::InfinitePast();
  absl::Time recorded_before = absl::InfiniteFuture();
};

struct Stored {
  std::uint64_t position = 0;
  std::uint64_t revision = 0;
  std::string bytes = {};  // A serialised log::v1::Record, as first written.
};

// Bounds of one page; the store's own bounds of limits.h apply beside them.
struct PageLimits {
  std::size_t records_max = 1000;
  std::size_t bytes_max = 1 << 20;
  std::size_t scanned_max = 100'000;
};

struct StreamPage {
  std::vector<Stored> records = {};
  std::uint64_t next_revision = 0;  // 0: that was all.
  std::uint64_t head_revision = 0;  // 0: the stream does not exist.
};

struct StreamsPage {
  std::vector<Stored> records = {};
  std::string next = {};  // Where to go on; empty: that was all.
};

struct LogPage {
  std::vector<Stored> records = {};
  std::uint64_t next_position = 0;  // Where to go on; backwards 0: that was all.
  std::uint64_t head_position = 0;
};

struct Head {
  std::uint64_t position = 0;
  absl::Time recorded_at = absl::UnixEpoch();
};

// Appends that wait for the committer.
struct QueueDepth {
  std::size_t appends = 0;
  std::size_t bytes = 0;
};

// An entry of the index that the log's user derives from records; see Options::derive.
struct IndexEntry {
  std::string key = {};  // Its first part says what kind of entry it is.
  std::string value = {};
};

// Thrown nowhere: everything that can go wrong is a result or a Status.
class EventStore {
 public:
  struct Options {
    // Index entries that a record brings, a pure function of it: they are written in the batch of
    // the record, and can be rebuilt from the log. Entries are only ever put, never removed.
    std::function<std::vector<IndexEntry>(const log::v1::Record&)> derive = {};
    // The time; tests put their own.
    std::function<absl::Time()> now = absl::Now;
    // Called once, from any thread, when the store stops after a failed write or an error of the
    // log's background work. Must not call the store; meant to end the process.
    std::function<void(const absl::Status&)> on_stopped = {};
    // 0: the default of limits.h.
    std::size_t queue_appends_max = 0;
    std::size_t queue_bytes_max = 0;
    std::size_t batch_appends_max = 0;
    std::size_t batch_bytes_max = 0;
    std::size_t heads_max = 0;
  };

  // Reads the end of the log, whatever its size nothing else, and starts the committer. DATA_LOSS
  // if the log's end is damaged; FAILED_PRECONDITION if a rebuild of its rows was not finished.
  static absl::StatusOr<std::unique_ptr<EventStore>> Open(std::unique_ptr<CommitLog> log,
                                                          Options options);
  virtual ~EventStore() = default;

  // Never blocks; `done` is called exactly once.
  virtual void Append(Append append, std::function<void(AppendResult)> done) = 0;

  // `from` 0: the first revision, or the last one backwards.
  virtual absl::StatusOr<StreamPage> ReadStream(std::string_view stream, std::uint64_t from,
                                                Direction direction, PageLimits limits) const = 0;
  // All streams whose names start with `prefix`, by name, each from its first record on, without
  // what was committed after position `as_of`: pages with one `as_of` are one state of the log.
  // `from`: empty, or `next` of the page before.
  virtual absl::StatusOr<StreamsPage> ReadStreams(std::string_view prefix, std::string_view from,
                                                  std::uint64_t as_of, PageLimits limits) const = 0;
  virtual absl::StatusOr<LogPage> ReadLog(std::uint64_t from, Direction direction,
                                          const Filter& filter, PageLimits limits) const = 0;
  // 0: the stream does not exist.
  virtual absl::StatusOr<std::uint64_t> RevisionOf(std::string_view stream) const = 0;
  // Entries whose key starts with `prefix`, in the order of keys, at most `entries_max`.
  virtual absl::StatusOr<std::vector<IndexEntry>> ReadIndex(std::string_view prefix,
                                                            std::size_t entries_max) const = 0;
  // The receipt of a request that was committed. ALREADY_EXISTS: the id stands for another digest;
  // an append would be kRequestReused.
  virtual absl::StatusOr<std::optional<Receipt>> FindRequest(const RequestKey& key) const = 0;

  // The durable end.
  virtual Head head() const = 0;
  // Calls `ready` once, when the durable end has reached `position`, or the store has stopped or is
  // closing; at once on the caller's thread if it is closed. Returns a ticket for CancelWait.
  virtual std::uint64_t WhenReaches(std::uint64_t position, std::function<void()> ready) = 0;
  // After it returns, `ready` of that ticket neither runs nor will run.
  virtual void CancelWait(std::uint64_t ticket) = 0;

  virtual QueueDepth queue_depth() const = 0;
  // OK while the store takes appends.
  virtual absl::Status health() const = 0;
  // Finishes what is queued, refuses what comes later with kStopped, and waits for the end.
  virtual void Close() = 0;
};

}  // namespace sanzhang::eventstore
