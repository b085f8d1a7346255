#include "projections/engine/workers.h"

namespace sanzhang::projections {

Workers::Workers(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

Workers::~Workers() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Workers::Post(std::function<void()> work) {
  absl::MutexLock lock(&mutex_);
  ready_.push_back(std::move(work));
  changed_.Signal();
}

Workers::Timer Workers::PostAt(absl::Time when, std::function<void()> work) {
  absl::MutexLock lock(&mutex_);
  const Timer timer{when, ++next_timer_};
  timed_.emplace(timer, std::move(work));
  changed_.Signal();
  return timer;
}

bool Workers::Cancel(const Timer& timer) {
  std::function<void()> dropped;  // Destroyed without the lock: it may own anything.
  absl::MutexLock lock(&mutex_);
  const auto found = timed_.find(timer);
  if (found == timed_.end()) return false;
  dropped = std::move(found->second);
  timed_.erase(found);
  return true;
}

void Workers::Run() {
  while (true) {
    std::function<void()> work;
    {
      absl::MutexLock lock(&mutex_);
      while (!stopping_ && ready_.empty() &&
             (timed_.empty() || timed_.begin()->first.first > absl::Now())) {
        changed_.WaitWithDeadline(
            &mutex_, timed_.empty() ? absl::InfiniteFuture() : timed_.begin()->first.first);
      }
      if (stopping_) return;
      if (!timed_.empty() && timed_.begin()->first.first <= absl::Now()) {
        work = std::move(timed_.begin()->second);
        timed_.erase(timed_.begin());
      } else {
        work = std::move(ready_.front());
        ready_.pop_front();
      }
      // One signal may have stood for two: pass it on.
      if (!ready_.empty() || !timed_.empty()) changed_.Signal();
    }
    work();
  }
}

}  // namespace sanzhang::projections
