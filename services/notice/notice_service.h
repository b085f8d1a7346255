// The notices' commands over gRPC; each handler names its decider, nothing else.
#pragma once

#include <memory>

#include "grpcpp/impl/codegen/service_type.h"
#include "services/runtime/command_runner.h"

namespace sanzhang::notice {

// Answers sanzhang.notice.v1.NoticeService. The runner must outlive it, and fold the peers
// `policies`.
std::unique_ptr<grpc::Service> MakeNoticeService(runtime::CommandRunner& runner);

}  // namespace sanzhang::notice
