// sanzhang.views.v1.AnalystService.
#pragma once

#include <memory>

#include "projections/engine/projector.h"
#include "projections/engine/query.h"

namespace grpc {
class Service;
}

namespace sanzhang::projections {

// Both must outlive the server that the service is registered with.
std::unique_ptr<grpc::Service> MakeAnalystService(QueryRuntime& runtime, Projector& view);

}  // namespace sanzhang::projections
