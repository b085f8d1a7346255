// The commands of a community's own policies over gRPC; each handler names its decider, nothing
// else.
#pragma once

#include <memory>

#include "grpcpp/impl/codegen/service_type.h"
#include "services/runtime/command_runner.h"

namespace sanzhang::policy {

// Answers sanzhang.policy.v1.PolicyService. The runner must outlive it.
std::unique_ptr<grpc::Service> MakePolicyService(runtime::CommandRunner& runner);

}  // namespace sanzhang::policy
