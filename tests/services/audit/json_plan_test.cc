// JSON by plans says what protobuf's own JSON says, of every fact type. The seed is printed;
// SANZHANG_SEED repeats a run.
#include "services/audit/json_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "absl/strings/escaping.h"
#include "absl/time/time.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/type_resolver_util.h"
#include "nlohmann/json.hpp"
#include "tests/services/audit/schema_fixture.h"

namespace sanzhang::audit {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;
using Json = nlohmann::json;

std::uint32_t Seed() {
  const char* given = std::getenv("SANZHANG_SEED");
  const auto seed = given != nullptr ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10))
                                     : std::random_device{}();
  std::cout << "SANZHANG_SEED=" << seed << std::endl;
  return seed;
}

// What protobuf makes of it.
Json TheirJson(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json, options).ok());
  return Json::parse(json, nullptr, false);
}

TEST(JsonPlan, EveryFactHasOne) {
  EXPECT_GT(TheSchema().facts().size(), 180u);
  for (const Descriptor* fact : TheSchema().facts()) {
    EXPECT_NE(TheSchema().PlanOf(fact->full_name()), nullptr) << fact->full_name();
  }
  EXPECT_EQ(TheSchema().PlanOf("sanzhang.none.v1.None"), nullptr);
}

TEST(JsonPlan, SaysWhatProtobufSays) {
  const std::uint32_t seed = Seed();
  RandomMessages random(seed);
  JsonWriter writer;
  std::size_t written = 0;
  for (int round = 0; round < 20; ++round) {
    for (const Descriptor* fact : TheSchema().facts()) {
      const auto message = random.Make(*fact);
      std::string json;
      const MessagePlan& plan = *TheSchema().PlanOf(fact->full_name());
      ASSERT_TRUE(writer.Write(plan, message->SerializeAsString(), json)) << message->DebugString();
      ASSERT_EQ(Json::parse(json, nullptr, false), TheirJson(*message))
          << message->DebugString() << json;
      written += json.size();
    }
  }
  EXPECT_GT(written, 100'000u);
}

// Fields in another order, twice, zeros that were written out: what counts is what they mean.
TEST(JsonPlan, OtherBytesOfTheSameMeaning) {
  RandomMessages random(Seed());
  JsonWriter writer;
  google::protobuf::DynamicMessageFactory factory;
  for (int round = 0; round < 10; ++round) {
    for (const Descriptor* fact : TheSchema().facts()) {
      const std::string twice =
          random.Make(*fact)->SerializeAsString() + random.Make(*fact)->SerializeAsString();
      const std::unique_ptr<Message> merged(factory.GetPrototype(fact)->New());
      ASSERT_TRUE(merged->ParseFromString(twice));
      std::string json;
      ASSERT_TRUE(writer.Write(*TheSchema().PlanOf(fact->full_name()), twice, json));
      std::string again;
      ASSERT_TRUE(
          writer.Write(*TheSchema().PlanOf(fact->full_name()), merged->SerializeAsString(), again));
      ASSERT_EQ(json, again);
      ASSERT_EQ(Json::parse(json, nullptr, false), TheirJson(*merged)) << merged->DebugString();
    }
  }
}

// Of two members of a oneof the last one counts; they lie inside a fact, where nothing else tells.
TEST(JsonPlan, TwoMembersOfAOneof) {
  const Descriptor* fact =
      TheSchema().pool().FindMessageTypeByName("sanzhang.policy.v1.PolicyProposed");
  const auto wrap = [](const Descriptor* type, const char* field, const std::string& bytes) {
    const int number = type->FindFieldByName(field)->number();
    std::string wrapped;
    for (unsigned tag = static_cast<unsigned>(number) << 3 | 2; tag != 0; tag >>= 7) {
      wrapped.push_back(static_cast<char>((tag & 127) | (tag > 127 ? 128 : 0)));
    }
    wrapped.push_back(static_cast<char>(bytes.size()));
    return wrapped + bytes;
  };
  const Descriptor* body = fact->FindFieldByName("body")->message_type();
  const Descriptor* rules = body->FindFieldByName("voting_rule_set")->message_type();
  const std::string period = "\x08\x01\x10\x02";  // hours: 1, days: 2
  const std::string bytes =
      wrap(fact, "body", wrap(body, "voting_rule_set", wrap(rules, "objection_period", period)));
  std::string json;
  ASSERT_TRUE(JsonWriter().Write(*TheSchema().PlanOf(fact->full_name()), bytes, json));
  EXPECT_EQ(json, R"({"body":{"voting_rule_set":{"objection_period":{"days":2}}}})");
}

// A tag that is longer than it may be: protobuf reads five bytes and no more.
TEST(JsonPlan, OverlongTagsAreNotRead) {
  const MessagePlan& plan = *TheSchema().PlanOf("sanzhang.complaint.v1.ComplaintSupported");
  std::string json;
  EXPECT_TRUE(JsonWriter().Write(plan, std::string("\x8a\x80\x80\x80\x00\x01p", 7), json));
  EXPECT_FALSE(JsonWriter().Write(plan, std::string("\x8a\x80\x80\x80\x80\x00\x01p", 8), json));
}

// Whatever bytes: read by both or by neither, and never more than is there.
TEST(JsonPlan, DamagedBytesAreReadAsProtobufReadsThem) {
  const google::protobuf::LogSilencer quiet;
  RandomMessages random(Seed());
  JsonWriter writer;
  google::protobuf::DynamicMessageFactory factory;
  int refused = 0;
  int read = 0;
  for (int round = 0; round < 40; ++round) {
    for (const Descriptor* fact : TheSchema().facts()) {
      std::string bytes = random.Make(*fact)->SerializeAsString();
      if (bytes.empty()) continue;
      for (std::uint32_t n = 1 + random.Below(3); n > 0; --n) {
        bytes[random.Below(static_cast<std::uint32_t>(bytes.size()))] ^=
            static_cast<char>(1 << random.Below(8));
      }
      if (random.Below(3) == 0)
        bytes.resize(random.Below(static_cast<std::uint32_t>(bytes.size())));
      const std::string exact(bytes.begin(), bytes.end());
      std::string json = "before";
      const bool ours = writer.Write(*TheSchema().PlanOf(fact->full_name()), exact, json);
      const std::unique_ptr<Message> theirs(factory.GetPrototype(fact)->New());
      std::string their_json;
      google::protobuf::util::JsonPrintOptions options;
      options.preserve_proto_field_names = true;
      const bool parsed = theirs->ParseFromString(exact);
      const bool printed =
          parsed && google::protobuf::util::MessageToJsonString(*theirs, &their_json, options).ok();
      ASSERT_EQ(ours, printed) << fact->full_name() << " " << absl::BytesToHexString(exact)
                               << theirs->DebugString() << json;
      if (!ours) {
        ASSERT_EQ(json, "before");
        ++refused;
        continue;
      }
      ++read;
      ASSERT_EQ(Json::parse(json.substr(6), nullptr, false),
                Json::parse(their_json, nullptr, false))
          << fact->full_name() << " " << absl::BytesToHexString(exact);
    }
  }
  EXPECT_GT(refused, 100);
  EXPECT_GT(read, 100);
}

TEST(JsonPlan, Base64IsAsOthersWriteIt) {
  std::string bytes;
  for (int i = 0; i < 70; ++i) {
    std::string ours;
    WriteBase64(bytes, ours);
    EXPECT_EQ(ours, absl::Base64Escape(bytes));
    bytes.push_back(static_cast<char>(i * 37));
  }
}

TEST(JsonPlan, TimesOfAnyDay) {
  std::string text;
  const auto at = [&text](std::int64_t seconds, std::int64_t nanos) {
    text.clear();
    return WriteTimeText(seconds, nanos, text) ? text : "no";
  };
  EXPECT_EQ(at(0, 0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(at(-62'135'596'800, 0), "0001-01-01T00:00:00Z");
  EXPECT_EQ(at(253'402'300'799, 999'999'999), "9999-12-31T23:59:59.999999999Z");
  EXPECT_EQ(at(951'782'400, 5'000'000), "2000-02-29T00:00:00.005Z");
  EXPECT_EQ(at(-62'135'596'801, 0), "no");
  EXPECT_EQ(at(253'402'300'800, 0), "no");
  EXPECT_EQ(at(0, -1), "no");
  for (std::int64_t day = -719'162; day < 2'932'000; day += 13) {
    const std::string theirs = absl::FormatTime(
        "%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(day * 86'400), absl::UTCTimeZone());
    ASSERT_EQ(at(day * 86'400, 0),
              std::string(4 - std::min<std::size_t>(4, theirs.find('-')), '0') + theirs);
  }
}

}  // namespace
}  // namespace sanzhang::audit
