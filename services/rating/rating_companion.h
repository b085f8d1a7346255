// What stands beside the rules of ratings (runtime/companion.h): keys from the keyring, and what a
// result is computed from, read from the log.
//
//   OpenCampaign, OpenAppraisal      make the keys, durable before the fact that names them
//   SubmitRating, Revise-, Withdraw- the caller's pseudonym
//   CloseCampaign, CloseAppraisal    the secret key; once the close is committed the keys are
//                                    destroyed
//   PublishRatingResult, RuleRatingContest   all ratings, opened with the key that the close
//                                    published
//   CloseAppraisal                   all grades, opened
//   PublishAppraisal                 what earlier appraisals of the body found
//   RateService                      what the log says of the service that was used
//
// Errors: KEY_LOST {resource}; LOG_CORRUPT for a box that does not open; TOO_MANY {items_max}
// beyond limits.h; the keyring's and the store's. Threads: as a companion. Several may share the
// keyring and the store, which must outlive them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "eventstore/event_store.h"
#include "services/keyring/keyring.h"
#include "services/rating/appraisal.h"
#include "services/rating/campaign.h"
#include "services/rating/gathered.h"
#include "services/runtime/companion.h"
#include "services/runtime/state_cache.h"
#include "services/runtime/stream_loader.h"

namespace sanzhang::rating {

class RatingCompanion final : public runtime::Companion {
 public:
  RatingCompanion(const eventstore::EventStore& store, keyring::Keyring& keyring);

  absl::StatusOr<std::shared_ptr<const void>> Gather(const runtime::Gathering& gathering) override;
  void Settle(const std::shared_ptr<const void>& gathered, runtime::Settled settled) override;

 private:
  absl::Status MakeKeys(std::string_view resource, bool wanted, Gathered& gathered);
  absl::Status FindSecretKey(std::string_view resource, bool wanted, std::string_view public_key,
                             Gathered& gathered);
  absl::Status FindRater(std::string_view campaign, std::string_view dwelling,
                         const runtime::Context& context, Gathered& gathered);
  absl::Status ReadRatings(std::string_view campaign, const RatingCampaign::State& state,
                           Gathered& gathered);
  absl::Status ReadGrades(std::string_view appraisal, Gathered& gathered);
  absl::Status ReadAppraisals(std::string_view body, Gathered& gathered);
  absl::Status ReadService(std::string_view service, Gathered& gathered);

  template <class A, class Visit>
  absl::Status VisitAll(const std::string& prefix, std::size_t items_max, Visit visit);

  const eventstore::EventStore& store_;
  keyring::Keyring& keyring_;
  runtime::StateCache cache_;
  runtime::StreamLoader loader_;
};

}  // namespace sanzhang::rating
