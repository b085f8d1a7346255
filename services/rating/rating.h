// The rules of one rating: given, changed, taken back, by its rater, while the campaign takes
// ratings. Stream: `communities/{c}/ratingCampaigns/{g}/ratings/{id}`.
//
// One stream per rating, so that raters never wait for one another: an append rests on the campaign
// and on what the register says of the rater, and writes this stream and one claim,
// `communities/{c}/references/raters/{g}/{rater_ref}`: of one person's or household's ratings the
// second is refused with RATING_EXISTS. Taking a rating back gives the claim up.
//
// Records name nobody (Veiled), and hold the scores sealed; README.md says what that hides, and
// from whom.
//
// Refusals, in this order: RESOURCE_NOT_FOUND; CAMPAIGN_NOT_OPEN; INVALID_REQUEST of what is given
// for another; RATER_IN_RATED_BODY for the rated body's people and their near relatives;
// RATER_NOT_ELIGIBLE; NOT_RATER; RATING_WITHDRAWN, RATING_VOIDED; REVISION_NOT_ALLOWED;
// IDENTITY_TOO_WEAK; DIMENSION_UNKNOWN, INVALID_REQUEST of scores.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/rating/v1/rating_service.pb.h"
#include "services/rating/campaign.h"
#include "services/rating/gathered.h"
#include "services/runtime/decider.h"

namespace sanzhang::rating {

struct Rating {
  using Event = v1::RatingEvent;
  using Decision = runtime::Decision<Event>;
  using Context = runtime::Context;
  using Needs = runtime::Needs;

  struct State {
    bool submitted = false;
    bool withdrawn = false;
    std::string rater_ref;
    std::string building;
    std::string sealed_scores;  // The last ones; what stands in SealedBox.sealed.
    bool operator==(const State&) const = default;
  };

  // `{parent}/ratings/{fresh_id}`: nothing about the rater.
  static std::string NewName(const v1::SubmitRatingRequest& request, std::string_view fresh_id);
  static bool Veiled(const v1::SubmitRatingRequest&) { return true; }
  static bool Veiled(const v1::ReviseRatingRequest&) { return true; }
  static bool Veiled(const v1::WithdrawRatingRequest&) { return true; }

  static Needs NeedsOf(const State&, const v1::SubmitRatingRequest&);
  static Needs NeedsOf(const State&, const v1::ReviseRatingRequest&);
  static Needs NeedsOf(const State&, const v1::WithdrawRatingRequest&);
  static Decision Decide(const State&, const v1::SubmitRatingRequest&, const Context&);
  static Decision Decide(const State&, const v1::ReviseRatingRequest&, const Context&);
  static Decision Decide(const State&, const v1::WithdrawRatingRequest&, const Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

// `communities/c1/ratingCampaigns/g1/ratings/r1` → `communities/c1/ratingCampaigns/g1`.
std::string CampaignOf(std::string_view rating);

// Who counts as one rater, and where.
struct Rater {
  std::string who;       // The person or dwelling that a pseudonym is made of.
  std::string building;  // Empty: not known.
};

// The caller as a rater of the campaign; nothing: may not rate by its scheme and area. `dwelling`:
// the one that the request names.
std::optional<Rater> RaterOf(const RatingCampaign::State& campaign, std::string_view dwelling,
                             const runtime::Context& context);

}  // namespace sanzhang::rating
