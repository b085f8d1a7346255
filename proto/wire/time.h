// google.protobuf.Timestamp and absl::Time; what is not set is absl::InfinitePast().
#pragma once

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace sanzhang::wire {

inline absl::Time ToTime(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

// Microseconds are kept, finer parts dropped: every store and view can hold them.
inline google::protobuf::Timestamp ToStamp(absl::Time time) {
  const std::int64_t us = absl::ToUnixMicros(time);
  std::int64_t seconds = us / 1'000'000;
  std::int64_t rest = us % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(seconds);
  stamp.set_nanos(static_cast<std::int32_t>(rest * 1000));
  return stamp;
}

}  // namespace sanzhang::wire
