// One subscriber of the log.
//
// It goes round: read a page; send it; when it is sent, read on; at the end of the log, wait until
// the log has grown. One timer looks after heartbeat, stall and age. At any time at most one page
// is being read and at most one message is in flight.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/support/server_callback.h"
#include "sanzhang/log/v1/event_log_service.pb.h"
#include "services/log/calls.h"

namespace sanzhang::log {

class Subscription final : public grpc::ServerWriteReactor<v1::SubscribeResponse>,
                           public LastingCall,
                           public std::enable_shared_from_this<Subscription> {
 public:
  // The reactor of a request that was admitted and has the right shape. It frees itself.
  static grpc::ServerWriteReactor<v1::SubscribeResponse>* Start(
      Surroundings& around, grpc::CallbackServerContext& context,
      const v1::SubscribeRequest& request);

  Subscription(Surroundings& around, grpc::CallbackServerContext& context,
               const v1::SubscribeRequest& request);

  void Drain() override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  // Reads a page, and sends it or waits. On a reading thread.
  void Turn();
  void Settle(absl::StatusOr<eventstore::LogPage> page) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Send(v1::SubscribeResponse response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Wait() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void StopWaiting() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The log has reached what was awaited, or never will.
  void Woken(std::uint64_t awaited);
  // Heartbeat, stall, age; and sets itself again.
  void Look();
  void LookAt(absl::Time time);
  void TurnSoon();
  void End(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status StreamEnded() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Surroundings& around_;
  grpc::CallbackServerContext& context_;
  const eventstore::Filter filter_;
  const absl::Duration heartbeat_;
  const absl::Time age_due_;
  std::shared_ptr<Subscription> self_;  // Until OnDone.

  absl::Mutex mutex_;
  std::uint64_t next_ ABSL_GUARDED_BY(mutex_);      // Where reading goes on.
  std::uint64_t told_ ABSL_GUARDED_BY(mutex_) = 0;  // The last resume position that was sent.
  bool caught_up_told_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool waiting_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  std::uint64_t ticket_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Time sent_at_ ABSL_GUARDED_BY(mutex_);
  absl::Time ended_at_ ABSL_GUARDED_BY(mutex_);
  v1::SubscribeResponse response_ ABSL_GUARDED_BY(mutex_);  // In flight.
};

}  // namespace sanzhang::log
