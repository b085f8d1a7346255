#include "proto/wire/refusal.h"

#include <string>

#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "proto/wire/grpc_status.h"

namespace sanzhang::wire {
namespace {

using enum type::v1::ErrorReason;

google::rpc::Status Details(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

google::rpc::ErrorInfo Info(const grpc::Status& status) {
  google::rpc::ErrorInfo info;
  EXPECT_TRUE(Details(status).details(0).UnpackTo(&info));
  return info;
}

TEST(RefusalTest, EveryReasonHasACode) {
  const auto* reasons = type::v1::ErrorReason_descriptor();
  for (int i = 0; i < reasons->value_count(); ++i) {
    EXPECT_TRUE(reasons->value(i)->options().HasExtension(type::v1::grpc_code))
        << reasons->value(i)->name();
  }
}

TEST(RefusalTest, CarriesReasonAndMetadata) {
  const absl::Status status =
      Refuse(ERROR_REASON_COMPLAINT_NOT_ANSWERED, {{"name", "communities/c1/complaints/x"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(status), ERROR_REASON_COMPLAINT_NOT_ANSWERED);
  EXPECT_EQ(MetadataOf(status, "name"), "communities/c1/complaints/x");
  EXPECT_EQ(MetadataOf(status, "other"), "");
  const grpc::Status sent = ToGrpc(status);
  EXPECT_EQ(sent.error_code(), grpc::FAILED_PRECONDITION);
  EXPECT_EQ(Info(sent).reason(), "COMPLAINT_NOT_ANSWERED");
  EXPECT_EQ(Info(sent).domain(), "sanzhang");
}

TEST(RefusalTest, NamesAllViolations) {
  const grpc::Status sent = ToGrpc(RefuseShape({{"a", "is required"}, {"b.c", "is required"}}));
  google::rpc::BadRequest bad;
  ASSERT_EQ(Details(sent).details_size(), 2);
  ASSERT_TRUE(Details(sent).details(1).UnpackTo(&bad));
  ASSERT_EQ(bad.field_violations_size(), 2);
  EXPECT_EQ(bad.field_violations(1).field(), "b.c");
}

// Trailers over 8 KiB hang or vanish on the way.
TEST(RefusalTest, StaysSmall) {
  std::vector<FieldViolation> violations;
  for (int i = 0; i < 200; ++i) violations.push_back({"field", std::string(100, 'x')});
  const grpc::Status sent = ToGrpc(RefuseShape(violations));
  EXPECT_LE(sent.error_message().size(), 1024u);
  EXPECT_LE(sent.error_details().size(), 4200u);
  EXPECT_EQ(Info(sent).reason(), "INVALID_REQUEST");
  google::rpc::BadRequest bad;
  ASSERT_TRUE(Details(sent).details(1).UnpackTo(&bad));
  EXPECT_GT(bad.field_violations_size(), 5);
}

TEST(RefusalTest, CutsMessagesAtCharacters) {
  std::string text;
  for (int i = 0; i < 600; ++i) text += "诉";
  const grpc::Status sent = ToGrpc(Refuse(ERROR_REASON_INVALID_REQUEST, {}, text));
  EXPECT_EQ(sent.error_message().size() % 3, 0u);
}

TEST(RefusalTest, KeepsOurBugsToOurselves) {
  const grpc::Status sent = ToGrpc(absl::NotFoundError("no such column: secret"));
  EXPECT_EQ(sent.error_code(), grpc::INTERNAL);
  EXPECT_THAT(sent.error_message(), testing::Not(testing::HasSubstr("secret")));
  EXPECT_EQ(Info(sent).reason(), "INTERNAL");
  EXPECT_EQ(Info(ToGrpc(absl::DataLossError("hole"))).reason(), "LOG_CORRUPT");
}

}  // namespace
}  // namespace sanzhang::wire
