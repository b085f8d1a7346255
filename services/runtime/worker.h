// One thread that runs what it is given, in order.
//
// For work that may wait for a disk and comes up where nothing may wait: on the event store's
// completion thread. Bounded by its users: the command runner has at most one task for each command
// in flight.
#pragma once

#include <deque>
#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace sanzhang::runtime {

class Worker {
 public:
  Worker();
  // Runs what is left first.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void Run(std::function<void()> task);

 private:
  void Loop();

  absl::Mutex mutex_;
  std::deque<std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace sanzhang::runtime
