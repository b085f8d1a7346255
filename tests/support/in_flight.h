// Keeps calls in flight at no more than so many. Threads: any.
#pragma once

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace sanzhang::support {

class InFlight {
 public:
  // Waits for a place.
  void Begin(int calls_max) {
    const auto has_place = [&]()
                               ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return calls_ < calls_max; };
    const absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&has_place));
    ++calls_;
  }
  void End() {
    const absl::MutexLock lock(&mutex_);
    --calls_;
  }
  void WaitForAll() {
    const auto idle = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return calls_ == 0; };
    const absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&idle));
  }

 private:
  absl::Mutex mutex_;
  int calls_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace sanzhang::support
