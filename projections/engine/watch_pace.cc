#include "projections/engine/watch_pace.h"

#include <algorithm>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "projections/engine/digest.h"
#include "projections/engine/limits.h"
#include "proto/wire/refusal.h"

namespace sanzhang::projections {

std::string IdentityOf(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream out(&bytes);
    google::protobuf::io::CodedOutputStream coded(&out);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return DigestOf(bytes);
}

WatchPace::WatchPace(QueryRuntime& runtime, Projector& view, Admission admission, Stream stream)
    : runtime_(runtime),
      view_(view),
      admission_(std::move(admission)),
      stream_(std::move(stream)),
      limits_(runtime.options().watch),
      ends_at_(absl::Now() + limits_.age_max) {}

void WatchPace::Start() {
  const std::uint64_t drain_id = runtime_.OnDrain([self = shared_from_this()] {
    absl::MutexLock lock(&self->mutex_);
    self->EndLocked(self->StreamEnded());
  });
  {
    absl::MutexLock lock(&mutex_);
    drain_id_ = drain_id;
    if (drain_id == 0) return EndLocked(StreamEnded());
  }
  Wait(admission_.min_position, admission_.deadline);
}

void WatchPace::Done() {
  std::uint64_t drain_id = 0;
  {
    absl::MutexLock lock(&mutex_);
    drain_id = drain_id_;
  }
  runtime_.ForgetDrain(drain_id);
  runtime_.Leave(QueryRuntime::Kind::kWatch);
}

void WatchPace::Cancelled() {
  absl::MutexLock lock(&mutex_);
  EndLocked(absl::CancelledError());
}

void WatchPace::EndLocked(absl::Status why) {
  if (end_.ok()) end_ = std::move(why);
  if (phase_ != Phase::kWaiting) return;  // Whoever is at work finishes.
  phase_ = Phase::kFinished;
  if (cancel_wait_ != nullptr) cancel_wait_();
  cancel_wait_ = nullptr;
  stream_.finish(end_);
}

void WatchPace::Wait(std::uint64_t position, absl::Time until) {
  // A wait may end before it is written down; then it is not the one to cancel.
  QueryRuntime::CancelWait cancel =
      runtime_.WaitFor(view_, position, until,
                       [self = shared_from_this()](absl::Status status) { self->Woken(status); });
  absl::MutexLock lock(&mutex_);
  if (phase_ == Phase::kFinished) return cancel();
  cancel_wait_ = std::move(cancel);
}

void WatchPace::Woken(const absl::Status& status) {
  const bool moved = status.ok();
  const bool behind = wire::ReasonOf(status) == type::v1::ERROR_REASON_VIEW_BEHIND;
  {
    absl::MutexLock lock(&mutex_);
    if (phase_ != Phase::kWaiting) return;
    if (absl::Now() >= ends_at_) return EndLocked(StreamEnded());
    if (!moved && !(behind && writes_ > 0)) {
      const bool draining = wire::ReasonOf(status) == type::v1::ERROR_REASON_DRAINING;
      return EndLocked(draining ? StreamEnded() : status);
    }
    // What comes in quick succession becomes one answer.
    if (const absl::Time at = last_write_ + limits_.pace; at > absl::Now()) {
      runtime_.workers().PostAt(at, [self = shared_from_this()] { self->Make(); });
      return;
    }
  }
  Make();
}

void WatchPace::Make() {
  {
    absl::MutexLock lock(&mutex_);
    if (phase_ != Phase::kWaiting) return;
    phase_ = Phase::kMaking;
  }
  views::v1::Freshness freshness;
  const absl::Status made =
      RunQuery(runtime_, view_, admission_.caller, [&](const QueryContext& context) {
        freshness = context.snapshot.freshness();
        return stream_.make(context);
      });
  if (!made.ok()) return Made(made, freshness);
  stream_.open(admission_.caller, freshness,
               [self = shared_from_this(), freshness](const absl::StatusOr<std::string>& identity) {
                 self->Made(identity, freshness);
               });
}

void WatchPace::Made(const absl::StatusOr<std::string>& identity,
                     const views::v1::Freshness& freshness) {
  std::uint64_t next = 0;
  absl::Time until;
  {
    absl::MutexLock lock(&mutex_);
    phase_ = Phase::kWaiting;
    if (!identity.ok() || !end_.ok()) return EndLocked(identity.status());
    position_ = freshness.as_of_position();
    const bool changed = writes_ == 0 || *identity != last_;
    if (changed || absl::Now() >= last_write_ + limits_.heartbeat) {
      if (!changed) stream_.make_heartbeat(freshness);
      last_ = *identity;
      return WriteLocked();
    }
    next = position_ + 1;
    until = std::min(last_write_ + limits_.heartbeat, ends_at_);
  }
  Wait(next, until);
}

void WatchPace::WriteLocked() {
  phase_ = Phase::kWriting;
  last_write_ = absl::Now();
  runtime_.workers().PostAt(last_write_ + limits_.stall_max,
                            [self = shared_from_this(), write = ++writes_] {
                              absl::MutexLock lock(&self->mutex_);
                              if (self->phase_ == Phase::kWriting && self->writes_ == write)
                                self->stream_.cut();
                            });
  stream_.write();
}

void WatchPace::Written(bool ok) {
  std::uint64_t next = 0;
  absl::Time until;
  {
    absl::MutexLock lock(&mutex_);
    phase_ = Phase::kWaiting;
    if (!ok) return EndLocked(absl::CancelledError());
    if (!end_.ok()) return EndLocked(end_);
    next = position_ + 1;
    until = std::min(last_write_ + limits_.heartbeat, ends_at_);
  }
  Wait(next, until);
}

absl::Status WatchPace::StreamEnded() const {
  return wire::RefuseForNow(type::v1::ERROR_REASON_STREAM_ENDED, kRetryDelay,
                            {{"next_position", std::to_string(position_ + 1)}});
}

}  // namespace sanzhang::projections
