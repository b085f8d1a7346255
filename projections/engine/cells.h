// Between the columns of a row and the fields of a message.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "projections/engine/rows.h"
#include "proto/wire/time.h"

namespace sanzhang::projections {

// Reads one column of a row after the other.
class Cells {
 public:
  explicit Cells(const Row& row) : row_(row) {}
  std::string Text() { return std::string(row_.Text(column_++)); }
  std::string Bytes() { return std::string(row_.Bytes(column_++)); }
  std::int64_t Int() { return row_.Int(column_++); }
  std::int32_t Int32() { return static_cast<std::int32_t>(Int()); }
  bool Bool() { return Int() != 0; }
  absl::Time Time() { return row_.Time(column_++); }
  template <class Enum>
  void Read(Enum& value) {
    value = static_cast<Enum>(Int());
  }

 private:
  const Row& row_;
  int column_ = 0;
};

// A Timestamp as it is bound; NULL where it is not set.
inline Value StampValue(const google::protobuf::Timestamp& stamp, bool set) {
  return set ? TimeValue(wire::ToTime(stamp)) : Value(Null{});
}

// Sets a field of type Timestamp, unless the time is not set.
template <class Message>
void SetStamp(absl::Time time, Message& message,
              google::protobuf::Timestamp* (Message::*mutable_field)()) {
  if (time != absl::InfinitePast()) *(message.*mutable_field)() = wire::ToStamp(time);
}

}  // namespace sanzhang::projections
