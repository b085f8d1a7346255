#include "services/log/subscription.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "grpcpp/server_context.h"
#include "proto/wire/grpc_status.h"
#include "proto/wire/refusal.h"

namespace sanzhang::log {

using enum type::v1::ErrorReason;

grpc::ServerWriteReactor<v1::SubscribeResponse>* Subscription::Start(
    Surroundings& around, grpc::CallbackServerContext& context,
    const v1::SubscribeRequest& request) {
  const auto self = std::make_shared<Subscription>(around, context, request);
  self->self_ = self;
  if (absl::Status added = around.calls.Add(self); !added.ok()) {
    absl::MutexLock lock(&self->mutex_);
    self->End(added);
  } else {
    self->TurnSoon();
    self->LookAt(std::min(self->age_due_,
                          absl::Now() + std::min(self->heartbeat_, around.options.stall_max)));
  }
  return self.get();
}

Subscription::Subscription(Surroundings& around, grpc::CallbackServerContext& context,
                           const v1::SubscribeRequest& request)
    : around_(around),
      context_(context),
      filter_(FilterOf(request.filter())),
      heartbeat_(absl::Milliseconds(request.heartbeat_ms() == 0
                                        ? kHeartbeatMsDefault
                                        : std::max(request.heartbeat_ms(), kHeartbeatMsMin))),
      age_due_(absl::Now() + around.options.age_max),
      next_(std::max<std::uint64_t>(request.from_position(), 1)),
      told_(next_),
      sent_at_(absl::Now()) {}

void Subscription::Drain() {
  absl::MutexLock lock(&mutex_);
  End(StreamEnded());
}

void Subscription::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  writing_ = false;
  if (ended_) return;
  if (ok) {
    TurnSoon();
  } else {
    End(absl::CancelledError());
  }
}

void Subscription::OnCancel() {
  absl::MutexLock lock(&mutex_);
  End(absl::CancelledError());
}

void Subscription::OnDone() {
  around_.calls.Remove(self_);
  const std::shared_ptr<Subscription> self = std::move(self_);
  absl::MutexLock lock(&mutex_);
  done_ = true;
}

void Subscription::TurnSoon() {
  around_.tasks.Run([self = shared_from_this()] { self->Turn(); });
}

void Subscription::Turn() {
  std::uint64_t next = 0;
  {
    absl::MutexLock lock(&mutex_);
    // What is in flight comes back here when it is sent; so does what is being read.
    if (ended_ || writing_ || reading_) return;
    if (waiting_ && around_.store.head().position < next_) return;  // Nothing has come.
    waiting_ = false;
    reading_ = true;
    next = next_;
  }
  absl::StatusOr<eventstore::LogPage> page =
      around_.store.ReadLog(next, eventstore::Direction::kForwards, filter_,
                            {.records_max = kPageRecordsMax,
                             .bytes_max = around_.options.page_bytes_max,
                             .scanned_max = around_.options.page_scanned_max});
  absl::MutexLock lock(&mutex_);
  reading_ = false;
  if (!ended_) Settle(std::move(page));
}

void Subscription::Settle(absl::StatusOr<eventstore::LogPage> page) {
  if (!page.ok()) return End(FromStore(page.status()));
  next_ = page->next_position;
  const bool at_end = next_ > page->head_position;
  const bool tell_caught_up = at_end && !caught_up_told_;
  caught_up_told_ = caught_up_told_ || at_end;
  if (page->records.empty() && !tell_caught_up && absl::Now() < sent_at_ + heartbeat_) {
    at_end ? Wait() : TurnSoon();
    return;
  }
  v1::SubscribeResponse response;
  MoveRecords(page->records, *response.mutable_records());
  response.set_next_position(next_);
  response.set_head_position(page->head_position);
  Send(std::move(response));
}

void Subscription::Send(v1::SubscribeResponse response) {
  told_ = response.next_position();
  sent_at_ = absl::Now();
  writing_ = true;
  response_ = std::move(response);
  StartWrite(&response_);
}

void Subscription::Wait() {
  waiting_ = true;
  // The store's thread, or this one if the store is closed: it only hands over.
  const auto woken = [self = shared_from_this(), awaited = next_] {
    self->around_.tasks.Run([self, awaited] { self->Woken(awaited); });
  };
  ticket_ = around_.store.WhenReaches(next_, woken);
}

void Subscription::Woken(std::uint64_t awaited) {
  if (around_.store.head().position >= awaited) return Turn();
  const absl::Status health = around_.store.health();
  absl::MutexLock lock(&mutex_);
  End(health.ok() ? StreamEnded() : FromStore(health));
}

void Subscription::StopWaiting() {
  if (!waiting_) return;
  waiting_ = false;
  around_.store.CancelWait(ticket_);
}

void Subscription::Look() {
  absl::MutexLock lock(&mutex_);
  if (done_) return;
  const absl::Time now = absl::Now();
  if (ended_) {
    // The status stands behind what the subscriber does not read. A look that was set before the
    // end comes too early.
    if (now >= ended_at_ + around_.options.grace_max) context_.TryCancel();
    return;
  }
  const absl::Time stall_due = sent_at_ + around_.options.stall_max;
  if (now >= age_due_ || (writing_ && now >= stall_due)) return End(StreamEnded());
  if (waiting_ && now >= sent_at_ + heartbeat_) {
    StopWaiting();
    v1::SubscribeResponse response;
    response.set_next_position(next_);
    response.set_head_position(around_.store.head().position);
    Send(std::move(response));
  }
  // A write ends, and another may begin, at any time: a stall is looked for as often as a
  // heartbeat.
  const absl::Duration pause = std::min(heartbeat_, around_.options.stall_max);
  const absl::Time next = std::min(age_due_, (writing_ ? now : sent_at_) + pause);
  LookAt(std::max(next, now + absl::Milliseconds(kHeartbeatMsMin)));
}

void Subscription::LookAt(absl::Time time) {
  around_.tasks.RunAt(time, [self = shared_from_this()] { self->Look(); });
}

void Subscription::End(const absl::Status& status) {
  if (ended_) return;
  ended_ = true;
  StopWaiting();
  if (wire::ReasonOf(status) == ERROR_REASON_STREAM_ENDED) {
    context_.AddTrailingMetadata(kNextPositionMetadata, std::to_string(told_));
  }
  ended_at_ = absl::Now();
  LookAt(ended_at_ + around_.options.grace_max);
  Finish(wire::ToGrpc(status));
}

absl::Status Subscription::StreamEnded() const {
  return wire::Refuse(ERROR_REASON_STREAM_ENDED, {{"next_position", std::to_string(told_)}});
}

}  // namespace sanzhang::log
