// The record's bytes: serialised once, stamped at commit, and read in part without being parsed
// whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::eventstore {

// A record that is serialised but for what the store sets when it commits it.
struct RecordBody {
  std::string bytes = {};
  // Of which the store has the last word: it is clamped.
  std::optional<google::protobuf::Timestamp> occurred_at = {};
};

// Whether all strings of the record are UTF-8: what is not can be written, but never parsed.
bool HasTextOnly(const log::v1::Record& record);

// Serialises the record; its position, revision and times are taken out of it.
RecordBody SerialiseBody(log::v1::Record& record);

// What the store sets. `occurred_at` is at most `recorded_at`, and that if the record has none.
struct Stamp {
  std::uint64_t position = 0;
  std::uint64_t revision = 0;
  google::protobuf::Timestamp occurred_at = {};
  google::protobuf::Timestamp recorded_at = {};
};
Stamp StampOf(const RecordBody& body, std::uint64_t position, std::uint64_t revision,
              const google::protobuf::Timestamp& recorded_at);
// With microseconds.
google::protobuf::Timestamp StampTime(absl::Time time);

// The record's bytes, from now on and for ever: the body with the stamp's fields around it.
std::string Join(const Stamp& stamp, const RecordBody& body);
// Sets the stamp's fields in the parsed record that the body came from.
void Apply(const Stamp& stamp, log::v1::Record& record);

// The fields that the store itself looks at; views into the bytes.
struct RecordFields {
  std::uint64_t position = 0;
  std::uint64_t revision = 0;
  std::string_view stream;
  std::string_view type;
  std::string_view community;
  absl::Time recorded_at = absl::UnixEpoch();
};

// Reads the fields from serialised bytes; false if they are not a record's.
bool PeekRecord(std::string_view bytes, RecordFields& fields);

}  // namespace sanzhang::eventstore
