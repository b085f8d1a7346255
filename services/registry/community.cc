#include "services/registry/community.h"

#include "services/registry/rules.h"

namespace sanzhang::registry {

using enum type::v1::ErrorReason;

std::string Community::NewName(const v1::RegisterCommunityRequest& request, std::string_view) {
  return "communities/" + request.community_id();
}

// Checks stand in order of precedence: of several reasons the first is given.
Community::Decision Community::Decide(const State& state,
                                      const v1::RegisterCommunityRequest& request,
                                      const runtime::Context& context) {
  if (state.registered) return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, context.name);
  Event event;
  auto& registered = *event.mutable_community_registered();
  registered.set_display_name(request.display_name());
  registered.set_subdistrict(request.subdistrict());
  registered.set_households(request.households());
  return Record(std::move(event));
}

Community::Decision Community::Decide(const State& state, const v1::RenameCommunityRequest& request,
                                      const runtime::Context& context) {
  if (!state.registered) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (state.display_name == request.display_name()) return AlreadySo<Event>();
  Event event;
  event.mutable_community_renamed()->set_display_name(request.display_name());
  return Record(std::move(event));
}

Community::Decision Community::Decide(const State& state,
                                      const v1::AdoptGovernanceSchemeRequest& request,
                                      const runtime::Context& context) {
  if (!state.registered) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (state.scheme == request.scheme() && state.scheme_decision == request.decision()) {
    return AlreadySo<Event>();
  }
  Event event;
  event.mutable_governance_scheme_adopted()->set_scheme(request.scheme());
  event.mutable_governance_scheme_adopted()->set_decision(request.decision());
  return Record(std::move(event));
}

void Community::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kCommunityRegistered:
      state.registered = true;
      state.display_name = event.community_registered().display_name();
      break;
    case Event::kCommunityRenamed:
      state.display_name = event.community_renamed().display_name();
      break;
    case Event::kGovernanceSchemeAdopted:
      state.scheme = event.governance_scheme_adopted().scheme();
      state.scheme_decision = event.governance_scheme_adopted().decision();
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Community, v1::RegisterCommunityRequest>);
static_assert(runtime::Decides<Community, v1::RenameCommunityRequest>);
static_assert(runtime::Decides<Community, v1::AdoptGovernanceSchemeRequest>);

}  // namespace sanzhang::registry
