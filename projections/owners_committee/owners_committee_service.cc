#include "projections/owners_committee/owners_committee_service.h"

#include "projections/engine/answer.h"
#include "projections/owners_committee/filing_queries.h"
#include "sanzhang/views/v1/owners_committee_service.grpc.pb.h"

namespace sanzhang::projections {
namespace {

using Unary = grpc::ServerUnaryReactor*;
using Call = grpc::CallbackServerContext*;
using namespace views::v1;  // Requests and responses of this one service.

class Service final : public OwnersCommitteeService::CallbackService {
 public:
  Service(QueryRuntime& runtime, Projector& view) : runtime_(runtime), view_(view) {}

  Unary ListFilings(Call call, const ListFilingsRequest* request,
                    ListFilingsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, owners_committee::ListFilings);
  }
  Unary ListCommitteeTerms(Call call, const ListCommitteeTermsRequest* request,
                           ListCommitteeTermsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, owners_committee::ListCommitteeTerms);
  }

 private:
  QueryRuntime& runtime_;
  Projector& view_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeOwnersCommitteeService(QueryRuntime& runtime, Projector& view) {
  return std::make_unique<Service>(runtime, view);
}

}  // namespace sanzhang::projections
