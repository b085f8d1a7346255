// The transparency service over real gRPC: what it answers, to whom, and what it refuses.
#include "services/log/transparency_service.h"

#include <filesystem>

#include "absl/synchronization/notification.h"
#include "eventstore/memory_commit_log.h"
#include "eventstore/transparency/receipt.h"
#include "gmock/gmock.h"
#include "sanzhang/log/v1/transparency_service.grpc.pb.h"
#include "services/runtime/handle.h"
#include "tests/services/log/log_service_fixture.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::log {
namespace {

using transparency::Hash;
using transparency::HashOf;
using transparency::Proof;
using transparency::VerifyConsistency;
using transparency::VerifyInclusion;

constexpr char kLi[] = "communities/c1/persons/p-li";

Proof ProofOf(const google::protobuf::RepeatedPtrField<std::string>& hashes) {
  Proof proof;
  for (const std::string& hash : hashes) proof.push_back(HashOf(hash));
  return proof;
}

class TransparencyServiceTest : public testing::Test {
 protected:
  TransparencyServiceTest() {
    eventstore::EventStore::Options options;
    store_ = *eventstore::EventStore::Open(eventstore::MakeMemoryCommitLog(), options);
    signer_ =
        *transparency::TreeSigner::Open({dir_.File("keys"), dir_.File("tree"), "example.cn/log"});
    transparency::TreeKeeper::Options keeper;
    keeper.folder = dir_.File("tree");
    keeper.sign_pause = absl::ZeroDuration();
    keeper.on_published = [this] {
      absl::MutexLock lock(&mutex_);
      ++published_;
    };
    keeper_ = *transparency::TreeKeeper::Open(*store_, *signer_, std::move(keeper));
    service_ = std::make_unique<TransparencyService>(
        *store_, *keeper_,
        [this](const grpc::CallbackServerContext& call, const google::protobuf::Message& request) {
          return runtime::Admit(*authenticator_, call, request);
        });
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_->service());
    server_ = builder.BuildAndStart();
    stub_ = v1::TransparencyService::NewStub(grpc::CreateChannel(
        "127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials()));
  }
  ~TransparencyServiceTest() override {
    server_->Shutdown(absl::ToChronoTime(absl::Now() + kPatience));
    server_.reset();
    service_.reset();
    keeper_.reset();
  }

  // Appends records by an actor, and waits until they are signed.
  void AppendSigned(int records, const std::string& actor = kLi) {
    eventstore::Append append;
    append.subject = "communities/c1/complaints/a";
    eventstore::StreamWrite write{append.subject};
    for (int i = 0; i < records; ++i) {
      v1::Record record;
      record.set_stream(append.subject);
      record.set_type("test.Happened");
      record.set_community("communities/c1");
      record.mutable_actor()->set_subject(actor);
      write.records.push_back(std::move(record));
    }
    append.writes.push_back(std::move(write));
    absl::Notification done;
    store_->Append(std::move(append), [&](eventstore::AppendResult) { done.Notify(); });
    done.WaitForNotification();
    const std::uint64_t end = store_->head().position;
    absl::MutexLock lock(&mutex_);
    const auto is_signed = [&] {
      const auto published = keeper_->published();
      return published_ > 0 && published != nullptr && published->head.size >= end;
    };
    ASSERT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&is_signed), kPatience));
  }

  template <class Request, class Response>
  grpc::Status Call(grpc::Status (v1::TransparencyService::Stub::*method)(grpc::ClientContext*,
                                                                          const Request&,
                                                                          Response*),
                    const Request& request, Response& response,
                    const std::string& key = "sanzhang-service",
                    const std::string& value = "hotline") {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
    if (!key.empty()) context.AddMetadata(key, value);
    return (stub_.get()->*method)(&context, request, &response);
  }
  std::string ReceiptFor(std::uint64_t position, const std::string& key, const std::string& value) {
    v1::GetReceiptRequest request;
    request.set_position(position);
    v1::GetReceiptResponse response;
    const grpc::Status status =
        Call(&v1::TransparencyService::Stub::GetReceipt, request, response, key, value);
    return status.ok() ? response.receipt() : InfoOf(status).reason();
  }

  support::TempDir dir_;
  absl::Mutex mutex_;
  int published_ = 0;
  const std::unique_ptr<runtime::Authenticator> authenticator_ =
      runtime::MakeDevelopmentAuthenticator();
  std::unique_ptr<eventstore::EventStore> store_;
  std::unique_ptr<transparency::TreeSigner> signer_;
  std::unique_ptr<transparency::TreeKeeper> keeper_;
  std::unique_ptr<TransparencyService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::TransparencyService::Stub> stub_;
};

using Stub = v1::TransparencyService::Stub;

TEST_F(TransparencyServiceTest, WithoutACheckpointThereIsNothingYet) {
  v1::GetCheckpointResponse checkpoint;
  const grpc::Status status = Call(&Stub::GetCheckpoint, v1::GetCheckpointRequest(), checkpoint);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(InfoOf(status).reason(), "RECEIPT_PENDING");
}

TEST_F(TransparencyServiceTest, NobodyIsToldNothing) {
  v1::GetCheckpointResponse checkpoint;
  const grpc::Status status =
      Call(&Stub::GetCheckpoint, v1::GetCheckpointRequest(), checkpoint, "");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(TransparencyServiceTest, TheCheckpointIsSigned) {
  AppendSigned(5);
  v1::GetCheckpointResponse response;
  ASSERT_TRUE(Call(&Stub::GetCheckpoint, v1::GetCheckpointRequest(), response).ok());
  const auto key = transparency::VerifierKey::Parse(response.verifier_key());
  const auto checkpoint =
      OpenCheckpoint(*transparency::SignedNote::Parse(response.checkpoint()), *key);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->origin, "example.cn/log");
  EXPECT_EQ(checkpoint->head.size, response.tree_size());
  EXPECT_EQ(checkpoint->head.root, HashOf(response.root_hash()));
}

TEST_F(TransparencyServiceTest, ProofsProveInEveryTree) {
  AppendSigned(300);
  for (const std::uint64_t size : {0, 1, 7, 256, 299, 300}) {
    v1::GetInclusionProofRequest request;
    request.set_position(1);
    request.set_tree_size(size);
    v1::GetInclusionProofResponse proof;
    ASSERT_TRUE(Call(&Stub::GetInclusionProof, request, proof).ok()) << size;
    EXPECT_EQ(proof.tree_size(), size == 0 ? 300 : size);
    EXPECT_TRUE(VerifyInclusion(HashOf(proof.leaf_hash()), proof.leaf_index(), proof.tree_size(),
                                ProofOf(proof.hashes()), HashOf(proof.root_hash()))
                    .ok());
    if (size == 0) continue;
    v1::GetConsistencyProofRequest between;
    between.set_first_tree_size(size);
    v1::GetConsistencyProofResponse consistency;
    ASSERT_TRUE(Call(&Stub::GetConsistencyProof, between, consistency).ok()) << size;
    EXPECT_EQ(consistency.first_root_hash(), proof.root_hash());
    EXPECT_TRUE(VerifyConsistency(size, HashOf(consistency.first_root_hash()), 300,
                                  HashOf(consistency.second_root_hash()),
                                  ProofOf(consistency.hashes()))
                    .ok());
  }
}

TEST_F(TransparencyServiceTest, TreesThatAreNotThereAreRefused) {
  AppendSigned(5);
  const auto inclusion = [&](std::uint64_t position, std::uint64_t size) {
    v1::GetInclusionProofRequest request;
    request.set_position(position);
    request.set_tree_size(size);
    v1::GetInclusionProofResponse response;
    return InfoOf(Call(&Stub::GetInclusionProof, request, response)).reason();
  };
  const auto consistency = [&](std::uint64_t first, std::uint64_t second) {
    v1::GetConsistencyProofRequest request;
    request.set_first_tree_size(first);
    request.set_second_tree_size(second);
    v1::GetConsistencyProofResponse response;
    return InfoOf(Call(&Stub::GetConsistencyProof, request, response)).reason();
  };
  EXPECT_EQ(inclusion(0, 0), "INVALID_REQUEST");
  EXPECT_EQ(inclusion(6, 0), "TREE_SIZE_INVALID");
  EXPECT_EQ(inclusion(1, 6), "TREE_SIZE_INVALID");
  EXPECT_EQ(inclusion(5, 4), "TREE_SIZE_INVALID");
  EXPECT_EQ(inclusion(5, 5), "");
  EXPECT_EQ(consistency(0, 5), "INVALID_REQUEST");
  EXPECT_EQ(consistency(6, 0), "TREE_SIZE_INVALID");
  EXPECT_EQ(consistency(5, 6), "TREE_SIZE_INVALID");
  EXPECT_EQ(consistency(5, 4), "TREE_SIZE_INVALID");
  EXPECT_EQ(consistency(5, 5), "");
}

TEST_F(TransparencyServiceTest, AReceiptShowsTheRecordToItsActorAndToAuditorsOnly) {
  AppendSigned(3);
  AppendSigned(1, "");
  const transparency::Policy policy = transparency::Policy::OfLog(keeper_->verifier());
  struct Case {
    std::uint64_t position;
    std::string key, value;
    bool whole;
  };
  for (const Case& c : std::vector<Case>{{2, "sanzhang-person", "p-li", true},
                                         {2, "sanzhang-person", "p-wang", false},
                                         {2, "sanzhang-service", "hotline", false},
                                         {2, "sanzhang-service", "auditor", true},
                                         {2, "sanzhang-service", "operator", true},
                                         {4, "sanzhang-person", "p-li", false},
                                         {4, "sanzhang-service", "auditor", true}}) {
    const auto proven = VerifyReceipt(ReceiptFor(c.position, c.key, c.value), policy);
    ASSERT_TRUE(proven.ok()) << proven.status();
    EXPECT_EQ(proven->position, c.position);
    EXPECT_EQ(proven->record.has_value(), c.whole) << c.value << " at " << c.position;
  }
  EXPECT_EQ(ReceiptFor(5, "sanzhang-service", "auditor"), "TREE_SIZE_INVALID");
}

TEST_F(TransparencyServiceTest, ACosignedCheckpointIsPreferredIfItHoldsTheRecord) {
  AppendSigned(3);
  const auto witness =
      transparency::SigningKey::Make("w.example", transparency::KeyKind::kCosignature);
  const auto three = keeper_->published();
  keeper_->AddCosignatures(*three, {Cosign(three->note.text, *witness, 100)});
  AppendSigned(1);
  const auto policy =
      transparency::Policy::Parse("log " + keeper_->verifier().Encode() + "\nwitness w " +
                                  witness->verifier().Encode() + "\nquorum w\n");
  ASSERT_TRUE(policy.ok());
  EXPECT_TRUE(VerifyReceipt(ReceiptFor(3, "sanzhang-person", "p-li"), *policy).ok());
  EXPECT_TRUE(
      absl::IsNotFound(VerifyReceipt(ReceiptFor(4, "sanzhang-person", "p-li"), *policy).status()));
}

TEST_F(TransparencyServiceTest, TilesThatHaveRottedProveNothing) {
  AppendSigned(300);
  const std::string tile = dir_.File("tree/tile/0/000");
  std::filesystem::resize_file(tile, 0);
  std::filesystem::resize_file(tile, 8192);
  EXPECT_EQ(ReceiptFor(2, "sanzhang-person", "p-li"), "LOG_CORRUPT");
  v1::GetInclusionProofRequest request;
  request.set_position(2);
  v1::GetInclusionProofResponse response;
  const grpc::Status status = Call(&Stub::GetInclusionProof, request, response);
  EXPECT_EQ(InfoOf(status).reason(), "LOG_CORRUPT");
  EXPECT_THAT(status.error_message(), testing::HasSubstr("tiles"));
}

}  // namespace
}  // namespace sanzhang::log
