#include "services/registry/rules.h"

#include "services/registry/body_kinds.h"

namespace sanzhang::registry {
namespace {

using runtime::Facts;
using runtime::Refusal;
using type::v1::Place;

using enum type::v1::ErrorReason;

// `communities/c1`, `bodies/b1` → the part of `name` after its community.
std::string_view WithoutCommunity(std::string_view name) {
  return name.substr(wire::CommunityOf(name).size() + 1);
}

std::string Reference(std::string_view community, std::initializer_list<std::string_view> parts) {
  std::string name(community);
  name.append("/references");
  for (const std::string_view part : parts) name.append("/").append(part);
  return name;
}

// Whether every part that `named` sets is the same in `complete`.
bool LiesIn(const Place& complete, const Place& named) {
  const auto agrees = [](const std::string& want, const std::string& have) {
    return want.empty() || want == have;
  };
  return agrees(named.property_area(), complete.property_area()) &&
         agrees(named.grid(), complete.grid()) && agrees(named.building(), complete.building()) &&
         agrees(named.entrance(), complete.entrance()) &&
         agrees(named.dwelling(), complete.dwelling());
}

}  // namespace

std::optional<Refusal> RequirePlace(const Facts& facts, std::string_view name) {
  const auto found = facts.places.find(name);
  if (found == facts.places.end()) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, name);
  if (!found->second.active) return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, name);
  return std::nullopt;
}

std::optional<Refusal> RequireBody(const Facts& facts, std::string_view name) {
  const auto found = facts.bodies.find(name);
  if (found == facts.bodies.end() || !found->second.exists) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, name);
  }
  if (!found->second.active) return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, name);
  return std::nullopt;
}

std::optional<Refusal> RequirePerson(const Facts& facts, std::string_view name) {
  const auto found = facts.persons.find(name);
  if (found == facts.persons.end() || !found->second.known) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, name);
  }
  if (!found->second.alive) return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, name);
  return std::nullopt;
}

std::optional<Refusal> RequireNatural(const Facts& facts, std::string_view name) {
  if (auto refusal = RequirePerson(facts, name)) return refusal;
  if (facts.persons.find(name)->second.organisation) {
    return Refuse(ERROR_REASON_PERSON_KIND_FORBIDS, name);
  }
  return std::nullopt;
}

std::optional<Refusal> RequireAdult(const Facts& facts, std::string_view name) {
  if (auto refusal = RequireNatural(facts, name)) return refusal;
  if (!facts.persons.find(name)->second.adult) return Refuse(ERROR_REASON_NOT_OF_AGE, name);
  return std::nullopt;
}

std::vector<std::string> PartsOf(const Place& place) {
  std::vector<std::string> parts;
  for (const std::string* part : {&place.property_area(), &place.grid(), &place.building(),
                                  &place.entrance(), &place.dwelling()}) {
    if (!part->empty()) parts.push_back(*part);
  }
  return parts;
}

std::variant<Place, Refusal> CompletePlace(const Facts& facts, const Place& named) {
  const std::vector<std::string> parts = PartsOf(named);
  for (const std::string& part : parts) {
    if (auto refusal = RequirePlace(facts, part)) return *std::move(refusal);
  }
  // A property area and a grid lie in nothing and may overlap: both are kept as they were named.
  if (parts.empty() ||
      (named.building().empty() && named.entrance().empty() && named.dwelling().empty())) {
    return named;
  }
  const Place& complete = facts.places.find(parts.back())->second.place;
  if (!LiesIn(complete, named)) return Refuse(ERROR_REASON_PLACE_INCONSISTENT, parts.back());
  return complete;
}

bool SamePlace(const Place& left, const Place& right) {
  return LiesIn(left, right) && LiesIn(right, left);
}

Place AreaOf(const Facts& facts, std::string_view body) {
  Place place;
  const auto found = facts.bodies.find(body);
  if (found != facts.bodies.end()) place.set_property_area(found->second.property_area);
  return place;
}

bool MayOversee(const runtime::Acting& acting, type::v1::BodyKind kind) {
  if (acting.as.role == type::v1::ROLE_RESIDENTS_COMMITTEE) return IsUnderResidentsCommittee(kind);
  if (acting.as.role == type::v1::ROLE_ELECTION_COMMITTEE) return IsOfOwners(kind);
  return true;
}

std::string BodyKindClaim(std::string_view community, type::v1::BodyKind kind,
                          std::string_view property_area) {
  if (property_area.empty()) return Reference(community, {"bodies/kinds", IdOf(kind)});
  return Reference(community, {"bodies/kinds", IdOf(kind), WithoutCommunity(property_area)});
}

std::string SeatClaim(std::string_view body, std::string_view person) {
  return Reference(wire::CommunityOf(body),
                   {"seats", WithoutCommunity(body), WithoutCommunity(person)});
}

std::string OversightClaim(std::string_view person) {
  return Reference(wire::CommunityOf(person), {"oversight", WithoutCommunity(person)});
}

std::string ChiefClaim(std::string_view unit) {
  return Reference(wire::CommunityOf(unit), {"chiefs", WithoutCommunity(unit)});
}

std::string HouseholdClaim(std::string_view person) {
  return Reference(wire::CommunityOf(person), {"households", WithoutCommunity(person)});
}

std::string ConstituencyClaim(std::string_view unit) {
  return Reference(wire::CommunityOf(unit), {"constituencies", WithoutCommunity(unit)});
}

std::string ChairClaim(std::string_view body) {
  return Reference(wire::CommunityOf(body), {"chairs", WithoutCommunity(body)});
}

std::string TermClaim(std::string_view body, std::size_t number) {
  return Reference(wire::CommunityOf(body),
                   {"terms", WithoutCommunity(body), std::to_string(number)});
}

}  // namespace sanzhang::registry
