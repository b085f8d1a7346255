#include "services/rating/rating_companion.h"

#include <algorithm>
#include <utility>

#include "proto/wire/refusal.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/rating/v1/rating_service.pb.h"
#include "services/rating/limits.h"
#include "services/rating/rating.h"
#include "services/rating/rating_index.h"
#include "services/runtime/command_type.h"

namespace sanzhang::rating {
namespace {

using google::protobuf::DynamicCastToGenerated;
using Phase = Appraisal::State::Phase;

// What is read at once is not kept: it is read once.
constexpr std::size_t kStatesCachedMax = 16;

// What a complaint is to the one who complained; of other facts nothing is wanted.
struct UsedComplaint {
  using Event = complaint::v1::ComplaintEvent;
  using State = UsedService;

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
    switch (event.kind_case()) {
      case Event::kFiled:
        state.exists = true;
        state.user = event.filed().complainant();
        state.body = event.filed().first_receiver();
        return;
      case Event::kAnswered:
        state.body = event.answered().body();
        return;
      case Event::kClosed:
        state.over = true;
        return;
      case Event::kReopened:
        state.over = false;
        return;
      default:
        return;
    }
  }
};

absl::Status Corrupt(std::string_view stream) {
  return wire::Refuse(type::v1::ERROR_REASON_LOG_CORRUPT, {},
                      std::string(stream) + ": a box that does not open");
}

absl::Status KeyLost(std::string_view resource) {
  return wire::Refuse(type::v1::ERROR_REASON_KEY_LOST, {{"resource", std::string(resource)}});
}

}  // namespace

RatingCompanion::RatingCompanion(const eventstore::EventStore& store, keyring::Keyring& keyring)
    : store_(store), keyring_(keyring), cache_(kStatesCachedMax), loader_(store, cache_) {}

absl::Status RatingCompanion::MakeKeys(std::string_view resource, bool wanted, Gathered& gathered) {
  if (!wanted) return absl::OkStatus();
  absl::StatusOr<keyring::KeySet> keys = keyring_.Make(resource);
  if (!keys.ok()) return keys.status();
  gathered.public_key = keys->public_key;
  return absl::OkStatus();
}

absl::Status RatingCompanion::FindSecretKey(std::string_view resource, bool wanted,
                                            std::string_view public_key, Gathered& gathered) {
  if (!wanted) return absl::OkStatus();
  absl::StatusOr<std::optional<keyring::KeySet>> keys = keyring_.Find(resource);
  if (!keys.ok()) return keys.status();
  if (!keys->has_value() || (*keys)->public_key != public_key) return KeyLost(resource);
  gathered.secret_key = (*keys)->secret_key;
  gathered.destroy = resource;
  return absl::OkStatus();
}

absl::Status RatingCompanion::FindRater(std::string_view campaign, std::string_view dwelling,
                                        const runtime::Context& context, Gathered& gathered) {
  const auto* state = context.facts.Peer<RatingCampaign::State>(campaign);
  if (state == nullptr || !state->TakesRatings(context.now)) return absl::OkStatus();
  const std::optional<Rater> rater = RaterOf(*state, dwelling, context);
  if (!rater.has_value()) return absl::OkStatus();
  const absl::StatusOr<std::optional<keyring::KeySet>> keys = keyring_.Find(campaign);
  if (!keys.ok()) return keys.status();
  if (!keys->has_value()) return KeyLost(campaign);
  gathered.rater_ref = keyring::Pseudonym((*keys)->salt, rater->who);
  return absl::OkStatus();
}

template <class A, class Visit>
absl::Status RatingCompanion::VisitAll(const std::string& prefix, std::size_t items_max,
                                       Visit visit) {
  const auto entries = store_.ReadIndex(prefix, items_max + 1);
  if (!entries.ok()) return entries.status();
  if (entries->size() > items_max) {
    return wire::Refuse(type::v1::ERROR_REASON_TOO_MANY,
                        {{"items_max", std::to_string(items_max)}});
  }
  for (const eventstore::IndexEntry& entry : *entries) {
    const auto folded = loader_.Load(runtime::AggregateTypeOf<A>(), entry.value);
    if (!folded.ok()) return folded.status();
    const auto& state = *static_cast<const typename A::State*>(folded->state.get());
    if (absl::Status visited = visit(entry.value, state); !visited.ok()) return visited;
  }
  return absl::OkStatus();
}

absl::Status RatingCompanion::ReadRatings(std::string_view campaign,
                                          const RatingCampaign::State& state, Gathered& gathered) {
  return VisitAll<Rating>(
      RatingsOf(campaign), kRatingsPerCampaignMax,
      [&](const std::string& name, const Rating::State& rating) -> absl::Status {
        if (rating.withdrawn) return absl::OkStatus();
        const auto opened = keyring::OpenBox(rating.sealed_scores, state.score_secret_key);
        v1::Scores scores;
        if (!opened.has_value() || !scores.ParseFromString(*opened)) return Corrupt(name);
        CountedRating counted{.building = rating.building, .scores = {}};
        for (const v1::Score& score : scores.scores()) {
          counted.scores.emplace_back(score.dimension(), score.value());
        }
        gathered.ratings.emplace_back(name, std::move(counted));
        return absl::OkStatus();
      });
}

absl::Status RatingCompanion::ReadGrades(std::string_view appraisal, Gathered& gathered) {
  if (gathered.secret_key.empty()) return absl::OkStatus();
  return VisitAll<Appraiser>(
      AppraisersOf(appraisal), kRatingsPerCampaignMax,
      [&](const std::string& name, const Appraiser::State& appraiser) -> absl::Status {
        const auto opened = keyring::OpenBox(appraiser.sealed_grades, gathered.secret_key);
        if (!opened.has_value() || !gathered.grades.emplace_back().ParseFromString(*opened)) {
          return Corrupt(name);
        }
        return absl::OkStatus();
      });
}

absl::Status RatingCompanion::ReadAppraisals(std::string_view body, Gathered& gathered) {
  std::vector<std::pair<absl::Time, EarlierAppraisal>> found;
  absl::Status read = VisitAll<Appraisal>(
      AppraisalsOf(body), kAppraisalsPerBodyMax,
      [&](const std::string& name, const Appraisal::State& appraisal) -> absl::Status {
        if (appraisal.phase != Phase::kPublished) return absl::OkStatus();
        found.push_back({appraisal.published_at, {name, appraisal.counts}});
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  for (auto& [at, appraisal] : found) gathered.appraisals.push_back(std::move(appraisal));
  return absl::OkStatus();
}

absl::Status RatingCompanion::ReadService(std::string_view service, Gathered& gathered) {
  const auto folded = loader_.Load(runtime::AggregateTypeOf<UsedComplaint>(), service);
  if (!folded.ok()) return folded.status();
  gathered.service = *static_cast<const UsedService*>(folded->state.get());
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const void>> RatingCompanion::Gather(
    const runtime::Gathering& gathering) {
  const google::protobuf::Message* request = &gathering.request;
  const runtime::Context& context = gathering.context;
  const auto& campaign = *static_cast<const RatingCampaign::State*>(gathering.state);
  const auto& appraisal = *static_cast<const Appraisal::State*>(gathering.state);
  auto gathered = std::make_shared<Gathered>();
  absl::Status status;
  if (DynamicCastToGenerated<v1::OpenCampaignRequest>(request)) {
    const bool wanted =
        campaign.phase == v1::CAMPAIGN_STATE_ANNOUNCED && context.now >= campaign.opens;
    status = MakeKeys(context.name, wanted, *gathered);
  } else if (DynamicCastToGenerated<v1::CloseCampaignRequest>(request)) {
    const bool wanted = campaign.phase == v1::CAMPAIGN_STATE_OPEN && context.now >= campaign.closes;
    status = FindSecretKey(context.name, wanted, campaign.score_key, *gathered);
  } else if (DynamicCastToGenerated<v1::PublishRatingResultRequest>(request) ||
             DynamicCastToGenerated<v1::RuleRatingContestRequest>(request)) {
    if (!campaign.score_secret_key.empty()) {
      status = ReadRatings(context.name, campaign, *gathered);
      // What a crash left behind at the close.
      if (status.ok()) status = keyring_.Destroy(context.name);
    }
  } else if (auto* submit = DynamicCastToGenerated<v1::SubmitRatingRequest>(request)) {
    status = FindRater(submit->parent(), submit->dwelling(), context, *gathered);
  } else if (auto* revise = DynamicCastToGenerated<v1::ReviseRatingRequest>(request)) {
    status = FindRater(CampaignOf(revise->name()), revise->dwelling(), context, *gathered);
  } else if (auto* withdraw = DynamicCastToGenerated<v1::WithdrawRatingRequest>(request)) {
    status = FindRater(CampaignOf(withdraw->name()), withdraw->dwelling(), context, *gathered);
  } else if (auto* rate = DynamicCastToGenerated<v1::RateServiceRequest>(request)) {
    status = ReadService(rate->service(), *gathered);
  } else if (DynamicCastToGenerated<v1::OpenAppraisalRequest>(request)) {
    const bool wanted = appraisal.phase == Phase::kAnnounced && context.now >= appraisal.opens;
    status = MakeKeys(context.name, wanted, *gathered);
  } else if (DynamicCastToGenerated<v1::CloseAppraisalRequest>(request)) {
    const bool wanted = appraisal.phase == Phase::kOpen && context.now >= appraisal.closes;
    status = FindSecretKey(context.name, wanted, appraisal.grade_key, *gathered);
    if (status.ok()) status = ReadGrades(context.name, *gathered);
  } else if (DynamicCastToGenerated<v1::PublishAppraisalRequest>(request)) {
    if (appraisal.phase == Phase::kClosed) {
      status = ReadAppraisals(appraisal.body, *gathered);
      if (status.ok()) status = keyring_.Destroy(context.name);
    }
  }
  if (!status.ok()) return status;
  return gathered;
}

void RatingCompanion::Settle(const std::shared_ptr<const void>& gathered,
                             runtime::Settled settled) {
  const std::string& resource = static_cast<const Gathered*>(gathered.get())->destroy;
  if (settled != runtime::Settled::kCommitted || resource.empty()) return;
  // One that can't be removed now is removed by the publication.
  keyring_.Destroy(resource).IgnoreError();
}

}  // namespace sanzhang::rating
