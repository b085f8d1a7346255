// What the rules of places share among their files. Internal to the rules of `Place`.
#pragma once

#include <optional>
#include <vector>

#include "sanzhang/registry/v1/registry.pb.h"
#include "services/registry/place.h"
#include "services/registry/rules.h"

namespace sanzhang::registry {

// RESOURCE_ALREADY_EXISTS: what a new place is refused for before all else.
std::optional<runtime::Refusal> RequireNew(const Place::State& state,
                                           const runtime::Context& context);

// RESOURCE_NOT_FOUND, RESOURCE_NOT_ACTIVE of the place itself.
std::optional<runtime::Refusal> RequireActive(const Place::State& state,
                                              const runtime::Context& context);

// The place that the state is of.
type::v1::Place WhereIs(const Place::State& state, const std::string& name);

template <class Owners>
std::vector<Place::Share> SharesOf(const Owners& owners) {
  std::vector<Place::Share> shares;
  for (const v1::Owner& owner : owners) {
    shares.push_back({owner.person(), owner.share_numerator(), owner.share_denominator()});
  }
  return shares;
}

}  // namespace sanzhang::registry
