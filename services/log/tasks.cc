#include "services/log/tasks.h"

#include <utility>

#include "absl/time/clock.h"

namespace sanzhang::log {

Tasks::Tasks(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
}

Tasks::~Tasks() {
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
    changed_.SignalAll();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Tasks::RunAt(absl::Time time, std::function<void()> task) {
  absl::MutexLock lock(&mutex_);
  tasks_.emplace(time, std::move(task));
  changed_.Signal();
}

void Tasks::Loop() {
  absl::MutexLock lock(&mutex_);
  while (!closing_) {
    const absl::Time next = tasks_.empty() ? absl::InfiniteFuture() : tasks_.begin()->first;
    if (next > absl::Now()) {
      changed_.WaitWithDeadline(&mutex_, next);
      continue;
    }
    std::function<void()> task = std::move(tasks_.begin()->second);
    tasks_.erase(tasks_.begin());
    mutex_.Unlock();
    task();
    task = nullptr;  // What it holds goes outside the lock.
    mutex_.Lock();
  }
}

}  // namespace sanzhang::log
