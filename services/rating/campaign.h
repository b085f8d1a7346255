// The rules of a survey (满意度测评): announced, open, closed, published, contested, corrected.
// Stream: `communities/{c}/ratingCampaigns/{id}`. Ratings have streams of their own (rating.h), so
// that thousands rate at once; those that are voided are noted here, so that a result and a voiding
// never miss each other.
//
// Refusals, in this order: RESOURCE_ALREADY_EXISTS or RESOURCE_NOT_FOUND; what the state forbids
// (CAMPAIGN_NOT_OPEN, CAMPAIGN_NOT_CLOSED, RESULT_NOT_PUBLISHED, RESULT_NOT_CONTESTED); RATED_BODY
// for the rated body's people, in whatever capacity they act; what is named; times.
// Held at all times: nothing here tells a score before the close; the body that is rated neither
// announces, extends, voids, publishes nor rules.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/rating/v1/rating_service.pb.h"
#include "services/rating/gathered.h"
#include "services/rating/result.h"
#include "services/runtime/decider.h"

namespace sanzhang::rating {

struct RatingCampaign {
  using Event = v1::RatingCampaignEvent;
  using Decision = runtime::Decision<Event>;
  using Context = runtime::Context;
  using Needs = runtime::Needs;

  struct State {
    v1::CampaignState phase = v1::CAMPAIGN_STATE_UNSPECIFIED;  // UNSPECIFIED: not announced.
    v1::CampaignState contested_from = v1::CAMPAIGN_STATE_UNSPECIFIED;  // While CONTESTED.
    v1::SchemeTerms terms;
    std::string target;
    std::string property_area;
    std::vector<v1::BuildingElectorate> electorate;
    absl::Time opens;
    absl::Time closes;
    std::int32_t extensions = 0;
    std::string score_key;
    std::string score_secret_key;                  // Once closed.
    std::map<std::string, v1::VoidReason> voided;  // By rating.
    v1::RatingResult result;                       // The last one that was published.

    // Whether ratings are taken: open, and not past the close that nobody has noted yet.
    bool TakesRatings(absl::Time now) const;
    bool IsPublic() const;
  };

  static std::string NewName(const v1::AnnounceCampaignRequest&, std::string_view fresh_id);
  static type::v1::Place PlaceOf(const State&, const v1::AnnounceCampaignRequest&,
                                 const runtime::Facts&);
  template <class Request>
  static type::v1::Place PlaceOf(const State& state, const Request&, const runtime::Facts&) {
    type::v1::Place place;
    place.set_property_area(state.property_area);
    return place;
  }
  static bool Related(const State&, type::v1::Relation, const runtime::Standing&,
                      std::string_view subject);

  // campaign.cc
  static Needs NeedsOf(const State&, const v1::AnnounceCampaignRequest&);
  static Decision Decide(const State&, const v1::AnnounceCampaignRequest&, const Context&);
  static Decision Decide(const State&, const v1::OpenCampaignRequest&, const Context&);
  static Decision Decide(const State&, const v1::ExtendCampaignRequest&, const Context&);
  static Decision Decide(const State&, const v1::CloseCampaignRequest&, const Context&);

  // campaign_result.cc
  static Needs NeedsOf(const State&, const v1::VoidRatingRequest&);
  static Decision Decide(const State&, const v1::VoidRatingRequest&, const Context&);
  static Decision Decide(const State&, const v1::PublishRatingResultRequest&, const Context&);
  static Decision Decide(const State&, const v1::ContestRatingResultRequest&, const Context&);
  static Decision Decide(const State&, const v1::RuleRatingContestRequest&, const Context&);
  static Decision Decide(const State&, const v1::ReplyToRatingRequest&, const Context&);
  static Decision Decide(const State&, const v1::OpenRectificationRequest&, const Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

// What the campaign's result is computed from: what was gathered, less what was voided.
ResultInput InputOf(const RatingCampaign::State& campaign, const Gathered& gathered);

}  // namespace sanzhang::rating
