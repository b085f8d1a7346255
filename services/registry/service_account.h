// The rules of what a service may do in a community. Stream: `communities/{c}/services/{id}`; the
// id is that of the principal `services/{id}`.
//
// Refusals: RESOURCE_NOT_FOUND of the account; INVALID_REQUEST of a role that no service may have.
#pragma once

#include <set>

#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/registry/v1/registry_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::registry {

struct ServiceAccount {
  using Event = v1::ServiceAccountEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    bool granted = false;            // Ever.
    std::set<type::v1::Role> roles;  // Empty: revoked.
    bool operator==(const State&) const = default;
  };

  static Decision Decide(const State&, const v1::GrantServiceRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::RevokeServiceRequest&, const runtime::Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

}  // namespace sanzhang::registry
