// The commands on voters and ballots over gRPC; each handler names its decider, nothing else.
#pragma once

#include <memory>

#include "grpcpp/impl/codegen/service_type.h"
#include "services/runtime/command_runner.h"

namespace sanzhang::resolution {

struct Companions;

// Answers sanzhang.resolution.v1.BallotService. Runner and companions must outlive it.
std::unique_ptr<grpc::Service> MakeBallotService(runtime::CommandRunner& runner,
                                                 const Companions& companions);

}  // namespace sanzhang::resolution
