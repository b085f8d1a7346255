#include "projections/analyst/analyst_service.h"

#include "projections/analyst/analyst_queries.h"
#include "projections/engine/answer.h"
#include "sanzhang/views/v1/analyst_service.grpc.pb.h"

namespace sanzhang::projections {
namespace {

class Service final : public views::v1::AnalystService::CallbackService {
 public:
  Service(QueryRuntime& runtime, Projector& view) : runtime_(runtime), view_(view) {}

  grpc::ServerUnaryReactor* ListAnomalies(grpc::CallbackServerContext* call,
                                          const views::v1::ListAnomaliesRequest* request,
                                          views::v1::ListAnomaliesResponse* response) override {
    return Answer(runtime_, view_, call, request, response, analyst::ListAnomalies);
  }

 private:
  QueryRuntime& runtime_;
  Projector& view_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAnalystService(QueryRuntime& runtime, Projector& view) {
  return std::make_unique<Service>(runtime, view);
}

}  // namespace sanzhang::projections
