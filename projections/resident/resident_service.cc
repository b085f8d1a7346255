#include "projections/resident/resident_service.h"

#include "projections/engine/answer.h"
#include "projections/engine/watch.h"
#include "projections/resident/my_data_queries.h"
#include "projections/resident/resident_queries.h"
#include "projections/resident/to_do_queries.h"
#include "sanzhang/views/v1/resident_service.grpc.pb.h"

namespace sanzhang::projections {
namespace {

using Unary = grpc::ServerUnaryReactor*;
using Call = grpc::CallbackServerContext*;
using namespace views::v1;  // Requests and responses of this one service.

class Service final : public ResidentService::CallbackService {
 public:
  Service(QueryRuntime& runtime, Projector& view) : runtime_(runtime), view_(view) {}

  Unary ListMyComplaints(Call call, const ListMyComplaintsRequest* request,
                         ListMyComplaintsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, resident::ListMyComplaints);
  }
  Unary GetMyComplaint(Call call, const GetMyComplaintRequest* request,
                       GetMyComplaintResponse* response) override {
    return Answer(runtime_, view_, call, request, response, resident::GetMyComplaint);
  }
  grpc::ServerWriteReactor<WatchMyComplaintsResponse>* WatchMyComplaints(
      Call call, const WatchMyComplaintsRequest* request) override {
    return Watch<WatchMyComplaintsResponse>(runtime_, view_, call, request,
                                            resident::WatchMyComplaints);
  }
  Unary ListMyVotes(Call call, const ListMyVotesRequest* request,
                    ListMyVotesResponse* response) override {
    return Answer(runtime_, view_, call, request, response, resident::ListMyVotes);
  }
  Unary ListMyToDos(Call call, const ListMyToDosRequest* request,
                    ListMyToDosResponse* response) override {
    return Answer(runtime_, view_, call, request, response, resident::ListMyToDos);
  }
  grpc::ServerWriteReactor<WatchMyToDosResponse>* WatchMyToDos(
      Call call, const WatchMyToDosRequest* request) override {
    return Watch<WatchMyToDosResponse>(runtime_, view_, call, request, resident::WatchMyToDos);
  }

  Unary GetMyData(Call call, const GetMyDataRequest* request,
                  GetMyDataResponse* response) override {
    return Answer(runtime_, view_, call, request, response, resident::GetMyData);
  }
  Unary ListMyTexts(Call call, const ListMyTextsRequest* request,
                    ListMyTextsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, resident::ListMyTexts);
  }
  Unary ListWhoLooked(Call call, const ListWhoLookedRequest* request,
                      ListWhoLookedResponse* response) override {
    return Answer(runtime_, view_, call, request, response, resident::ListWhoLooked);
  }
  Unary ListMySubjectRequests(Call call, const ListMySubjectRequestsRequest* request,
                              ListMySubjectRequestsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, resident::ListMySubjectRequests);
  }

 private:
  QueryRuntime& runtime_;
  Projector& view_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeResidentService(QueryRuntime& runtime, Projector& view) {
  return std::make_unique<Service>(runtime, view);
}

}  // namespace sanzhang::projections
