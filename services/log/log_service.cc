#include "services/log/log_service.h"

#include <utility>

#include "grpcpp/server_context.h"
#include "proto/wire/grpc_status.h"
#include "proto/wire/refusal.h"
#include "proto/wire/shape.h"
#include "proto/wire/time.h"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"
#include "services/log/calls.h"
#include "services/log/subscription.h"
#include "services/log/waiting_read.h"

namespace sanzhang::log {

using enum type::v1::ErrorReason;

namespace {

class RefusedStream final : public grpc::ServerWriteReactor<v1::SubscribeResponse> {
 public:
  explicit RefusedStream(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

absl::StatusOr<v1::ReadStreamResponse> ReadStream(const Surroundings& around,
                                                  const v1::ReadStreamRequest& request) {
  const auto direction =
      request.backwards() ? eventstore::Direction::kBackwards : eventstore::Direction::kForwards;
  absl::StatusOr<eventstore::StreamPage> page = around.store.ReadStream(
      request.stream(), request.from_revision(), direction, LimitsOf(around, request.page_size()));
  if (!page.ok()) return FromStore(page.status());
  if (page->head_revision == 0) {
    return wire::Refuse(ERROR_REASON_STREAM_NOT_FOUND, {{"stream", request.stream()}});
  }
  v1::ReadStreamResponse response;
  MoveRecords(page->records, *response.mutable_records());
  response.set_next_revision(page->next_revision);
  response.set_head_revision(page->head_revision);
  return response;
}

}  // namespace

class LogService::Impl final : public v1::EventLogService::CallbackService {
 public:
  Impl(eventstore::EventStore& store, Admit admit, const Options& options)
      : admit_(std::move(admit)),
        around_{store, options, LastingCalls(options.calls_max), Tasks(kReadThreads)} {}

  void Drain() { around_.calls.Drain(); }

  grpc::ServerUnaryReactor* ReadStream(grpc::CallbackServerContext* context,
                                       const v1::ReadStreamRequest* request,
                                       v1::ReadStreamResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    if (absl::Status refusal = Check(*context, *request); !refusal.ok()) {
      reactor->Finish(wire::ToGrpc(refusal));
      return reactor;
    }
    around_.tasks.Run([this, request, response, reactor] {
      absl::StatusOr<v1::ReadStreamResponse> read = log::ReadStream(around_, *request);
      if (read.ok()) *response = *std::move(read);
      reactor->Finish(wire::ToGrpc(read.status()));
    });
    return reactor;
  }

  grpc::ServerUnaryReactor* ReadLog(grpc::CallbackServerContext* context,
                                    const v1::ReadLogRequest* request,
                                    v1::ReadLogResponse* response) override {
    if (absl::Status refusal = Check(*context, *request); !refusal.ok()) {
      grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
      reactor->Finish(wire::ToGrpc(refusal));
      return reactor;
    }
    return WaitingRead::Start(around_, *context, *request, *response);
  }

  grpc::ServerWriteReactor<v1::SubscribeResponse>* Subscribe(
      grpc::CallbackServerContext* context, const v1::SubscribeRequest* request) override {
    if (absl::Status refusal = Check(*context, *request); !refusal.ok()) {
      return new RefusedStream(wire::ToGrpc(refusal));
    }
    return Subscription::Start(around_, *context, *request);
  }

  grpc::ServerUnaryReactor* GetHead(grpc::CallbackServerContext* context,
                                    const v1::GetHeadRequest* request,
                                    v1::GetHeadResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    const absl::Status refusal = Check(*context, *request);
    const eventstore::Head head = around_.store.head();
    if (refusal.ok() && head.position > 0) {
      response->set_position(head.position);
      *response->mutable_recorded_at() = wire::ToStamp(head.recorded_at);
    }
    reactor->Finish(wire::ToGrpc(refusal));
    return reactor;
  }

 private:
  absl::Status Check(const grpc::CallbackServerContext& context,
                     const google::protobuf::Message& request) const {
    if (absl::Status refusal = admit_(context, request); !refusal.ok()) return refusal;
    const std::vector<wire::FieldViolation> violations = wire::CheckShape(request);
    return violations.empty() ? absl::OkStatus() : wire::RefuseShape(violations);
  }

  const Admit admit_;
  Surroundings around_;
};

LogService::LogService(eventstore::EventStore& store, Admit admit, Options options)
    : impl_(std::make_unique<Impl>(store, std::move(admit), options)) {}
LogService::~LogService() = default;

grpc::Service& LogService::service() { return *impl_; }
void LogService::Drain() { impl_->Drain(); }

}  // namespace sanzhang::log
