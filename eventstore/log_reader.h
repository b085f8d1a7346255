// Reads of the event store: pages of streams and of the log, rows by key. Only what is durable.
//
// Errors: DATA_LOSS if records and their index do not agree, or positions or revisions have a hole.
// Threads: all methods may be called from any thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/commit_log.h"
#include "eventstore/event_store.h"

namespace sanzhang::eventstore {

class LogReader {
 public:
  // `log` must outlive it.
  explicit LogReader(const CommitLog& log) : log_(log) {}

  // See EventStore; `head` is the durable end.
  absl::StatusOr<StreamPage> ReadStream(std::string_view stream, std::uint64_t from,
                                        Direction direction, PageLimits limits) const;
  absl::StatusOr<StreamsPage> ReadStreams(std::string_view prefix, std::string_view from,
                                          std::uint64_t as_of, PageLimits limits) const;
  absl::StatusOr<LogPage> ReadLog(std::uint64_t head, std::uint64_t from, Direction direction,
                                  const Filter& filter, PageLimits limits) const;
  absl::StatusOr<std::uint64_t> RevisionOf(std::string_view stream) const;
  absl::StatusOr<std::vector<IndexEntry>> ReadIndex(std::string_view prefix,
                                                    std::size_t entries_max) const;
  absl::StatusOr<std::optional<Receipt>> FindRequest(const RequestKey& key) const;

  // When the record at this position was recorded.
  absl::StatusOr<absl::Time> RecordedAt(std::uint64_t position) const;

 private:
  struct StreamRow {
    std::string key = {};
    std::string stream = {};
    std::uint64_t revision = 0;
    std::uint64_t position = 0;
  };
  // Rows of streams from this key on, at most `count`, without those after `as_of`; `next` is the
  // key of the first one that was not looked at.
  absl::StatusOr<std::vector<StreamRow>> RowsOf(std::string_view prefix, std::string_view from,
                                                std::uint64_t as_of, std::size_t count,
                                                std::string& next) const;
  // The first position of 1..head + 1 that was not recorded before `time`.
  absl::StatusOr<std::uint64_t> FirstSince(absl::Time time, std::uint64_t head) const;
  // Where `count` revisions of the stream lie, from this one on.
  absl::StatusOr<std::vector<std::uint64_t>> PositionsOf(std::string_view stream,
                                                         std::uint64_t from, Direction direction,
                                                         std::uint64_t count) const;
  absl::StatusOr<Stored> ReadOfStream(std::string_view stream, std::uint64_t revision,
                                      std::uint64_t position) const;

  const CommitLog& log_;
};

}  // namespace sanzhang::eventstore
