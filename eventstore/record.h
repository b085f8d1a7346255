// The record's bytes: stamped and serialised once, and read in part without being parsed whole.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::eventstore {

// Sets what the store sets, clamps occurred_at to recorded_at (and sets it if it is missing), and
// serialises. These bytes are the record from now on; nobody serialises it again.
std::string StampAndSerialise(log::v1::Record& record, std::uint64_t position,
                              std::uint64_t revision, absl::Time recorded_at);

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
