// Calls in flight, how long they took, and the line of JSON that says so: calls, refused, seconds,
// calls_per_second, p50_us, p99_us. Threads: any.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "tests/support/in_flight.h"

namespace sanzhang::bench {

class LoadTally {
 public:
  // Waits for a place.
  void Begin(int in_flight_max) { in_flight_.Begin(in_flight_max); }
  void End(bool ok, std::int64_t us) {
    {
      const absl::MutexLock lock(&mutex_);
      ok ? latencies_us_.push_back(us) : static_cast<void>(++refused_);
    }
    in_flight_.End();
  }
  void WaitForAll() { in_flight_.WaitForAll(); }

  void Print(double seconds) {
    const absl::MutexLock lock(&mutex_);
    std::sort(latencies_us_.begin(), latencies_us_.end());
    std::printf(
        "{\"calls\": %zu, \"refused\": %lld, \"seconds\": %.3f, \"calls_per_second\": %.1f, "
        "\"p50_us\": %lld, \"p99_us\": %lld}\n",
        latencies_us_.size(), static_cast<long long>(refused_), seconds,
        static_cast<double>(latencies_us_.size()) / seconds, static_cast<long long>(At(0.5)),
        static_cast<long long>(At(0.99)));
  }

 private:
  std::int64_t At(double share) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (latencies_us_.empty()) return 0;
    return latencies_us_[static_cast<std::size_t>(share *
                                                  static_cast<double>(latencies_us_.size() - 1))];
  }

  support::InFlight in_flight_;
  absl::Mutex mutex_;
  std::int64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::int64_t> latencies_us_ ABSL_GUARDED_BY(mutex_);  // Sorted once they are shown.
};

}  // namespace sanzhang::bench
