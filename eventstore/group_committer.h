// Decides and commits appends, a batch at a time: one write and one sync for all of them.
//
// For each append in the order of arrival: its deadline; its request, seen in the log or in this
// batch; its expectations and conditions, against heads that include this batch. What holds is
// stamped, serialised once and staged. Refused appends burn no position. All results of a batch are
// final when Commit returns: what they say is durable.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "eventstore/append_queue.h"
#include "eventstore/commit_log.h"
#include "eventstore/event_store.h"
#include "eventstore/heads.h"

namespace sanzhang::eventstore {

// Checks an append at the door, on the caller's thread, and serialises its records. Answers why it
// is malformed or exceeds a bound; empty: it does not.
std::string Prepare(Waiting& waiting);

class GroupCommitter {
 public:
  struct Options {
    std::function<std::vector<IndexEntry>(const log::v1::Record&)> derive;
    std::function<absl::Time()> now;
    std::size_t heads_max = 0;
  };

  // `log` must outlive it; `head` is where the log ends.
  GroupCommitter(CommitLog& log, Head head, Options options);

  // Fills results[i] for batch[i], which was prepared; moves from it. Not OK: the log failed, and
  // this must not be called again; results then say kUnknown or kStopped, never more than is known.
  absl::Status Commit(std::span<Waiting> batch, std::vector<AppendResult>& results);

  // The durable end.
  Head head() const { return head_; }

 private:
  absl::Status Decide(Waiting& waiting, AppendResult& result);
  // Whether the request was seen before; then `result` says so.
  absl::StatusOr<bool> FindSeen(const RequestKey& request, AppendResult& result);
  // Reads the revisions of what is written into revisions_, and all conflicts into the result.
  absl::Status FindConflicts(const Append& append, AppendResult& result);
  // kInvalid if `derive` exceeds a bound; then nothing of the append stays staged.
  absl::Status Stage(Waiting& waiting, AppendResult& result);
  bool StageRecord(log::v1::Record& record, const RecordBody& body, std::uint64_t revision);
  void StageHead(const std::string& stream, std::uint64_t revision);
  void StageRequest(const RequestKey& request, const Receipt& receipt);
  absl::StatusOr<std::uint64_t> RevisionOf(const std::string& stream);
  // Of the receipt's stream, after what the append writes.
  absl::StatusOr<std::uint64_t> RevisionOfSubject(const Append& append);
  std::uint64_t staged_end() const { return head_.position + batch_.records.size(); }
  // Writes what is staged, and makes it the log's end.
  absl::Status WriteStaged();
  void ForgetStaged();

  CommitLog& log_;
  const Options options_;
  Head head_;
  Heads heads_;

  struct StagedHead {
    std::uint64_t revision;
    std::size_t row;  // Index of batch_.rows.
  };

  // Of the batch being decided. Keys are views into its appends.
  absl::Time now_;
  absl::Time recorded_at_;
  google::protobuf::Timestamp recorded_stamp_;
  CommitBatch batch_;
  absl::flat_hash_map<absl::string_view, StagedHead> staged_heads_;
  // Principal and request id to an index of batch_.rows.
  absl::flat_hash_map<std::pair<absl::string_view, absl::string_view>, std::size_t>
      staged_requests_;
  // Of the append being decided: the revision of each stream that it writes.
  std::vector<std::uint64_t> revisions_;
};

}  // namespace sanzhang::eventstore
