#include "projections/party_org/party_org_service.h"

#include "projections/engine/answer.h"
#include "projections/party_org/party_org_queries.h"
#include "sanzhang/views/v1/party_org_service.grpc.pb.h"

namespace sanzhang::projections {
namespace {

using Unary = grpc::ServerUnaryReactor*;
using Call = grpc::CallbackServerContext*;
using namespace views::v1;  // Requests and responses of this one service.

class Service final : public PartyOrgService::CallbackService {
 public:
  Service(QueryRuntime& runtime, Projector& view) : runtime_(runtime), view_(view) {}

  Unary GetOverview(Call call, const GetOverviewRequest* request,
                    GetOverviewResponse* response) override {
    return Answer(runtime_, view_, call, request, response, party_org::GetOverview);
  }
  Unary ListStabilityWatch(Call call, const ListStabilityWatchRequest* request,
                           ListStabilityWatchResponse* response) override {
    return Answer(runtime_, view_, call, request, response, party_org::ListStabilityWatch);
  }
  Unary ListChiefs(Call call, const ListChiefsRequest* request,
                   ListChiefsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, party_org::ListChiefs);
  }
  Unary GetCommunityMetrics(Call call, const GetCommunityMetricsRequest* request,
                            GetCommunityMetricsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, party_org::GetCommunityMetrics);
  }
  Unary GetParticipation(Call call, const GetParticipationRequest* request,
                         GetParticipationResponse* response) override {
    return Answer(runtime_, view_, call, request, response, party_org::GetParticipation);
  }
  Unary GetCompleteness(Call call, const GetCompletenessRequest* request,
                        GetCompletenessResponse* response) override {
    return Answer(runtime_, view_, call, request, response, party_org::GetCompleteness);
  }
  Unary ListPreStudies(Call call, const ListPreStudiesRequest* request,
                       ListPreStudiesResponse* response) override {
    return Answer(runtime_, view_, call, request, response, party_org::ListPreStudies);
  }

 private:
  QueryRuntime& runtime_;
  Projector& view_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePartyOrgService(QueryRuntime& runtime, Projector& view) {
  return std::make_unique<Service>(runtime, view);
}

}  // namespace sanzhang::projections
