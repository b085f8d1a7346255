#include "eventstore/completions.h"

#include <algorithm>
#include <iterator>

namespace sanzhang::eventstore {
namespace {

void CallBack(std::vector<Finished>& finished) {
  for (Finished& one : finished) one.done(std::move(one.result));
  finished.clear();  // Also destroys what the callbacks hold: outside the lock.
}

}  // namespace

Completions::Completions(std::uint64_t position)
    : position_(position), thread_([this] { Run(); }) {}

bool Completions::Hand(std::vector<Finished>& finished, std::uint64_t position) {
  absl::MutexLock lock(&mutex_);
  if (closed_) return false;
  Queue(finished, position);
  return true;
}

bool Completions::HandHere(std::vector<Finished>& finished, std::uint64_t position) {
  absl::MutexLock lock(&mutex_);
  if (closed_) return false;
  if (!calling_ && finished_.empty()) {
    calling_ = true;
    mutex_.Unlock();
    CallBack(finished);
    mutex_.Lock();
    calling_ = false;
  }
  Queue(finished, position);
  return true;
}

void Completions::Queue(std::vector<Finished>& finished, std::uint64_t position) {
  position_ = std::max(position_, position);
  if (finished_.empty()) {
    finished_.swap(finished);
  } else {
    std::move(finished.begin(), finished.end(), std::back_inserter(finished_));
  }
  finished.clear();
  if (HasWork()) work_.Signal();
}

std::uint64_t Completions::WhenReaches(std::uint64_t position, std::function<void()> ready) {
  std::uint64_t ticket = 0;
  {
    absl::MutexLock lock(&mutex_);
    ticket = ++last_ticket_;
    if (!closed_) {
      waiters_.emplace(position, Waiter{ticket, std::move(ready)});
      if (HasWork()) work_.Signal();
      return ticket;
    }
  }
  ready();  // There is no thread any more that could.
  return ticket;
}

void Completions::CancelWait(std::uint64_t ticket) {
  if (ticket == 0) return;  // No ticket: whoever never waited has nothing to cancel.
  absl::MutexLock lock(&mutex_);
  const auto found = std::find_if(waiters_.begin(), waiters_.end(), [ticket](const auto& waiter) {
    return waiter.second.ticket == ticket;
  });
  if (found != waiters_.end()) {
    waiters_.erase(found);
    return;
  }
  if (std::this_thread::get_id() == thread_.get_id()) return;  // It cancels itself: it has run.
  while (running_ticket_ == ticket) waiter_done_.Wait(&mutex_);
}

void Completions::StopWaiting() {
  absl::MutexLock lock(&mutex_);
  waiting_stopped_ = true;
  work_.Signal();
}

void Completions::Close() {
  {
    absl::MutexLock lock(&mutex_);
    waiting_stopped_ = true;
    closing_ = true;
    work_.Signal();
  }
  if (thread_.joinable()) thread_.join();
}

bool Completions::HasWork() const {
  if (calling_) return false;
  return !finished_.empty() || closing_ ||
         (!waiters_.empty() && (waiting_stopped_ || waiters_.begin()->first <= position_));
}

void Completions::WakeOne() {
  const auto first = waiters_.begin();
  running_ticket_ = first->second.ticket;
  std::function<void()> ready = std::move(first->second.ready);
  waiters_.erase(first);
  mutex_.Unlock();
  ready();
  ready = nullptr;  // What it holds goes outside the lock, and before anyone hears that it is done.
  mutex_.Lock();
  running_ticket_ = 0;
  waiter_done_.SignalAll();
}

void Completions::Run() {
  std::vector<Finished> finished;
  absl::MutexLock lock(&mutex_);
  while (true) {
    while (!HasWork()) work_.Wait(&mutex_);
    calling_ = true;
    finished.swap(finished_);
    mutex_.Unlock();
    CallBack(finished);
    mutex_.Lock();
    // Only those who wait now: one that waits again at once must not keep results from going out.
    const auto end = waiting_stopped_ ? waiters_.end() : waiters_.upper_bound(position_);
    for (auto due = std::distance(waiters_.begin(), end); due > 0 && !waiters_.empty(); --due) {
      WakeOne();
    }
    calling_ = false;
    if (closing_ && finished_.empty() && waiters_.empty()) break;
  }
  closed_ = true;
}

}  // namespace sanzhang::eventstore
