#include "services/resolution/ballot_service.h"

#include "sanzhang/resolution/v1/ballot_service.grpc.pb.h"
#include "services/resolution/ballot.h"
#include "services/resolution/companions.h"
#include "services/resolution/voter.h"
#include "services/runtime/handle.h"

namespace sanzhang::resolution {
namespace {

using Call = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

class BallotService final : public v1::BallotService::CallbackService {
 public:
  BallotService(runtime::CommandRunner& runner, const Companions& companions)
      : runner_(runner), companions_(companions) {}

  Reactor* CorrectVoter(Call* call, const v1::CorrectVoterRequest* request,
                        v1::CorrectVoterResponse* response) override {
    return runtime::Handle<Voter>(runner_, call, request, response);
  }
  Reactor* GrantProxy(Call* call, const v1::GrantProxyRequest* request,
                      v1::GrantProxyResponse* response) override {
    return runtime::Handle<Voter>(runner_, call, request, response);
  }
  Reactor* RevokeProxy(Call* call, const v1::RevokeProxyRequest* request,
                       v1::RevokeProxyResponse* response) override {
    return runtime::Handle<Voter>(runner_, call, request, response);
  }
  Reactor* DesignateCoOwner(Call* call, const v1::DesignateCoOwnerRequest* request,
                            v1::DesignateCoOwnerResponse* response) override {
    return runtime::Handle<Voter>(runner_, call, request, response);
  }
  Reactor* RaiseCoOwnerDispute(Call* call, const v1::RaiseCoOwnerDisputeRequest* request,
                               v1::RaiseCoOwnerDisputeResponse* response) override {
    return runtime::Handle<Voter>(runner_, call, request, response);
  }
  Reactor* RecordDelivery(Call* call, const v1::RecordDeliveryRequest* request,
                          v1::RecordDeliveryResponse* response) override {
    return runtime::Handle<Voter>(runner_, call, request, response);
  }
  Reactor* RecordDeliveryFailure(Call* call, const v1::RecordDeliveryFailureRequest* request,
                                 v1::RecordDeliveryFailureResponse* response) override {
    return runtime::Handle<Voter>(runner_, call, request, response);
  }
  Reactor* CastBallot(Call* call, const v1::CastBallotRequest* request,
                      v1::CastBallotResponse* response) override {
    return runtime::Handle<Ballot>(runner_, call, request, response);
  }
  Reactor* CastSecretBallot(Call* call, const v1::CastSecretBallotRequest* request,
                            v1::CastSecretBallotResponse* response) override {
    return runtime::Handle<Voter>(runner_, call, request, response, companions_.secret_cast.get());
  }
  Reactor* EnterPaperBallot(Call* call, const v1::EnterPaperBallotRequest* request,
                            v1::EnterPaperBallotResponse* response) override {
    return runtime::Handle<Ballot>(runner_, call, request, response);
  }
  Reactor* VerifyPaperBallot(Call* call, const v1::VerifyPaperBallotRequest* request,
                             v1::VerifyPaperBallotResponse* response) override {
    return runtime::Handle<Ballot>(runner_, call, request, response);
  }
  Reactor* InvalidateBallot(Call* call, const v1::InvalidateBallotRequest* request,
                            v1::InvalidateBallotResponse* response) override {
    return runtime::Handle<Ballot>(runner_, call, request, response);
  }
  Reactor* ResolveBallotConflict(Call* call, const v1::ResolveBallotConflictRequest* request,
                                 v1::ResolveBallotConflictResponse* response) override {
    return runtime::Handle<Ballot>(runner_, call, request, response);
  }

 private:
  runtime::CommandRunner& runner_;
  const Companions& companions_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeBallotService(runtime::CommandRunner& runner,
                                                 const Companions& companions) {
  return std::make_unique<BallotService>(runner, companions);
}

}  // namespace sanzhang::resolution
