// Calls back: with results of appends in the order of commit, and those who wait for a position.
// A thread of its own does it, so that a slow callback delays the others, never the committer; but
// a result that nothing stands behind goes out on the committer's own thread: waking another one
// takes a good part of a sync. Callbacks run outside all locks, and never two at once.
//
// Threads: all methods from any thread, Close excepted, which a callback must not call.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "eventstore/event_store.h"

namespace sanzhang::eventstore {

struct Finished {
  std::function<void(AppendResult)> done = {};
  AppendResult result = {};
  Append append = {};  // Only to be freed: on this thread rather than on the committer's.
};

class Completions {
 public:
  explicit Completions(std::uint64_t position);
  ~Completions() { Close(); }
  Completions(const Completions&) = delete;
  Completions& operator=(const Completions&) = delete;

  // Hands out the results, then wakes those who wait for `position` or less. Takes what `finished`
  // holds. The position never goes back. False, and nothing is taken: it is closed.
  [[nodiscard]] bool Hand(std::vector<Finished>& finished, std::uint64_t position);
  // The same, but calls back with the results before it returns, on this thread, if no callback
  // runs or waits to be run.
  [[nodiscard]] bool HandHere(std::vector<Finished>& finished, std::uint64_t position);

  // See EventStore.
  std::uint64_t WhenReaches(std::uint64_t position, std::function<void()> ready);
  void CancelWait(std::uint64_t ticket);

  // From now on nobody waits: wakes all who do, and at once whoever comes.
  void StopWaiting();
  // Hands out what there is, wakes all who wait, and ends the thread.
  void Close();

 private:
  struct Waiter {
    std::uint64_t ticket;
    std::function<void()> ready;
  };

  void Run();
  void Queue(std::vector<Finished>& finished, std::uint64_t position)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether the thread has something to do, and nobody else calls back.
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WakeOne() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  absl::CondVar work_;
  absl::CondVar waiter_done_;
  std::vector<Finished> finished_ ABSL_GUARDED_BY(mutex_);
  std::multimap<std::uint64_t, Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t position_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t last_ticket_ ABSL_GUARDED_BY(mutex_) = 0;
  std::uint64_t running_ticket_ ABSL_GUARDED_BY(mutex_) = 0;
  bool calling_ ABSL_GUARDED_BY(mutex_) = false;  // Some thread calls back.
  bool waiting_stopped_ ABSL_GUARDED_BY(mutex_) = false;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace sanzhang::eventstore
