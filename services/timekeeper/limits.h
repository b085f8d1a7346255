// Bounds of the timekeeper.
#pragma once

#include "absl/time/time.h"

namespace sanzhang::timekeeper {

// Commands under way at once. People's commands share the log with these: a burst of deadlines at
// midnight must not crowd them out.
inline constexpr int kInFlightMax = 16;

// Rows read at once.
inline constexpr int kPageItemsMax = 200;
static_assert(kPageItemsMax >= kInFlightMax);

// Between two looks at what is due, when nothing else wakes it: how late a deadline may be noticed.
inline constexpr absl::Duration kLookEvery = absl::Seconds(1);

// After a failure that may pass: doubled each time, up to the greatest.
inline constexpr absl::Duration kRetryFirst = absl::Milliseconds(200);
inline constexpr absl::Duration kRetryGreatest = absl::Seconds(30);

// After a refusal the row should go by itself; if it stays (clocks of two machines differ, say), it
// is asked about again, so that nothing is forgotten.
inline constexpr absl::Duration kRefusedRetry = absl::Minutes(10);

// Of one command.
inline constexpr absl::Duration kCallTimeout = absl::Seconds(30);

}  // namespace sanzhang::timekeeper
