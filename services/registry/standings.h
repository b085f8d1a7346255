// What a person or a service is in a community: folded from seats, terms, bodies, appointments,
// residence, ownership and grants, with the streams that each capacity rests on.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "services/registry/register_memory.h"

namespace sanzhang::registry {

// The capacities of a person, the least powerful first: resident, owner, privacy
// officer, chief, seats; in a seat
// the member before the chair. The dead and the unknown have none.
absl::StatusOr<Tenures> TenuresOfPerson(const RegisterView& view, std::string_view person);

// The roles granted to the service, as in `communities/c1/services/hotline`.
absl::StatusOr<Tenures> TenuresOfService(const RegisterView& view, std::string_view service);

}  // namespace sanzhang::registry
