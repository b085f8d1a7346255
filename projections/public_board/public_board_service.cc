#include "projections/public_board/public_board_service.h"

#include "projections/engine/answer.h"
#include "projections/engine/watch.h"
#include "projections/public_board/notice_queries.h"
#include "projections/public_board/public_board_queries.h"
#include "sanzhang/views/v1/public_board_service.grpc.pb.h"

namespace sanzhang::projections {
namespace {

using Unary = grpc::ServerUnaryReactor*;
using Call = grpc::CallbackServerContext*;
using namespace views::v1;  // Requests and responses of this one service.

class Service final : public PublicBoardService::CallbackService {
 public:
  Service(QueryRuntime& runtime, Projector& view) : runtime_(runtime), view_(view) {}

  Unary GetOpenIndicators(Call call, const GetOpenIndicatorsRequest* request,
                          GetOpenIndicatorsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, public_board::GetOpenIndicators);
  }
  Unary ListNotices(Call call, const ListNoticesRequest* request,
                    ListNoticesResponse* response) override {
    return Answer(runtime_, view_, call, request, response, public_board::ListNotices);
  }
  Unary GetNotice(Call call, const GetNoticeRequest* request,
                  GetNoticeResponse* response) override {
    return Answer(runtime_, view_, call, request, response, public_board::GetNotice);
  }
  grpc::ServerWriteReactor<WatchNoticesResponse>* WatchNotices(
      Call call, const WatchNoticesRequest* request) override {
    return Watch<WatchNoticesResponse>(runtime_, view_, call, request, public_board::WatchNotices);
  }
  Unary ListNoticeVersions(Call call, const ListNoticeVersionsRequest* request,
                           ListNoticeVersionsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, public_board::ListNoticeVersions);
  }
  Unary ListNoticeObjections(Call call, const ListNoticeObjectionsRequest* request,
                             ListNoticeObjectionsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, public_board::ListNoticeObjections);
  }
  Unary ListInquiries(Call call, const ListInquiriesRequest* request,
                      ListInquiriesResponse* response) override {
    return Answer(runtime_, view_, call, request, response, public_board::ListInquiries);
  }

 private:
  QueryRuntime& runtime_;
  Projector& view_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePublicBoardService(QueryRuntime& runtime, Projector& view) {
  return std::make_unique<Service>(runtime, view);
}

}  // namespace sanzhang::projections
