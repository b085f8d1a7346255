#include "projections/owners_committee/owners_committee_service.h"

#include "projections/engine/answer.h"
#include "projections/engine/watch.h"
#include "projections/owners_committee/filing_queries.h"
#include "projections/owners_committee/inquiry_queries.h"
#include "projections/owners_committee/owners_committee_queries.h"
#include "sanzhang/views/v1/owners_committee_service.grpc.pb.h"

namespace sanzhang::projections {
namespace {

using Unary = grpc::ServerUnaryReactor*;
using Call = grpc::CallbackServerContext*;
using namespace views::v1;  // Requests and responses of this one service.

class Service final : public OwnersCommitteeService::CallbackService {
 public:
  Service(QueryRuntime& runtime, Projector& view) : runtime_(runtime), view_(view) {}

  Unary ListVotes(Call call, const ListVotesRequest* request,
                  ListVotesResponse* response) override {
    return Answer(runtime_, view_, call, request, response, owners_committee::ListVotes);
  }
  Unary GetVote(Call call, const GetVoteRequest* request, GetVoteResponse* response) override {
    return Answer(runtime_, view_, call, request, response, owners_committee::GetVote);
  }
  grpc::ServerWriteReactor<WatchVotesResponse>* WatchVotes(
      Call call, const WatchVotesRequest* request) override {
    return Watch<WatchVotesResponse>(runtime_, view_, call, request, owners_committee::WatchVotes);
  }
  Unary ListElectorate(Call call, const ListElectorateRequest* request,
                       ListElectorateResponse* response) override {
    return Answer(runtime_, view_, call, request, response, owners_committee::ListElectorate);
  }
  Unary GetResultSheet(Call call, const GetResultSheetRequest* request,
                       GetResultSheetResponse* response) override {
    return Answer(runtime_, view_, call, request, response, owners_committee::GetResultSheet);
  }
  Unary GetVoteMetrics(Call call, const GetVoteMetricsRequest* request,
                       GetVoteMetricsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, owners_committee::GetVoteMetrics);
  }
  Unary ListVoteMetricCases(Call call, const ListVoteMetricCasesRequest* request,
                            ListVoteMetricCasesResponse* response) override {
    return Answer(runtime_, view_, call, request, response, owners_committee::ListVoteMetricCases);
  }
  Unary ListFilings(Call call, const ListFilingsRequest* request,
                    ListFilingsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, owners_committee::ListFilings);
  }
  Unary ListCommitteeTerms(Call call, const ListCommitteeTermsRequest* request,
                           ListCommitteeTermsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, owners_committee::ListCommitteeTerms);
  }
  Unary ListOwnerInquiries(Call call, const ListOwnerInquiriesRequest* request,
                           ListOwnerInquiriesResponse* response) override {
    return Answer(runtime_, view_, call, request, response, owners_committee::ListOwnerInquiries);
  }
  Unary ListOwnerObjections(Call call, const ListOwnerObjectionsRequest* request,
                            ListOwnerObjectionsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, owners_committee::ListOwnerObjections);
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
