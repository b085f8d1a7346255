#include "projections/engine/query.h"

#include <optional>
#include <utility>

#include "projections/engine/limits.h"
#include "proto/wire/refusal.h"

namespace sanzhang::projections {
namespace {

// A wait ends once: by the view, by the clock, or by its caller.
struct Wait {
  absl::Mutex mutex;
  bool settled ABSL_GUARDED_BY(mutex) = false;
  std::optional<Workers::Timer> timer ABSL_GUARDED_BY(mutex);
  std::function<void(absl::Status)> done ABSL_GUARDED_BY(mutex);

  // What is to be called, for whoever comes first; nothing for the others.
  std::function<void(absl::Status)> Settle(Workers& workers) {
    absl::MutexLock lock(&mutex);
    if (std::exchange(settled, true)) return nullptr;
    if (timer.has_value()) workers.Cancel(*timer);
    return std::move(done);
  }
};

}  // namespace

QueryRuntime::QueryRuntime(Options options, PageTokens tokens)
    : options_(std::move(options)), tokens_(std::move(tokens)), workers_(options_.workers) {}

QueryRuntime::~QueryRuntime() { Drain(); }

void QueryRuntime::Drain() {
  std::map<std::uint64_t, std::function<void()>> callbacks;
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
    callbacks.swap(on_drain_);
  }
  for (const auto& [id, callback] : callbacks) callback();
}

absl::Status QueryRuntime::Enter(Kind kind) {
  absl::MutexLock lock(&mutex_);
  if (draining_) return wire::RefuseForNow(type::v1::ERROR_REASON_DRAINING, kRetryDelay);
  std::size_t& count = kind == Kind::kCall ? calls_ : watches_;
  if (count >= (kind == Kind::kCall ? options_.calls_max : options_.watches_max)) {
    return wire::RefuseForNow(type::v1::ERROR_REASON_OVERLOADED, kRetryDelay);
  }
  ++count;
  return absl::OkStatus();
}

void QueryRuntime::Leave(Kind kind) {
  absl::MutexLock lock(&mutex_);
  --(kind == Kind::kCall ? calls_ : watches_);
}

QueryRuntime::CancelWait QueryRuntime::WaitFor(Projector& view, std::uint64_t position,
                                               absl::Time deadline,
                                               std::function<void(absl::Status)> done) {
  auto wait = std::make_shared<Wait>();
  {
    absl::MutexLock lock(&wait->mutex);
    wait->done = std::move(done);
  }
  const std::uint64_t waiter = view.WhenReached(position, [this, wait](absl::Status status) {
    if (auto settled = wait->Settle(workers_)) {
      workers_.Post(
          [settled = std::move(settled), status = std::move(status)] { settled(status); });
    }
  });
  {
    absl::MutexLock lock(&wait->mutex);
    if (!wait->settled) {
      wait->timer = workers_.PostAt(deadline, [this, &view, wait, waiter, position] {
        if (auto settled = wait->Settle(workers_)) {
          view.Cancel(waiter);
          settled(view.Behind(position));
        }
      });
    }
  }
  return [this, &view, wait, waiter] {
    if (wait->Settle(workers_)) view.Cancel(waiter);
  };
}

void QueryRuntime::ReadPast(Projector& view, std::uint64_t position, absl::Time deadline,
                            std::function<void(absl::StatusOr<PastViews::File>)> done) {
  auto file = std::make_shared<PastViews::File>();
  auto wait = std::make_shared<Wait>();
  {
    absl::MutexLock lock(&wait->mutex);
    wait->done = [file, done = std::move(done)](const absl::Status& status) {
      if (!status.ok()) return done(status);
      done(std::move(*file));
    };
    wait->timer = workers_.PostAt(deadline, [this, wait] {
      if (auto settled = wait->Settle(workers_)) {
        settled(wire::RefuseForNow(type::v1::ERROR_REASON_AS_OF_OVERLOADED, kRetryDelay));
      }
    });
  }
  view.past().Get(position, [this, wait, file](absl::StatusOr<PastViews::File> made) {
    auto settled = wait->Settle(workers_);
    if (settled == nullptr) return;
    if (made.ok()) *file = *made;
    workers_.Post([settled = std::move(settled), status = made.status()] { settled(status); });
  });
}

std::uint64_t QueryRuntime::OnDrain(std::function<void()> callback) {
  absl::MutexLock lock(&mutex_);
  if (draining_) return 0;
  on_drain_.emplace(++next_id_, std::move(callback));
  return next_id_;
}

void QueryRuntime::ForgetDrain(std::uint64_t id) {
  std::function<void()> dropped;  // Destroyed without the lock: it may own anything.
  absl::MutexLock lock(&mutex_);
  const auto found = on_drain_.find(id);
  if (found == on_drain_.end()) return;
  dropped = std::move(found->second);
  on_drain_.erase(found);
}

}  // namespace sanzhang::projections
