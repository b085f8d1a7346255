// Fresh names that nobody can guess and that sort by the time of their making.
//
// Both kinds are UUIDv7 (RFC 9562, with the twelve bits after the milliseconds as a finer part of
// the time): never the same twice, and later ones of one maker sort after earlier ones, even when
// the clock stands still or goes back. Threads: all methods may be called from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace sanzhang::runtime {

// Fills the span with random bytes that can't be predicted.
using Randomness = std::function<void(std::span<std::uint8_t>)>;

// The operating system's. Stops the process if there is none.
void SystemRandomness(std::span<std::uint8_t> bytes);

class Ids {
 public:
  explicit Ids(std::function<absl::Time()> now = absl::Now,
               Randomness randomness = SystemRandomness);

  // 16 bytes.
  std::string EventId();
  // The last part of a resource's name: 26 characters of Crockford's base32 in lower case.
  std::string ResourceId();

 private:
  using Bytes = std::array<std::uint8_t, 16>;
  Bytes Next();

  const std::function<absl::Time()> now_;
  const Randomness randomness_;
  absl::Mutex mutex_;
  // Time of the last id, in 2^-12 ms.
  std::uint64_t last_ticks_ ABSL_GUARDED_BY(mutex_) = 0;
  // Random bytes are drawn many at a time: each draw is a system call.
  std::array<std::uint8_t, 512> pool_ ABSL_GUARDED_BY(mutex_) = {};
  std::size_t pool_used_ ABSL_GUARDED_BY(mutex_) = 512;
};

}  // namespace sanzhang::runtime
