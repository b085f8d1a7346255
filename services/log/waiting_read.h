// A ReadLog that waits until there is something to answer.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/support/server_callback.h"
#include "sanzhang/log/v1/event_log_service.pb.h"
#include "services/log/calls.h"

namespace sanzhang::log {

// Bounds of a page by the request's page_size.
eventstore::PageLimits LimitsOf(const Surroundings& around, int page_size);

class WaitingRead final : public grpc::ServerUnaryReactor,
                          public LastingCall,
                          public std::enable_shared_from_this<WaitingRead> {
 public:
  // The reactor of a request that was admitted and has the right shape. It frees itself.
  static grpc::ServerUnaryReactor* Start(Surroundings& around,
                                         const grpc::CallbackServerContext& context,
                                         const v1::ReadLogRequest& request,
                                         v1::ReadLogResponse& response);

  WaitingRead(Surroundings& around, absl::Time deadline, const v1::ReadLogRequest& request,
              v1::ReadLogResponse& response);

  void Drain() override { TurnSoon(/*answer=*/true); }
  void OnCancel() override { TurnSoon(/*answer=*/true); }
  void OnDone() override;

 private:
  void TurnSoon(bool answer);
  // Reads, and answers if there is something to answer or if it must. On a reading thread.
  void Turn(bool answer);
  void Wait(std::uint64_t position) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Surroundings& around_;
  const absl::Time deadline_;
  const eventstore::Direction direction_;
  const eventstore::Filter filter_;
  const eventstore::PageLimits limits_;
  std::shared_ptr<WaitingRead> self_;  // Until OnDone.

  absl::Mutex mutex_;
  v1::ReadLogResponse& response_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t next_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t ticket_ ABSL_GUARDED_BY(mutex_) = 0;
  bool answered_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace sanzhang::log
