// Electorates out of the register: pure functions of a RegisterImage.
//
// Owners   Every active dwelling in scope, and voting subjects by the key rule: the developer's
//          unsold and undelivered parts are the developer's; else the sorted set of owners; a
//          dwelling without a known owner is a subject of its own that nobody votes for.
// Others   See runtime/electorate.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "services/registry/register_image.h"
#include "services/runtime/electorate.h"

namespace sanzhang::registry {

// Whether the dwelling lies in the scope, whatever else is to be said of it.
bool LiesIn(const runtime::ElectorateScope& scope, const Place::State& dwelling);

// Needs buildings, entrances, the dwellings that lie in the scope, and of persons those to whom
// these belong and who speak for them.
runtime::OwnersElectorate MakeOwners(const RegisterImage& image,
                                     const runtime::ElectorateScope& scope,
                                     const runtime::OwnerRules& rules);

// Needs persons.
runtime::ResidentsElectorate MakeResidents(const RegisterImage& image,
                                           const runtime::ElectorateScope& scope);

// Needs the dwellings that lie in the scope, persons, households.
runtime::ResidentsElectorate MakeHouseholds(const RegisterImage& image,
                                            const runtime::ElectorateScope& scope);

// Needs the body, memberships, terms, constituencies, and the persons who hold its seats.
runtime::MembersElectorate MakeMembers(const RegisterImage& image, std::string_view body,
                                       absl::Time now);

// The key of the subject of these owners, who are sorted.
std::string SubjectKey(const std::vector<std::string>& owners);

}  // namespace sanzhang::registry
