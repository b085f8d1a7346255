// The parts of a community's register that an electorate is made of, as they were at one position
// of the log. Pure data: read by registry_electorates.cc, made into electorates by
// register_electorate.cc.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/registry/body.h"
#include "services/registry/constituency.h"
#include "services/registry/household.h"
#include "services/registry/membership.h"
#include "services/registry/person.h"
#include "services/registry/place.h"
#include "services/registry/term.h"

namespace sanzhang::registry {

// Resources of one kind with their states, by name.
template <class A>
using States = std::vector<std::pair<std::string, typename A::State>>;

// Null: there is no such resource.
template <class State>
const State* FindState(const std::vector<std::pair<std::string, State>>& states,
                       std::string_view name) {
  const auto found = std::lower_bound(
      states.begin(), states.end(), name,
      [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
  return found == states.end() || found->first != name ? nullptr : &found->second;
}

// What is not needed for an electorate is empty.
struct RegisterImage {
  std::uint64_t position = 0;
  States<Place> buildings;
  States<Place> entrances;
  States<Place> dwellings;
  States<Person> persons;
  States<Household> households;
  Body::State body;
  States<Membership> memberships;
  States<Term> terms;
  States<Constituency> constituencies;
};

}  // namespace sanzhang::registry
