// What the register's rules share: refusals, checks of the resources that a command names, and the
// completion of places. Pure, as all rules are.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "proto/wire/names.h"
#include "services/runtime/decider.h"

namespace sanzhang::registry {

inline runtime::Refusal Refuse(type::v1::ErrorReason reason) { return {.reason = reason}; }

// A refusal that names the resource at fault.
inline runtime::Refusal Refuse(type::v1::ErrorReason reason, std::string_view resource) {
  return {.reason = reason, .metadata = {{"resource", std::string(resource)}}};
}

// A rule of the request's content that no shape can state: INVALID_REQUEST with the field.
inline runtime::Refusal RefuseField(std::string_view field) {
  return {.reason = type::v1::ERROR_REASON_INVALID_REQUEST,
          .metadata = {{"field", std::string(field)}}};
}

inline runtime::Refusal TooMany(std::size_t items_max) {
  return {.reason = type::v1::ERROR_REASON_TOO_MANY,
          .metadata = {{"items_max", std::to_string(items_max)}}};
}

template <class Event>
runtime::Decision<Event> AlreadySo() {
  return runtime::Decided<Event>{};
}

template <class Event>
runtime::Decision<Event> Record(Event event, std::vector<runtime::Claim> claims = {}) {
  runtime::Decided<Event> decided;
  decided.events.push_back(std::move(event));
  decided.claims = std::move(claims);
  return decided;
}

// The name of a new resource: its own id if the client chose one, else the fresh one.
inline std::string NameFor(std::string_view parent, std::string_view collection,
                           std::string_view chosen_id, std::string_view fresh_id) {
  return wire::Child(parent, collection, chosen_id.empty() ? fresh_id : chosen_id);
}

// Nothing if all is well; else RESOURCE_NOT_FOUND or RESOURCE_NOT_ACTIVE for the first that is not.
std::optional<runtime::Refusal> RequirePlace(const runtime::Facts& facts, std::string_view name);
std::optional<runtime::Refusal> RequireBody(const runtime::Facts& facts, std::string_view name);
std::optional<runtime::Refusal> RequirePerson(const runtime::Facts& facts, std::string_view name);

// Also PERSON_KIND_FORBIDS: an organisation can't be what only a human being can.
std::optional<runtime::Refusal> RequireNatural(const runtime::Facts& facts, std::string_view name);
// Also NOT_OF_AGE.
std::optional<runtime::Refusal> RequireAdult(const runtime::Facts& facts, std::string_view name);

// The parts of a place that are set, the widest first.
std::vector<std::string> PartsOf(const type::v1::Place& place);

// The place with all that its parts lie in. The parts named must exist and be active; a part that
// the register does not put there is PLACE_INCONSISTENT. Needs all of PartsOf(named).
std::variant<type::v1::Place, runtime::Refusal> CompletePlace(const runtime::Facts& facts,
                                                              const type::v1::Place& named);

// Whether two places have the same parts.
bool SamePlace(const type::v1::Place& left, const type::v1::Place& right);

// The property area that a body serves, as a place; empty if it serves the whole community or is
// not known. Needs the body.
type::v1::Place AreaOf(const runtime::Facts& facts, std::string_view body);

// Whether who acts may form a body of that kind and fill its seats: the residents' committee may
// not where the body guides, supervises or overrules it; an election committee may for owners'
// bodies only.
bool MayOversee(const runtime::Acting& acting, type::v1::BodyKind kind);

// Names that only one may have. They lie one level below the references of other contexts, so that
// they never meet.
std::string BodyKindClaim(std::string_view community, type::v1::BodyKind kind,
                          std::string_view property_area);
std::string SeatClaim(std::string_view body, std::string_view person);
std::string OversightClaim(std::string_view person);
std::string ChiefClaim(std::string_view unit);
// The household of a person; the constituency of a building, entrance or household, or of a seat.
std::string HouseholdClaim(std::string_view person);
std::string ConstituencyClaim(std::string_view unit);
std::string ChairClaim(std::string_view body);
// The n-th term that the body was given.
std::string TermClaim(std::string_view body, std::size_t number);

}  // namespace sanzhang::registry
