#include "eventstore/group_committer.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/check.h"
#include "eventstore/key_codec.h"
#include "eventstore/limits.h"
#include "eventstore/record.h"

namespace sanzhang::eventstore {
namespace {

using Kind = AppendResult::Kind;

// Names are keys: not empty, bounded, without the zero byte that ends them there.
bool IsName(std::string_view name, std::size_t bytes_max) {
  return !name.empty() && name.size() <= bytes_max && name.find('\0') == std::string_view::npos;
}

// Adds the bodies of the write's records, and their bytes, to `waiting`.
std::string PrepareRecords(StreamWrite& write, Waiting& waiting) {
  if (!IsName(write.stream, kStreamNameBytesMax)) return "malformed stream name";
  for (log::v1::Record& record : write.records) {
    if (record.stream() != write.stream) return "a record names another stream than its write";
    if (!IsName(record.type(), kTypeNameBytesMax)) return "malformed type name";
    if (!HasTextOnly(record)) return "a text of a record is not UTF-8";
    waiting.bodies.push_back(SerialiseBody(record));
    const std::size_t bytes = waiting.bodies.back().bytes.size() + kStampBytesMax;
    if (bytes > kRecordBytesMax) {
      return absl::StrCat("a record of ", bytes, " bytes exceeds ", kRecordBytesMax);
    }
    waiting.bytes += bytes;
  }
  return {};
}

std::string FindFault(const RequestKey& request) {
  if (!IsName(request.principal, kPrincipalBytesMax)) return "malformed principal";
  if (!IsName(request.request_id, kRequestIdBytesMax)) return "malformed request id";
  if (request.digest.size() > kDigestBytesMax) return "the digest is too long";
  return {};
}

bool Holds(const Expectation& expected, std::uint64_t actual) {
  if (std::holds_alternative<AnyRevision>(expected)) return true;
  if (std::holds_alternative<NoStream>(expected)) return actual == 0;
  return std::get<std::uint64_t>(expected) == actual;
}

bool IsInBounds(const IndexEntry& entry) {
  return !entry.key.empty() && entry.key.size() <= kIndexKeyBytesMax &&
         entry.value.size() <= kIndexValueBytesMax;
}

}  // namespace

std::string Prepare(Waiting& waiting) {
  Append& append = waiting.append;
  waiting.bytes = kStampBytesMax;  // Even an append without records is not free.
  if (append.writes.size() > kAppendStreamsMax) return "too many streams";
  if (append.conditions.size() > kAppendConditionsMax) return "too many conditions";
  std::size_t records = 0;
  for (const StreamWrite& write : append.writes) records += write.records.size();
  if (records > kAppendRecordsMax) return "too many records";
  waiting.bodies.reserve(records);
  std::set<std::string_view> streams;
  for (StreamWrite& write : append.writes) {
    if (std::string fault = PrepareRecords(write, waiting); !fault.empty()) return fault;
    if (!streams.insert(write.stream).second) return "a stream is written twice";
  }
  if (waiting.bytes > kAppendBytesMax) {
    return absl::StrCat("an append of ", waiting.bytes, " bytes exceeds ", kAppendBytesMax);
  }
  for (const Condition& condition : append.conditions) {
    if (!IsName(condition.stream, kStreamNameBytesMax)) return "malformed stream name";
  }
  if (append.request.has_value()) {
    if (std::string fault = FindFault(*append.request); !fault.empty()) return fault;
  }
  if (!append.subject.empty() && !IsName(append.subject, kStreamNameBytesMax)) {
    return "malformed subject";
  }
  return {};
}

GroupCommitter::GroupCommitter(CommitLog& log, Head head, Options options)
    : log_(log), options_(std::move(options)), head_(head), heads_(options_.heads_max) {}

absl::Status GroupCommitter::Commit(std::span<Waiting> batch, std::vector<AppendResult>& results) {
  results.assign(batch.size(), AppendResult());
  now_ = options_.now();
  recorded_at_ = std::max(now_, head_.recorded_at);  // Clocks may go back; the log's time does not.
  recorded_stamp_ = StampTime(recorded_at_);
  batch_.first_position = head_.position + 1;
  absl::Status status;
  for (std::size_t i = 0; i < batch.size() && status.ok(); ++i) {
    status = Decide(batch[i], results[i]);
  }
  if (!status.ok()) {
    // The log could not be read: nothing of this batch was written.
    for (AppendResult& result : results) result = {.kind = Kind::kStopped};
    return status;
  }
  if (!batch_.rows.empty()) status = WriteStaged();
  const bool refused = absl::IsResourceExhausted(status);
  for (AppendResult& result : results) {
    if (status.ok()) break;
    // What was staged may be there after a restart, unless the log said that it wrote nothing.
    // A conflict or a replay may rest on what was staged, so it is not said either.
    const bool staged = result.kind == Kind::kCommitted || result.kind == Kind::kReplayed;
    if (staged || result.kind == Kind::kConflict) {
      result = {.kind = refused  ? Kind::kOverloaded
                        : staged ? Kind::kUnknown
                                 : Kind::kStopped,
                .message = std::string(status.message())};
    }
  }
  ForgetStaged();
  return refused ? absl::OkStatus() : status;
}

absl::Status GroupCommitter::Decide(Waiting& waiting, AppendResult& result) {
  const Append& append = waiting.append;
  if (append.deadline < now_) {
    result.kind = Kind::kDeadline;
    return absl::OkStatus();
  }
  if (append.request.has_value()) {
    const absl::StatusOr<bool> seen = FindSeen(*append.request, result);
    if (!seen.ok() || *seen) return seen.status();
  }
  if (absl::Status status = FindConflicts(append, result); !status.ok()) return status;
  if (!result.conflicts.empty()) {
    result.kind = Kind::kConflict;
    return absl::OkStatus();
  }
  return Stage(waiting, result);
}

absl::StatusOr<bool> GroupCommitter::FindSeen(const RequestKey& request, AppendResult& result) {
  RequestRow seen;
  if (const auto staged = staged_requests_.find({request.principal, request.request_id});
      staged != staged_requests_.end()) {
    SANZHANG_CHECK(DecodeRequestRow(batch_.rows[staged->second].value, seen));
  } else {
    const absl::StatusOr<std::optional<std::string>> row =
        log_.Get(RowKind::kRequest, RequestRowKey(request.principal, request.request_id));
    if (!row.ok()) return row.status();
    if (!row->has_value()) return false;
    if (!DecodeRequestRow(**row, seen)) return absl::DataLossError("malformed request row");
  }
  if (SameBody(seen.digest, request.digest)) {
    result.kind = Kind::kReplayed;
    result.receipt = std::move(seen.receipt);
  } else {
    result.kind = Kind::kRequestReused;
  }
  return true;
}

absl::Status GroupCommitter::FindConflicts(const Append& append, AppendResult& result) {
  revisions_.clear();
  for (const StreamWrite& write : append.writes) {
    const absl::StatusOr<std::uint64_t> actual = RevisionOf(write.stream);
    if (!actual.ok()) return actual.status();
    revisions_.push_back(*actual);
    if (!Holds(write.expected, *actual)) {
      result.conflicts.push_back({write.stream, write.expected, *actual});
    }
  }
  for (const Condition& condition : append.conditions) {
    if (std::holds_alternative<AnyRevision>(condition.expected)) continue;
    const absl::StatusOr<std::uint64_t> actual = RevisionOf(condition.stream);
    if (!actual.ok()) return actual.status();
    if (!Holds(condition.expected, *actual)) {
      result.conflicts.push_back({condition.stream, condition.expected, *actual});
    }
  }
  return absl::OkStatus();
}

absl::Status GroupCommitter::Stage(Waiting& waiting, AppendResult& result) {
  Append& append = waiting.append;
  const std::size_t records_before = batch_.records.size();
  const std::size_t rows_before = batch_.rows.size();
  auto body = waiting.bodies.begin();
  for (std::size_t i = 0; i < append.writes.size(); ++i) {
    for (log::v1::Record& record : append.writes[i].records) {
      if (StageRecord(record, *body++, ++revisions_[i])) continue;
      batch_.records.resize(records_before);
      batch_.rows.resize(rows_before);
      result.kind = Kind::kInvalid;
      result.message = "the record's index entries exceed their bounds";
      return absl::OkStatus();
    }
  }
  for (std::size_t i = 0; i < append.writes.size(); ++i) {
    if (!append.writes[i].records.empty()) StageHead(append.writes[i].stream, revisions_[i]);
  }
  result.kind = Kind::kCommitted;
  result.receipt.position = staged_end();
  const absl::StatusOr<std::uint64_t> revision = RevisionOfSubject(append);
  if (!revision.ok()) return revision.status();
  result.receipt.revision = *revision;
  result.receipt.stream = std::move(append.subject);
  if (append.request.has_value()) StageRequest(*append.request, result.receipt);
  return absl::OkStatus();
}

bool GroupCommitter::StageRecord(log::v1::Record& record, const RecordBody& body,
                                 std::uint64_t revision) {
  const Stamp stamp = StampOf(body, staged_end() + 1, revision, recorded_stamp_);
  batch_.records.push_back(Join(stamp, body));
  batch_.rows.push_back(
      {RowKind::kStream, StreamKey(record.stream(), revision), EncodeNumber(stamp.position)});
  if (!options_.derive) return true;
  Apply(stamp, record);
  std::vector<IndexEntry> entries = options_.derive(record);
  for (IndexEntry& entry : entries) {
    if (!IsInBounds(entry)) return false;
    batch_.rows.push_back({RowKind::kIndex, std::move(entry.key), std::move(entry.value)});
  }
  return entries.size() <= kIndexEntriesPerRecordMax;
}

// One row for each stream of the batch, in the order of their first writes: close to the order of
// keys, which RocksDB likes.
void GroupCommitter::StageHead(const std::string& stream, std::uint64_t revision) {
  const auto [staged, is_first] =
      staged_heads_.try_emplace(stream, StagedHead{revision, batch_.rows.size()});
  if (is_first) {
    batch_.rows.push_back({RowKind::kHead, stream, EncodeNumber(revision)});
  } else {
    staged->second.revision = revision;
    batch_.rows[staged->second.row].value = EncodeNumber(revision);
  }
}

void GroupCommitter::StageRequest(const RequestKey& request, const Receipt& receipt) {
  staged_requests_.insert_or_assign({request.principal, request.request_id}, batch_.rows.size());
  batch_.rows.push_back({RowKind::kRequest, RequestRowKey(request.principal, request.request_id),
                         EncodeRequestRow({request.digest, receipt})});
}

absl::StatusOr<std::uint64_t> GroupCommitter::RevisionOfSubject(const Append& append) {
  if (append.subject.empty()) return 0;
  for (std::size_t i = 0; i < append.writes.size(); ++i) {
    if (append.writes[i].stream == append.subject) return revisions_[i];
  }
  return RevisionOf(append.subject);
}

absl::StatusOr<std::uint64_t> GroupCommitter::RevisionOf(const std::string& stream) {
  if (const auto staged = staged_heads_.find(stream); staged != staged_heads_.end()) {
    return staged->second.revision;
  }
  if (const std::optional<std::uint64_t> known = heads_.Find(stream)) return *known;
  const absl::StatusOr<std::optional<std::string>> row = log_.Get(RowKind::kHead, stream);
  if (!row.ok()) return row.status();
  std::uint64_t revision = 0;
  if (row->has_value() && !DecodeNumber(**row, revision)) {
    return absl::DataLossError("malformed head of " + stream);
  }
  if (revision > 0) heads_.Put(stream, revision);
  return revision;
}

absl::Status GroupCommitter::WriteStaged() {
  absl::Status status = log_.Append(batch_);
  if (!status.ok()) return status;
  for (const auto& [stream, head] : staged_heads_) {
    heads_.Put({stream.data(), stream.size()}, head.revision);
  }
  head_.position = staged_end();
  if (!batch_.records.empty()) head_.recorded_at = recorded_at_;
  SANZHANG_CHECK(log_.end() == head_.position);
  return status;
}

void GroupCommitter::ForgetStaged() {
  batch_.records.clear();
  batch_.rows.clear();
  staged_heads_.clear();
  staged_requests_.clear();
}

}  // namespace sanzhang::eventstore
