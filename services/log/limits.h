// Every bound of the event-log service, with its unit in its name.
#pragma once

#include <cstddef>

#include "eventstore/limits.h"

namespace sanzhang::log {

inline constexpr int kPageRecordsDefault = 100;
inline constexpr int kPageRecordsMax = 1000;
inline constexpr std::size_t kPageBytesMax = 1 << 20;
inline constexpr std::size_t kPageScannedMax = 100'000;

inline constexpr int kHeartbeatMsDefault = 5'000;
inline constexpr int kHeartbeatMsMin = 100;
inline constexpr int kStallMsMax = 30'000;
inline constexpr int kAgeMsMax = 30 * 60'000;
// How long an ended stream may take to go before it is cut.
inline constexpr int kGraceMsMax = 5'000;

// Subscriptions and waiting reads at one time.
inline constexpr std::size_t kCallsMax = 512;
// Threads that read for them.
inline constexpr int kReadThreads = 2;

static_assert(kPageRecordsDefault <= kPageRecordsMax);
static_assert(kPageRecordsMax <= static_cast<int>(eventstore::kPageRecordsMax));
static_assert(kPageBytesMax <= eventstore::kPageBytesMax);
static_assert(kPageScannedMax <= eventstore::kPageScannedMax);
static_assert(kHeartbeatMsDefault < kStallMsMax && kStallMsMax < kAgeMsMax);

}  // namespace sanzhang::log
