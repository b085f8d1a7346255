// What follows the close of a survey: voiding, the result, contests, replies, rectification.
#include <utility>

#include "proto/wire/time.h"
#include "services/rating/campaign.h"
#include "services/rating/limits.h"
#include "services/rating/rating.h"
#include "services/rating/rules.h"

namespace sanzhang::rating {

using enum type::v1::ErrorReason;
using enum v1::CampaignState;
using runtime::Context;
using Decision = RatingCampaign::Decision;
using State = RatingCampaign::State;

ResultInput InputOf(const State& campaign, const Gathered& gathered) {
  ResultInput input;
  input.terms = campaign.terms;
  input.electorate = campaign.electorate;
  for (const auto& [name, rating] : gathered.ratings) {
    if (!campaign.voided.contains(name)) input.ratings.push_back(rating);
  }
  input.voided = static_cast<std::int32_t>(campaign.voided.size());
  return input;
}

namespace {

Objection MustBeKnown(const State& state, const Context& context) {
  if (state.phase != CAMPAIGN_STATE_UNSPECIFIED) return {};
  return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
}

Objection MustBePublic(const State& state, const Context& context) {
  if (auto no = MustBeKnown(state, context)) return no;
  if (!state.IsPublic()) return Refuse(ERROR_REASON_RESULT_NOT_PUBLISHED);
  return {};
}

}  // namespace

RatingCampaign::Needs RatingCampaign::NeedsOf(const State&, const v1::VoidRatingRequest& request) {
  return {.peers = {request.rating()}};
}

Decision RatingCampaign::Decide(const State& state, const v1::VoidRatingRequest& request,
                                const Context& context) {
  if (auto no = MustBeKnown(state, context)) return *no;
  if (auto no = NotOfRatedBody(context.acting, state.target)) return *no;
  if (CampaignOf(request.rating()) != context.name) return BadField("rating");
  const auto* rating = context.facts.Peer<Rating::State>(request.rating());
  if (rating == nullptr) return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, request.rating());
  if (rating->withdrawn) return Refuse(ERROR_REASON_RATING_WITHDRAWN);
  if (state.voided.contains(request.rating())) return AlreadySo<Event>();
  if (state.voided.size() >= kVoidsMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kVoidsMax)}});
  }
  Event event;
  v1::RatingVoided& voided = *event.mutable_rating_voided();
  voided.set_rating(request.rating());
  voided.set_reason(request.void_reason());
  voided.set_evidence(request.evidence());
  voided.set_body(context.acting.as.body);
  voided.set_approver(context.acting.as.membership);
  return Record(std::move(event));
}

Decision RatingCampaign::Decide(const State& state, const v1::PublishRatingResultRequest&,
                                const Context& context) {
  if (auto no = MustBeKnown(state, context)) return *no;
  if (state.IsPublic()) return AlreadySo<Event>();
  if (state.phase != CAMPAIGN_STATE_CLOSED) return Refuse(ERROR_REASON_CAMPAIGN_NOT_CLOSED);
  if (auto no = NotOfRatedBody(context.acting, state.target)) return *no;
  Event event;
  *event.mutable_result_published()->mutable_result() =
      ComputeResult(InputOf(state, *context.facts.Gathered<Gathered>()));
  return Record(std::move(event));
}

Decision RatingCampaign::Decide(const State& state, const v1::ContestRatingResultRequest& request,
                                const Context& context) {
  if (auto no = MustBePublic(state, context)) return *no;
  if (state.phase == CAMPAIGN_STATE_CONTESTED) return AlreadySo<Event>();
  Event event;
  event.mutable_result_contested()->set_grounds(request.grounds());
  event.mutable_result_contested()->set_body(context.acting.as.body);
  return Record(std::move(event));
}

Decision RatingCampaign::Decide(const State& state, const v1::RuleRatingContestRequest& request,
                                const Context& context) {
  if (auto no = MustBeKnown(state, context)) return *no;
  if (state.phase != CAMPAIGN_STATE_CONTESTED) return Refuse(ERROR_REASON_RESULT_NOT_CONTESTED);
  if (auto no = NotOfRatedBody(context.acting, state.target)) return *no;
  Event ruled;
  ruled.mutable_contest_ruled()->set_upheld(request.upheld());
  ruled.mutable_contest_ruled()->set_reason(request.reason());
  ruled.mutable_contest_ruled()->set_body(context.acting.as.body);
  runtime::Decided<Event> decided;
  decided.events.push_back(std::move(ruled));
  if (request.upheld()) {
    Event corrected;
    *corrected.mutable_result_corrected()->mutable_result() =
        ComputeResult(InputOf(state, *context.facts.Gathered<Gathered>()));
    *corrected.mutable_result_corrected()->mutable_replaced() = state.result;
    decided.events.push_back(std::move(corrected));
  }
  return decided;
}

Decision RatingCampaign::Decide(const State& state, const v1::ReplyToRatingRequest& request,
                                const Context& context) {
  if (auto no = MustBePublic(state, context)) return *no;
  Event event;
  event.mutable_rated_body_replied()->set_text(request.text());
  return Record(std::move(event));
}

Decision RatingCampaign::Decide(const State& state, const v1::OpenRectificationRequest& request,
                                const Context& context) {
  if (auto no = MustBePublic(state, context)) return *no;
  if (state.target.empty()) return Refuse(ERROR_REASON_STATE_FORBIDS);  // Nobody was rated.
  if (auto no = NotOfRatedBody(context.acting, state.target)) return *no;
  bool known = request.dimension().empty();
  for (const v1::Dimension& dimension : state.terms.dimensions()) {
    known = known || dimension.code() == request.dimension();
  }
  if (!known) {
    return Refuse(ERROR_REASON_DIMENSION_UNKNOWN, {{"dimension", request.dimension()}});
  }
  const absl::Time due = wire::ToTime(request.due());
  if (due <= context.now) return Refuse(ERROR_REASON_DUE_NOT_LATER);
  Event event;
  v1::RectificationOpened& opened = *event.mutable_rectification_opened();
  opened.set_dimension(request.dimension());
  opened.set_clause_ref(request.clause_ref());
  opened.set_task(request.task());
  *opened.mutable_due() = wire::ToStamp(due);
  opened.set_body(context.acting.as.body);
  return Record(std::move(event));
}

}  // namespace sanzhang::rating
