#include "eventstore/record.h"

#include <algorithm>

#include "eventstore/check.h"
#include "eventstore/limits.h"
#include "eventstore/utf8.h"

namespace sanzhang::eventstore {
namespace {

using log::v1::Record;

constexpr std::uint64_t Tag(int field, int wire_type) {
  return static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(wire_type);
}

bool IsLater(const google::protobuf::Timestamp& a, const google::protobuf::Timestamp& b) {
  return a.seconds() != b.seconds() ? a.seconds() > b.seconds() : a.nanos() > b.nanos();
}

// Writes protobuf's wire format, in the way of its own serialiser: zeros are left out.
void WriteVarint(std::string& to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) to.push_back(static_cast<char>(value | 0x80));
  to.push_back(static_cast<char>(value));
}

void WriteNumber(std::string& to, int field, std::uint64_t value) {
  if (value == 0) return;
  WriteVarint(to, Tag(field, 0));
  WriteVarint(to, value);
}

void WriteTime(std::string& to, int field, const google::protobuf::Timestamp& time) {
  std::string bytes;  // Short: no memory is allocated.
  WriteNumber(bytes, google::protobuf::Timestamp::kSecondsFieldNumber,
              static_cast<std::uint64_t>(time.seconds()));
  WriteNumber(bytes, google::protobuf::Timestamp::kNanosFieldNumber,
              static_cast<std::uint64_t>(time.nanos()));
  WriteVarint(to, Tag(field, 2));
  WriteVarint(to, bytes.size());
  to.append(bytes);
}

// Reads protobuf's wire format from a view. After a failed read it stays failed.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  bool AtEnd() const { return rest_.empty() || !ok_; }

  std::uint64_t Varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }

  std::string_view Bytes() { return Take(Varint()); }

  void Skip(std::uint64_t wire_type) {
    switch (wire_type) {
      case 0:
        Varint();
        break;
      case 1:
        Take(8);
        break;
      case 2:
        Bytes();
        break;
      case 5:
        Take(4);
        break;
      default:
        ok_ = false;
    }
  }

 private:
  std::string_view Take(std::uint64_t bytes) {
    if (!ok_ || bytes > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }

  std::string_view rest_;
  bool ok_ = true;
};

bool PeekTime(std::string_view bytes, absl::Time& time) {
  WireReader reader(bytes);
  std::uint64_t seconds = 0;
  std::uint64_t nanos = 0;
  while (!reader.AtEnd()) {
    const std::uint64_t tag = reader.Varint();
    if (tag == Tag(google::protobuf::Timestamp::kSecondsFieldNumber, 0)) {
      seconds = reader.Varint();
    } else if (tag == Tag(google::protobuf::Timestamp::kNanosFieldNumber, 0)) {
      nanos = reader.Varint();
    } else {
      reader.Skip(tag & 7);
    }
  }
  time = absl::FromUnixSeconds(static_cast<std::int64_t>(seconds)) +
         absl::Nanoseconds(static_cast<std::int64_t>(nanos));
  return reader.ok();
}

}  // namespace

google::protobuf::Timestamp StampTime(absl::Time time) {
  google::protobuf::Timestamp stamp;
  const std::int64_t us = absl::ToUnixMicros(time);  // Rounds down, before 1970 too.
  const std::int64_t us_in_second = (us % 1'000'000 + 1'000'000) % 1'000'000;
  stamp.set_seconds((us - us_in_second) / 1'000'000);
  stamp.set_nanos(static_cast<std::int32_t>(us_in_second * 1000));
  return stamp;
}

bool HasTextOnly(const Record& record) {
  const log::v1::Actor& actor = record.actor();
  for (const std::string* text :
       {&record.stream(), &record.type(), &record.community(), &record.request_id(),
        &record.correlation_id(), &record.causation_id(), &record.trace_parent(), &actor.subject(),
        &actor.membership(), &actor.body(), &actor.on_behalf_of()}) {
    if (!IsUtf8(*text)) return false;
  }
  return std::all_of(record.policy_refs().begin(), record.policy_refs().end(),
                     [](const std::string& ref) { return IsUtf8(ref); });
}

RecordBody SerialiseBody(Record& record) {
  RecordBody body;
  if (record.has_occurred_at()) body.occurred_at = record.occurred_at();
  record.clear_position();
  record.clear_revision();
  record.clear_occurred_at();
  record.clear_recorded_at();
  SANZHANG_CHECK(record.SerializeToString(&body.bytes));
  return body;
}

Stamp StampOf(const RecordBody& body, std::uint64_t position, std::uint64_t revision,
              const google::protobuf::Timestamp& recorded_at) {
  const bool clamped = !body.occurred_at.has_value() || IsLater(*body.occurred_at, recorded_at);
  return {position, revision, clamped ? recorded_at : *body.occurred_at, recorded_at};
}

std::string Join(const Stamp& stamp, const RecordBody& body) {
  std::string bytes;
  bytes.reserve(body.bytes.size() + kStampBytesMax);
  WriteNumber(bytes, Record::kPositionFieldNumber, stamp.position);
  WriteNumber(bytes, Record::kRevisionFieldNumber, stamp.revision);
  bytes.append(body.bytes);
  WriteTime(bytes, Record::kOccurredAtFieldNumber, stamp.occurred_at);
  WriteTime(bytes, Record::kRecordedAtFieldNumber, stamp.recorded_at);
  SANZHANG_CHECK(bytes.size() <= body.bytes.size() + kStampBytesMax);
  return bytes;
}

void Apply(const Stamp& stamp, Record& record) {
  record.set_position(stamp.position);
  record.set_revision(stamp.revision);
  *record.mutable_occurred_at() = stamp.occurred_at;
  *record.mutable_recorded_at() = stamp.recorded_at;
}

bool PeekRecord(std::string_view bytes, RecordFields& fields) {
  WireReader reader(bytes);
  bool time_ok = true;
  while (!reader.AtEnd()) {
    switch (const std::uint64_t tag = reader.Varint()) {
      case Tag(Record::kPositionFieldNumber, 0):
        fields.position = reader.Varint();
        break;
      case Tag(Record::kStreamFieldNumber, 2):
        fields.stream = reader.Bytes();
        break;
      case Tag(Record::kRevisionFieldNumber, 0):
        fields.revision = reader.Varint();
        break;
      case Tag(Record::kTypeFieldNumber, 2):
        fields.type = reader.Bytes();
        break;
      case Tag(Record::kCommunityFieldNumber, 2):
        fields.community = reader.Bytes();
        break;
      case Tag(Record::kRecordedAtFieldNumber, 2):
        time_ok = PeekTime(reader.Bytes(), fields.recorded_at);
        break;
      default:
        reader.Skip(tag & 7);
    }
  }
  return reader.ok() && time_ok;
}

}  // namespace sanzhang::eventstore
