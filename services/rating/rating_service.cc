#include "services/rating/rating_service.h"

#include "sanzhang/rating/v1/rating_service.grpc.pb.h"
#include "services/rating/appraisal.h"
#include "services/rating/campaign.h"
#include "services/rating/notes.h"
#include "services/rating/rating.h"
#include "services/rating/scheme.h"
#include "services/rating/service_rating.h"
#include "services/runtime/handle.h"

namespace sanzhang::rating {
namespace {

using Call = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

class RatingService final : public v1::RatingService::CallbackService {
 public:
  RatingService(runtime::CommandRunner& runner, Companions companions)
      : runner_(runner), quick_(&companions.quick), bulk_(&companions.bulk) {}

  Reactor* DefineRatingScheme(Call* call, const v1::DefineRatingSchemeRequest* request,
                              v1::DefineRatingSchemeResponse* response) override {
    return runtime::Handle<RatingScheme>(runner_, call, request, response);
  }
  Reactor* AdoptRatingScheme(Call* call, const v1::AdoptRatingSchemeRequest* request,
                             v1::AdoptRatingSchemeResponse* response) override {
    return runtime::Handle<RatingScheme>(runner_, call, request, response);
  }
  Reactor* RetireRatingScheme(Call* call, const v1::RetireRatingSchemeRequest* request,
                              v1::RetireRatingSchemeResponse* response) override {
    return runtime::Handle<RatingScheme>(runner_, call, request, response);
  }
  Reactor* AnnounceCampaign(Call* call, const v1::AnnounceCampaignRequest* request,
                            v1::AnnounceCampaignResponse* response) override {
    return runtime::Handle<RatingCampaign>(runner_, call, request, response);
  }
  Reactor* OpenCampaign(Call* call, const v1::OpenCampaignRequest* request,
                        v1::OpenCampaignResponse* response) override {
    return runtime::Handle<RatingCampaign>(runner_, call, request, response, quick_);
  }
  Reactor* ExtendCampaign(Call* call, const v1::ExtendCampaignRequest* request,
                          v1::ExtendCampaignResponse* response) override {
    return runtime::Handle<RatingCampaign>(runner_, call, request, response);
  }
  Reactor* CloseCampaign(Call* call, const v1::CloseCampaignRequest* request,
                         v1::CloseCampaignResponse* response) override {
    return runtime::Handle<RatingCampaign>(runner_, call, request, response, quick_);
  }
  Reactor* SubmitRating(Call* call, const v1::SubmitRatingRequest* request,
                        v1::SubmitRatingResponse* response) override {
    return runtime::Handle<Rating>(runner_, call, request, response, quick_);
  }
  Reactor* ReviseRating(Call* call, const v1::ReviseRatingRequest* request,
                        v1::ReviseRatingResponse* response) override {
    return runtime::Handle<Rating>(runner_, call, request, response, quick_);
  }
  Reactor* WithdrawRating(Call* call, const v1::WithdrawRatingRequest* request,
                          v1::WithdrawRatingResponse* response) override {
    return runtime::Handle<Rating>(runner_, call, request, response, quick_);
  }
  Reactor* VoidRating(Call* call, const v1::VoidRatingRequest* request,
                      v1::VoidRatingResponse* response) override {
    return runtime::Handle<RatingCampaign>(runner_, call, request, response);
  }
  Reactor* PublishRatingResult(Call* call, const v1::PublishRatingResultRequest* request,
                               v1::PublishRatingResultResponse* response) override {
    return runtime::Handle<RatingCampaign>(runner_, call, request, response, bulk_);
  }
  Reactor* ContestRatingResult(Call* call, const v1::ContestRatingResultRequest* request,
                               v1::ContestRatingResultResponse* response) override {
    return runtime::Handle<RatingCampaign>(runner_, call, request, response);
  }
  Reactor* RuleRatingContest(Call* call, const v1::RuleRatingContestRequest* request,
                             v1::RuleRatingContestResponse* response) override {
    return runtime::Handle<RatingCampaign>(runner_, call, request, response, bulk_);
  }
  Reactor* ReplyToRating(Call* call, const v1::ReplyToRatingRequest* request,
                         v1::ReplyToRatingResponse* response) override {
    return runtime::Handle<RatingCampaign>(runner_, call, request, response);
  }
  Reactor* OpenRectification(Call* call, const v1::OpenRectificationRequest* request,
                             v1::OpenRectificationResponse* response) override {
    return runtime::Handle<RatingCampaign>(runner_, call, request, response);
  }
  Reactor* RateService(Call* call, const v1::RateServiceRequest* request,
                       v1::RateServiceResponse* response) override {
    return runtime::Handle<ServiceRating>(runner_, call, request, response, quick_);
  }
  Reactor* RecordAssessment(Call* call, const v1::RecordAssessmentRequest* request,
                            v1::RecordAssessmentResponse* response) override {
    return runtime::Handle<Assessment>(runner_, call, request, response);
  }
  Reactor* RecordCredit(Call* call, const v1::RecordCreditRequest* request,
                        v1::RecordCreditResponse* response) override {
    return runtime::Handle<CreditNote>(runner_, call, request, response);
  }
  Reactor* AnnounceAppraisal(Call* call, const v1::AnnounceAppraisalRequest* request,
                             v1::AnnounceAppraisalResponse* response) override {
    return runtime::Handle<Appraisal>(runner_, call, request, response);
  }
  Reactor* OpenAppraisal(Call* call, const v1::OpenAppraisalRequest* request,
                         v1::OpenAppraisalResponse* response) override {
    return runtime::Handle<Appraisal>(runner_, call, request, response, quick_);
  }
  Reactor* GradeMembers(Call* call, const v1::GradeMembersRequest* request,
                        v1::GradeMembersResponse* response) override {
    return runtime::Handle<Appraiser>(runner_, call, request, response);
  }
  Reactor* CloseAppraisal(Call* call, const v1::CloseAppraisalRequest* request,
                          v1::CloseAppraisalResponse* response) override {
    return runtime::Handle<Appraisal>(runner_, call, request, response, bulk_);
  }
  Reactor* PublishAppraisal(Call* call, const v1::PublishAppraisalRequest* request,
                            v1::PublishAppraisalResponse* response) override {
    return runtime::Handle<Appraisal>(runner_, call, request, response, bulk_);
  }

 private:
  runtime::CommandRunner& runner_;
  runtime::Companion* const quick_;
  runtime::Companion* const bulk_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeRatingService(runtime::CommandRunner& runner,
                                                 Companions companions) {
  return std::make_unique<RatingService>(runner, companions);
}

std::map<std::string, const runtime::AggregateType*, std::less<>> PeerKinds() {
  return {{"ratingSchemes", &runtime::AggregateTypeOf<RatingScheme>()},
          {"ratingCampaigns", &runtime::AggregateTypeOf<RatingCampaign>()},
          {"ratings", &runtime::AggregateTypeOf<Rating>()},
          {"appraisals", &runtime::AggregateTypeOf<Appraisal>()}};
}

}  // namespace sanzhang::rating
