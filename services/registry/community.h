// The rules of a community: registering it, its name, its reading of the three chiefs (三长).
// Stream: `communities/{c}`. Refusals: RESOURCE_ALREADY_EXISTS, RESOURCE_NOT_FOUND.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/registry/v1/registry_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::registry {

struct Community {
  using Event = v1::CommunityEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    bool registered = false;
    std::string display_name;
    type::v1::GovernanceScheme scheme = type::v1::GOVERNANCE_SCHEME_UNSPECIFIED;
    std::string scheme_decision;
    bool operator==(const State&) const = default;
  };

  static std::string NewName(const v1::RegisterCommunityRequest& request,
                             std::string_view fresh_id);

  static Decision Decide(const State&, const v1::RegisterCommunityRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::RenameCommunityRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::AdoptGovernanceSchemeRequest&,
                         const runtime::Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

}  // namespace sanzhang::registry
