#include "services/log/waiting_read.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "grpcpp/server_context.h"
#include "proto/wire/grpc_status.h"

namespace sanzhang::log {

eventstore::PageLimits LimitsOf(const Surroundings& around, int page_size) {
  const int records = page_size == 0 ? kPageRecordsDefault : std::min(page_size, kPageRecordsMax);
  return {.records_max = static_cast<std::size_t>(records),
          .bytes_max = around.options.page_bytes_max,
          .scanned_max = around.options.page_scanned_max};
}

grpc::ServerUnaryReactor* WaitingRead::Start(Surroundings& around,
                                             const grpc::CallbackServerContext& context,
                                             const v1::ReadLogRequest& request,
                                             v1::ReadLogResponse& response) {
  const absl::Time now = absl::Now();
  const bool waits = request.wait_ms() > 0 && !request.backwards();
  const absl::Time deadline = std::min(absl::FromChrono(context.deadline()),
                                       now + absl::Milliseconds(waits ? request.wait_ms() : 0));
  const auto self = std::make_shared<WaitingRead>(around, deadline, request, response);
  self->self_ = self;
  if (absl::Status added = around.calls.Add(self); !added.ok()) {
    self->Finish(wire::ToGrpc(added));
    return self.get();
  }
  self->TurnSoon(/*answer=*/!waits);
  if (waits) {
    around.tasks.RunAt(deadline, [self] { self->Turn(/*answer=*/true); });
  }
  return self.get();
}

WaitingRead::WaitingRead(Surroundings& around, absl::Time deadline,
                         const v1::ReadLogRequest& request, v1::ReadLogResponse& response)
    : around_(around),
      deadline_(deadline),
      direction_(request.backwards() ? eventstore::Direction::kBackwards
                                     : eventstore::Direction::kForwards),
      filter_(FilterOf(request.filter())),
      limits_(LimitsOf(around, request.page_size())),
      response_(response),
      next_(request.from_position()) {}

void WaitingRead::OnDone() {
  around_.calls.Remove(self_);
  const std::shared_ptr<WaitingRead> self = std::move(self_);
}

void WaitingRead::TurnSoon(bool answer) {
  around_.tasks.Run([self = shared_from_this(), answer] { self->Turn(answer); });
}

void WaitingRead::Turn(bool answer) {
  absl::MutexLock lock(&mutex_);
  if (answered_) return;
  absl::StatusOr<eventstore::LogPage> page =
      around_.store.ReadLog(next_, direction_, filter_, limits_);
  if (page.ok() && page->records.empty() && page->next_position > page->head_position && !answer &&
      absl::Now() < deadline_) {
    next_ = page->next_position;  // Everything before it does not match.
    return Wait(next_);
  }
  answered_ = true;
  around_.store.CancelWait(ticket_);
  if (!page.ok()) return Finish(wire::ToGrpc(FromStore(page.status())));
  MoveRecords(page->records, *response_.mutable_records());
  response_.set_next_position(page->next_position);
  response_.set_head_position(page->head_position);
  Finish(grpc::Status::OK);
}

void WaitingRead::Wait(std::uint64_t position) {
  const auto woken = [self = shared_from_this(), position] {
    // If the log has not grown, it never will: the store has stopped or is closing.
    self->TurnSoon(/*answer=*/self->around_.store.head().position < position);
  };
  ticket_ = around_.store.WhenReaches(position, woken);
}

}  // namespace sanzhang::log
