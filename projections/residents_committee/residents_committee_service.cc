#include "projections/residents_committee/residents_committee_service.h"

#include "projections/engine/answer.h"
#include "projections/engine/watch.h"
#include "projections/residents_committee/meeting_queries.h"
#include "projections/residents_committee/privacy_queries.h"
#include "projections/residents_committee/publication_queries.h"
#include "projections/residents_committee/register_queries.h"
#include "projections/residents_committee/residents_committee_queries.h"
#include "projections/residents_committee/survey_queries.h"
#include "sanzhang/views/v1/residents_committee_service.grpc.pb.h"

namespace sanzhang::projections {
namespace {

using Unary = grpc::ServerUnaryReactor*;
using Call = grpc::CallbackServerContext*;
using namespace views::v1;  // Requests and responses of this one service.

class Service final : public ResidentsCommitteeService::CallbackService {
 public:
  Service(QueryRuntime& runtime, Projector& view) : runtime_(runtime), view_(view) {}

  Unary ListComplaints(Call call, const ListComplaintsRequest* request,
                       ListComplaintsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, residents_committee::ListComplaints);
  }
  Unary GetComplaint(Call call, const GetComplaintRequest* request,
                     GetComplaintResponse* response) override {
    return Answer(runtime_, view_, call, request, response, residents_committee::GetComplaint);
  }
  grpc::ServerWriteReactor<WatchComplaintsResponse>* WatchComplaints(
      Call call, const WatchComplaintsRequest* request) override {
    return Watch<WatchComplaintsResponse>(runtime_, view_, call, request,
                                          residents_committee::WatchComplaints);
  }
  Unary ListComplaintEvents(Call call, const ListComplaintEventsRequest* request,
                            ListComplaintEventsResponse* response) override {
    return Answer(runtime_, view_, call, request, response,
                  residents_committee::ListComplaintEvents);
  }
  Unary GetComplaintHistory(Call call, const GetComplaintHistoryRequest* request,
                            GetComplaintHistoryResponse* response) override {
    return Answer(runtime_, view_, call, request, response,
                  residents_committee::GetComplaintHistory);
  }
  Unary GetMetrics(Call call, const GetMetricsRequest* request,
                   GetMetricsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, residents_committee::GetMetrics);
  }
  Unary ListMetricCases(Call call, const ListMetricCasesRequest* request,
                        ListMetricCasesResponse* response) override {
    return Answer(runtime_, view_, call, request, response, residents_committee::ListMetricCases);
  }
  Unary CountComplaints(Call call, const CountComplaintsRequest* request,
                        CountComplaintsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, residents_committee::CountComplaints);
  }
  Unary GetOpenStock(Call call, const GetOpenStockRequest* request,
                     GetOpenStockResponse* response) override {
    return Answer(runtime_, view_, call, request, response, residents_committee::GetOpenStock);
  }
  Unary GetPropertyScorecard(Call call, const GetPropertyScorecardRequest* request,
                             GetPropertyScorecardResponse* response) override {
    return Answer(runtime_, view_, call, request, response,
                  residents_committee::GetPropertyScorecard);
  }
  Unary ListSurveys(Call call, const ListSurveysRequest* request,
                    ListSurveysResponse* response) override {
    return Answer(runtime_, view_, call, request, response, residents_committee::ListSurveys);
  }
  Unary GetSurvey(Call call, const GetSurveyRequest* request,
                  GetSurveyResponse* response) override {
    return Answer(runtime_, view_, call, request, response, residents_committee::GetSurvey);
  }
  grpc::ServerWriteReactor<WatchSurveysResponse>* WatchSurveys(
      Call call, const WatchSurveysRequest* request) override {
    return Watch<WatchSurveysResponse>(runtime_, view_, call, request,
                                       residents_committee::WatchSurveys);
  }

  Unary GetRegisterSummary(Call call, const GetRegisterSummaryRequest* request,
                           GetRegisterSummaryResponse* response) override {
    return Answer(runtime_, view_, call, request, response,
                  residents_committee::GetRegisterSummary);
  }
  Unary ListRegisterBuildings(Call call, const ListRegisterBuildingsRequest* request,
                              ListRegisterBuildingsResponse* response) override {
    return Answer(runtime_, view_, call, request, response,
                  residents_committee::ListRegisterBuildings);
  }
  Unary ListConstituencies(Call call, const ListConstituenciesRequest* request,
                           ListConstituenciesResponse* response) override {
    return Answer(runtime_, view_, call, request, response,
                  residents_committee::ListConstituencies);
  }
  Unary GetMeetingPlan(Call call, const GetMeetingPlanRequest* request,
                       GetMeetingPlanResponse* response) override {
    return Answer(runtime_, view_, call, request, response, residents_committee::GetMeetingPlan);
  }
  Unary ListDeliberations(Call call, const ListDeliberationsRequest* request,
                          ListDeliberationsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, residents_committee::ListDeliberations);
  }
  Unary ListReceivedInquiries(Call call, const ListReceivedInquiriesRequest* request,
                              ListReceivedInquiriesResponse* response) override {
    return Answer(runtime_, view_, call, request, response,
                  residents_committee::ListReceivedInquiries);
  }
  Unary ListReceivedObjections(Call call, const ListReceivedObjectionsRequest* request,
                               ListReceivedObjectionsResponse* response) override {
    return Answer(runtime_, view_, call, request, response,
                  residents_committee::ListReceivedObjections);
  }
  Unary ListPublicationDuties(Call call, const ListPublicationDutiesRequest* request,
                              ListPublicationDutiesResponse* response) override {
    return Answer(runtime_, view_, call, request, response,
                  residents_committee::ListPublicationDuties);
  }
  Unary ListPublicationGaps(Call call, const ListPublicationGapsRequest* request,
                            ListPublicationGapsResponse* response) override {
    return Answer(runtime_, view_, call, request, response,
                  residents_committee::ListPublicationGaps);
  }

  Unary ListSubjectRequests(Call call, const ListSubjectRequestsRequest* request,
                            ListSubjectRequestsResponse* response) override {
    return Answer(runtime_, view_, call, request, response,
                  residents_committee::ListSubjectRequests);
  }

 private:
  QueryRuntime& runtime_;
  Projector& view_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeResidentsCommitteeService(QueryRuntime& runtime,
                                                             Projector& view) {
  return std::make_unique<Service>(runtime, view);
}

}  // namespace sanzhang::projections
