// What the law makes of each kind of body: how many there may be, which seats it has, and what a
// seat lets its holder be. One table; the laws are named in README.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sanzhang/type/v1/access.pb.h"
#include "sanzhang/type/v1/body.pb.h"

namespace sanzhang::registry {

// How many bodies of a kind there may be at a time.
enum class Count {
  kOnePerCommunity,     // Serves the whole community, never a part.
  kOnePerPropertyArea,  // Without an area: one that serves the whole community.
  kMany,
};

Count CountOf(type::v1::BodyKind kind);

// Whether such a body has such a seat. Meetings of all residents or owners have none: everyone
// entitled is a member by law.
bool HasOffice(type::v1::BodyKind kind, type::v1::Office office);

// What the holder of a seat is, the least powerful first. Empty: the seat gives no role.
std::vector<type::v1::Role> RolesOf(type::v1::BodyKind kind, type::v1::Office office);

// Whether the residents' committee may form such a body and fill its seats. It may not where the
// body guides, supervises or overrules it.
bool IsUnderResidentsCommittee(type::v1::BodyKind kind);

// Whether an election committee may begin such a body's terms and fill its seats.
bool IsOfOwners(type::v1::BodyKind kind);

// Whether nobody may sit in both such a body and another of this mark: the residents' committee and
// those who supervise it (URC-2025 Art. 36).
bool IsPartOfOversight(type::v1::BodyKind kind);

// The kind as a part of resource names, as in `owners-committee`. Stored in names: never changes.
std::string_view IdOf(type::v1::BodyKind kind);

}  // namespace sanzhang::registry
