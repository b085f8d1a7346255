#include "services/registry/service_account.h"

#include "services/registry/rules.h"

namespace sanzhang::registry {
namespace {

using runtime::Context;
using Decision = ServiceAccount::Decision;

using enum type::v1::ErrorReason;

bool IsForServices(int role) {
  return role == type::v1::ROLE_INTEGRATION || role == type::v1::ROLE_IMPORTER ||
         role == type::v1::ROLE_AUDITOR;
}

template <class Roles>
std::set<type::v1::Role> SetOf(const Roles& roles) {
  std::set<type::v1::Role> set;
  for (const int role : roles) set.insert(static_cast<type::v1::Role>(role));
  return set;
}

}  // namespace

// Checks stand in order of precedence: of several reasons the first is given.
Decision ServiceAccount::Decide(const State& state, const v1::GrantServiceRequest& request,
                                const Context&) {
  for (const int role : request.roles()) {
    if (!IsForServices(role)) return RefuseField("roles");
  }
  const std::set<type::v1::Role> roles = SetOf(request.roles());
  if (state.roles == roles) return AlreadySo<Event>();
  Event event;
  for (const type::v1::Role role : roles) event.mutable_service_granted()->add_roles(role);
  event.mutable_service_granted()->set_purpose(request.purpose());
  return Record(std::move(event));
}

Decision ServiceAccount::Decide(const State& state, const v1::RevokeServiceRequest& request,
                                const Context& context) {
  if (!state.granted) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (state.roles.empty()) return AlreadySo<Event>();
  Event event;
  event.mutable_service_revoked()->set_reason(request.reason());
  return Record(std::move(event));
}

void ServiceAccount::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kServiceGranted:
      state.granted = true;
      state.roles = SetOf(event.service_granted().roles());
      break;
    case Event::kServiceRevoked:
      state.roles.clear();
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<ServiceAccount, v1::GrantServiceRequest>);
static_assert(runtime::Decides<ServiceAccount, v1::RevokeServiceRequest>);

}  // namespace sanzhang::registry
