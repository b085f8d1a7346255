// Every bound of the command runtime, with its unit in its name.
#pragma once

#include <cstddef>

#include "absl/time/time.h"
#include "eventstore/limits.h"

namespace sanzhang::runtime {

// One request, serialised. What the record adds to it (names, actor, times, the other copy of a
// name) fits in the rest of a record.
inline constexpr std::size_t kRequestBytesMax = 48 * 1024;
// Texts that a client may send as metadata and that end up in records.
inline constexpr std::size_t kTraceBytesMax = 64;

// How often a command is decided when the streams that it rests on keep moving.
inline constexpr int kAttemptsMax = 8;
// Commands between arrival and answer.
inline constexpr std::size_t kCommandsInFlightMax = 4096;
// When a client that was turned away for now should come back.
inline constexpr absl::Duration kRetryDelay = absl::Milliseconds(200);

// How long a command may wait for its commit: when the client says nothing, and at most.
inline constexpr absl::Duration kDeadlineDefault = absl::Seconds(10);
inline constexpr absl::Duration kDeadlineMax = absl::Seconds(30);

// One decision.
inline constexpr std::size_t kEventsPerCommandMax = 16;
inline constexpr std::size_t kClaimsPerCommandMax = 128;
inline constexpr std::size_t kElsewherePerCommandMax = 80;
inline constexpr std::size_t kPeersPerCommandMax = 32;

// States of streams that are kept folded, and the locks that guard them.
inline constexpr std::size_t kStatesCachedMax = 32 * 1024;
inline constexpr std::size_t kStateShards = 16;
// One page of a stream while it is folded.
inline constexpr std::size_t kFoldRecordsMax = 1000;
inline constexpr std::size_t kFoldBytesMax = 1 << 20;

static_assert(kRequestBytesMax < eventstore::kRecordBytesMax, "a request's fact fits in a record");
static_assert(kEventsPerCommandMax + kClaimsPerCommandMax + kElsewherePerCommandMax <=
              eventstore::kAppendRecordsMax);
static_assert(kClaimsPerCommandMax + kPeersPerCommandMax + 1 <= eventstore::kAppendStreamsMax);
static_assert(kEventsPerCommandMax * eventstore::kRecordBytesMax <= eventstore::kAppendBytesMax);
static_assert(kStateShards <= kStatesCachedMax);
static_assert(kDeadlineDefault <= kDeadlineMax);

}  // namespace sanzhang::runtime
