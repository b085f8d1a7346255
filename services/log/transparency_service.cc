#include "services/log/transparency_service.h"

#include <utility>

#include "grpcpp/server_context.h"
#include "proto/wire/grpc_status.h"
#include "sanzhang/log/v1/transparency_service.grpc.pb.h"
#include "services/log/limits.h"
#include "services/log/tasks.h"
#include "services/log/tree_answers.h"

namespace sanzhang::log {

class TransparencyService::Impl final : public v1::TransparencyService::CallbackService {
 public:
  Impl(const eventstore::EventStore& store, const transparency::TreeKeeper& keeper,
       Identify identify)
      : identify_(std::move(identify)), answers_(store, keeper), tasks_(kReadThreads) {}

  grpc::ServerUnaryReactor* GetCheckpoint(grpc::CallbackServerContext* context,
                                          const v1::GetCheckpointRequest* request,
                                          v1::GetCheckpointResponse* response) override {
    return Answer(*context, *request, *response,
                  [this](const runtime::Principal&) { return answers_.Checkpoint(); });
  }

  grpc::ServerUnaryReactor* GetInclusionProof(grpc::CallbackServerContext* context,
                                              const v1::GetInclusionProofRequest* request,
                                              v1::GetInclusionProofResponse* response) override {
    return Answer(*context, *request, *response, [this, request](const runtime::Principal&) {
      return answers_.Inclusion(*request);
    });
  }

  grpc::ServerUnaryReactor* GetConsistencyProof(
      grpc::CallbackServerContext* context, const v1::GetConsistencyProofRequest* request,
      v1::GetConsistencyProofResponse* response) override {
    return Answer(*context, *request, *response, [this, request](const runtime::Principal&) {
      return answers_.Consistency(*request);
    });
  }

  grpc::ServerUnaryReactor* GetReceipt(grpc::CallbackServerContext* context,
                                       const v1::GetReceiptRequest* request,
                                       v1::GetReceiptResponse* response) override {
    return Answer(*context, *request, *response, [this, request](const runtime::Principal& caller) {
      return answers_.Receipt(*request, caller);
    });
  }

 private:
  // Answers on a thread that may wait for a disk.
  template <class Request, class Response, class Make>
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext& context, const Request& request,
                                   Response& response, Make make) {
    grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
    absl::StatusOr<runtime::Principal> caller = identify_(context, request);
    if (!caller.ok()) {
      reactor->Finish(wire::ToGrpc(caller.status()));
      return reactor;
    }
    tasks_.Run([make = std::move(make), caller = *std::move(caller), reactor, &response] {
      absl::StatusOr<Response> made = make(caller);
      if (made.ok()) response = *std::move(made);
      reactor->Finish(wire::ToGrpc(made.status()));
    });
    return reactor;
  }

  const Identify identify_;
  const TreeAnswers answers_;
  Tasks tasks_;
};

TransparencyService::TransparencyService(const eventstore::EventStore& store,
                                         const transparency::TreeKeeper& keeper, Identify identify)
    : impl_(std::make_unique<Impl>(store, keeper, std::move(identify))) {}
TransparencyService::~TransparencyService() = default;

grpc::Service& TransparencyService::service() { return *impl_; }

}  // namespace sanzhang::log
