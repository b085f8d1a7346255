#include "projections/supervision_committee/supervision_committee_service.h"

#include "projections/engine/answer.h"
#include "projections/supervision_committee/supervision_committee_queries.h"
#include "sanzhang/views/v1/supervision_committee_service.grpc.pb.h"

namespace sanzhang::projections {
namespace {

using Unary = grpc::ServerUnaryReactor*;
using Call = grpc::CallbackServerContext*;
using namespace views::v1;  // Requests and responses of this one service.

class Service final : public SupervisionCommitteeService::CallbackService {
 public:
  Service(QueryRuntime& runtime, Projector& view) : runtime_(runtime), view_(view) {}

  Unary ListDocket(Call call, const ListDocketRequest* request,
                   ListDocketResponse* response) override {
    return Answer(runtime_, view_, call, request, response, supervision_committee::ListDocket);
  }
  Unary ListMemberAppraisals(Call call, const ListMemberAppraisalsRequest* request,
                             ListMemberAppraisalsResponse* response) override {
    return Answer(runtime_, view_, call, request, response,
                  supervision_committee::ListMemberAppraisals);
  }

 private:
  QueryRuntime& runtime_;
  Projector& view_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSupervisionCommitteeService(QueryRuntime& runtime,
                                                               Projector& view) {
  return std::make_unique<Service>(runtime, view);
}

}  // namespace sanzhang::projections
