// Every bound of the projections, with its unit.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace sanzhang::projections {

// Lists.
inline constexpr std::size_t kFilterBytesMax = 512;
inline constexpr int kFilterDepthMax = 8;
inline constexpr int kFilterComparisonsMax = 32;
inline constexpr std::size_t kOrderTermsMax = 2;
inline constexpr std::int32_t kPageSizeDefault = 50;
inline constexpr std::int32_t kPageSizeMax = 500;
inline constexpr std::size_t kPageTokenBytesMax = 4096;
inline constexpr absl::Duration kPageTokenLife = absl::Hours(24);

// Calls.
inline constexpr std::size_t kRequestBytesMax = 48 * 1024;  // Serialised.
inline constexpr absl::Duration kDeadlineDefault = absl::Seconds(10);
inline constexpr absl::Duration kDeadlineMax = absl::Seconds(30);
inline constexpr absl::Duration kRetryDelay = absl::Milliseconds(500);
// An answer of VIEW_BEHIND needs some time to reach the caller before the call's deadline.
inline constexpr absl::Duration kDeadlineReserve = absl::Milliseconds(50);

// Watch streams.
struct WatchLimits {
  absl::Duration pace = absl::Milliseconds(250);  // Least time between two answers.
  absl::Duration heartbeat = absl::Seconds(15);   // Longest silence.
  absl::Duration stall_max = absl::Seconds(30);   // For the client to take one message.
  absl::Duration age_max = absl::Minutes(30);     // Of a stream.
};
static_assert(WatchLimits().pace < WatchLimits().heartbeat &&
              WatchLimits().stall_max < WatchLimits().age_max);

// Following the log.
inline constexpr int kFeedHeartbeatMs = 1000;
inline constexpr absl::Duration kFeedSilenceMax = absl::Seconds(15);
inline constexpr std::size_t kFeedQueueBytesMax = std::size_t{4} << 20;
inline constexpr absl::Duration kHeadDeadline = absl::Seconds(5);
inline constexpr absl::Duration kReconnectPauseMin = absl::Milliseconds(50);
inline constexpr absl::Duration kReconnectPauseMax = absl::Seconds(2);
static_assert(absl::Milliseconds(3 * kFeedHeartbeatMs) < kFeedSilenceMax);

// Files.
inline constexpr std::size_t kStatementsMax = 128;  // Kept prepared, a connection.
inline constexpr int kCacheKiB = 16 * 1024;         // Of pages, a connection that writes.
inline constexpr int kWalPages = 4096;              // Between SQLite's own checkpoints.
inline constexpr std::int64_t kCheckMappedBytesMax = std::int64_t{2'000}
                                                     << 20;  // While a file is checked.
inline constexpr std::int64_t kWalBytesKept = 64 << 20;      // Larger ones are cut.

// Answers about the past; of each view. A view applies tens of thousands of events a second.
struct PastLimits {
  // A base is taken when the view has moved by so many events since the last, and the file would
  // not be copied at more than so many bytes for each of them.
  std::uint64_t base_events_min = 4'096;
  std::int64_t base_bytes_per_event_max = 16 << 10;
  // Kept: the last, and fewer and fewer of what lies further back.
  std::size_t bases_max = 12;
  std::int64_t bases_bytes_max = std::int64_t{1} << 30;
  // Applied for one answer: what a call may wait for (kDeadlineDefault).
  std::uint64_t events_max = 100'000;
  // Files that were made for answers, and go when nobody has asked them for so long.
  std::size_t files_max = 8;
  std::int64_t files_bytes_max = std::int64_t{1} << 30;
  absl::Duration file_idle_max = absl::Minutes(5);
  std::size_t waiting_max = 16;  // Moments that are being made or wait for it.
};
static_assert(PastLimits().base_events_min < PastLimits().events_max);

inline constexpr std::size_t kReplayBytesMax = std::size_t{4} << 20;  // In one transaction.
inline constexpr int kBasePagesAtOnce = 256;  // Copied before it is looked whether to stop.

}  // namespace sanzhang::projections
