#include "proto/wire/shape.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "sanzhang/complaint/v1/complaint_service.pb.h"

namespace sanzhang::wire {
namespace {

using complaint::v1::FileComplaintRequest;

constexpr char kGood[] = R"(
  parent: "communities/c1"
  request_id: "0190a1b2-0000-7000-8000-000000000001"
  category: CATEGORY_NOISE
  place { building: "communities/c1/buildings/b1" }
  text { content: "楼上太吵" }
)";

std::vector<std::string> FieldsOf(const std::string& more) {
  FileComplaintRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kGood, &request));
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(more, &request)) << more;
  std::vector<std::string> fields;
  for (const auto& violation : CheckShape(request)) fields.push_back(violation.field);
  return fields;
}

struct Case {
  const char* name;
  std::string more;
  std::vector<std::string> fields;
};

class CheckShapeTest : public testing::TestWithParam<Case> {};

TEST_P(CheckShapeTest, Names) { EXPECT_EQ(FieldsOf(GetParam().more), GetParam().fields); }

INSTANTIATE_TEST_SUITE_P(
    Shapes, CheckShapeTest,
    testing::Values(
        Case{"Good", "", {}}, Case{"RequestId", "request_id: 'X'", {"request_id"}},
        Case{"UpperCaseUuid", "request_id: '0190A1B2-0000-7000-8000-000000000001'", {"request_id"}},
        Case{"Id", "complaint_id: 'A B'", {"complaint_id"}},
        Case{"OtherCommunity", "about_body: 'communities/c2/bodies/b'", {"about_body"}},
        Case{"OtherCollection", "about_body: 'communities/c1/grids/b'", {"about_body"}},
        Case{"Nested", "place { grid: 'x' }", {"place.grid"}},
        Case{"TooLong", "sub_category: '" + std::string(101, 'x') + "'", {"sub_category"}},
        Case{"Repeated",
             "attachments { size_bytes: -1 }",
             {"attachments[0].sha256", "attachments[0].size_bytes", "attachments[0].media_type"}},
        Case{"Time", "origin { occurred_at { seconds: 1 nanos: -1 } }", {"origin.occurred_at"}},
        Case{"All",
             "request_id: '' category: CATEGORY_UNSPECIFIED sub_category: '" +
                 std::string(101, 'x') + "'",
             {"request_id", "category", "sub_category"}}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(CheckShapeTest, KnowsItsEnums) {
  FileComplaintRequest request;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(kGood, &request));
  request.set_category(static_cast<complaint::v1::Category>(99));
  ASSERT_EQ(CheckShape(request).size(), 1u);
  EXPECT_EQ(CheckShape(request)[0].field, "category");
}

TEST(CheckShapeTest, CountsItems) {
  FileComplaintRequest request;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(kGood, &request));
  for (int i = 0; i < 21; ++i) request.add_attachments();
  ASSERT_EQ(CheckShape(request).size(), 1u);
  EXPECT_EQ(CheckShape(request)[0].description, "has more than 20 items");
}

TEST(CheckShapeTest, NumbersHaveBounds) {
  complaint::v1::ConfirmComplaintRequest request;
  request.set_name("communities/c1/complaints/x");
  request.set_request_id("0190a1b2-0000-7000-8000-000000000001");
  request.set_result_score(6);
  request.set_attitude_score(-1);
  std::vector<std::string> fields;
  for (const auto& violation : CheckShape(request)) fields.push_back(violation.field);
  EXPECT_THAT(fields, testing::ElementsAre("result_score", "attitude_score"));
}

TEST(CheckShapeTest, ReportsAtMostItsBound) {
  FileComplaintRequest request;
  for (int i = 0; i < 20; ++i) request.add_attachments()->set_size_bytes(-1);
  EXPECT_EQ(CheckShape(request).size(), kViolationsMax);
}

}  // namespace
}  // namespace sanzhang::wire
