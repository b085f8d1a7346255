// A few threads that run tasks, soon or at a time.
//
// gRPC's threads must not wait for a disk, nor may the event store's: both hand over here. Tasks
// that are due run in the order of their times, and may run side by side. Threads: all methods from
// any thread. The destructor lets running tasks end and drops the others.
#pragma once

#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace sanzhang::log {

class Tasks {
 public:
  explicit Tasks(int threads);
  ~Tasks();
  Tasks(const Tasks&) = delete;
  Tasks& operator=(const Tasks&) = delete;

  void Run(std::function<void()> task) { RunAt(absl::InfinitePast(), std::move(task)); }
  void RunAt(absl::Time time, std::function<void()> task);

 private:
  void Loop();

  absl::Mutex mutex_;
  absl::CondVar changed_;
  std::multimap<absl::Time, std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace sanzhang::log
