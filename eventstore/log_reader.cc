#include "eventstore/log_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/key_codec.h"
#include "eventstore/limits.h"
#include "eventstore/record.h"

namespace sanzhang::eventstore {
namespace {

// A page that fills up. At least one record gets in, whatever its size.
class Page {
 public:
  explicit Page(PageLimits limits)
      : records_max_(std::clamp<std::size_t>(limits.records_max, 1, kPageRecordsMax)),
        bytes_max_(std::clamp<std::size_t>(limits.bytes_max, 1, kPageBytesMax)) {}

  std::size_t records_max() const { return records_max_; }
  bool full() const { return records_.size() >= records_max_ || bytes_ >= bytes_max_; }
  bool HasRoomFor(std::size_t bytes) const {
    return records_.empty() || (!full() && bytes_ + bytes <= bytes_max_);
  }
  void Add(Stored record) {
    bytes_ += record.bytes.size();
    records_.push_back(std::move(record));
  }
  std::vector<Stored> Take() && { return std::move(records_); }

 private:
  const std::size_t records_max_;
  const std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::vector<Stored> records_;
};

absl::Status Damaged(std::uint64_t position) {
  return absl::DataLossError(absl::StrCat("the record at ", position, " is not what it should be"));
}

absl::Status Missing(std::string_view stream, std::uint64_t revision) {
  return absl::DataLossError(
      absl::StrCat("revision ", revision, " is missing in ", std::string(stream)));
}

// Times are held by positions already.
bool Matches(const Filter& filter, const RecordFields& fields) {
  return (filter.types.empty() ||
          std::find(filter.types.begin(), filter.types.end(), fields.type) != filter.types.end()) &&
         fields.stream.starts_with(filter.stream_prefix) &&
         (filter.community.empty() || fields.community == filter.community);
}

}  // namespace

absl::StatusOr<std::uint64_t> LogReader::RevisionOf(std::string_view stream) const {
  const absl::StatusOr<std::optional<std::string>> row = log_.Get(RowKind::kHead, stream);
  if (!row.ok()) return row.status();
  std::uint64_t revision = 0;
  if (row->has_value() && !DecodeNumber(**row, revision)) {
    return absl::DataLossError("malformed head of " + std::string(stream));
  }
  return revision;
}

absl::StatusOr<Stored> LogReader::ReadOfStream(std::string_view stream, std::uint64_t revision,
                                               std::uint64_t position) const {
  absl::StatusOr<std::string> bytes = log_.ReadRecord(position);
  if (absl::IsNotFound(bytes.status())) return Damaged(position);  // The index points beyond.
  if (!bytes.ok()) return bytes.status();
  RecordFields fields;
  if (!PeekRecord(*bytes, fields) || fields.position != position || fields.revision != revision ||
      fields.stream != stream) {
    return Damaged(position);
  }
  return Stored{position, revision, *std::move(bytes)};
}

absl::StatusOr<std::vector<std::uint64_t>> LogReader::PositionsOf(std::string_view stream,
                                                                  std::uint64_t from,
                                                                  Direction direction,
                                                                  std::uint64_t count) const {
  std::vector<std::uint64_t> positions;
  std::uint64_t expected = from;
  if (count <= kRowsLookedUpMax) {
    while (positions.size() < count) {
      const absl::StatusOr<std::optional<std::string>> row =
          log_.Get(RowKind::kStream, StreamKey(stream, expected));
      if (!row.ok()) return row.status();
      std::uint64_t position = 0;
      if (!row->has_value() || !DecodeNumber(**row, position)) return Missing(stream, expected);
      positions.push_back(position);
      expected += direction == Direction::kForwards ? 1 : -1;
    }
    return positions;
  }
  const absl::Status scanned =
      log_.Scan(RowKind::kStream, StreamPrefix(stream), StreamKey(stream, from), direction,
                [&](std::string_view key, std::string_view value) {
                  std::string_view key_stream;
                  std::uint64_t revision = 0;
                  std::uint64_t position = 0;
                  if (!DecodeStreamKey(key, key_stream, revision) || revision != expected ||
                      !DecodeNumber(value, position)) {
                    return false;
                  }
                  positions.push_back(position);
                  expected += direction == Direction::kForwards ? 1 : -1;
                  return positions.size() < count;
                });
  if (!scanned.ok()) return scanned;
  if (positions.size() == count) return positions;
  return Missing(stream, expected);
}

absl::StatusOr<StreamPage> LogReader::ReadStream(std::string_view stream, std::uint64_t from,
                                                 Direction direction, PageLimits limits) const {
  // What is appended after the head was read belongs to the next call.
  const absl::StatusOr<std::uint64_t> head = RevisionOf(stream);
  if (!head.ok()) return head.status();
  const bool forwards = direction == Direction::kForwards;
  StreamPage result{.head_revision = *head};
  std::uint64_t next =
      forwards ? std::max<std::uint64_t>(from, 1) : (from == 0 ? *head : std::min(from, *head));
  if (next == 0 || next > *head) return result;
  Page page(limits);
  const std::uint64_t left = forwards ? *head - next + 1 : next;
  const absl::StatusOr<std::vector<std::uint64_t>> positions =
      PositionsOf(stream, next, direction, std::min<std::uint64_t>(left, page.records_max()));
  if (!positions.ok()) return positions.status();
  for (const std::uint64_t position : *positions) {
    absl::StatusOr<Stored> stored = ReadOfStream(stream, next, position);
    if (!stored.ok()) return stored.status();
    if (!page.HasRoomFor(stored->bytes.size())) break;
    page.Add(*std::move(stored));
    next = next == (forwards ? *head : 1) ? 0 : forwards ? next + 1 : next - 1;
  }
  result.records = std::move(page).Take();
  result.next_revision = next;
  return result;
}

absl::StatusOr<std::vector<LogReader::StreamRow>> LogReader::RowsOf(std::string_view prefix,
                                                                    std::string_view from,
                                                                    std::uint64_t as_of,
                                                                    std::size_t count,
                                                                    std::string& next) const {
  std::vector<StreamRow> rows;
  StreamRow last;
  bool first = !from.empty();  // In the midst of a stream, perhaps.
  absl::Status status;
  std::size_t left = kPageScannedMax;
  const absl::Status scanned = log_.Scan(
      RowKind::kStream, prefix, from.empty() ? prefix : from, Direction::kForwards,
      [&](std::string_view key, std::string_view value) {
        if (rows.size() == count || left-- == 0) {
          next = key;
          return false;
        }
        StreamRow row{.key = std::string(key)};
        std::string_view stream;
        if (!DecodeStreamKey(key, stream, row.revision) || !DecodeNumber(value, row.position) ||
            (!first && row.revision != (stream == last.stream ? last.revision + 1 : 1))) {
          status = absl::DataLossError("malformed rows of streams at " + std::string(stream));
          return false;
        }
        first = false;
        row.stream = stream;
        last = row;
        if (row.position <= as_of) rows.push_back(std::move(row));
        return true;
      });
  if (!scanned.ok()) return scanned;
  if (!status.ok()) return status;
  return rows;
}

absl::StatusOr<StreamsPage> LogReader::ReadStreams(std::string_view prefix, std::string_view from,
                                                   std::uint64_t as_of, PageLimits limits) const {
  if (!from.empty() && !from.starts_with(prefix)) {
    return absl::InvalidArgumentError("the page before was of other streams");
  }
  Page page(limits);
  StreamsPage result;
  const absl::StatusOr<std::vector<StreamRow>> rows =
      RowsOf(prefix, from, as_of, page.records_max(), result.next);
  if (!rows.ok()) return rows.status();
  for (const StreamRow& row : *rows) {
    absl::StatusOr<Stored> stored = ReadOfStream(row.stream, row.revision, row.position);
    if (!stored.ok()) return stored.status();
    if (!page.HasRoomFor(stored->bytes.size())) {
      result.next = row.key;
      break;
    }
    page.Add(*std::move(stored));
  }
  result.records = std::move(page).Take();
  return result;
}

absl::StatusOr<absl::Time> LogReader::RecordedAt(std::uint64_t position) const {
  const absl::StatusOr<std::string> bytes = log_.ReadRecord(position);
  if (!bytes.ok()) return bytes.status();
  RecordFields fields;
  if (!PeekRecord(*bytes, fields) || fields.position != position) return Damaged(position);
  return fields.recorded_at;
}

absl::StatusOr<std::uint64_t> LogReader::FirstSince(absl::Time time, std::uint64_t head) const {
  std::uint64_t first = 1;
  std::uint64_t last = head + 1;
  while (first < last) {  // recorded_at never goes back along the log.
    const std::uint64_t middle = first + (last - first) / 2;
    const absl::StatusOr<absl::Time> recorded_at = RecordedAt(middle);
    if (!recorded_at.ok()) return recorded_at.status();
    if (*recorded_at < time) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return first;
}

absl::StatusOr<LogPage> LogReader::ReadLog(std::uint64_t head, std::uint64_t from,
                                           Direction direction, const Filter& filter,
                                           PageLimits limits) const {
  // The filter's times become positions [first, end).
  std::uint64_t first = 1;
  std::uint64_t end = head + 1;
  if (filter.recorded_from != absl::InfinitePast()) {
    const absl::StatusOr<std::uint64_t> found = FirstSince(filter.recorded_from, head);
    if (!found.ok()) return found.status();
    first = *found;
  }
  if (filter.recorded_before != absl::InfiniteFuture()) {
    const absl::StatusOr<std::uint64_t> found = FirstSince(filter.recorded_before, head);
    if (!found.ok()) return found.status();
    end = *found;
  }
  const bool forwards = direction == Direction::kForwards;
  // Beyond the head nothing is known yet, so a reader there stays where it is.
  LogPage result{.next_position = forwards ? std::max({from, head + 1, std::uint64_t{1}}) : 0,
                 .head_position = head};
  const std::uint64_t start =
      forwards ? std::max(from, first) : std::min(from == 0 ? head : from, end - 1);
  if (start < first || start >= end) return result;

  Page page(limits);
  const std::uint64_t last = forwards ? end - 1 : first;
  std::size_t scanned = std::clamp<std::size_t>(limits.scanned_max, 1, kPageScannedMax);
  absl::Status status;
  const absl::Status read =
      log_.ReadRecords(start, direction, [&](std::uint64_t position, std::string_view bytes) {
        if (scanned-- == 0 || page.full()) {
          result.next_position = position;
          return false;
        }
        RecordFields fields;
        if (!PeekRecord(bytes, fields) || fields.position != position) {
          status = Damaged(position);
          return false;
        }
        if (Matches(filter, fields)) {
          if (!page.HasRoomFor(bytes.size())) {
            result.next_position = position;
            return false;
          }
          page.Add({position, fields.revision, std::string(bytes)});
        }
        return position != last;
      });
  if (!read.ok()) return read;
  if (!status.ok()) return status;
  result.records = std::move(page).Take();
  return result;
}

absl::StatusOr<std::vector<IndexEntry>> LogReader::ReadIndex(std::string_view prefix,
                                                             std::size_t entries_max) const {
  entries_max = std::min(entries_max, kIndexPageEntriesMax);
  std::vector<IndexEntry> entries;
  if (entries_max == 0) return entries;
  const absl::Status scanned =
      log_.Scan(RowKind::kIndex, prefix, prefix, Direction::kForwards,
                [&](std::string_view key, std::string_view value) {
                  entries.push_back({std::string(key), std::string(value)});
                  return entries.size() < entries_max;
                });
  if (!scanned.ok()) return scanned;
  return entries;
}

absl::StatusOr<std::optional<Receipt>> LogReader::FindRequest(const RequestKey& key) const {
  const absl::StatusOr<std::optional<std::string>> bytes =
      log_.Get(RowKind::kRequest, RequestRowKey(key.principal, key.request_id));
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return std::nullopt;
  RequestRow row;
  if (!DecodeRequestRow(**bytes, row)) return absl::DataLossError("malformed request row");
  if (!SameBody(row.digest, key.digest)) {
    return absl::AlreadyExistsError("the request id was used for another request");
  }
  return row.receipt;
}

}  // namespace sanzhang::eventstore
