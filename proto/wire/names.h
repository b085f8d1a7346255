// Resource names: `communities/c1/complaints/01j`, pairs of collection and id.
#pragma once

#include <string>
#include <string_view>

namespace sanzhang::wire {

// Longest name, in bytes.
inline constexpr std::size_t kNameBytesMax = 256;

// Whether the name matches a pattern as in `communities/*/bodies/*`, several separated by `|`.
// A `*` is an id: lower-case letters, digits and hyphens, 1 to 63, no hyphen at either end.
bool MatchesPattern(std::string_view name, std::string_view patterns);

// Whether it is an id, as above.
bool IsId(std::string_view text);

// The first pair: `communities/c1`. Empty if there is none.
std::string_view CommunityOf(std::string_view name);

// The last part: `01j`.
std::string_view IdOf(std::string_view name);

// The last collection: `complaints`.
std::string_view CollectionOf(std::string_view name);

// `communities/c1`, `complaints`, `01j` → `communities/c1/complaints/01j`.
std::string Child(std::string_view parent, std::string_view collection, std::string_view id);

}  // namespace sanzhang::wire
