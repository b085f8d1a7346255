// The commands of ratings over gRPC; each handler names its decider, nothing else.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "grpcpp/impl/codegen/service_type.h"
#include "services/runtime/command_runner.h"
#include "services/runtime/companion.h"

namespace sanzhang::rating {

// What stands beside the commands of ratings. `quick` serves raters; `bulk` computes results, so
// that nobody's rating waits for one.
struct Companions {
  runtime::Companion& quick;
  runtime::Companion& bulk;
};

// Answers sanzhang.rating.v1.RatingService. Runner and companions must outlive it.
std::unique_ptr<grpc::Service> MakeRatingService(runtime::CommandRunner& runner,
                                                 Companions companions);

// For CommandRunner::Parts::kinds: what commands of ratings read beside their own stream.
std::map<std::string, const runtime::AggregateType*, std::less<>> PeerKinds();

}  // namespace sanzhang::rating
