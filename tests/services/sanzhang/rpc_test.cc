// JSON, descriptors, errors and ids: what `call` is made of, without a server.
#include "services/sanzhang/rpc.h"

#include <set>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "nlohmann/json.hpp"
#include "proto/wire/grpc_status.h"
#include "proto/wire/refusal.h"
#include "sanzhang/complaint/v1/complaint_service.pb.h"
#include "services/sanzhang/descriptors.h"
#include "services/sanzhang/importer.h"
#include "services/sanzhang/json_log.h"
#include "services/sanzhang/uuid.h"

namespace sanzhang::app {
namespace {

using complaint::v1::FileComplaintRequest;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

const google::protobuf::Descriptor& FileComplaint() {
  return *Descriptors().FindMessageTypeByName("sanzhang.complaint.v1.FileComplaintRequest");
}

TEST(FindMethodTest, ByAnyOfItsNames) {
  for (const char* name :
       {"FileComplaint", "ComplaintService/FileComplaint", "ComplaintService.FileComplaint",
        "sanzhang.complaint.v1.ComplaintService/FileComplaint",
        "/sanzhang.complaint.v1.ComplaintService/FileComplaint",
        "sanzhang.complaint.v1.ComplaintService.FileComplaint"}) {
    const auto method = FindMethod(name);
    ASSERT_TRUE(method.ok()) << name << " " << method.status();
    EXPECT_EQ(PathOf(**method), "/sanzhang.complaint.v1.ComplaintService/FileComplaint");
  }
}

TEST(FindMethodTest, SaysWhatIsNear) {
  EXPECT_THAT(std::string(FindMethod("filecomplaint").status().message()),
              HasSubstr("did you mean: ComplaintService/FileComplaint"));
  EXPECT_EQ(FindMethod("Nothing").status().code(), absl::StatusCode::kNotFound);
}

TEST(DescribeTest, HasCommentsShapesAndValues) {
  EXPECT_THAT(
      Describe(**FindMethod("FileComplaint")),
      AllOf(HasSubstr("// Files a complaint: ComplaintFiled."), HasSubstr("CATEGORY_NOISE"),
            HasSubstr("category: CATEGORY_UNSPECIFIED"), HasSubstr("{ required: true }"),
            HasSubstr("property_area: string"), HasSubstr("may be called by: RESIDENT, OWNER,")));
}

TEST(JsonTest, ThereAndBack) {
  const std::string json =
      R"({"parent":"communities/c1","category":"CATEGORY_NOISE","text":{"content":"三楼\n吵"}})";
  const auto bytes = JsonToBytes(FileComplaint(), json);
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  FileComplaintRequest request;
  ASSERT_TRUE(request.ParseFromString(*bytes));
  EXPECT_EQ(request.text().content(), "三楼\n吵");
  EXPECT_EQ(*BytesToJson(FileComplaint(), *bytes, /*pretty=*/false), json);
}

TEST(JsonTest, FieldsKeepTheirOwnNames) {
  FileComplaintRequest request;
  request.set_sub_category("x");
  EXPECT_EQ(*BytesToJson(FileComplaint(), request.SerializeAsString(), false),
            R"({"sub_category":"x"})");
}

TEST(JsonTest, UnknownFieldsAndWrongValuesAreMistakes) {
  EXPECT_THAT(std::string(JsonToBytes(FileComplaint(), R"({"colour":"red"})").status().message()),
              HasSubstr("colour"));
  EXPECT_FALSE(JsonToBytes(FileComplaint(), R"({"category":"CATEGORY_OF_NO_KIND"})").ok());
}

TEST(CompleteRequestTest, AddsARequestIdWhereThereIsNone) {
  using Json = nlohmann::json;
  const auto filled = CompleteRequest(FileComplaint(), "{}");
  ASSERT_TRUE(filled.ok());
  EXPECT_THAT(Json::parse(*filled)["request_id"].get<std::string>(),
              MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_EQ(*CompleteRequest(FileComplaint(), R"({"request_id":"mine"})"),
            R"({"request_id":"mine"})");
  EXPECT_EQ(*CompleteRequest(FileComplaint(), R"({"requestId":"mine"})"),
            R"({"requestId":"mine"})");
  const auto* head = Descriptors().FindMessageTypeByName("sanzhang.log.v1.GetHeadRequest");
  EXPECT_EQ(*CompleteRequest(*head, "{}"), "{}");
  EXPECT_FALSE(CompleteRequest(FileComplaint(), "[]").ok());
  EXPECT_FALSE(CompleteRequest(FileComplaint(), "{").ok());
}

TEST(ShowErrorTest, ReasonMetadataAndViolations) {
  const grpc::Status refused = wire::ToGrpc(
      wire::Refuse(type::v1::ERROR_REASON_BODY_MISSING, {{"kind", "SUBDISTRICT_GOV"}}));
  EXPECT_EQ(ShowError(refused),
            "FAILED_PRECONDITION BODY_MISSING\n  A body of that kind is needed and this "
            "community has none.\n  kind = SUBDISTRICT_GOV");
  EXPECT_EQ(ReasonOf(refused), "BODY_MISSING");
  const grpc::Status shape =
      wire::ToGrpc(wire::RefuseShape({{"parent", "is missing"}, {"text.content", "is too long"}}));
  EXPECT_THAT(ShowError(shape), AllOf(HasSubstr("INVALID_ARGUMENT INVALID_REQUEST"),
                                      HasSubstr("\n  parent: is missing"),
                                      HasSubstr("\n  text.content: is too long")));
  EXPECT_EQ(ShowError(grpc::Status(grpc::StatusCode::UNAVAILABLE, "no route")),
            "UNAVAILABLE: no route");
}

// What may have been lost is sent again; what was decided is not.
TEST(ShouldRetryTest, ByCodeAndOrigin) {
  EXPECT_FALSE(ShouldRetry(grpc::Status::OK));
  EXPECT_TRUE(ShouldRetry(wire::ToGrpc(wire::Refuse(type::v1::ERROR_REASON_DRAINING))));
  EXPECT_TRUE(ShouldRetry(wire::ToGrpc(wire::Refuse(type::v1::ERROR_REASON_OVERLOADED))));
  EXPECT_TRUE(ShouldRetry(grpc::Status(grpc::StatusCode::UNKNOWN, "from a proxy")));
  EXPECT_FALSE(
      ShouldRetry(wire::ToGrpc(wire::Refuse(type::v1::ERROR_REASON_RESOURCE_ALREADY_EXISTS))));
  EXPECT_FALSE(ShouldRetry(wire::ToGrpc(wire::Refuse(type::v1::ERROR_REASON_REQUEST_ID_REUSED))));
  EXPECT_FALSE(ShouldRetry(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "")));
}

TEST(UuidTest, NamedOnesAreOfVersion5AndStayTheSame) {
  EXPECT_EQ(NamedUuid("a"), NamedUuid("a"));
  EXPECT_NE(NamedUuid("a"), NamedUuid("b"));
  EXPECT_THAT(NamedUuid("a"),
              MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  // uuid5(uuid5(NAMESPACE_OID, "sanzhang"), "import"), as Python has it: imports made once must
  // stay recognised for ever.
  EXPECT_EQ(NamedUuid("import"), "90c7eb30-6c6c-562a-b229-013be1bd8a94");
}

TEST(LogLineTest, IsOneLineOfJson) {
  const std::string line =
      LogLine("T", Level::kWarn, "two\nlines", {{"bytes", "\xff"}, {"count", 3}});
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  EXPECT_EQ(line,
            "{\"time\":\"T\",\"level\":\"warn\",\"message\":\"two\\nlines\",\"bytes\":"
            "\"\xEF\xBF\xBD\",\"count\":3}");
}

}  // namespace
}  // namespace sanzhang::app
