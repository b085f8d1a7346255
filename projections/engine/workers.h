// A few threads that run what is posted, at once or at a time.
//
// Order: first posted, first begun. The queue has no bound of its own: whoever posts bounds its
// calls. The destructor drops what has not begun, and waits for what runs.
//
// Threads: every method may be called from any thread, from posted work too.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace sanzhang::projections {

class Workers {
 public:
  explicit Workers(int threads);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  using Timer = std::pair<absl::Time, std::uint64_t>;

  void Post(std::function<void()> work);
  // Runs it when the time has come.
  Timer PostAt(absl::Time when, std::function<void()> work);
  // Whether the work was dropped before it began.
  bool Cancel(const Timer& timer);

 private:
  void Run();

  absl::Mutex mutex_;
  absl::CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::uint64_t next_timer_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<std::function<void()>> ready_ ABSL_GUARDED_BY(mutex_);
  std::map<Timer, std::function<void()>> timed_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace sanzhang::projections
