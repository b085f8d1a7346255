#include "projections/rep_assembly/rep_assembly_service.h"

#include "projections/engine/answer.h"
#include "projections/rep_assembly/rep_assembly_queries.h"
#include "sanzhang/views/v1/rep_assembly_service.grpc.pb.h"

namespace sanzhang::projections {
namespace {

using Unary = grpc::ServerUnaryReactor*;
using Call = grpc::CallbackServerContext*;
using namespace views::v1;  // Requests and responses of this one service.

class Service final : public RepAssemblyService::CallbackService {
 public:
  Service(QueryRuntime& runtime, Projector& view) : runtime_(runtime), view_(view) {}

  Unary ListAssemblySessions(Call call, const ListAssemblySessionsRequest* request,
                             ListAssemblySessionsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, rep_assembly::ListAssemblySessions);
  }
  Unary ListAssemblyResolutions(Call call, const ListAssemblyResolutionsRequest* request,
                                ListAssemblyResolutionsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, rep_assembly::ListAssemblyResolutions);
  }
  Unary GetMyConstituency(Call call, const GetMyConstituencyRequest* request,
                          GetMyConstituencyResponse* response) override {
    return Answer(runtime_, view_, call, request, response, rep_assembly::GetMyConstituency);
  }
  Unary ListDraftPapers(Call call, const ListDraftPapersRequest* request,
                        ListDraftPapersResponse* response) override {
    return Answer(runtime_, view_, call, request, response, rep_assembly::ListDraftPapers);
  }

 private:
  QueryRuntime& runtime_;
  Projector& view_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeRepAssemblyService(QueryRuntime& runtime, Projector& view) {
  return std::make_unique<Service>(runtime, view);
}

}  // namespace sanzhang::projections
