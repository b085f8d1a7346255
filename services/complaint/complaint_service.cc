#include "services/complaint/complaint_service.h"

#include "services/complaint/complaint.h"
#include "services/runtime/handle.h"

namespace sanzhang::complaint {

grpc::ServerUnaryReactor* ComplaintService::FileComplaint(grpc::CallbackServerContext* call,
                                                          const v1::FileComplaintRequest* request,
                                                          v1::FileComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::AcceptComplaint(
    grpc::CallbackServerContext* call, const v1::AcceptComplaintRequest* request,
    v1::AcceptComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::RefuseComplaint(
    grpc::CallbackServerContext* call, const v1::RefuseComplaintRequest* request,
    v1::RefuseComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::LinkComplaint(grpc::CallbackServerContext* call,
                                                          const v1::LinkComplaintRequest* request,
                                                          v1::LinkComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::SupportComplaint(
    grpc::CallbackServerContext* call, const v1::SupportComplaintRequest* request,
    v1::SupportComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::AssignComplaint(
    grpc::CallbackServerContext* call, const v1::AssignComplaintRequest* request,
    v1::AssignComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::DisputeDispatch(
    grpc::CallbackServerContext* call, const v1::DisputeDispatchRequest* request,
    v1::DisputeDispatchResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::RuleDispatchDispute(
    grpc::CallbackServerContext* call, const v1::RuleDispatchDisputeRequest* request,
    v1::RuleDispatchDisputeResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::AcknowledgeComplaint(
    grpc::CallbackServerContext* call, const v1::AcknowledgeComplaintRequest* request,
    v1::AcknowledgeComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::NoteProgress(grpc::CallbackServerContext* call,
                                                         const v1::NoteProgressRequest* request,
                                                         v1::NoteProgressResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::RequestSuspension(
    grpc::CallbackServerContext* call, const v1::RequestSuspensionRequest* request,
    v1::RequestSuspensionResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::RuleSuspension(grpc::CallbackServerContext* call,
                                                           const v1::RuleSuspensionRequest* request,
                                                           v1::RuleSuspensionResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::ResumeComplaint(
    grpc::CallbackServerContext* call, const v1::ResumeComplaintRequest* request,
    v1::ResumeComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::ExtendDeadline(grpc::CallbackServerContext* call,
                                                           const v1::ExtendDeadlineRequest* request,
                                                           v1::ExtendDeadlineResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::EscalateComplaint(
    grpc::CallbackServerContext* call, const v1::EscalateComplaintRequest* request,
    v1::EscalateComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::WhistleDepartments(
    grpc::CallbackServerContext* call, const v1::WhistleDepartmentsRequest* request,
    v1::WhistleDepartmentsResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::ReportIn(grpc::CallbackServerContext* call,
                                                     const v1::ReportInRequest* request,
                                                     v1::ReportInResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::AnswerComplaint(
    grpc::CallbackServerContext* call, const v1::AnswerComplaintRequest* request,
    v1::AnswerComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::ConfirmComplaint(
    grpc::CallbackServerContext* call, const v1::ConfirmComplaintRequest* request,
    v1::ConfirmComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::DisputeAnswer(grpc::CallbackServerContext* call,
                                                          const v1::DisputeAnswerRequest* request,
                                                          v1::DisputeAnswerResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::ReopenComplaint(
    grpc::CallbackServerContext* call, const v1::ReopenComplaintRequest* request,
    v1::ReopenComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::CloseComplaint(grpc::CallbackServerContext* call,
                                                           const v1::CloseComplaintRequest* request,
                                                           v1::CloseComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::WithdrawComplaint(
    grpc::CallbackServerContext* call, const v1::WithdrawComplaintRequest* request,
    v1::WithdrawComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::AppealComplaint(
    grpc::CallbackServerContext* call, const v1::AppealComplaintRequest* request,
    v1::AppealComplaintResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::RuleAppeal(grpc::CallbackServerContext* call,
                                                       const v1::RuleAppealRequest* request,
                                                       v1::RuleAppealResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::DetectBreach(grpc::CallbackServerContext* call,
                                                         const v1::DetectBreachRequest* request,
                                                         v1::DetectBreachResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::CallBackComplainant(
    grpc::CallbackServerContext* call, const v1::CallBackComplainantRequest* request,
    v1::CallBackComplainantResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::RedactText(grpc::CallbackServerContext* call,
                                                       const v1::RedactTextRequest* request,
                                                       v1::RedactTextResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::ProposeScoreExclusion(
    grpc::CallbackServerContext* call, const v1::ProposeScoreExclusionRequest* request,
    v1::ProposeScoreExclusionResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

grpc::ServerUnaryReactor* ComplaintService::RuleScoreExclusion(
    grpc::CallbackServerContext* call, const v1::RuleScoreExclusionRequest* request,
    v1::RuleScoreExclusionResponse* response) {
  return runtime::Handle<Complaint>(runner_, call, request, response);
}

}  // namespace sanzhang::complaint
