// Who may have words opened: query sides alone, since whoever asks can name any viewer.
#include "services/opening/opening_service.h"

#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"
#include "proto/wire/refusal.h"
#include "sanzhang/opening/v1/opening_service.grpc.pb.h"
#include "tests/services/opening/fixture.h"

namespace sanzhang::opening {
namespace {

// Whoever calls is the one that the test says.
class Says final : public runtime::Authenticator {
 public:
  absl::StatusOr<runtime::Principal> Authenticate(const runtime::Metadata&) const override {
    return who;
  }
  absl::StatusOr<runtime::Principal> who;
};

class OpeningServiceTest : public OpeningTest {
 protected:
  OpeningServiceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = v1::OpeningService::NewStub(server_->InProcessChannel({}));
    request_.set_viewer("persons/p-rc");
    request_.set_method("a.Service.List");
    *request_.add_passages() = Sealed(kLi, "one");
  }

  // The words, or why not.
  std::string Asked(absl::StatusOr<runtime::Principal> by) {
    authenticator_.who = std::move(by);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    v1::OpenTextsResponse response;
    const grpc::Status status = stub_->OpenTexts(&context, request_, &response);
    google::rpc::Status details;
    google::rpc::ErrorInfo info;
    details.ParseFromString(status.error_details());
    for (const auto& any : details.details()) any.UnpackTo(&info);
    EXPECT_EQ(response.words_size(), status.ok() ? 1 : 0);
    return status.ok() ? response.words(0).text() : info.reason();
  }

  Opener opener_{*store_, *keyring_, {.now = [this] { return now_; }}};
  Says authenticator_;
  const std::unique_ptr<grpc::Service> service_ = MakeOpeningService(opener_, authenticator_);
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::OpeningService::Stub> stub_;
  v1::OpenTextsRequest request_;
};

constexpr auto kService = log::v1::Actor::KIND_SERVICE;
constexpr auto kPerson = log::v1::Actor::KIND_PERSON;
constexpr auto kAuditor = type::v1::ROLE_AUDITOR;

TEST_F(OpeningServiceTest, OpensForQuerySidesAlone) {
  EXPECT_EQ(Asked(wire::Refuse(type::v1::ERROR_REASON_UNAUTHENTICATED)), "UNAUTHENTICATED");
  for (const runtime::Principal& other : std::initializer_list<runtime::Principal>{
           {kService, "auditor", {kAuditor}},
           {kService, "operator", {type::v1::ROLE_OPERATOR, kAuditor}},
           {kService, "hotline", {}},
           {kService, "projector", {}},
           {kPerson, "projector", {kAuditor}},
           {kPerson, "p-li", {}},
       }) {
    EXPECT_EQ(Asked(other), "PERMISSION_DENIED") << other.key();
  }
  EXPECT_EQ(store_->head().position, 0u) << "nothing was opened";
  EXPECT_EQ(Asked(runtime::Principal{kService, "projector", {kAuditor}}), "one");
  EXPECT_EQ(store_->head().position, 1u);
}

TEST_F(OpeningServiceTest, ChecksWhatItIsAskedAndTellsWhyNot) {
  const runtime::Principal query_side{kService, "projector", {kAuditor}};
  request_.clear_viewer();
  EXPECT_EQ(Asked(query_side), "INVALID_REQUEST");
  request_.set_viewer("persons/p-rc");
  store_->Close();
  EXPECT_EQ(Asked(query_side), "STORE_STOPPED");
}

}  // namespace
}  // namespace sanzhang::opening
