#include "services/audit/record_json.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "eventstore/record.h"
#include "eventstore/transparency/merkle.h"
#include "nlohmann/json.hpp"
#include "sanzhang/complaint/v1/events.pb.h"
#include "services/audit/export_format.h"
#include "tests/services/audit/schema_fixture.h"

namespace sanzhang::audit {
namespace {

// 32 bytes, as text.
std::string Leaf(std::string_view record) {
  return std::string(transparency::BytesOf(transparency::LeafHash(record)));
}

log::v1::Record Filed() {
  complaint::v1::ComplaintFiled filed;
  filed.set_complainant("communities/c1/persons/p1");
  filed.mutable_place()->set_building("communities/c1/buildings/b1");
  log::v1::Record record;
  record.set_stream("communities/c1/complaints/k1");
  record.set_type(std::string(filed.GetDescriptor()->full_name()));
  record.set_payload(filed.SerializeAsString());
  record.set_event_id(absl::HexStringToBytes("0190a1b2c3d4e5f60718293a4b5c6d7e"));
  record.set_community("communities/c1");
  record.mutable_actor()->set_subject("communities/c1/persons/p1");
  record.mutable_actor()->set_role(type::v1::ROLE_RESIDENT);
  record.add_policy_refs("policies/complaint-sla@1");
  record.add_policy_refs("policies/other@2");
  return record;
}

// As the store writes it: its own fields around the others.
std::string Stored(log::v1::Record record) {
  const eventstore::RecordBody body = eventstore::SerialiseBody(record);
  return eventstore::Join(
      eventstore::StampOf(body, 7, 1,
                          eventstore::StampTime(absl::FromUnixMicros(1'700'000'000'250'000))),
      body);
}

TEST(RecordJson, ALineHasTheFieldsInTheirOrderAndEndsWithTheBytes) {
  const std::string bytes = Stored(Filed());
  std::string line;
  ASSERT_TRUE(RecordJson(TheSchema()).WriteLine(bytes, Leaf(bytes), line));
  EXPECT_EQ(line,
            R"({"position":"7","stream":"communities/c1/complaints/k1","revision":"1",)"
            R"("type":"sanzhang.complaint.v1.ComplaintFiled","payload":{"place":{"building":)"
            R"("communities/c1/buildings/b1"},"complainant":"communities/c1/persons/p1"},)"
            R"("event_id":"0190a1b2-c3d4-e5f6-0718-293a4b5c6d7e","community":"communities/c1",)"
            R"("occurred_at":"2023-11-14T22:13:20.250Z","recorded_at":"2023-11-14T22:13:20.250Z",)"
            R"("actor":{"subject":"communities/c1/persons/p1","role":"ROLE_RESIDENT"},)"
            R"("policy_refs":["policies/complaint-sla@1","policies/other@2"],"leaf_hash":")" +
                absl::BytesToHexString(Leaf(bytes)) + R"(","bytes":")" + absl::Base64Escape(bytes) +
                "\"}\n");
}

TEST(RecordJson, AnUnknownFactSurvivesAsBytes) {
  log::v1::Record record = Filed();
  record.set_type("sanzhang.later.v1.Invented");
  const std::string bytes = Stored(record);
  std::string line;
  ASSERT_TRUE(RecordJson(TheSchema()).WriteLine(bytes, Leaf(bytes), line));
  const auto json = nlohmann::json::parse(line);
  EXPECT_TRUE(json["payload"].is_null());
  std::string back;
  ASSERT_TRUE(absl::Base64Unescape(json["bytes"].get<std::string>(), &back));
  EXPECT_EQ(back, bytes);
}

TEST(RecordJson, AFactThatIsNotSetIsAnEmptyOne) {
  log::v1::Record record = Filed();
  record.clear_payload();
  std::string line;
  ASSERT_TRUE(RecordJson(TheSchema()).WriteLine(Stored(record), "", line));
  EXPECT_EQ(nlohmann::json::parse(line)["payload"], nlohmann::json::object());
}

TEST(RecordJson, RecordsThatOthersSerialised) {
  log::v1::Record record = Filed();
  record.set_position(7);
  std::string plain;
  ASSERT_TRUE(RecordJson(TheSchema()).WriteLine(record.SerializeAsString(), "", plain));
  log::v1::Record stray;
  stray.add_policy_refs("policies/third@1");
  stray.mutable_actor()->set_body("communities/c1/bodies/b");
  std::string merged;
  ASSERT_TRUE(RecordJson(TheSchema())
                  .WriteLine(record.SerializeAsString() + stray.SerializeAsString(), "", merged));
  record.MergeFrom(stray);
  std::string expected;
  ASSERT_TRUE(RecordJson(TheSchema()).WriteLine(record.SerializeAsString(), "", expected));
  EXPECT_EQ(merged, expected);
  EXPECT_NE(merged, plain);
  EXPECT_EQ(plain.substr(0, 15), R"({"position":"7")");
}

TEST(RecordJson, WhatIsNoRecordIsRefused) {
  std::string line = "before";
  EXPECT_FALSE(RecordJson(TheSchema()).WriteLine("\x0a\xff", "", line));
  EXPECT_EQ(line, "before");
}

}  // namespace
}  // namespace sanzhang::audit
