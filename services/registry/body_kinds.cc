#include "services/registry/body_kinds.h"

#include <iterator>
#include <optional>

namespace sanzhang::registry {
namespace {

using type::v1::BodyKind;
using type::v1::Office;
using type::v1::Role;

// Which seats there are.
enum class Seats {
  kNone,       // Everyone entitled belongs to it.
  kElected,    // Chair, deputies, members.
  kCompany,    // Project manager, staff.
  kAuthority,  // Head, deputies, officers.
  kAny,        // As its own charter says.
};

struct Law {
  BodyKind kind;
  std::string_view id;
  Count count;
  Seats seats;
  Role role;        // Of every seat.
  Role chair_role;  // Of the chair or manager beside it; ROLE_UNSPECIFIED: none.
};

constexpr Law kLaws[] = {
    {type::v1::BODY_KIND_UNSPECIFIED, "unspecified", Count::kMany, Seats::kNone,
     type::v1::ROLE_UNSPECIFIED, type::v1::ROLE_UNSPECIFIED},
    {type::v1::BODY_KIND_PARTY_ORG, "party-org", Count::kOnePerCommunity, Seats::kElected,
     type::v1::ROLE_PARTY_ORG, type::v1::ROLE_UNSPECIFIED},
    {type::v1::BODY_KIND_RESIDENTS_COMMITTEE, "residents-committee", Count::kOnePerCommunity,
     Seats::kElected, type::v1::ROLE_RESIDENTS_COMMITTEE, type::v1::ROLE_RESIDENTS_COMMITTEE_CHAIR},
    {type::v1::BODY_KIND_SUPERVISION_COMMITTEE, "supervision-committee", Count::kOnePerCommunity,
     Seats::kElected, type::v1::ROLE_SUPERVISION_COMMITTEE, type::v1::ROLE_UNSPECIFIED},
    {type::v1::BODY_KIND_RESIDENTS_MEETING, "residents-meeting", Count::kOnePerCommunity,
     Seats::kNone, type::v1::ROLE_UNSPECIFIED, type::v1::ROLE_UNSPECIFIED},
    {type::v1::BODY_KIND_RESIDENT_REP_ASSEMBLY, "resident-rep-assembly", Count::kOnePerCommunity,
     Seats::kElected, type::v1::ROLE_REPRESENTATIVE, type::v1::ROLE_UNSPECIFIED},
    {type::v1::BODY_KIND_OWNERS_ASSEMBLY, "owners-assembly", Count::kOnePerPropertyArea,
     Seats::kNone, type::v1::ROLE_UNSPECIFIED, type::v1::ROLE_UNSPECIFIED},
    {type::v1::BODY_KIND_OWNERS_COMMITTEE, "owners-committee", Count::kOnePerPropertyArea,
     Seats::kElected, type::v1::ROLE_OWNERS_COMMITTEE, type::v1::ROLE_OWNERS_COMMITTEE_CHAIR},
    {type::v1::BODY_KIND_PROPERTY_MGMT_COMMITTEE, "property-mgmt-committee",
     Count::kOnePerPropertyArea, Seats::kElected, type::v1::ROLE_OWNERS_COMMITTEE,
     type::v1::ROLE_OWNERS_COMMITTEE_CHAIR},
    {type::v1::BODY_KIND_PROPERTY_COMPANY, "property-company", Count::kMany, Seats::kCompany,
     type::v1::ROLE_PROPERTY_STAFF, type::v1::ROLE_PROPERTY_MANAGER},
    {type::v1::BODY_KIND_SUBDISTRICT_GOV, "subdistrict-gov", Count::kOnePerCommunity,
     Seats::kAuthority, type::v1::ROLE_SUBDISTRICT_OFFICER, type::v1::ROLE_UNSPECIFIED},
    {type::v1::BODY_KIND_GOV_DEPARTMENT, "gov-department", Count::kMany, Seats::kAuthority,
     type::v1::ROLE_DEPARTMENT_OFFICER, type::v1::ROLE_UNSPECIFIED},
    {type::v1::BODY_KIND_SOCIAL_ORG, "social-org", Count::kMany, Seats::kAny,
     type::v1::ROLE_SOCIAL_ORG, type::v1::ROLE_UNSPECIFIED},
    {type::v1::BODY_KIND_RESIDENT_UNIT, "resident-unit", Count::kMany, Seats::kAny,
     type::v1::ROLE_SOCIAL_ORG, type::v1::ROLE_UNSPECIFIED},
    {type::v1::BODY_KIND_ELECTION_COMMITTEE, "election-committee", Count::kOnePerPropertyArea,
     Seats::kElected, type::v1::ROLE_ELECTION_COMMITTEE, type::v1::ROLE_UNSPECIFIED},
};
static_assert(std::size(kLaws) == type::v1::BodyKind_ARRAYSIZE, "A new kind needs its law.");

// A kind that a newer program knows is treated as none: no seats, no roles.
const Law& LawOf(BodyKind kind) {
  for (const Law& law : kLaws) {
    if (law.kind == kind) return law;
  }
  return kLaws[0];
}

bool IsHead(Office office) {
  return office == type::v1::OFFICE_CHAIR || office == type::v1::OFFICE_MANAGER;
}

}  // namespace

Count CountOf(BodyKind kind) { return LawOf(kind).count; }

bool HasOffice(BodyKind kind, Office office) {
  const bool chair = office == type::v1::OFFICE_CHAIR || office == type::v1::OFFICE_DEPUTY;
  const bool member = office == type::v1::OFFICE_MEMBER;
  const bool staff = office == type::v1::OFFICE_STAFF;
  switch (LawOf(kind).seats) {
    case Seats::kNone:
      return false;
    case Seats::kElected:
      return chair || member;
    case Seats::kCompany:
      return office == type::v1::OFFICE_MANAGER || staff;
    case Seats::kAuthority:
      return chair || staff;
    case Seats::kAny:
      return chair || member || staff;
  }
  return false;
}

std::vector<Role> RolesOf(BodyKind kind, Office office) {
  const Law& law = LawOf(kind);
  std::vector<Role> roles;
  if (!HasOffice(kind, office) || law.role == type::v1::ROLE_UNSPECIFIED) return roles;
  roles.push_back(law.role);
  if (IsHead(office) && law.chair_role != type::v1::ROLE_UNSPECIFIED) {
    roles.push_back(law.chair_role);
  }
  return roles;
}

bool IsUnderResidentsCommittee(BodyKind kind) {
  return kind != type::v1::BODY_KIND_PARTY_ORG && kind != type::v1::BODY_KIND_SUBDISTRICT_GOV &&
         kind != type::v1::BODY_KIND_GOV_DEPARTMENT &&
         kind != type::v1::BODY_KIND_SUPERVISION_COMMITTEE;
}

bool IsOfOwners(BodyKind kind) {
  return kind == type::v1::BODY_KIND_OWNERS_COMMITTEE ||
         kind == type::v1::BODY_KIND_PROPERTY_MGMT_COMMITTEE;
}

bool IsPartOfOversight(BodyKind kind) {
  return kind == type::v1::BODY_KIND_RESIDENTS_COMMITTEE ||
         kind == type::v1::BODY_KIND_SUPERVISION_COMMITTEE;
}

std::string_view IdOf(BodyKind kind) { return LawOf(kind).id; }

}  // namespace sanzhang::registry
