#include "projections/property_company/property_company_service.h"

#include "projections/engine/answer.h"
#include "projections/engine/watch.h"
#include "projections/property_company/property_company_queries.h"
#include "sanzhang/views/v1/property_company_service.grpc.pb.h"

namespace sanzhang::projections {
namespace {

using Unary = grpc::ServerUnaryReactor*;
using Call = grpc::CallbackServerContext*;
using namespace views::v1;  // Requests and responses of this one service.

class Service final : public PropertyCompanyService::CallbackService {
 public:
  Service(QueryRuntime& runtime, Projector& view) : runtime_(runtime), view_(view) {}

  Unary ListWorkQueue(Call call, const ListWorkQueueRequest* request,
                      ListWorkQueueResponse* response) override {
    return Answer(runtime_, view_, call, request, response, property_company::ListWorkQueue);
  }
  Unary GetWorkItem(Call call, const GetWorkItemRequest* request,
                    GetWorkItemResponse* response) override {
    return Answer(runtime_, view_, call, request, response, property_company::GetWorkItem);
  }
  grpc::ServerWriteReactor<WatchWorkQueueResponse>* WatchWorkQueue(
      Call call, const WatchWorkQueueRequest* request) override {
    return Watch<WatchWorkQueueResponse>(runtime_, view_, call, request,
                                         property_company::WatchWorkQueue);
  }
  Unary ListDispatchDisputes(Call call, const ListDispatchDisputesRequest* request,
                             ListDispatchDisputesResponse* response) override {
    return Answer(runtime_, view_, call, request, response, property_company::ListDispatchDisputes);
  }
  Unary GetOwnMetrics(Call call, const GetOwnMetricsRequest* request,
                      GetOwnMetricsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, property_company::GetOwnMetrics);
  }
  Unary GetOwnRatings(Call call, const GetOwnRatingsRequest* request,
                      GetOwnRatingsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, property_company::GetOwnRatings);
  }

 private:
  QueryRuntime& runtime_;
  Projector& view_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePropertyCompanyService(QueryRuntime& runtime, Projector& view) {
  return std::make_unique<Service>(runtime, view);
}

}  // namespace sanzhang::projections
