// Who has looked at whose words today, as far as it was recorded already.
//
// Bounded: when it is full all of it is forgotten, and what is forgotten is recorded once more;
// never is a look taken for recorded that was not. Names are kept as keyed digests of 128 bits.
// Threads: any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace sanzhang::opening {

// About 6 MiB.
inline constexpr std::size_t kLooksMax = 256 * 1024;

class Looks {
 public:
  explicit Looks(std::size_t looks_max = kLooksMax);

  // Whether Remember was called for the same on the same day, of the time of China.
  bool Recorded(std::string_view viewer, std::string_view method, std::string_view subject,
                absl::Time now);
  // The look stands in the log.
  void Remember(std::string_view viewer, std::string_view method, std::string_view subject,
                absl::Time now);

 private:
  using Digest = std::pair<std::uint64_t, std::uint64_t>;
  Digest DigestOf(std::string_view viewer, std::string_view method, std::string_view subject) const;
  void Turn(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::size_t looks_max_;
  std::array<unsigned char, 16> key_;
  absl::Mutex mutex_;
  absl::CivilDay day_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<Digest> recorded_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sanzhang::opening
