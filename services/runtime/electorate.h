// Who may vote on what, at one position of the log: what a resolution freezes. The register
// answers; whoever freezes keeps the answer, so that the vote never asks again.
//
// An electorate holds persons by their pseudonyms, areas and dwellings, nothing else of anyone.
// All lists are sorted by name or key: the same position gives the same electorate, to the byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "sanzhang/type/v1/body.pb.h"
#include "sanzhang/type/v1/dwelling.pb.h"

namespace sanzhang::runtime {

// Which part of a community votes. A dwelling lies in it if it lies in the property area, and in
// any of the buildings or entrances; an empty part limits nothing.
struct ElectorateScope {
  std::string community = {};
  std::string property_area = {};
  std::vector<std::string> buildings = {};
  std::vector<std::string> entrances = {};
};

// How owners' dwellings count, from the rule set of the vote. A dwelling whose kind was not said is
// a home.
struct OwnerRules {
  std::set<type::v1::DwellingKind> kinds_in_area = {
      type::v1::DWELLING_KIND_HOME, type::v1::DWELLING_KIND_SHOP, type::v1::DWELLING_KIND_OTHER};
  std::set<type::v1::DwellingKind> kinds_in_heads = {
      type::v1::DWELLING_KIND_HOME, type::v1::DWELLING_KIND_SHOP, type::v1::DWELLING_KIND_OTHER};
  // {A} and {A, B} are two subjects; merged they are one, and so is all that hangs together so.
  bool merge_overlapping_owners = false;
};

enum class OwnershipStanding { kUnknown, kUnverified, kVerified, kDisputed };

struct OwnerShare {
  std::string person;
  std::int64_t numerator = 0;  // 0 of 0: joint, or not known.
  std::int64_t denominator = 0;
  bool operator==(const OwnerShare&) const = default;
};

// An active dwelling in the scope.
struct ElectorateDwelling {
  std::string name;
  std::int64_t area_dm2 = 0;  // 0: not known.
  type::v1::DwellingKind kind = type::v1::DWELLING_KIND_HOME;
  std::vector<OwnerShare> owners = {};  // By person.
  OwnershipStanding ownership = OwnershipStanding::kUnknown;
  std::string developer = {};  // Whose it still is: not sold, or not delivered.
  std::string building = {};   // That it lies in; empty: in none.
  bool operator==(const ElectorateDwelling&) const = default;
};

// Someone who may be asked for a person's vote.
struct Voter {
  std::string person;
  bool alive = true;
  bool organisation = false;
  // Guardians of a person, or the legal representative of an organisation; sorted.
  std::vector<std::string> represented_by = {};
  bool operator==(const Voter&) const = default;
};

// An owner, or the owners of the same dwellings, counted as one head (SPC-1 Art. 9).
struct OwnerSubject {
  // Owners' ids joined by `+`, as in `p1+p2`; of a dwelling without a known owner `dwellings/d1`.
  std::string key;
  std::vector<std::string> owners = {};     // Sorted; empty: nobody known.
  std::vector<std::string> dwellings = {};  // Sorted.
  std::int64_t area_dm2 = 0;                // Of the kinds that count in area.
  std::int64_t heads = 0;                   // 1, or 0 if no dwelling's kind counts in heads.
  bool developer = false;                   // Holds what is not sold or not delivered.
  bool disputed = false;                    // Ownership of a dwelling is in dispute.
  std::string building = {};                // That all its dwellings lie in; empty: there is none.
  bool operator==(const OwnerSubject&) const = default;
};

// The dwellings of the scope, and the subjects that partition those which count at all.
struct OwnersElectorate {
  std::uint64_t position = 0;
  std::vector<ElectorateDwelling> dwellings = {};
  std::vector<OwnerSubject> subjects = {};  // By key.
  std::vector<Voter> voters = {};           // All owners and developers.
  std::int64_t area_dm2 = 0;                // Sums over the subjects.
  std::int64_t heads = 0;
  std::size_t without_area = 0;  // Dwellings that count in area, whose area is not known.
};

// A confirmed, living resident who is known to be of age; or a household with such members.
struct ResidentSubject {
  std::string key;                        // `persons/p1`, `households/h1`.
  std::vector<std::string> persons = {};  // Who may vote for it; sorted.
  std::string head = {};                  // Who speaks for the household, if that one may vote.
  std::string building = {};              // Where they live; empty: in none.
  bool operator==(const ResidentSubject&) const = default;
};

struct ResidentsElectorate {
  std::uint64_t position = 0;
  std::vector<ResidentSubject> subjects = {};  // By key.
  std::size_t majority_unknown = 0;   // Confirmed residents left out since their age is not known.
  std::size_t without_household = 0;  // Of the voters, those in no household; by household only.
};

// A seat of the body that is held at the time asked for.
struct MemberSubject {
  std::string membership;
  std::string person;
  type::v1::Office office = type::v1::OFFICE_UNSPECIFIED;
  std::string constituency = {};  // Of a residents' representative, if one elected this seat.
  std::int32_t households = 0;    // That the constituency has.
  bool operator==(const MemberSubject&) const = default;
};

struct MembersElectorate {
  std::uint64_t position = 0;
  type::v1::BodyKind kind = type::v1::BODY_KIND_UNSPECIFIED;
  std::vector<MemberSubject> members = {};  // By membership.
  std::size_t suspended = 0;                // Seats that are held but give no vote for now.
};

// Threads: all methods may be called from any thread. They read whole communities, and take
// seconds for large ones: never to be called where a command is decided. Errors: LOG_CORRUPT for a
// stream that can't be folded, NOT_FOUND of the body; else the store's.
class Electorates {
 public:
  virtual ~Electorates() = default;

  virtual absl::StatusOr<OwnersElectorate> OwnersOf(const ElectorateScope& scope,
                                                    const OwnerRules& rules) const = 0;
  // Residents by person.
  virtual absl::StatusOr<ResidentsElectorate> ResidentsOf(const ElectorateScope& scope) const = 0;
  // Residents by household: those with at least one member who may vote.
  virtual absl::StatusOr<ResidentsElectorate> HouseholdsOf(const ElectorateScope& scope) const = 0;
  // Seats neither suspended nor ended, within their terms at `now`, of living persons; none if the
  // body is not active.
  virtual absl::StatusOr<MembersElectorate> MembersOf(std::string_view body,
                                                      absl::Time now) const = 0;
};

}  // namespace sanzhang::runtime
