// An event log that does what a test tells it to, behind a real gRPC server.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/server.h"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"

namespace sanzhang::projections {

class FakeLog final : public log::v1::EventLogService::CallbackService {
 public:
  ~FakeLog() override;

  // The next record, its position and time filled in; answers the position.
  std::uint64_t Append(const std::string& type, const std::string& payload);
  // As if another log stood here.
  void Replace(std::vector<std::string> records);
  std::vector<std::string> records() const;
  std::uint64_t head() const;

  // Every subscription gets nothing beyond this position, but hears of the true head.
  void HoldAt(std::uint64_t position);
  // Subscriptions that began at position 1 get nothing beyond this one.
  void HoldFirstReadersAt(std::uint64_t position);
  // Leaves the record out of what is sent.
  void Skip(std::uint64_t position);
  void SetPage(std::size_t records);
  // A message without records to whoever has heard all.
  void Beat();

  // Listens on a socket in the folder; a second call, after Kill(), at the same place.
  void Serve(const std::string& folder);
  void Kill();
  std::shared_ptr<grpc::Channel> Channel() const;

  // Where subscriptions began, in order.
  std::vector<std::uint64_t> subscribed_from() const;

  grpc::ServerUnaryReactor* GetHead(grpc::CallbackServerContext* call,
                                    const log::v1::GetHeadRequest* request,
                                    log::v1::GetHeadResponse* response) override;
  grpc::ServerWriteReactor<log::v1::SubscribeResponse>* Subscribe(
      grpc::CallbackServerContext* call, const log::v1::SubscribeRequest* request) override;

 private:
  class Reader;
  void PumpAll() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  std::vector<std::string> records_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::uint64_t> subscribed_from_ ABSL_GUARDED_BY(mutex_);
  std::set<Reader*> readers_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t hold_ ABSL_GUARDED_BY(mutex_) = UINT64_MAX;
  std::uint64_t hold_first_ ABSL_GUARDED_BY(mutex_) = UINT64_MAX;
  std::uint64_t skip_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t page_ ABSL_GUARDED_BY(mutex_) = 7;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace sanzhang::projections
