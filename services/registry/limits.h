// Every bound of the register's directory, with its unit in its name.
#pragma once

#include <cstddef>

#include "eventstore/limits.h"

namespace sanzhang::registry {

// Owners of one dwelling, as RecordOwnershipRequest states; each brings an index entry.
inline constexpr std::size_t kOwnersPerDwellingMax = 50;

// Who uses one dwelling without owning it, those who act for one person, and declared relatives.
inline constexpr std::size_t kOccupantsPerDwellingMax = 50;
inline constexpr std::size_t kGuardiansPerPersonMax = 8;
inline constexpr std::size_t kRelativesPerPersonMax = 30;
// Others who declared the person a relative; further ones are not looked at.
inline constexpr std::size_t kDeclaredByMax = 60;

// Seats and appointments of one person, ended ones included; further ones give no powers.
inline constexpr std::size_t kHeldPerPersonMax = 1000;
// Dwellings that are looked at for one that the person owns now.
inline constexpr std::size_t kOwnedPerPersonMax = 4000;
// Bodies of one kind in a community, dissolved ones included.
inline constexpr std::size_t kBodiesPerKindMax = 1000;
// Terms of a body, those that are over included; further ones are refused.
inline constexpr std::size_t kTermsPerBodyMax = 1000;

// One page of the streams that an electorate is made of.
inline constexpr std::size_t kElectoratePageRecords = 10'000;
inline constexpr std::size_t kElectoratePageBytes = 4 << 20;

// What the directory remembers of all communities together: states, standings, lists of names.
inline constexpr std::size_t kRememberedMax = 64 * 1024;
// Communities whose last change is known one by one.
inline constexpr std::size_t kCommunitiesWatchedMax = 64 * 1024;

static_assert(kOwnersPerDwellingMax <= eventstore::kIndexEntriesPerRecordMax);
static_assert(kTermsPerBodyMax <= eventstore::kIndexPageEntriesMax);
static_assert(kOwnedPerPersonMax <= eventstore::kIndexPageEntriesMax);
static_assert(kOwnedPerPersonMax < kRememberedMax, "one person's dwellings can be remembered");

}  // namespace sanzhang::registry
