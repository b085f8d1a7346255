// One subscription at a time to the event log, as a queue of messages.
//
// The queue is bounded by bytes: what is not taken stays at the log's side. While one lot of
// messages is applied, the next is received.
//
// Errors: the log's own status; UNAVAILABLE also when the log has been silent for too long (it
// should send heartbeats); CANCELLED after Cancel().
//
// Threads: Head(), Open() and Take() from one thread; Cancel() from any.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/channel_arguments.h"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"

namespace sanzhang::projections {

// For channels to a log in another process: reconnects within 2 s, notices dead peers.
grpc::ChannelArguments LogChannelArguments();

class LogFeed {
 public:
  using Metadata = std::vector<std::pair<std::string, std::string>>;

  LogFeed(std::shared_ptr<grpc::Channel> channel, Metadata metadata);
  ~LogFeed();
  LogFeed(const LogFeed&) = delete;
  LogFeed& operator=(const LogFeed&) = delete;

  // The log's last position.
  absl::StatusOr<std::uint64_t> Head();
  // Subscribes from a position on; ends the subscription before.
  void Open(std::uint64_t from_position);
  // Waits until there are messages, then answers all that are there.
  absl::StatusOr<std::vector<log::v1::SubscribeResponse>> Take();
  // Ends what runs, and all that comes later.
  void Cancel();

 private:
  class Subscription;

  std::unique_ptr<grpc::ClientContext> NewContext();
  // Lets Cancel() reach what runs on the context; false: cancelled already.
  bool Running(grpc::ClientContext* context);

  const std::unique_ptr<log::v1::EventLogService::Stub> stub_;
  const Metadata metadata_;
  std::unique_ptr<Subscription> subscription_;
  absl::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* running_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

}  // namespace sanzhang::projections
