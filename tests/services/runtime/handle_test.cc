// Handlers over real gRPC calls: statuses, details, metadata.
#include "services/runtime/handle.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "proto/wire/grpc_status.h"
#include "tests/services/runtime/toy.grpc.pb.h"
#include "tests/services/runtime/toy_runtime.h"

namespace sanzhang::toy {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class Service : public v1::ToyService::CallbackService {
 public:
  explicit Service(ToyRuntime& toy) : toy_(toy) {}

  grpc::ServerUnaryReactor* MakeThing(grpc::CallbackServerContext* call,
                                      const v1::MakeThingRequest* request,
                                      v1::MakeThingResponse* response) override {
    return runtime::Handle<Thing>(*toy_.runner, call, request, response);
  }
  grpc::ServerUnaryReactor* AuditThings(grpc::CallbackServerContext* call,
                                        const v1::AuditThingsRequest* request,
                                        v1::AuditThingsResponse* response) override {
    return Tell(call, *request, *response);
  }
  grpc::ServerUnaryReactor* CountThings(grpc::CallbackServerContext* call,
                                        const v1::CountThingsRequest* request,
                                        v1::CountThingsResponse* response) override {
    return Tell(call, *request, *response);
  }

 private:
  template <class Request, class Response>
  grpc::ServerUnaryReactor* Tell(grpc::CallbackServerContext* call, const Request& request,
                                 Response& response) {
    const auto caller = runtime::Admit(*toy_.authenticator, *call, request);
    if (caller.ok()) response.set_caller(caller->key());
    grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
    reactor->Finish(wire::ToGrpc(caller.status()));
    return reactor;
  }

  ToyRuntime& toy_;
};

class Watch : public runtime::Observer {
 public:
  void Answered(std::string_view method, const absl::Status& status, absl::Duration took) override {
    EXPECT_GE(took, absl::ZeroDuration());
    seen.push_back(std::string(method) + " " + Why(status));
  }
  std::vector<std::string> seen;
};

class HandleTest : public ::testing::Test {
 protected:
  explicit HandleTest(runtime::CommandRunner::Options options = {})
      : toy_(std::move(options), {}, &watch_), service_(toy_) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::ToyService::NewStub(server_->InProcessChannel({}));
  }

  void Prepare(grpc::ClientContext& context, std::string_view key, std::string_view value) {
    context.AddMetadata(std::string(key), std::string(value));
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  }

  v1::MakeThingRequest Request() {
    v1::MakeThingRequest request;
    request.set_parent(kCommunity);
    request.set_request_id(RequestId(1));
    request.set_thing_id("t1");
    request.set_value("v");
    return request;
  }

  grpc::Status Make(const v1::MakeThingRequest& request, v1::MakeThingResponse& response) {
    grpc::ClientContext context;
    Prepare(context, "sanzhang-person", "p-res");
    const grpc::Status status = stub_->MakeThing(&context, request, &response);
    const auto& trailers = context.GetServerTrailingMetadata();
    const auto pushback = trailers.find("grpc-retry-pushback-ms");
    pushback_ = pushback == trailers.end()
                    ? ""
                    : std::string(pushback->second.data(), pushback->second.size());
    return status;
  }

  Watch watch_;
  ToyRuntime toy_;
  Service service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::ToyService::Stub> stub_;
  std::string pushback_;
};

// The one detail of that type; an empty one if there is none.
template <class Detail>
Detail DetailOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), static_cast<int>(status.error_code()));
  Detail detail;
  for (const auto& any : details.details()) {
    if (any.Is<Detail>()) any.UnpackTo(&detail);
  }
  return detail;
}

TEST_F(HandleTest, AnswersACommand) {
  v1::MakeThingResponse response;
  const grpc::Status status = Make(Request(), response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.name(), "communities/c1/things/t1");
  EXPECT_EQ(response.etag(), "r1");
  EXPECT_EQ(response.position(), 1u);
  EXPECT_THAT(watch_.seen, ElementsAre("/sanzhang.toy.v1.ToyService/MakeThing OK"));
}

TEST_F(HandleTest, TellsARefusalInDetail) {
  v1::MakeThingResponse response;
  ASSERT_TRUE(Make(Request(), response).ok());
  auto request = Request();
  request.set_request_id(RequestId(2));
  const grpc::Status status = Make(request, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info.reason(), "RESOURCE_ALREADY_EXISTS");
  EXPECT_EQ(info.domain(), "sanzhang");
  EXPECT_EQ(info.metadata().at("resource"), "communities/c1/things/t1");
  EXPECT_EQ(pushback_, "");
}

TEST_F(HandleTest, TellsViolationsWithinWhatHeadersHold) {
  auto request = Request();
  const std::string outside = "communities/c2/persons/" + std::string(60, 'p');
  request.set_thing_id(std::string(3000, '-'));
  for (int i = 0; i < 5; ++i) {
    auto& note = *request.add_notes();
    note.set_code(std::string(200, 'x'));
    for (int j = 0; j < 5; ++j) note.add_replies()->mutable_text()->set_subject(outside);
  }
  v1::MakeThingResponse response;
  const grpc::Status status = Make(request, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).reason(), "INVALID_REQUEST");
  EXPECT_GT(DetailOf<google::rpc::BadRequest>(status).field_violations_size(), 10);
  EXPECT_LE(status.error_message().size(), 1024u);
  EXPECT_LE(status.error_details().size(), 3072u);
}

TEST_F(HandleTest, SaysWhenToComeBack) {
  toy_.store->answer = [](const auto&) {
    return eventstore::AppendResult{.kind = eventstore::AppendResult::Kind::kOverloaded};
  };
  v1::MakeThingResponse response;
  const grpc::Status status = Make(Request(), response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(DetailOf<google::rpc::RetryInfo>(status).retry_delay().nanos(), 200'000'000);
  EXPECT_EQ(pushback_, "200");
}

TEST_F(HandleTest, AdmitsCallersOfOtherRpcs) {
  const auto audit = [&](std::string_view key, std::string_view value, std::string_view filter) {
    grpc::ClientContext context;
    Prepare(context, key, value);
    v1::AuditThingsRequest request;
    request.set_filter(std::string(filter));
    v1::AuditThingsResponse response;
    const grpc::Status status = stub_->AuditThings(&context, request, &response);
    return status.ok() ? response.caller() : DetailOf<google::rpc::ErrorInfo>(status).reason();
  };
  EXPECT_EQ(audit("x-other", "auditor", ""), "UNAUTHENTICATED");
  EXPECT_EQ(audit("sanzhang-person", "p-res", std::string(101, 'x')), "INVALID_REQUEST");
  EXPECT_EQ(audit("sanzhang-person", "p-res", ""), "PERMISSION_DENIED");
  EXPECT_EQ(audit("sanzhang-service", "hotline", ""), "PERMISSION_DENIED");
  EXPECT_EQ(audit("sanzhang-service", "auditor", ""), "services/auditor");

  grpc::ClientContext context;
  Prepare(context, "sanzhang-person", "p-anyone");
  v1::CountThingsResponse response;
  EXPECT_TRUE(stub_->CountThings(&context, {}, &response).ok());
  EXPECT_EQ(response.caller(), "persons/p-anyone");
}

TEST_F(HandleTest, EndsWithItsCallsAnswered) {
  // The server goes first, as in the binary: what it has accepted is answered by the runner.
  v1::MakeThingResponse response;
  ASSERT_TRUE(Make(Request(), response).ok());
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(10));
  EXPECT_TRUE(toy_.runner->Drain(absl::Now() + absl::Seconds(10)));
  EXPECT_THAT(toy_.Records(), SizeIs(1));
}

}  // namespace
}  // namespace sanzhang::toy
