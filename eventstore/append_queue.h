// Appends that wait for the committer: bounded by count and bytes, first in, first out. When it is
// full, what comes is refused at once; nobody waits to get in.
//
// Threads: any may push and close, one takes.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "eventstore/event_store.h"
#include "eventstore/record.h"

namespace sanzhang::eventstore {

// An append and whom to tell.
struct Waiting {
  Append append = {};
  std::function<void(AppendResult)> done = {};
  std::size_t bytes = 0;  // What it counts for, in the queue and in a batch.
  // Of each record of each write, in their order: serialised by whoever hands it in.
  std::vector<RecordBody> bodies = {};
};

class AppendQueue {
 public:
  enum class Pushed { kQueued, kFull, kClosed };

  AppendQueue(std::size_t appends_max, std::size_t bytes_max)
      : appends_max_(appends_max), bytes_max_(bytes_max) {}

  // Moves from `waiting` only if it says kQueued.
  Pushed Push(Waiting&& waiting);

  // Appends to `batch` what waits, in order, up to the bounds but at least one. Blocks while there
  // is nothing. False: closed, and nothing is left.
  bool Take(std::size_t appends_max, std::size_t bytes_max, std::vector<Waiting>& batch);

  // What waits now.
  QueueDepth depth() const;

  // Nothing more gets in; what waits can still be taken.
  void Close();

 private:
  const std::size_t appends_max_;
  const std::size_t bytes_max_;

  mutable absl::Mutex mutex_;
  absl::CondVar ready_;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool taker_sleeps_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace sanzhang::eventstore
