#include "services/policy/policy_service.h"

#include "sanzhang/policy/v1/policy_service.grpc.pb.h"
#include "services/policy/own_policy.h"
#include "services/runtime/handle.h"

namespace sanzhang::policy {
namespace {

using Call = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

class PolicyService final : public v1::PolicyService::CallbackService {
 public:
  explicit PolicyService(runtime::CommandRunner& runner) : runner_(runner) {}

  Reactor* ProposePolicy(Call* call, const v1::ProposePolicyRequest* request,
                         v1::ProposePolicyResponse* response) override {
    return runtime::Handle<OwnPolicy>(runner_, call, request, response);
  }
  Reactor* PutPolicyInForce(Call* call, const v1::PutPolicyInForceRequest* request,
                            v1::PutPolicyInForceResponse* response) override {
    return runtime::Handle<OwnPolicy>(runner_, call, request, response);
  }
  Reactor* RetirePolicy(Call* call, const v1::RetirePolicyRequest* request,
                        v1::RetirePolicyResponse* response) override {
    return runtime::Handle<OwnPolicy>(runner_, call, request, response);
  }

 private:
  runtime::CommandRunner& runner_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePolicyService(runtime::CommandRunner& runner) {
  return std::make_unique<PolicyService>(runner);
}

}  // namespace sanzhang::policy
