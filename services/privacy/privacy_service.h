// The commands about personal data over gRPC; each handler names its decider, nothing else.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "grpcpp/impl/codegen/service_type.h"
#include "services/runtime/command_runner.h"

namespace sanzhang::privacy {

// How the runner folds what these commands read beside their streams (CommandRunner::Parts::kinds).
std::map<std::string, const runtime::AggregateType*, std::less<>> PeerKinds();

// Answers sanzhang.privacy.v1.PrivacyService. The runner must outlive it, and fold the PeerKinds;
// `companion` is a PrivacyCompanion and must outlive the runner.
std::unique_ptr<grpc::Service> MakePrivacyService(runtime::CommandRunner& runner,
                                                  runtime::Companion& companion);

}  // namespace sanzhang::privacy
