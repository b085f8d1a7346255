// Who asks. The composition root says how a caller is known; what a caller may see is decided by
// each view, from its own rows.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/type/v1/access.pb.h"

namespace grpc {
class CallbackServerContext;
}

namespace sanzhang::projections {

struct Caller {
  log::v1::Actor::Kind kind = log::v1::Actor::KIND_UNSPECIFIED;
  // A person's id (`p-zhang`: the person `communities/{c}/persons/p-zhang` in each community), or a
  // service's (`hotline`).
  std::string id = {};
  // Roles that the installation grants in every community: OPERATOR, AUDITOR.
  std::vector<type::v1::Role> installation_roles = {};

  bool Is(type::v1::Role role) const {
    return std::find(installation_roles.begin(), installation_roles.end(), role) !=
           installation_roles.end();
  }
};

// UNAUTHENTICATED if nobody is known behind the call. Called on gRPC's threads; must not block.
using Identify = std::function<absl::StatusOr<Caller>(const grpc::CallbackServerContext&)>;

}  // namespace sanzhang::projections
