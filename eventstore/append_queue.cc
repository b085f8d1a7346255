#include "eventstore/append_queue.h"

#include <utility>

namespace sanzhang::eventstore {

AppendQueue::Pushed AppendQueue::Push(Waiting&& waiting) {
  absl::MutexLock lock(&mutex_);
  if (closed_) return Pushed::kClosed;
  if (waiting_.size() >= appends_max_ || bytes_ + waiting.bytes > bytes_max_) return Pushed::kFull;
  bytes_ += waiting.bytes;
  waiting_.push_back(std::move(waiting));
  if (taker_sleeps_) ready_.Signal();
  return Pushed::kQueued;
}

bool AppendQueue::Take(std::size_t appends_max, std::size_t bytes_max,
                       std::vector<Waiting>& batch) {
  absl::MutexLock lock(&mutex_);
  while (waiting_.empty() && !closed_) {
    taker_sleeps_ = true;
    ready_.Wait(&mutex_);
    taker_sleeps_ = false;
  }
  std::size_t bytes = 0;
  while (!waiting_.empty() && batch.size() < appends_max) {
    Waiting& next = waiting_.front();
    if (!batch.empty() && bytes + next.bytes > bytes_max) break;
    bytes += next.bytes;
    batch.push_back(std::move(next));
    waiting_.pop_front();
  }
  bytes_ -= bytes;
  return !batch.empty();
}

QueueDepth AppendQueue::depth() const {
  absl::MutexLock lock(&mutex_);
  return {waiting_.size(), bytes_};
}

void AppendQueue::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
  ready_.Signal();
}

}  // namespace sanzhang::eventstore
