#include "services/privacy/privacy_service.h"

#include "sanzhang/privacy/v1/privacy_service.grpc.pb.h"
#include "services/privacy/data_breach.h"
#include "services/privacy/data_subject.h"
#include "services/privacy/export.h"
#include "services/privacy/subject_request.h"
#include "services/runtime/handle.h"

namespace sanzhang::privacy {
namespace {

using Call = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

class PrivacyService final : public v1::PrivacyService::CallbackService {
 public:
  PrivacyService(runtime::CommandRunner& runner, runtime::Companion& companion)
      : runner_(runner), companion_(companion) {}

  Reactor* ReceiveSubjectRequest(Call* call, const v1::ReceiveSubjectRequestRequest* request,
                                 v1::ReceiveSubjectRequestResponse* response) override {
    return runtime::Handle<SubjectRequest>(runner_, call, request, response);
  }
  Reactor* VerifySubjectRequest(Call* call, const v1::VerifySubjectRequestRequest* request,
                                v1::VerifySubjectRequestResponse* response) override {
    return runtime::Handle<SubjectRequest>(runner_, call, request, response);
  }
  Reactor* FulfilSubjectRequest(Call* call, const v1::FulfilSubjectRequestRequest* request,
                                v1::FulfilSubjectRequestResponse* response) override {
    return runtime::Handle<SubjectRequest>(runner_, call, request, response);
  }
  Reactor* CorrectPersonalData(Call* call, const v1::CorrectPersonalDataRequest* request,
                               v1::CorrectPersonalDataResponse* response) override {
    return runtime::Handle<SubjectRequest>(runner_, call, request, response, &companion_);
  }
  Reactor* RefuseSubjectRequest(Call* call, const v1::RefuseSubjectRequestRequest* request,
                                v1::RefuseSubjectRequestResponse* response) override {
    return runtime::Handle<SubjectRequest>(runner_, call, request, response);
  }
  Reactor* WithdrawSubjectRequest(Call* call, const v1::WithdrawSubjectRequestRequest* request,
                                  v1::WithdrawSubjectRequestResponse* response) override {
    return runtime::Handle<SubjectRequest>(runner_, call, request, response);
  }
  Reactor* RestrictProcessing(Call* call, const v1::RestrictProcessingRequest* request,
                              v1::RestrictProcessingResponse* response) override {
    return runtime::Handle<SubjectRequest>(runner_, call, request, response, &companion_);
  }
  Reactor* ProposeErasure(Call* call, const v1::ProposeErasureRequest* request,
                          v1::ProposeErasureResponse* response) override {
    return runtime::Handle<SubjectRequest>(runner_, call, request, response, &companion_);
  }
  Reactor* ApproveErasure(Call* call, const v1::ApproveErasureRequest* request,
                          v1::ApproveErasureResponse* response) override {
    return runtime::Handle<SubjectRequest>(runner_, call, request, response, &companion_);
  }
  Reactor* DetectSubjectRequestBreach(Call* call,
                                      const v1::DetectSubjectRequestBreachRequest* request,
                                      v1::DetectSubjectRequestBreachResponse* response) override {
    return runtime::Handle<SubjectRequest>(runner_, call, request, response);
  }
  Reactor* LiftRestriction(Call* call, const v1::LiftRestrictionRequest* request,
                           v1::LiftRestrictionResponse* response) override {
    return runtime::Handle<DataSubject>(runner_, call, request, response, &companion_);
  }
  Reactor* GiveConsent(Call* call, const v1::GiveConsentRequest* request,
                       v1::GiveConsentResponse* response) override {
    return runtime::Handle<DataSubject>(runner_, call, request, response);
  }
  Reactor* WithdrawConsent(Call* call, const v1::WithdrawConsentRequest* request,
                           v1::WithdrawConsentResponse* response) override {
    return runtime::Handle<DataSubject>(runner_, call, request, response);
  }
  Reactor* PlaceLegalHold(Call* call, const v1::PlaceLegalHoldRequest* request,
                          v1::PlaceLegalHoldResponse* response) override {
    return runtime::Handle<DataSubject>(runner_, call, request, response);
  }
  Reactor* LiftLegalHold(Call* call, const v1::LiftLegalHoldRequest* request,
                         v1::LiftLegalHoldResponse* response) override {
    return runtime::Handle<DataSubject>(runner_, call, request, response);
  }
  Reactor* NoticeDataBreach(Call* call, const v1::NoticeDataBreachRequest* request,
                            v1::NoticeDataBreachResponse* response) override {
    return runtime::Handle<DataBreach>(runner_, call, request, response);
  }
  Reactor* RequestExport(Call* call, const v1::RequestExportRequest* request,
                         v1::RequestExportResponse* response) override {
    return runtime::Handle<Export>(runner_, call, request, response);
  }
  Reactor* ApproveExport(Call* call, const v1::ApproveExportRequest* request,
                         v1::ApproveExportResponse* response) override {
    return runtime::Handle<Export>(runner_, call, request, response);
  }
  Reactor* RefuseExport(Call* call, const v1::RefuseExportRequest* request,
                        v1::RefuseExportResponse* response) override {
    return runtime::Handle<Export>(runner_, call, request, response);
  }
  Reactor* RecordExport(Call* call, const v1::RecordExportRequest* request,
                        v1::RecordExportResponse* response) override {
    return runtime::Handle<Export>(runner_, call, request, response);
  }

 private:
  runtime::CommandRunner& runner_;
  runtime::Companion& companion_;
};

}  // namespace

std::map<std::string, const runtime::AggregateType*, std::less<>> PeerKinds() {
  return {{"dataSubjects", &runtime::AggregateTypeOf<DataSubject>()}};
}

std::unique_ptr<grpc::Service> MakePrivacyService(runtime::CommandRunner& runner,
                                                  runtime::Companion& companion) {
  return std::make_unique<PrivacyService>(runner, companion);
}

}  // namespace sanzhang::privacy
