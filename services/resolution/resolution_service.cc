#include "services/resolution/resolution_service.h"

#include "sanzhang/resolution/v1/resolution_service.grpc.pb.h"
#include "services/resolution/companions.h"
#include "services/resolution/resolution.h"
#include "services/runtime/handle.h"

namespace sanzhang::resolution {
namespace {

using Call = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

class ResolutionService final : public v1::ResolutionService::CallbackService {
 public:
  ResolutionService(runtime::CommandRunner& runner, const Companions& companions)
      : runner_(runner), companions_(companions) {}

  Reactor* DraftMotion(Call* call, const v1::DraftMotionRequest* request,
                       v1::DraftMotionResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* AmendMotion(Call* call, const v1::AmendMotionRequest* request,
                       v1::AmendMotionResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* WithdrawMotion(Call* call, const v1::WithdrawMotionRequest* request,
                          v1::WithdrawMotionResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* SupportMotion(Call* call, const v1::SupportMotionRequest* request,
                         v1::SupportMotionResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response, companions_.support.get());
  }
  Reactor* RecordDeliberation(Call* call, const v1::RecordDeliberationRequest* request,
                              v1::RecordDeliberationResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* RecordPartyStudy(Call* call, const v1::RecordPartyStudyRequest* request,
                            v1::RecordPartyStudyResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* NoticeVote(Call* call, const v1::NoticeVoteRequest* request,
                      v1::NoticeVoteResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* AppointCounters(Call* call, const v1::AppointCountersRequest* request,
                           v1::AppointCountersResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* FreezeElectorate(Call* call, const v1::FreezeElectorateRequest* request,
                            v1::FreezeElectorateResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response, companions_.freeze.get());
  }
  Reactor* ObjectElectorate(Call* call, const v1::ObjectElectorateRequest* request,
                            v1::ObjectElectorateResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* RuleElectorateObjection(Call* call, const v1::RuleElectorateObjectionRequest* request,
                                   v1::RuleElectorateObjectionResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* OpenVote(Call* call, const v1::OpenVoteRequest* request,
                    v1::OpenVoteResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response, companions_.open.get());
  }
  Reactor* ExtendVote(Call* call, const v1::ExtendVoteRequest* request,
                      v1::ExtendVoteResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* CloseVote(Call* call, const v1::CloseVoteRequest* request,
                     v1::CloseVoteResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response, companions_.close.get());
  }
  Reactor* CheckIn(Call* call, const v1::CheckInRequest* request,
                   v1::CheckInResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* CheckOut(Call* call, const v1::CheckOutRequest* request,
                    v1::CheckOutResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* CallItem(Call* call, const v1::CallItemRequest* request,
                    v1::CallItemResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* DeclareInterest(Call* call, const v1::DeclareInterestRequest* request,
                           v1::DeclareInterestResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* RecuseMember(Call* call, const v1::RecuseMemberRequest* request,
                        v1::RecuseMemberResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* ComputeTally(Call* call, const v1::ComputeTallyRequest* request,
                        v1::ComputeTallyResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response, companions_.count.get());
  }
  Reactor* ObjectTally(Call* call, const v1::ObjectTallyRequest* request,
                       v1::ObjectTallyResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* Recount(Call* call, const v1::RecountRequest* request,
                   v1::RecountResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response, companions_.count.get());
  }
  Reactor* CertifyResolution(Call* call, const v1::CertifyResolutionRequest* request,
                             v1::CertifyResolutionResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* PublishResult(Call* call, const v1::PublishResultRequest* request,
                         v1::PublishResultResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* FileResolution(Call* call, const v1::FileResolutionRequest* request,
                          v1::FileResolutionResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* PlanExecution(Call* call, const v1::PlanExecutionRequest* request,
                         v1::PlanExecutionResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* ProgressExecution(Call* call, const v1::ProgressExecutionRequest* request,
                             v1::ProgressExecutionResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* FinishExecution(Call* call, const v1::FinishExecutionRequest* request,
                           v1::FinishExecutionResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* PublishExecution(Call* call, const v1::PublishExecutionRequest* request,
                            v1::PublishExecutionResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* ChallengeResolution(Call* call, const v1::ChallengeResolutionRequest* request,
                               v1::ChallengeResolutionResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* RuleChallenge(Call* call, const v1::RuleChallengeRequest* request,
                         v1::RuleChallengeResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* NominateCandidate(Call* call, const v1::NominateCandidateRequest* request,
                             v1::NominateCandidateResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* ReviewCandidate(Call* call, const v1::ReviewCandidateRequest* request,
                           v1::ReviewCandidateResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* PublishCandidates(Call* call, const v1::PublishCandidatesRequest* request,
                             v1::PublishCandidatesResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* WithdrawCandidate(Call* call, const v1::WithdrawCandidateRequest* request,
                             v1::WithdrawCandidateResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* SeatAlternate(Call* call, const v1::SeatAlternateRequest* request,
                         v1::SeatAlternateResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }
  Reactor* HearRecallDefence(Call* call, const v1::HearRecallDefenceRequest* request,
                             v1::HearRecallDefenceResponse* response) override {
    return runtime::Handle<Resolution>(runner_, call, request, response);
  }

 private:
  runtime::CommandRunner& runner_;
  const Companions& companions_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeResolutionService(runtime::CommandRunner& runner,
                                                     const Companions& companions) {
  return std::make_unique<ResolutionService>(runner, companions);
}

}  // namespace sanzhang::resolution
