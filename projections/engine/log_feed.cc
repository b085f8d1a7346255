#include "projections/engine/log_feed.h"

#include "grpcpp/support/client_callback.h"
#include "projections/engine/limits.h"

namespace sanzhang::projections {
namespace {

using log::v1::EventLogService;
using log::v1::SubscribeRequest;
using log::v1::SubscribeResponse;

absl::Status FromGrpc(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

}  // namespace

grpc::ChannelArguments LogChannelArguments() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  return arguments;
}

// Reads as long as there is room, until the stream ends. The reactor's last call is OnDone.
class LogFeed::Subscription final : public grpc::ClientReadReactor<SubscribeResponse> {
 public:
  Subscription(EventLogService::Stub& stub, std::unique_ptr<grpc::ClientContext> context,
               std::uint64_t from_position)
      : context_(std::move(context)) {
    request_.set_from_position(from_position);
    request_.set_heartbeat_ms(kFeedHeartbeatMs);
    stub.async()->Subscribe(context_.get(), &request_, this);
    AddHold();  // StartRead comes from Take(), too.
    StartRead(&incoming_);
    StartCall();
  }

  ~Subscription() override {
    context_->TryCancel();
    ReleaseHold();
    absl::MutexLock lock(&mutex_);
    WaitDone();
  }

  grpc::ClientContext& context() { return *context_; }

  absl::StatusOr<std::vector<SubscribeResponse>> Take() {
    std::vector<SubscribeResponse> taken;
    bool read = false;
    {
      absl::MutexLock lock(&mutex_);
      const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return !queue_.empty() || ended_;
      };
      if (!mutex_.AwaitWithTimeout(absl::Condition(&ready), kFeedSilenceMax)) {
        return absl::UnavailableError("the log is silent");
      }
      taken.swap(queue_);
      queue_bytes_ = 0;
      read = paused_ && !ended_;
      if (read) paused_ = false;
    }
    if (read) StartRead(&incoming_);
    if (!taken.empty()) return taken;
    ReleaseHold();
    absl::MutexLock lock(&mutex_);
    WaitDone();
    return status_.ok() ? absl::UnavailableError("the log ended the subscription") : status_;
  }

  void OnReadDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      if (!ok) {
        ended_ = true;
        return;
      }
      queue_bytes_ += incoming_.ByteSizeLong();
      queue_.push_back(std::move(incoming_));
      incoming_.Clear();
      paused_ = queue_bytes_ >= kFeedQueueBytesMax;
      if (paused_) return;
    }
    StartRead(&incoming_);
  }

  void OnDone(const grpc::Status& status) override {
    absl::MutexLock lock(&mutex_);
    status_ = FromGrpc(status);
    ended_ = true;
    done_ = true;
  }

 private:
  void WaitDone() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { mutex_.Await(absl::Condition(&done_)); }

  void ReleaseHold() ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      absl::MutexLock lock(&mutex_);
      if (!held_) return;
      held_ = false;
    }
    RemoveHold();
  }

  const std::unique_ptr<grpc::ClientContext> context_;
  SubscribeRequest request_;
  SubscribeResponse incoming_;  // Of the one read in flight.
  absl::Mutex mutex_;
  bool held_ ABSL_GUARDED_BY(mutex_) = true;
  bool paused_ ABSL_GUARDED_BY(mutex_) = false;  // No read in flight: the queue is full.
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;   // No message follows.
  bool done_ ABSL_GUARDED_BY(mutex_) = false;    // The reactor will not be called again.
  std::size_t queue_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<SubscribeResponse> queue_ ABSL_GUARDED_BY(mutex_);
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

LogFeed::LogFeed(std::shared_ptr<grpc::Channel> channel, Metadata metadata)
    : stub_(EventLogService::NewStub(std::move(channel))), metadata_(std::move(metadata)) {}

LogFeed::~LogFeed() {
  Running(nullptr);
  subscription_.reset();
}

absl::StatusOr<std::uint64_t> LogFeed::Head() {
  const std::unique_ptr<grpc::ClientContext> context = NewContext();
  context->set_deadline(absl::ToChronoTime(absl::Now() + kHeadDeadline));
  context->set_wait_for_ready(true);
  if (!Running(context.get())) return absl::CancelledError();
  log::v1::GetHeadResponse response;
  const grpc::Status status = stub_->GetHead(context.get(), {}, &response);
  Running(nullptr);
  if (!status.ok()) return FromGrpc(status);
  return response.position();
}

void LogFeed::Open(std::uint64_t from_position) {
  Running(nullptr);
  subscription_.reset();
  subscription_ = std::make_unique<Subscription>(*stub_, NewContext(), from_position);
  if (!Running(&subscription_->context())) subscription_->context().TryCancel();
}

absl::StatusOr<std::vector<SubscribeResponse>> LogFeed::Take() { return subscription_->Take(); }

void LogFeed::Cancel() {
  absl::MutexLock lock(&mutex_);
  cancelled_ = true;
  if (running_ != nullptr) running_->TryCancel();
}

std::unique_ptr<grpc::ClientContext> LogFeed::NewContext() {
  auto context = std::make_unique<grpc::ClientContext>();
  for (const auto& [key, value] : metadata_) context->AddMetadata(key, value);
  return context;
}

bool LogFeed::Running(grpc::ClientContext* context) {
  absl::MutexLock lock(&mutex_);
  running_ = cancelled_ ? nullptr : context;  // One that does not run goes unseen by Cancel().
  return !cancelled_;
}

}  // namespace sanzhang::projections
