#include "services/rating/campaign.h"

#include <set>
#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/rating/limits.h"
#include "services/rating/rules.h"
#include "services/rating/scheme.h"

namespace sanzhang::rating {

using enum type::v1::ErrorReason;
using enum v1::CampaignState;
using runtime::Context;
using Decision = RatingCampaign::Decision;
using State = RatingCampaign::State;

bool RatingCampaign::State::TakesRatings(absl::Time now) const {
  return phase == CAMPAIGN_STATE_OPEN && now >= opens && now < closes;
}

bool RatingCampaign::State::IsPublic() const {
  return phase == CAMPAIGN_STATE_PUBLISHED || phase == CAMPAIGN_STATE_CONTESTED ||
         phase == CAMPAIGN_STATE_CORRECTED;
}

namespace {

// Whether such a scheme rates such a body.
bool Fits(v1::TargetKind target, type::v1::BodyKind body) {
  switch (target) {
    case v1::TARGET_KIND_PROPERTY_COMPANY:
      return body == type::v1::BODY_KIND_PROPERTY_COMPANY;
    case v1::TARGET_KIND_COMMITTEE:
      return body == type::v1::BODY_KIND_RESIDENTS_COMMITTEE ||
             body == type::v1::BODY_KIND_SUPERVISION_COMMITTEE ||
             body == type::v1::BODY_KIND_OWNERS_COMMITTEE ||
             body == type::v1::BODY_KIND_PROPERTY_MGMT_COMMITTEE;
    case v1::TARGET_KIND_SERVICE:
    case v1::TARGET_KIND_ACTIVITY:
      return true;
    default:
      return false;
  }
}

Objection CheckTarget(const v1::SchemeTerms& terms, const v1::AnnounceCampaignRequest& request,
                      const Context& context) {
  if (terms.target_kind() == v1::TARGET_KIND_COMMUNITY) {
    if (!request.target().empty()) return BadField("target");
    return {};
  }
  if (request.target().empty()) return BadField("target");
  if (auto no = RequireBody(context.facts, request.target())) return no;
  const runtime::BodyFacts& body = context.facts.bodies.find(request.target())->second;
  if (!Fits(terms.target_kind(), body.kind)) return BadField("target");
  // Whoever serves one area is not rated by another.
  if (!body.property_area.empty() && body.property_area != request.property_area()) {
    return BadField("property_area");
  }
  return {};
}

Objection CheckArea(const v1::AnnounceCampaignRequest& request, const Context& context) {
  if (request.property_area().empty()) return {};
  const auto area = context.facts.places.find(request.property_area());
  if (area == context.facts.places.end()) {
    return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, request.property_area());
  }
  if (!area->second.active) {
    return RefuseFor(ERROR_REASON_RESOURCE_NOT_ACTIVE, request.property_area());
  }
  return {};
}

Objection CheckElectorate(const v1::AnnounceCampaignRequest& request) {
  std::set<std::string> buildings;
  for (const v1::BuildingElectorate& building : request.electorate()) {
    if (!buildings.insert(building.building()).second) return BadField("electorate.building");
  }
  return {};
}

Objection CheckTimes(const v1::AnnounceCampaignRequest& request, absl::Time now) {
  const absl::Time opens = wire::ToTime(request.opens());
  if (wire::ToTime(request.period_ends()) <= wire::ToTime(request.period_begins())) {
    return BadField("period_ends");
  }
  if (opens < now) return BadField("opens");
  if (wire::ToTime(request.closes()) <= opens) return BadField("closes");
  return {};
}

}  // namespace

std::string RatingCampaign::NewName(const v1::AnnounceCampaignRequest& request,
                                    std::string_view fresh_id) {
  return NameFor(request.parent(), "ratingCampaigns", request.rating_campaign_id(), fresh_id);
}

type::v1::Place RatingCampaign::PlaceOf(const State&, const v1::AnnounceCampaignRequest& request,
                                        const runtime::Facts&) {
  type::v1::Place place;
  place.set_property_area(request.property_area());
  return place;
}

bool RatingCampaign::Related(const State& state, type::v1::Relation relation,
                             const runtime::Standing& standing, std::string_view) {
  return relation == type::v1::RELATION_RATED && !standing.body.empty() &&
         standing.body == state.target;
}

RatingCampaign::Needs RatingCampaign::NeedsOf(const State&,
                                              const v1::AnnounceCampaignRequest& request) {
  Needs needs;
  needs.peers = {request.scheme()};
  if (!request.target().empty()) needs.bodies = {request.target()};
  if (!request.property_area().empty()) needs.places = {request.property_area()};
  return needs;
}

Decision RatingCampaign::Decide(const State& state, const v1::AnnounceCampaignRequest& request,
                                const Context& context) {
  if (state.phase != CAMPAIGN_STATE_UNSPECIFIED) {
    return RefuseFor(ERROR_REASON_RESOURCE_ALREADY_EXISTS, context.name);
  }
  if (auto no = NotOfRatedBody(context.acting, request.target())) return *no;
  const auto* scheme = context.facts.Peer<RatingScheme::State>(request.scheme());
  if (scheme == nullptr) return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, request.scheme());
  const v1::SchemeTerms* terms = scheme->terms();
  if (terms == nullptr) return RefuseFor(ERROR_REASON_SCHEME_NOT_IN_FORCE, request.scheme());
  if (auto no = CheckTarget(*terms, request, context)) return *no;
  if (auto no = CheckArea(request, context)) return *no;
  if (auto no = CheckElectorate(request)) return *no;
  if (auto no = CheckTimes(request, context.now)) return *no;
  Event event;
  v1::RatingCampaignAnnounced& announced = *event.mutable_announced();
  announced.set_scheme(request.scheme());
  announced.set_scheme_version(scheme->in_force);
  *announced.mutable_terms() = *terms;
  announced.set_target(request.target());
  announced.set_property_area(request.property_area());
  *announced.mutable_period_begins() = request.period_begins();
  *announced.mutable_period_ends() = request.period_ends();
  *announced.mutable_opens() = wire::ToStamp(wire::ToTime(request.opens()));
  *announced.mutable_closes() = wire::ToStamp(wire::ToTime(request.closes()));
  *announced.mutable_electorate() = request.electorate();
  announced.set_electorate_ref(request.electorate_ref());
  announced.set_convener(context.acting.as.body);
  Decision decision = Record(std::move(event));
  std::get<runtime::Decided<Event>>(decision).policy_refs = {
      VersionName(request.scheme(), scheme->in_force)};
  return decision;
}

Decision RatingCampaign::Decide(const State& state, const v1::OpenCampaignRequest&,
                                const Context& context) {
  if (state.phase == CAMPAIGN_STATE_UNSPECIFIED) {
    return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  }
  if (state.phase == CAMPAIGN_STATE_OPEN) return AlreadySo<Event>();
  if (state.phase != CAMPAIGN_STATE_ANNOUNCED) return Refuse(ERROR_REASON_STATE_FORBIDS);
  if (auto no = NotOfRatedBody(context.acting, state.target)) return *no;
  if (auto no = MustBeTime(state.opens, context.now)) return *no;
  Event event;
  event.mutable_opened()->set_score_key(context.facts.Gathered<Gathered>()->public_key);
  return Record(std::move(event));
}

Decision RatingCampaign::Decide(const State& state, const v1::ExtendCampaignRequest& request,
                                const Context& context) {
  if (state.phase == CAMPAIGN_STATE_UNSPECIFIED) {
    return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  }
  const bool before_close =
      state.phase == CAMPAIGN_STATE_ANNOUNCED || state.phase == CAMPAIGN_STATE_OPEN;
  if (!before_close || context.now >= state.closes) {
    return Refuse(ERROR_REASON_CAMPAIGN_NOT_OPEN,
                  {{"opens", Show(state.opens)}, {"closes", Show(state.closes)}});
  }
  if (auto no = NotOfRatedBody(context.acting, state.target)) return *no;
  const absl::Time closes = wire::ToTime(request.closes());
  if (closes == state.closes) return AlreadySo<Event>();
  if (closes < state.closes) return Refuse(ERROR_REASON_DUE_NOT_LATER);
  if (state.extensions >= kExtensionsMax) {
    return Refuse(ERROR_REASON_EXTENSION_NOT_ALLOWED,
                  {{"extensions_max", std::to_string(kExtensionsMax)}});
  }
  Event event;
  *event.mutable_extended()->mutable_closes() = wire::ToStamp(closes);
  event.mutable_extended()->set_reason(request.reason());
  return Record(std::move(event));
}

Decision RatingCampaign::Decide(const State& state, const v1::CloseCampaignRequest&,
                                const Context& context) {
  if (state.phase == CAMPAIGN_STATE_UNSPECIFIED) {
    return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  }
  if (state.phase == CAMPAIGN_STATE_ANNOUNCED) {
    return Refuse(ERROR_REASON_CAMPAIGN_NOT_OPEN,
                  {{"opens", Show(state.opens)}, {"closes", Show(state.closes)}});
  }
  if (state.phase != CAMPAIGN_STATE_OPEN) return AlreadySo<Event>();
  if (auto no = NotOfRatedBody(context.acting, state.target)) return *no;
  if (auto no = MustBeTime(state.closes, context.now)) return *no;
  const std::string& secret = context.facts.Gathered<Gathered>()->secret_key;
  if (secret.empty()) return RefuseFor(ERROR_REASON_KEY_LOST, context.name);
  Event event;
  event.mutable_closed()->set_score_secret_key(secret);
  return Record(std::move(event));
}

namespace {

void On(State& s, const v1::RatingCampaignAnnounced& e) {
  s.phase = CAMPAIGN_STATE_ANNOUNCED;
  s.terms = e.terms();
  s.target = e.target();
  s.property_area = e.property_area();
  s.electorate.assign(e.electorate().begin(), e.electorate().end());
  s.opens = wire::ToTime(e.opens());
  s.closes = wire::ToTime(e.closes());
}

}  // namespace

void RatingCampaign::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kAnnounced:
      On(state, event.announced());
      break;
    case Event::kOpened:
      state.phase = CAMPAIGN_STATE_OPEN;
      state.score_key = event.opened().score_key();
      break;
    case Event::kExtended:
      state.closes = wire::ToTime(event.extended().closes());
      ++state.extensions;
      break;
    case Event::kClosed:
      state.phase = CAMPAIGN_STATE_CLOSED;
      state.score_secret_key = event.closed().score_secret_key();
      break;
    case Event::kRatingVoided:
      state.voided[event.rating_voided().rating()] = event.rating_voided().reason();
      break;
    case Event::kResultPublished:
      state.phase = CAMPAIGN_STATE_PUBLISHED;
      state.result = event.result_published().result();
      break;
    case Event::kResultContested:
      state.contested_from = state.phase;
      state.phase = CAMPAIGN_STATE_CONTESTED;
      break;
    case Event::kContestRuled:
      state.phase = state.contested_from;  // If upheld, the correction comes in the same append.
      state.contested_from = CAMPAIGN_STATE_UNSPECIFIED;
      break;
    case Event::kResultCorrected:
      state.phase = CAMPAIGN_STATE_CORRECTED;
      state.result = event.result_corrected().result();
      break;
    case Event::kRatedBodyReplied:
    case Event::kRectificationOpened:
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

}  // namespace sanzhang::rating
