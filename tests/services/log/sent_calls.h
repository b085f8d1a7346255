// What a server has handed to gRPC for its Subscribe calls, as gRPC saw it: so a test knows that a
// stream was ended without reading from it.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_interceptor.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"

namespace sanzhang::log {

// Calls are counted from 0, in the order in which they came. Threads: all methods from any thread.
class SentCalls {
 public:
  struct Call {
    int messages = 0;
    bool ended = false;   // A status was given.
    bool closed = false;  // The call is over: all was sent, or it was cut.
    grpc::Status status;
    absl::Time ended_at;
    absl::Time closed_at;
  };

  // Each answers the call as it is when that has happened, or as it is at the deadline.
  Call AwaitMessages(std::size_t call, int messages, absl::Time deadline) const {
    return Await(call, deadline, [messages](const Call& now) { return now.messages >= messages; });
  }
  Call AwaitEnd(std::size_t call, absl::Time deadline) const {
    return Await(call, deadline, [](const Call& now) { return now.ended; });
  }
  Call AwaitClose(std::size_t call, absl::Time deadline) const {
    return Await(call, deadline, [](const Call& now) { return now.closed; });
  }

  // For the server that is to be built. This object must outlive it.
  void Observe(grpc::ServerBuilder& builder) {
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> factories;
    factories.push_back(std::make_unique<Factory>(*this));
    builder.experimental().SetInterceptorCreators(std::move(factories));
  }

 private:
  using Hook = grpc::experimental::InterceptionHookPoints;

  class Interceptor final : public grpc::experimental::Interceptor {
   public:
    Interceptor(SentCalls& calls, std::size_t index) : calls_(calls), index_(index) {}
    void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
      calls_.Note(index_, *methods);
      methods->Proceed();
    }

   private:
    SentCalls& calls_;
    const std::size_t index_;
  };

  class Factory final : public grpc::experimental::ServerInterceptorFactoryInterface {
   public:
    explicit Factory(SentCalls& calls) : calls_(calls) {}
    grpc::experimental::Interceptor* CreateServerInterceptor(
        grpc::experimental::ServerRpcInfo* info) override {
      if (!std::string_view(info->method()).ends_with("/Subscribe")) return nullptr;
      absl::MutexLock lock(&calls_.mutex_);
      calls_.calls_.emplace_back();
      return new Interceptor(calls_, calls_.calls_.size() - 1);
    }

   private:
    SentCalls& calls_;
  };

  void Note(std::size_t index, grpc::experimental::InterceptorBatchMethods& methods) {
    absl::MutexLock lock(&mutex_);
    Call& call = calls_[index];
    if (methods.QueryInterceptionHookPoint(Hook::PRE_SEND_MESSAGE)) ++call.messages;
    if (methods.QueryInterceptionHookPoint(Hook::PRE_SEND_STATUS)) {
      call.ended = true;
      call.status = methods.GetSendStatus();
      call.ended_at = absl::Now();
    }
    if (methods.QueryInterceptionHookPoint(Hook::POST_RECV_CLOSE)) {
      call.closed = true;
      call.closed_at = absl::Now();
    }
  }

  Call Await(std::size_t index, absl::Time deadline,
             const std::function<bool(const Call&)>& happened) const {
    absl::MutexLock lock(&mutex_);
    const auto there = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return index < calls_.size() && happened(calls_[index]);
    };
    mutex_.AwaitWithDeadline(absl::Condition(&there), deadline);
    return index < calls_.size() ? calls_[index] : Call();
  }

  mutable absl::Mutex mutex_;
  std::vector<Call> calls_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sanzhang::log
