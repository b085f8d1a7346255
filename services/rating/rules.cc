#include "services/rating/rules.h"

#include <algorithm>
#include <set>

#include "proto/wire/names.h"
#include "proto/wire/zone.h"

namespace sanzhang::rating {

using enum type::v1::ErrorReason;
using runtime::Refusal;

Refusal Refuse(type::v1::ErrorReason reason, std::map<std::string, std::string> metadata) {
  return Refusal{reason, std::move(metadata)};
}

Refusal RefuseFor(type::v1::ErrorReason reason, std::string_view resource) {
  return Refuse(reason, {{"resource", std::string(resource)}});
}

Refusal BadField(std::string_view field) {
  return Refuse(ERROR_REASON_INVALID_REQUEST, {{"field", std::string(field)}});
}

std::string Show(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, wire::Shanghai());
}

std::string NameFor(std::string_view parent, std::string_view collection,
                    std::string_view chosen_id, std::string_view fresh_id) {
  return wire::Child(parent, collection, chosen_id.empty() ? fresh_id : chosen_id);
}

Objection RequireBody(const runtime::Facts& facts, std::string_view body) {
  const auto found = facts.bodies.find(body);
  if (found != facts.bodies.end() && found->second.exists) return {};
  return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, body);
}

bool BelongsTo(const runtime::Acting& acting, std::string_view body) {
  return !body.empty() &&
         std::any_of(acting.all.begin(), acting.all.end(),
                     [&](const runtime::Standing& standing) { return standing.body == body; });
}

bool HasRole(const runtime::Acting& acting, type::v1::Role role) {
  return std::any_of(acting.all.begin(), acting.all.end(),
                     [&](const runtime::Standing& standing) { return standing.role == role; });
}

Objection NotOfRatedBody(const runtime::Acting& acting, std::string_view body) {
  if (!BelongsTo(acting, body)) return {};
  return Refuse(ERROR_REASON_RATED_BODY, {{"body", std::string(body)}});
}

Objection MustBeTime(absl::Time due, absl::Time now) {
  if (now >= due) return {};
  return Refuse(ERROR_REASON_CLOCK_NOT_DUE, {{"due", Show(due)}});
}

Objection MustBeOwnVoice(const type::v1::Origin& origin) {
  if (!origin.on_behalf_of().empty()) return BadField("origin.on_behalf_of");
  if (!origin.witness().empty()) return BadField("origin.witness");
  if (origin.has_occurred_at()) return BadField("origin.occurred_at");
  return {};
}

Objection CheckScores(const v1::SchemeTerms& terms,
                      const google::protobuf::RepeatedPtrField<v1::Score>& scores) {
  std::set<std::string> open;
  for (const v1::Dimension& dimension : terms.dimensions()) open.insert(dimension.code());
  const std::set<std::string> known = open;
  for (const v1::Score& score : scores) {
    if (!known.contains(score.dimension())) {
      return Refuse(ERROR_REASON_DIMENSION_UNKNOWN, {{"dimension", score.dimension()}});
    }
    if (open.erase(score.dimension()) == 0) return BadField("scores.dimension");
  }
  return {};
}

type::v1::Place AreaOf(const runtime::Facts& facts, std::string_view body) {
  type::v1::Place place;
  const auto found = facts.bodies.find(body);
  if (found != facts.bodies.end()) place.set_property_area(found->second.property_area);
  return place;
}

}  // namespace sanzhang::rating
