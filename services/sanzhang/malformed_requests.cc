#include "services/sanzhang/malformed_requests.h"

#include "proto/wire/grpc_status.h"
#include "proto/wire/refusal.h"

namespace sanzhang::app {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;

// Of one call. No RPC here takes a stream of requests: there is one message, or none that was read.
class MalformedRequest : public grpc::experimental::Interceptor {
 public:
  void Intercept(InterceptorBatchMethods* batch) override {
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE)) {
      unread_ = batch->GetRecvMessage() == nullptr;
    }
    if (unread_ && batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      batch->ModifySendStatus(wire::ToGrpc(wire::Refuse(type::v1::ERROR_REASON_MALFORMED_REQUEST)));
    }
    batch->Proceed();
  }

 private:
  bool unread_ = false;
};

class Factory : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateServerInterceptor(ServerRpcInfo*) override {
    return new MalformedRequest;
  }
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> RefuseMalformedRequests() {
  return std::make_unique<Factory>();
}

}  // namespace sanzhang::app
