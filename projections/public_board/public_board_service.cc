#include "projections/public_board/public_board_service.h"

#include "projections/engine/answer.h"
#include "projections/public_board/public_board_queries.h"
#include "sanzhang/views/v1/public_board_service.grpc.pb.h"

namespace sanzhang::projections {
namespace {

using namespace views::v1;  // Requests and responses of this one service.

class Service final : public PublicBoardService::CallbackService {
 public:
  Service(QueryRuntime& runtime, Projector& view) : runtime_(runtime), view_(view) {}

  grpc::ServerUnaryReactor* GetOpenIndicators(grpc::CallbackServerContext* call,
                                              const GetOpenIndicatorsRequest* request,
                                              GetOpenIndicatorsResponse* response) override {
    return Answer(runtime_, view_, call, request, response, public_board::GetOpenIndicators);
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
