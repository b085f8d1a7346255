#include <array>
#include <chrono>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "grpcpp/support/server_interceptor.h"
#include "services/sanzhang/metrics.h"
#include "services/sanzhang/rpc.h"

namespace sanzhang::app {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;
using Clock = std::chrono::steady_clock;

constexpr int kCodes = 17;

// The numbers of one RPC, found once.
struct Method {
  prometheus::Counter* started = nullptr;
  std::array<prometheus::Counter*, kCodes> handled{};
  prometheus::Histogram* seconds = nullptr;
};

std::string TypeName(ServerRpcInfo::Type type) {
  return type == ServerRpcInfo::Type::UNARY ? "unary" : "server_stream";
}

class Methods {
 public:
  explicit Methods(Metrics& metrics) : metrics_(metrics) {}

  // `path` lives as long as the server, so that its address tells methods apart.
  const Method& Find(const char* path, ServerRpcInfo::Type type) {
    {
      absl::ReaderMutexLock lock(&mutex_);
      const auto found = methods_.find(path);
      if (found != methods_.end()) return found->second;
    }
    Method method = Make(path, type);
    absl::MutexLock lock(&mutex_);
    return methods_.emplace(path, method).first->second;
  }

 private:
  Method Make(const char* path, ServerRpcInfo::Type type) {
    const std::vector<std::string> parts = absl::StrSplit(path, '/');
    std::map<std::string, std::string> labels = {{"grpc_type", TypeName(type)},
                                                 {"grpc_service", parts.size() > 1 ? parts[1] : ""},
                                                 {"grpc_method", parts.size() > 2 ? parts[2] : ""}};
    Method method;
    method.started =
        &metrics_.Counter("grpc_server_started_total", "RPCs that were begun.", labels);
    method.seconds = &metrics_.Histogram("grpc_server_handling_seconds",
                                         "Seconds from the beginning of an RPC to its status.",
                                         labels, SecondsBounds());
    for (int code = 0; code < kCodes; ++code) {
      labels["grpc_code"] = NameOf(static_cast<grpc::StatusCode>(code));
      method.handled[static_cast<std::size_t>(code)] =
          &metrics_.Counter("grpc_server_handled_total", "RPCs that ended, by their code.", labels);
    }
    return method;
  }

  Metrics& metrics_;
  absl::Mutex mutex_;
  std::map<const char*, Method> methods_ ABSL_GUARDED_BY(mutex_);
};

class RpcCounter : public grpc::experimental::Interceptor {
 public:
  explicit RpcCounter(const Method& method) : method_(method) { method_.started->Increment(); }
  // Without a status the client was gone before there was one.
  ~RpcCounter() override {
    if (!handled_) Handled(grpc::StatusCode::CANCELLED);
  }

  void Intercept(InterceptorBatchMethods* batch) override {
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS) && !handled_) {
      Handled(batch->GetSendStatus().error_code());
    }
    batch->Proceed();
  }

 private:
  void Handled(grpc::StatusCode code) {
    handled_ = true;
    const auto index = static_cast<std::size_t>(code);
    method_.handled[index < kCodes ? index : std::size_t{grpc::StatusCode::UNKNOWN}]->Increment();
    method_.seconds->Observe(std::chrono::duration<double>(Clock::now() - begun_).count());
  }

  const Method& method_;
  const Clock::time_point begun_ = Clock::now();
  bool handled_ = false;
};

class RpcCounterFactory : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit RpcCounterFactory(Metrics& metrics) : methods_(metrics) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    return new RpcCounter(methods_.Find(info->method(), info->type()));
  }

 private:
  Methods methods_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> CountRpcs(Metrics& metrics) {
  return std::make_unique<RpcCounterFactory>(metrics);
}

}  // namespace sanzhang::app
