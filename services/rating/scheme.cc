#include "services/rating/scheme.h"

#include <set>

#include "services/rating/limits.h"
#include "services/rating/rules.h"

namespace sanzhang::rating {

using enum type::v1::ErrorReason;
using runtime::Context;
using Decision = RatingScheme::Decision;
using State = RatingScheme::State;

namespace {

Objection CheckTerms(const v1::SchemeTerms& terms) {
  std::set<std::string> codes;
  std::int64_t weights = 0;
  for (const v1::Dimension& dimension : terms.dimensions()) {
    if (!codes.insert(dimension.code()).second) return BadField("terms.dimensions.code");
    weights += dimension.weight_bp();
  }
  if (weights != kWholeBp) return BadField("terms.dimensions.weight_bp");
  return {};
}

}  // namespace

const v1::SchemeTerms* RatingScheme::State::terms() const {
  return in_force == 0 ? nullptr : &versions[static_cast<std::size_t>(in_force - 1)];
}

std::string VersionName(std::string_view scheme, std::int32_t version) {
  return std::string(scheme) + "@" + std::to_string(version);
}

std::string RatingScheme::NewName(const v1::DefineRatingSchemeRequest& request,
                                  std::string_view fresh_id) {
  return NameFor(request.parent(), "ratingSchemes", request.rating_scheme_id(), fresh_id);
}

Decision RatingScheme::Decide(const State& state, const v1::DefineRatingSchemeRequest& request,
                              const Context&) {
  if (auto no = CheckTerms(request.terms())) return *no;
  const bool same = !state.versions.empty() && state.versions.back().SerializeAsString() ==
                                                   request.terms().SerializeAsString();
  if (same) return AlreadySo<Event>();
  if (state.versions.size() >= kSchemeVersionsMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kSchemeVersionsMax)}});
  }
  Event event;
  v1::RatingSchemeDefined& defined = *event.mutable_scheme_defined();
  defined.set_version(static_cast<std::int32_t>(state.versions.size()) + 1);
  defined.set_display_name(request.display_name());
  *defined.mutable_terms() = request.terms();
  defined.set_basis(request.basis());
  return Record(std::move(event));
}

Decision RatingScheme::Decide(const State& state, const v1::AdoptRatingSchemeRequest& request,
                              const Context& context) {
  if (state.versions.empty()) return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (request.version() > static_cast<std::int32_t>(state.versions.size())) {
    return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, VersionName(context.name, request.version()));
  }
  if (request.version() == state.in_force) return AlreadySo<Event>();
  // What was replaced or retired does not come back: its words may be proposed again.
  if (request.version() <= state.last_adopted) return Refuse(ERROR_REASON_STATE_FORBIDS);
  Event event;
  event.mutable_scheme_adopted()->set_version(request.version());
  event.mutable_scheme_adopted()->set_decision(request.decision());
  return Record(std::move(event));
}

Decision RatingScheme::Decide(const State& state, const v1::RetireRatingSchemeRequest& request,
                              const Context& context) {
  if (state.versions.empty()) return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (state.last_adopted == 0) return Refuse(ERROR_REASON_STATE_FORBIDS);
  if (state.in_force == 0) return AlreadySo<Event>();
  Event event;
  event.mutable_scheme_retired()->set_reason(request.reason());
  return Record(std::move(event));
}

void RatingScheme::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kSchemeDefined:
      state.versions.push_back(event.scheme_defined().terms());
      break;
    case Event::kSchemeAdopted:
      state.in_force = event.scheme_adopted().version();
      state.last_adopted = state.in_force;
      break;
    case Event::kSchemeRetired:
      state.in_force = 0;
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<RatingScheme, v1::DefineRatingSchemeRequest>);
static_assert(runtime::Decides<RatingScheme, v1::AdoptRatingSchemeRequest>);
static_assert(runtime::Decides<RatingScheme, v1::RetireRatingSchemeRequest>);

}  // namespace sanzhang::rating
