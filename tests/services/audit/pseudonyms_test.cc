// What a pseudonymous export says, and what it must not.
#include "services/audit/pseudonyms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "eventstore/record.h"
#include "nlohmann/json.hpp"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "services/audit/export_format.h"
#include "services/audit/export_job.h"
#include "services/audit/pseudonym_rules.h"
#include "tests/services/audit/schema_fixture.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::audit {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

constexpr char kC[] = "communities/c1";

// ---- The table ----

std::vector<std::string> Words(std::string_view text) {
  return absl::StrSplit(std::string(text), ' ', absl::SkipEmpty());
}

// What is wrong with the rows, for these facts.
std::vector<std::string> Check(const std::vector<const Descriptor*>& facts,
                               std::span<const PseudonymRow> rows) {
  std::map<std::string, const PseudonymRow*> by_name;
  for (const PseudonymRow& row : rows) by_name["sanzhang." + std::string(row.message)] = &row;
  std::vector<std::string> wrong;
  std::set<std::string> reached;
  std::vector<const Descriptor*> open(facts.begin(), facts.end());
  while (!open.empty()) {
    const Descriptor* message = open.back();
    open.pop_back();
    if (!reached.insert(message->full_name()).second) continue;
    const auto row = by_name.find(message->full_name());
    if (row == by_name.end()) {
      wrong.push_back(message->full_name() + ": has no row");
      continue;
    }
    std::map<std::string, int> said;
    for (std::string field : Words(row->second->let_in)) {
      const bool names = field.back() == '@';
      if (names) field.pop_back();
      ++said[field];
      const FieldDescriptor* known = message->FindFieldByName(field);
      if (known == nullptr) continue;
      if (names && known->type() != FieldDescriptor::TYPE_STRING) {
        wrong.push_back(known->full_name() + ": no name");
      }
      if (known->type() == FieldDescriptor::TYPE_BYTES) {
        wrong.push_back(known->full_name() + ": bytes are never let in");
      }
      const Descriptor* inner = known->message_type();
      if (inner != nullptr && inner->full_name() != "google.protobuf.Timestamp") {
        open.push_back(inner);
      }
    }
    for (const std::string& field : Words(row->second->left_out)) ++said[field];
    for (int i = 0; i < message->field_count(); ++i) {
      const std::string& field = message->field(i)->name();
      if (said[field] != 1) {
        wrong.push_back(
            absl::StrCat(message->full_name(), ".", field, ": said ", said[field], " times"));
      }
      said.erase(field);
    }
    for (const auto& [field, count] : said) {
      if (count > 0)
        wrong.push_back(message->full_name() + "." + field + ": there is no such field");
    }
  }
  for (const auto& [name, row] : by_name) {
    if (!reached.contains(name)) wrong.push_back(name + ": no fact shows it");
  }
  return wrong;
}

TEST(PseudonymRules, SayOfEveryFieldWhetherItIsIn) {
  EXPECT_THAT(Check(TheSchema().facts(), PseudonymRows()), testing::IsEmpty());
}

TEST(PseudonymRules, ANewFieldIsFoundOut) {
  const std::vector<const Descriptor*> facts = {
      TheSchema().pool().FindMessageTypeByName("sanzhang.complaint.v1.ComplaintSupported")};
  const auto only = [](std::string_view in, std::string_view out) {
    return std::vector<PseudonymRow>{{"complaint.v1.ComplaintSupported", in, out}};
  };
  EXPECT_THAT(Check(facts, only("supporter@", "")), testing::IsEmpty());
  EXPECT_EQ(Check(facts, only("", "")).size(), 1u);
  EXPECT_EQ(Check(facts, only("supporter@", "supporter")).size(), 1u);
  EXPECT_EQ(Check(facts, only("supporter@ gone", "")).size(), 1u);
  EXPECT_EQ(Check(facts, std::span<const PseudonymRow>()).size(), 1u);
}

// No word of a person, and nothing sealed, may be let in by its message.
TEST(PseudonymRules, NoTextsOfPersonsAreIn) {
  for (const PseudonymRow& row : PseudonymRows()) {
    for (const char* never : {"type.v1.PersonalText", "type.v1.SealedText", "type.v1.SealedBox",
                              "type.v1.Attachment"}) {
      EXPECT_NE(row.message, never);
    }
  }
}

// ---- An export ----

class Log final : public RecordSource {
 public:
  void Add(const std::string& stream, const google::protobuf::Message& fact,
           const std::string& actor = "services/operator", std::string type = "") {
    log::v1::Record record;
    record.set_stream(stream);
    record.set_community(kC);
    record.set_type(type.empty() ? std::string(fact.GetDescriptor()->full_name()) : type);
    record.set_payload(fact.SerializeAsString());
    record.set_event_id("canary-event-id!");
    record.set_request_id("canary-request");
    record.set_trace_parent("canary-trace");
    record.set_causation_id("canary-cause");
    record.mutable_actor()->set_subject(actor);
    const std::uint64_t position = records_.size() + 1;
    const eventstore::RecordBody body = eventstore::SerialiseBody(record);
    const auto now = eventstore::StampTime(
        absl::FromUnixMicros(1'700'000'000'123'456 + static_cast<std::int64_t>(position)));
    records_.push_back(eventstore::Join(eventstore::StampOf(body, position, 1, now), body));
  }
  void Right(const std::string& name, const std::string& person) {
    complaint::v1::ComplaintSupported first;  // Field 1 is a text, as of those.
    first.set_supporter(person);
    Add(absl::StrCat(kC, "/dataSubjects/canary-subject"), first, "services/operator",
        "sanzhang.privacy.v1." + name);
  }
  absl::Status Read(const RecordRange& range, Visitor visit) override {
    for (std::uint64_t p = range.first; p <= range.last; ++p) {
      if (!visit(p, records_[p - 1])) break;
    }
    return absl::OkStatus();
  }
  absl::StatusOr<std::uint64_t> End() override { return records_.size(); }
  absl::StatusOr<std::optional<std::string>> Checkpoint() override { return std::nullopt; }
  std::string Describe() const override { return "log"; }

 private:
  std::vector<std::string> records_;
};

std::string Person(int n) { return absl::StrCat(kC, "/persons/canary-p", n); }

class PseudonymsTest : public testing::Test {
 protected:
  // Building b1 has six residents and one dwelling; b2 has two, b3 three; b4 one, in another grid.
  PseudonymsTest() {
    Building("b1", "g1");
    Building("b2", "g1");
    Building("b3", "g1");
    Building("b4", "g2");
    registry::v1::DwellingRegistered dwelling;
    dwelling.set_display_name("canary-room");
    dwelling.set_area_dm2(7654);
    dwelling.mutable_place()->set_building(Place("buildings", "b1"));
    dwelling.mutable_place()->set_entrance(Place("entrances", "canary-e"));
    log_.Add(Place("dwellings", "canary-d"), dwelling);
    for (int n = 1; n <= 12; ++n) {
      Enroll(n, n <= 6 ? "b1" : n <= 8 ? "b2" : n <= 11 ? "b3" : "b4");
    }
    registry::v1::HouseholdFormed household;
    household.set_dwelling(Place("dwellings", "canary-d"));
    household.add_members(Person(1));
    log_.Add(Place("households", "canary-h"), household);
    for (int n : {1, 7, 12}) File(n);
  }

  static std::string Place(const std::string& collection, const std::string& id) {
    return absl::StrCat(kC, "/", collection, "/", id);
  }
  void Building(const std::string& id, const std::string& grid) {
    registry::v1::BuildingRegistered building;
    building.set_display_name("canary-building");
    building.mutable_place()->set_grid(Place("grids", grid));
    log_.Add(Place("buildings", id), building);
  }
  void Enroll(int n, const std::string& building) {
    registry::v1::ResidentEnrolled enrolled;
    enrolled.mutable_place()->set_building(Place("buildings", building));
    enrolled.mutable_place()->set_grid(Place("grids", building == "b4" ? "g2" : "g1"));
    enrolled.mutable_place()->set_dwelling(Place("dwellings", "canary-d"));
    log_.Add(Person(n), enrolled);
    buildings_[n] = building;
  }
  void File(int n) {
    complaint::v1::ComplaintFiled filed;
    filed.set_category(complaint::v1::CATEGORY_NOISE);
    filed.set_complainant(Person(n));
    filed.mutable_place()->set_building(Place("buildings", buildings_[n]));
    filed.mutable_place()->set_entrance(Place("entrances", "canary-e"));
    filed.mutable_text()->set_subject(Person(n));
    filed.mutable_text()->set_content("canary-words");
    filed.mutable_text()->mutable_sealed()->set_ciphertext("canary-sealed");
    filed.set_external_ref("canary-ref");
    filed.add_attachments()->set_media_type("canary/type");
    const std::string stream = Place("complaints", absl::StrCat("canary-k", n));
    log_.Add(stream, filed, Person(n));
    complaint::v1::ComplaintAssigned assigned;
    assigned.set_assignee_body(Place("bodies", "committee"));
    assigned.set_reason("canary-reason");
    log_.Add(stream, assigned, Person(2));
  }

  // The lines of an export in NDJSON.
  std::vector<Json> Export(const std::string& name, const std::string& salt = "0123456789abcdef") {
    options_.folder = dir_.File(name);
    options_.pseudonymous = true;
    options_.salt = salt;
    const auto result = RunExport(log_, TheSchema(), options_);
    EXPECT_TRUE(result.ok()) << result.status();
    std::vector<Json> lines;
    std::ifstream in(dir_.File(name + "/records.ndjson"));
    for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
    return lines;
  }

  static std::vector<Json> Of(const std::vector<Json>& lines, const std::string& type) {
    std::vector<Json> found;
    for (const Json& line : lines) {
      if (std::string_view(line["type"].get_ref<const std::string&>()).ends_with(type)) {
        found.push_back(line);
      }
    }
    return found;
  }

  std::string Bytes(const std::string& name) {
    std::string all;
    for (const auto& entry : fs::directory_iterator(dir_.File(name))) {
      if (entry.path().filename() == kDescriptorFile) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
  }

  support::TempDir dir_;
  Log log_;
  std::map<int, std::string> buildings_;
  ExportOptions options_;
};

TEST_F(PseudonymsTest, NoCanaryIsInAnyFormat) {
  for (const auto format : {ExportOptions::Format::kNdjson, ExportOptions::Format::kCsv,
                            ExportOptions::Format::kSqlite}) {
    options_.format = format;
    const std::string name = NameOf(format);
    Export(name);
    const std::string bytes = Bytes(name);
    EXPECT_THAT(bytes, HasSubstr("CATEGORY_NOISE"));
    EXPECT_THAT(bytes, Not(HasSubstr("canary"))) << name;
    EXPECT_THAT(bytes, Not(HasSubstr("7654")));
    EXPECT_THAT(bytes, Not(HasSubstr(absl::Base64Escape("canary-event-id!").substr(0, 18))));
    EXPECT_THAT(bytes, HasSubstr("2023-11-14T22:00:00Z"));
    EXPECT_THAT(bytes, Not(HasSubstr("2023-11-14T22:1")));  // Hours only.
    EXPECT_THAT(bytes, Not(HasSubstr("T22:00:00.")));
    EXPECT_FALSE(fs::exists(dir_.File(name + "/export-state.json")));
  }
}

TEST_F(PseudonymsTest, APersonIsTheSameWithinAnExport) {
  const auto lines = Export("one");
  const auto enrolled = Of(lines, "ResidentEnrolled");
  const auto filed = Of(lines, "ComplaintFiled");
  EXPECT_EQ(enrolled[0]["stream"], filed[0]["payload"]["complainant"]);
  EXPECT_EQ(filed[0]["payload"]["complainant"], filed[0]["actor"]["subject"]);
  EXPECT_NE(filed[0]["payload"]["complainant"], filed[1]["payload"]["complainant"]);
  EXPECT_THAT(filed[0]["stream"].get<std::string>(),
              testing::StartsWith("communities/c1/complaints/"));
  EXPECT_EQ(filed[0]["stream"], Of(lines, "ComplaintAssigned")[0]["stream"]);
  EXPECT_EQ(Of(lines, "ComplaintAssigned")[0]["payload"]["assignee_body"],
            "communities/c1/bodies/committee");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i]["position"], std::to_string(i + 1));
  }
}

TEST_F(PseudonymsTest, PseudonymsAreTheExportsOwn) {
  const auto one = Export("one");
  const auto two = Export("two");
  const auto other = Export("other", "another-salt-of-16");
  const auto random = Export("random", "");
  const auto again = Export("again", "");
  EXPECT_EQ(one, two);
  EXPECT_EQ(Bytes("one"), Bytes("two"));
  EXPECT_NE(one, other);
  EXPECT_NE(random, again);
  const auto subject = [this](const std::vector<Json>& lines) {
    return Of(lines, "ComplaintFiled")[0]["payload"]["complainant"];
  };
  EXPECT_NE(subject(random), subject(again));
}

TEST_F(PseudonymsTest, SmallGroupsAreMergedAndADwellingIsItsBuilding) {
  const auto lines = Export("one");
  const auto filed = Of(lines, "ComplaintFiled");
  EXPECT_EQ(filed[0]["payload"]["place"]["building"], "communities/c1/buildings/b1");
  // b2, b3 and b4 have two, three and one: together six.
  EXPECT_EQ(filed[1]["payload"]["place"]["building"], "communities/c1/buildings/other");
  EXPECT_EQ(filed[2]["payload"]["place"]["building"], "communities/c1/buildings/other");
  EXPECT_FALSE(filed[0]["payload"]["place"].contains("entrance"));
  EXPECT_EQ(Of(lines, "HouseholdFormed")[0]["payload"]["dwelling"], "communities/c1/buildings/b1");
  EXPECT_EQ(Of(lines, "DwellingRegistered")[0]["stream"], "communities/c1/buildings/b1");
  EXPECT_FALSE(Of(lines, "DwellingRegistered")[0].contains("revision"));  // Of one stream of many.
  EXPECT_EQ(Of(lines, "HouseholdFormed")[0]["revision"], "1");
  // Grid g2 has one person, and nothing to be merged with: it is left out.
  const auto enrolled = Of(lines, "ResidentEnrolled");
  EXPECT_EQ(enrolled[0]["payload"]["place"]["grid"], "communities/c1/grids/g1");
  EXPECT_FALSE(enrolled[11]["payload"]["place"].contains("grid"));
}

TEST_F(PseudonymsTest, WhoIsRestrictedIsLeftOutWithTheirComplaints) {
  const std::size_t before = Export("before").size();
  log_.Right("SubjectProcessingRestricted", Person(7));
  const auto lines = Export("restricted");
  // Enrolled, filed, assigned; and the restriction itself names them.
  EXPECT_EQ(lines.size(), before - 3);
  EXPECT_EQ(Of(lines, "ComplaintFiled").size(), 2u);
  EXPECT_EQ(Of(lines, "ComplaintAssigned").size(), 2u);
  log_.Right("RestrictionLifted", Person(7));
  EXPECT_EQ(Export("lifted").size(), before + 2);
}

TEST_F(PseudonymsTest, WhoIsErasedIsSaidToBe) {
  log_.Right("SubjectKeyDestroyed", Person(1));
  const auto lines = Export("erased");
  EXPECT_EQ(Of(lines, "ComplaintFiled")[0]["payload"]["complainant"],
            "communities/c1/persons/erased");
  EXPECT_EQ(Of(lines, "ResidentEnrolled")[0]["stream"], "communities/c1/persons/erased");
}

}  // namespace
}  // namespace sanzhang::audit
