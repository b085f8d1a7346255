#include "projections/subdistrict/subdistrict_service.h"

#include "projections/engine/answer.h"
#include "projections/subdistrict/oversight_queries.h"
#include "projections/subdistrict/subdistrict_queries.h"
#include "sanzhang/views/v1/subdistrict_service.grpc.pb.h"

namespace sanzhang::projections {
namespace {

using Unary = grpc::ServerUnaryReactor*;
using Call = grpc::CallbackServerContext*;
using namespace views::v1;  // Requests and responses of this one service.

class Service final : public SubdistrictService::CallbackService {
 public:
  Service(QueryRuntime& runtime, Projector& view) : runtime_(runtime), view_(view) {}

  Unary ListCommunityComparison(Call call, const ListCommunityComparisonRequest* request,
                                ListCommunityComparisonResponse* response) override {
    return Answer(runtime_, view_, call, request, response, subdistrict::ListCommunityComparison);
  }
  Unary ListWhistles(Call call, const ListWhistlesRequest* request,
                     ListWhistlesResponse* response) override {
    return Answer(runtime_, view_, call, request, response, subdistrict::ListWhistles);
  }
  Unary GetSubdistrictMetrics(Call call, const GetSubdistrictMetricsRequest* request,
                              GetSubdistrictMetricsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, subdistrict::GetSubdistrictMetrics);
  }
  Unary ListFilingsInbox(Call call, const ListFilingsInboxRequest* request,
                         ListFilingsInboxResponse* response) override {
    return Answer(runtime_, view_, call, request, response, subdistrict::ListFilingsInbox);
  }
  Unary ListTermCalendar(Call call, const ListTermCalendarRequest* request,
                         ListTermCalendarResponse* response) override {
    return Answer(runtime_, view_, call, request, response, subdistrict::ListTermCalendar);
  }
  Unary ListRevocations(Call call, const ListRevocationsRequest* request,
                        ListRevocationsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, subdistrict::ListRevocations);
  }
  Unary GetSubdistrictCompleteness(Call call, const GetSubdistrictCompletenessRequest* request,
                                   GetSubdistrictCompletenessResponse* response) override {
    return Answer(runtime_, view_, call, request, response,
                  subdistrict::GetSubdistrictCompleteness);
  }

 private:
  QueryRuntime& runtime_;
  Projector& view_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSubdistrictService(QueryRuntime& runtime, Projector& view) {
  return std::make_unique<Service>(runtime, view);
}

}  // namespace sanzhang::projections
