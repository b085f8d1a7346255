// A query service of the toy projection, over real gRPC, that follows a fake log.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "projections/engine/answer.h"
#include "projections/engine/list_query.h"
#include "projections/engine/projection_service.h"
#include "projections/engine/query.h"
#include "projections/engine/watch.h"
#include "proto/wire/refusal.h"
#include "sanzhang/views/v1/residents_committee_service.grpc.pb.h"
#include "tests/projections/engine/toy.h"

namespace sanzhang::projections {

namespace pb = views::v1;

inline const Column kColumns[] = {
    {.name = "key", .sql = "key", .nullable = false},
    {.name = "number", .sql = "number", .type = ColumnType::kInt},
};

// Answers a real service's messages from the toy's rows: an item's key stands for a complaint's
// name.
class ToyQueries final : public pb::ResidentsCommitteeService::CallbackService {
 public:
  ToyQueries(QueryRuntime& runtime, Projector& view) : runtime_(runtime), view_(view) {}

  grpc::ServerUnaryReactor* ListComplaints(grpc::CallbackServerContext* call,
                                           const pb::ListComplaintsRequest* request,
                                           pb::ListComplaintsResponse* response) override {
    return Answer(runtime_, view_, call, request, response,
                  [this](const QueryContext& context, const pb::ListComplaintsRequest& asked,
                         pb::ListComplaintsResponse& answer) {
                    answered_at_ = absl::ToUnixSeconds(context.now);
                    if (context.caller.id == "p-nobody") {
                      return wire::Refuse(type::v1::ERROR_REASON_PERMISSION_DENIED);
                    }
                    const auto next = Items(context, PageOf(asked), answer);
                    if (next.ok()) answer.set_next_page_token(*next);
                    return next.status();
                  });
  }

  grpc::ServerWriteReactor<pb::WatchComplaintsResponse>* WatchComplaints(
      grpc::CallbackServerContext* call, const pb::WatchComplaintsRequest* request) override {
    return Watch<pb::WatchComplaintsResponse>(
        runtime_, view_, call, request,
        [](const QueryContext& context, const pb::WatchComplaintsRequest& asked,
           pb::WatchComplaintsResponse& answer) {
          return Items(context, PageOf(asked), answer).status();
        });
  }

  // What the last query was told that the time is.
  std::int64_t answered_at() const { return answered_at_; }

 private:
  template <class Response>
  static absl::StatusOr<std::string> Items(const QueryContext& context, const PageRequest& page,
                                           Response& answer) {
    const ListQuery query{.name = "toy.items",
                          .select = "key, number",
                          .from = "item",
                          .columns = kColumns,
                          .key = "key"};
    return List(context, query, page, [&](const Row& row) {
      answer.add_complaints()->set_name(std::string(row.Text(0)) + "=" +
                                        std::to_string(row.Int(1)));
    });
  }

  QueryRuntime& runtime_;
  Projector& view_;
  std::atomic<std::int64_t> answered_at_ = 0;
};

inline std::string ReasonIn(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (!details.ParseFromString(status.error_details()) || details.details().empty()) return "none";
  details.details(0).UnpackTo(&info);
  return info.reason();
}

class QueryTest : public ToyTest {
 protected:
  void Serve(QueryRuntime::Options options = {}, Toy::Options toy = {}) {
    view_ = StartToy(std::move(toy));
    options.identify = [](const grpc::CallbackServerContext& call) -> absl::StatusOr<Caller> {
      const auto found = call.client_metadata().find("sanzhang-person");
      if (found == call.client_metadata().end()) {
        return wire::Refuse(type::v1::ERROR_REASON_UNAUTHENTICATED);
      }
      Caller caller{.kind = log::v1::Actor::KIND_PERSON,
                    .id = std::string(found->second.data(), found->second.size())};
      if (caller.id == "operator") caller.installation_roles = {type::v1::ROLE_OPERATOR};
      if (caller.id == "auditor") caller.installation_roles = {type::v1::ROLE_AUDITOR};
      return caller;
    };
    runtime_ = std::make_unique<QueryRuntime>(std::move(options), *PageTokens::Open(folder()));
    queries_ = std::make_unique<ToyQueries>(*runtime_, *view_);
    projections_ =
        std::make_unique<ProjectionService>(*runtime_, std::vector<Projector*>{view_.get()});
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(queries_.get());
    builder.RegisterService(projections_.get());
    server_ = builder.BuildAndStart();
    address_ = "127.0.0.1:" + std::to_string(port);
    const auto channel = grpc::CreateChannel(address_, grpc::InsecureChannelCredentials());
    stub_ = pb::ResidentsCommitteeService::NewStub(channel);
    operate_ = pb::ProjectionService::NewStub(channel);
  }

  ~QueryTest() override {
    if (runtime_ == nullptr) return;
    runtime_->Drain();
    view_->Stop();
    server_->Shutdown(absl::ToChronoTime(Soon()));
  }

  struct Call {
    explicit Call(const std::string& person = "p-1", absl::Duration timeout = absl::Seconds(20)) {
      if (!person.empty()) context.AddMetadata("sanzhang-person", person);
      context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
    }
    grpc::ClientContext context;
  };

  grpc::Status List(Call& call, std::uint64_t min_position = 0, const std::string& filter = "") {
    pb::ListComplaintsRequest request;
    request.set_parent("communities/c1");
    request.set_min_position(min_position);
    request.set_filter(filter);
    answer_.Clear();
    return stub_->ListComplaints(&call.context, request, &answer_);
  }

  std::unique_ptr<grpc::ClientReader<pb::WatchComplaintsResponse>> WatchItems(Call& call) {
    pb::WatchComplaintsRequest request;
    request.set_parent("communities/c1");
    return stub_->WatchComplaints(&call.context, request);
  }

  static std::vector<std::string> Names(const auto& answer) {
    std::vector<std::string> names;
    for (const auto& complaint : answer.complaints()) names.push_back(complaint.name());
    return names;
  }

  std::unique_ptr<Projector> view_;
  std::unique_ptr<QueryRuntime> runtime_;
  std::unique_ptr<ToyQueries> queries_;
  std::unique_ptr<ProjectionService> projections_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  std::unique_ptr<pb::ResidentsCommitteeService::Stub> stub_;
  std::unique_ptr<pb::ProjectionService::Stub> operate_;
  pb::ListComplaintsResponse answer_;
};

}  // namespace sanzhang::projections
