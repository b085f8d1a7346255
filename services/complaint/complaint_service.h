// The gRPC face of complaints: each RPC names the rules that it obeys, nothing else. Errors are
// those of the command runner and of the rules, as the proto states them. Threads: any. The runner
// must outlive the service.
#pragma once

#include "grpcpp/support/server_callback.h"
#include "sanzhang/complaint/v1/complaint_service.grpc.pb.h"

namespace sanzhang::runtime {
class CommandRunner;
}

namespace sanzhang::complaint {

class ComplaintService final : public v1::ComplaintService::CallbackService {
 public:
  explicit ComplaintService(runtime::CommandRunner& runner) : runner_(runner) {}

  grpc::ServerUnaryReactor* FileComplaint(grpc::CallbackServerContext* call,
                                          const v1::FileComplaintRequest* request,
                                          v1::FileComplaintResponse* response) override;
  grpc::ServerUnaryReactor* AcceptComplaint(grpc::CallbackServerContext* call,
                                            const v1::AcceptComplaintRequest* request,
                                            v1::AcceptComplaintResponse* response) override;
  grpc::ServerUnaryReactor* RefuseComplaint(grpc::CallbackServerContext* call,
                                            const v1::RefuseComplaintRequest* request,
                                            v1::RefuseComplaintResponse* response) override;
  grpc::ServerUnaryReactor* LinkComplaint(grpc::CallbackServerContext* call,
                                          const v1::LinkComplaintRequest* request,
                                          v1::LinkComplaintResponse* response) override;
  grpc::ServerUnaryReactor* SupportComplaint(grpc::CallbackServerContext* call,
                                             const v1::SupportComplaintRequest* request,
                                             v1::SupportComplaintResponse* response) override;
  grpc::ServerUnaryReactor* AssignComplaint(grpc::CallbackServerContext* call,
                                            const v1::AssignComplaintRequest* request,
                                            v1::AssignComplaintResponse* response) override;
  grpc::ServerUnaryReactor* DisputeDispatch(grpc::CallbackServerContext* call,
                                            const v1::DisputeDispatchRequest* request,
                                            v1::DisputeDispatchResponse* response) override;
  grpc::ServerUnaryReactor* RuleDispatchDispute(grpc::CallbackServerContext* call,
                                                const v1::RuleDispatchDisputeRequest* request,
                                                v1::RuleDispatchDisputeResponse* response) override;
  grpc::ServerUnaryReactor* AcknowledgeComplaint(
      grpc::CallbackServerContext* call, const v1::AcknowledgeComplaintRequest* request,
      v1::AcknowledgeComplaintResponse* response) override;
  grpc::ServerUnaryReactor* NoteProgress(grpc::CallbackServerContext* call,
                                         const v1::NoteProgressRequest* request,
                                         v1::NoteProgressResponse* response) override;
  grpc::ServerUnaryReactor* RequestSuspension(grpc::CallbackServerContext* call,
                                              const v1::RequestSuspensionRequest* request,
                                              v1::RequestSuspensionResponse* response) override;
  grpc::ServerUnaryReactor* RuleSuspension(grpc::CallbackServerContext* call,
                                           const v1::RuleSuspensionRequest* request,
                                           v1::RuleSuspensionResponse* response) override;
  grpc::ServerUnaryReactor* ResumeComplaint(grpc::CallbackServerContext* call,
                                            const v1::ResumeComplaintRequest* request,
                                            v1::ResumeComplaintResponse* response) override;
  grpc::ServerUnaryReactor* ExtendDeadline(grpc::CallbackServerContext* call,
                                           const v1::ExtendDeadlineRequest* request,
                                           v1::ExtendDeadlineResponse* response) override;
  grpc::ServerUnaryReactor* EscalateComplaint(grpc::CallbackServerContext* call,
                                              const v1::EscalateComplaintRequest* request,
                                              v1::EscalateComplaintResponse* response) override;
  grpc::ServerUnaryReactor* WhistleDepartments(grpc::CallbackServerContext* call,
                                               const v1::WhistleDepartmentsRequest* request,
                                               v1::WhistleDepartmentsResponse* response) override;
  grpc::ServerUnaryReactor* ReportIn(grpc::CallbackServerContext* call,
                                     const v1::ReportInRequest* request,
                                     v1::ReportInResponse* response) override;
  grpc::ServerUnaryReactor* AnswerComplaint(grpc::CallbackServerContext* call,
                                            const v1::AnswerComplaintRequest* request,
                                            v1::AnswerComplaintResponse* response) override;
  grpc::ServerUnaryReactor* ConfirmComplaint(grpc::CallbackServerContext* call,
                                             const v1::ConfirmComplaintRequest* request,
                                             v1::ConfirmComplaintResponse* response) override;
  grpc::ServerUnaryReactor* DisputeAnswer(grpc::CallbackServerContext* call,
                                          const v1::DisputeAnswerRequest* request,
                                          v1::DisputeAnswerResponse* response) override;
  grpc::ServerUnaryReactor* ReopenComplaint(grpc::CallbackServerContext* call,
                                            const v1::ReopenComplaintRequest* request,
                                            v1::ReopenComplaintResponse* response) override;
  grpc::ServerUnaryReactor* CloseComplaint(grpc::CallbackServerContext* call,
                                           const v1::CloseComplaintRequest* request,
                                           v1::CloseComplaintResponse* response) override;
  grpc::ServerUnaryReactor* WithdrawComplaint(grpc::CallbackServerContext* call,
                                              const v1::WithdrawComplaintRequest* request,
                                              v1::WithdrawComplaintResponse* response) override;
  grpc::ServerUnaryReactor* AppealComplaint(grpc::CallbackServerContext* call,
                                            const v1::AppealComplaintRequest* request,
                                            v1::AppealComplaintResponse* response) override;
  grpc::ServerUnaryReactor* RuleAppeal(grpc::CallbackServerContext* call,
                                       const v1::RuleAppealRequest* request,
                                       v1::RuleAppealResponse* response) override;
  grpc::ServerUnaryReactor* DetectBreach(grpc::CallbackServerContext* call,
                                         const v1::DetectBreachRequest* request,
                                         v1::DetectBreachResponse* response) override;
  grpc::ServerUnaryReactor* CallBackComplainant(grpc::CallbackServerContext* call,
                                                const v1::CallBackComplainantRequest* request,
                                                v1::CallBackComplainantResponse* response) override;
  grpc::ServerUnaryReactor* RedactText(grpc::CallbackServerContext* call,
                                       const v1::RedactTextRequest* request,
                                       v1::RedactTextResponse* response) override;
  grpc::ServerUnaryReactor* ProposeScoreExclusion(
      grpc::CallbackServerContext* call, const v1::ProposeScoreExclusionRequest* request,
      v1::ProposeScoreExclusionResponse* response) override;
  grpc::ServerUnaryReactor* RuleScoreExclusion(grpc::CallbackServerContext* call,
                                               const v1::RuleScoreExclusionRequest* request,
                                               v1::RuleScoreExclusionResponse* response) override;

 private:
  runtime::CommandRunner& runner_;
};

}  // namespace sanzhang::complaint
