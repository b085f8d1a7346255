// The one list of views.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "projections/engine/projection.h"
#include "projections/engine/projector.h"
#include "projections/engine/query.h"

namespace sanzhang::app {

struct View {
  std::string_view name;
  std::unique_ptr<projections::Projection> (*projection)();
  // Both outlive the service.
  std::unique_ptr<grpc::Service> (*service)(projections::QueryRuntime& runtime,
                                            projections::Projector& projector);
};

const std::vector<View>& AllViews();

}  // namespace sanzhang::app
