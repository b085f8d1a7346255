// The register's commands over gRPC; each handler names its decider, nothing else.
#pragma once

#include <memory>

#include "grpcpp/impl/codegen/service_type.h"
#include "services/runtime/command_runner.h"

namespace sanzhang::registry {

// Answers sanzhang.registry.v1.RegistryService. The runner must outlive it.
std::unique_ptr<grpc::Service> MakeRegistryService(runtime::CommandRunner& runner);

}  // namespace sanzhang::registry
