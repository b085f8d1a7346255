#include "services/rating/rating.h"

#include <algorithm>
#include <utility>

#include "proto/wire/names.h"
#include "services/rating/rules.h"

namespace sanzhang::rating {

using enum type::v1::ErrorReason;
using runtime::Context;
using Decision = Rating::Decision;
using State = Rating::State;
using Campaign = RatingCampaign::State;

std::string CampaignOf(std::string_view rating) {
  const std::size_t end = rating.find("/ratings/");
  return std::string(rating.substr(0, end));
}

namespace {

bool InArea(const Campaign& campaign, const type::v1::Place& place) {
  return campaign.property_area.empty() || place.property_area() == campaign.property_area;
}

std::optional<Rater> AsOwner(const Campaign& campaign, std::string_view dwelling,
                             const Context& context) {
  const auto place = context.facts.places.find(dwelling);
  if (place == context.facts.places.end() || !place->second.active) return std::nullopt;
  const auto& owners = place->second.owners;
  const bool owns = std::find(owners.begin(), owners.end(), context.acting.subject) != owners.end();
  if (!owns || !HasRole(context.acting, type::v1::ROLE_OWNER)) return std::nullopt;
  if (!InArea(campaign, place->second.place)) return std::nullopt;
  return Rater{context.acting.subject, place->second.place.building()};
}

std::optional<Rater> AsResident(const Campaign& campaign, bool by_household,
                                const Context& context) {
  const auto person = context.facts.persons.find(context.acting.subject);
  if (person == context.facts.persons.end()) return std::nullopt;
  const type::v1::Place& home = person->second.home;
  if (!HasRole(context.acting, type::v1::ROLE_RESIDENT) || !InArea(campaign, home)) {
    return std::nullopt;
  }
  // Who lives in no dwelling that is known belongs to no household.
  if (by_household && home.dwelling().empty()) return std::nullopt;
  return Rater{by_household ? home.dwelling() : context.acting.subject, home.building()};
}

// The rated body's people, chiefs that act for it included, and near relatives of those with a
// seat.
Objection MustBeImpartial(const Campaign& campaign, const Context& context) {
  if (campaign.target.empty()) return {};
  if (BelongsTo(context.acting, campaign.target)) return Refuse(ERROR_REASON_RATER_IN_RATED_BODY);
  const auto kin = context.facts.relatives.find(context.acting.subject);
  if (kin == context.facts.relatives.end()) return {};
  const auto& seats = kin->second.seats;
  const bool related = std::any_of(seats.begin(), seats.end(),
                                   [&](const auto& seat) { return seat.body == campaign.target; });
  if (related) return Refuse(ERROR_REASON_RATER_IN_RATED_BODY);
  return {};
}

// What all three commands ask first.
template <class Request>
Objection MayRate(const Campaign* campaign, std::string_view name, const Request& request,
                  const Context& context) {
  if (campaign == nullptr) return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, name);
  if (!campaign->TakesRatings(context.now)) {
    return Refuse(ERROR_REASON_CAMPAIGN_NOT_OPEN,
                  {{"opens", Show(campaign->opens)}, {"closes", Show(campaign->closes)}});
  }
  if (auto no = MustBeOwnVoice(request.origin())) return no;
  if (auto no = MustBeImpartial(*campaign, context)) return no;
  if (!RaterOf(*campaign, request.dwelling(), context)) {
    return Refuse(ERROR_REASON_RATER_NOT_ELIGIBLE);
  }
  return {};
}

// What stands between a rater and their own rating.
template <class Request>
Objection MayChange(const State& state, const Campaign* campaign, const Request& request,
                    const Context& context) {
  if (!state.submitted) return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (auto no = MayRate(campaign, CampaignOf(context.name), request, context)) return no;
  if (context.facts.Gathered<Gathered>()->rater_ref != state.rater_ref) {
    return Refuse(ERROR_REASON_NOT_RATER);
  }
  if (campaign->voided.contains(context.name)) return Refuse(ERROR_REASON_RATING_VOIDED);
  return {};
}

Objection MustBeKnownWell(const Campaign& campaign, const type::v1::Origin& origin) {
  if (origin.identity_level() >= campaign.terms.identity_level_min()) return {};
  return Refuse(
      ERROR_REASON_IDENTITY_TOO_WEAK,
      {{"identity_level_min", type::v1::IdentityLevel_Name(campaign.terms.identity_level_min())}});
}

template <class Request, class Fact>
void CopyRating(const Campaign& campaign, const Request& request, const Context& context,
                Fact& fact) {
  v1::Scores scores;
  *scores.mutable_scores() = request.scores();
  fact.mutable_scores()->set_open(scores.SerializeAsString());
  fact.mutable_scores()->set_sealed_to(campaign.score_key);
  if (!request.comment().content().empty()) {
    // The rating's, not the rater's: the log must not tell whose it is.
    fact.mutable_comment()->set_subject(context.name);
    fact.mutable_comment()->set_content(request.comment().content());
  }
}

runtime::Claim RaterClaim(const Context& context, const std::string& rater_ref, bool release) {
  const std::string campaign = CampaignOf(context.name);
  return {.name = context.community + "/references/raters/" + std::string(wire::IdOf(campaign)) +
                  "/" + rater_ref,
          .taken = ERROR_REASON_RATING_EXISTS,
          .release = release};
}

template <class Request>
runtime::Needs NeedsFor(std::string campaign, const Request& request) {
  runtime::Needs needs;
  needs.peers = {std::move(campaign)};
  if (!request.dwelling().empty()) needs.places = {request.dwelling()};
  needs.caller = true;
  return needs;
}

}  // namespace

std::optional<Rater> RaterOf(const Campaign& campaign, std::string_view dwelling,
                             const Context& context) {
  switch (campaign.terms.eligibility()) {
    case v1::ELIGIBILITY_OWNER:
      return AsOwner(campaign, dwelling, context);
    case v1::ELIGIBILITY_RESIDENT:
      return AsResident(campaign, /*by_household=*/false, context);
    case v1::ELIGIBILITY_HOUSEHOLD_ONE:
      return AsResident(campaign, /*by_household=*/true, context);
    default:
      return std::nullopt;
  }
}

std::string Rating::NewName(const v1::SubmitRatingRequest& request, std::string_view fresh_id) {
  return wire::Child(request.parent(), "ratings", fresh_id);
}

Rating::Needs Rating::NeedsOf(const State&, const v1::SubmitRatingRequest& request) {
  return NeedsFor(request.parent(), request);
}

Rating::Needs Rating::NeedsOf(const State&, const v1::ReviseRatingRequest& request) {
  return NeedsFor(CampaignOf(request.name()), request);
}

Rating::Needs Rating::NeedsOf(const State&, const v1::WithdrawRatingRequest& request) {
  return NeedsFor(CampaignOf(request.name()), request);
}

Decision Rating::Decide(const State&, const v1::SubmitRatingRequest& request,
                        const Context& context) {
  const auto* campaign = context.facts.Peer<Campaign>(request.parent());
  if (auto no = MayRate(campaign, request.parent(), request, context)) return *no;
  if (auto no = MustBeKnownWell(*campaign, request.origin())) return *no;
  if (auto no = CheckScores(campaign->terms, request.scores())) return *no;
  const std::string& rater_ref = context.facts.Gathered<Gathered>()->rater_ref;
  Event event;
  v1::RatingSubmitted& submitted = *event.mutable_submitted();
  submitted.set_rater_ref(rater_ref);
  submitted.set_building(RaterOf(*campaign, request.dwelling(), context)->building);
  CopyRating(*campaign, request, context, submitted);
  return Record(std::move(event), {RaterClaim(context, rater_ref, /*release=*/false)});
}

Decision Rating::Decide(const State& state, const v1::ReviseRatingRequest& request,
                        const Context& context) {
  const auto* campaign = context.facts.Peer<Campaign>(CampaignOf(context.name));
  if (auto no = MayChange(state, campaign, request, context)) return *no;
  if (state.withdrawn) return Refuse(ERROR_REASON_RATING_WITHDRAWN);
  if (!campaign->terms.revision_allowed()) return Refuse(ERROR_REASON_REVISION_NOT_ALLOWED);
  if (auto no = MustBeKnownWell(*campaign, request.origin())) return *no;
  if (auto no = CheckScores(campaign->terms, request.scores())) return *no;
  Event event;
  CopyRating(*campaign, request, context, *event.mutable_revised());
  return Record(std::move(event));
}

Decision Rating::Decide(const State& state, const v1::WithdrawRatingRequest& request,
                        const Context& context) {
  const auto* campaign = context.facts.Peer<Campaign>(CampaignOf(context.name));
  if (auto no = MayChange(state, campaign, request, context)) return *no;
  if (state.withdrawn) return AlreadySo<Event>();
  Event event;
  event.mutable_withdrawn();
  return Record(std::move(event), {RaterClaim(context, state.rater_ref, /*release=*/true)});
}

void Rating::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kSubmitted:
      state.submitted = true;
      state.rater_ref = event.submitted().rater_ref();
      state.building = event.submitted().building();
      state.sealed_scores = event.submitted().scores().sealed();
      break;
    case Event::kRevised:
      state.sealed_scores = event.revised().scores().sealed();
      break;
    case Event::kWithdrawn:
      state.withdrawn = true;
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Rating, v1::SubmitRatingRequest>);
static_assert(runtime::Decides<Rating, v1::ReviseRatingRequest>);
static_assert(runtime::Decides<Rating, v1::WithdrawRatingRequest>);

}  // namespace sanzhang::rating
