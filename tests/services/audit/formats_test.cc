// What the formats hold: every record once, in the view or file of its type, with typed columns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "eventstore/record.h"
#include "nlohmann/json.hpp"
#include "sanzhang/complaint/v1/events.pb.h"
#include "services/audit/export_format.h"
#include "services/audit/export_job.h"
#include "services/audit/fact_columns.h"
#include "tests/services/audit/schema_fixture.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::audit {
namespace {

namespace fs = std::filesystem;
using Format = ExportOptions::Format;
using testing::ElementsAre;
using testing::HasSubstr;

class ListSource final : public RecordSource {
 public:
  void Add(const std::string& type, const std::string& payload) {
    log::v1::Record record;
    record.set_stream("communities/c1/complaints/k1");
    record.set_community("communities/c1");
    record.set_type(type);
    record.set_payload(payload);
    record.set_event_id(std::string(16, 'e'));
    record.mutable_actor()->set_role(type::v1::ROLE_RESIDENT);
    const eventstore::RecordBody body = eventstore::SerialiseBody(record);
    records.push_back(eventstore::Join(
        eventstore::StampOf(body, records.size() + 1, 1,
                            eventstore::StampTime(absl::FromUnixSeconds(1'700'000'000))),
        body));
  }
  absl::Status Read(const RecordRange& range, Visitor visit) override {
    for (std::uint64_t p = range.first; p <= range.last; ++p) {
      if (!visit(p, records[p - 1])) break;
    }
    return absl::OkStatus();
  }
  absl::StatusOr<std::uint64_t> End() override { return records.size(); }
  absl::StatusOr<std::optional<std::string>> Checkpoint() override { return std::nullopt; }
  std::string Describe() const override { return "list"; }

  std::vector<std::string> records;
};

class FormatsTest : public testing::Test {
 protected:
  FormatsTest() {
    complaint::v1::ComplaintFiled filed;
    filed.set_category(complaint::v1::CATEGORY_NOISE);
    filed.set_sub_category("=HYPERLINK(\"http://evil\")");
    filed.mutable_place()->set_building("communities/c1/buildings/b1");
    filed.mutable_intake_due()->set_seconds(1'700'000'000);
    source_.Add(std::string(filed.GetDescriptor()->full_name()), filed.SerializeAsString());
    complaint::v1::ComplaintResumed resumed;
    resumed.set_paused_ms(9'000'000'000);
    resumed.set_automatic(true);
    source_.Add(std::string(resumed.GetDescriptor()->full_name()), resumed.SerializeAsString());
    source_.Add(std::string(resumed.GetDescriptor()->full_name()), "");
    source_.Add("sanzhang.later.v1.Invented", "whatever it was");
    source_.Add(std::string(filed.GetDescriptor()->full_name()), "\x0a\xff");
  }

  void Export(Format format) {
    ExportOptions options;
    options.folder = dir_.File("out");
    options.format = format;
    const auto result = RunExport(source_, TheSchema(), options);
    ASSERT_TRUE(result.ok()) << result.status();
  }

  std::string File(const std::string& name) {
    std::ifstream in(dir_.File("out/" + name), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  // Rows as texts, NULL as `-`.
  std::vector<std::string> Query(const std::string& sql) {
    sqlite3* db = nullptr;
    EXPECT_EQ(sqlite3_open_v2(dir_.File("out/records.sqlite").c_str(), &db, SQLITE_OPEN_READONLY,
                              nullptr),
              SQLITE_OK);
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sql << ": " << sqlite3_errmsg(db);
    std::vector<std::string> rows;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      std::string row;
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
        absl::StrAppend(&row, i > 0 ? "|" : "", text == nullptr ? "-" : text);
      }
      rows.push_back(row);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return rows;
  }

  support::TempDir dir_;
  ListSource source_;
};

TEST_F(FormatsTest, SqliteIsReadyForQuestions) {
  Export(Format::kSqlite);
  EXPECT_THAT(Query("PRAGMA integrity_check"), ElementsAre("ok"));
  EXPECT_THAT(Query("SELECT count(*) FROM record"), ElementsAre("5"));
  EXPECT_THAT(
      Query("SELECT position, actor_role, fact_category, fact_place_building, fact_place_grid, "
            "fact_intake_due, fact_urgency FROM complaint_ComplaintFiled"),
      ElementsAre("1|ROLE_RESIDENT|CATEGORY_NOISE|communities/c1/buildings/b1|-|"
                  "2023-11-14T22:13:20Z|URGENCY_UNSPECIFIED",
                  "5|ROLE_RESIDENT|CATEGORY_UNSPECIFIED|-|-|-|URGENCY_UNSPECIFIED"));
  // 64-bit integers are numbers, and what is not sent is its zero.
  EXPECT_THAT(Query("SELECT fact_paused_ms + 1, fact_automatic, typeof(fact_paused_ms) FROM "
                    "complaint_ComplaintResumed"),
              ElementsAre("9000000001|1|integer", "1|0|integer"));
  EXPECT_THAT(
      Query(
          "SELECT type, payload, length(bytes), length(leaf_hash) FROM record WHERE position = 4"),
      ElementsAre(absl::StrCat("sanzhang.later.v1.Invented|-|", source_.records[3].size(), "|32")));
  EXPECT_THAT(Query("SELECT payload FROM record WHERE position = 5"), ElementsAre("-"));
  for (const std::string& view : Query("SELECT name FROM sqlite_master WHERE type = 'view'")) {
    Query(absl::StrCat("SELECT * FROM \"", view, "\""));
  }
  EXPECT_EQ(Query("SELECT name FROM sqlite_master WHERE type = 'view'").size(),
            TheSchema().facts().size());
  EXPECT_THAT(Query("SELECT strict FROM pragma_table_list WHERE name = 'record'"),
              ElementsAre("1"));
}

TEST_F(FormatsTest, CsvHasAFileForEachTypeAndNoFormulas) {
  Export(Format::kCsv);
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(dir_.File("out"))) {
    names.insert(entry.path().filename().string());
  }
  EXPECT_THAT(names,
              ElementsAre("complaint.ComplaintFiled.csv", "complaint.ComplaintResumed.csv",
                          "descriptors.binpb", "manifest.json", "schema.json", "unknown.csv"));
  const std::string filed = File("complaint.ComplaintFiled.csv");
  EXPECT_THAT(filed, HasSubstr(",\"'=HYPERLINK(\"\"http://evil\"\")\","));
  EXPECT_THAT(filed, HasSubstr("position,stream,revision,"));
  const std::vector<std::string> lines = absl::StrSplit(filed, "\r\n");
  EXPECT_EQ(lines.size(), 3u);  // The header, a row, and nothing after its end.
  EXPECT_THAT(File("unknown.csv"), HasSubstr("d2hhdGV2ZXIgaXQgd2Fz"));
  const auto schema = nlohmann::json::parse(File("schema.json"));
  const auto& columns = schema["complaint.ComplaintResumed.csv"]["columns"];
  std::map<std::string, std::string> types;
  for (const auto& column : columns) types[column["name"]] = column["type"];
  EXPECT_EQ(types["fact_paused_ms"], "integer");
  EXPECT_EQ(types["fact_automatic"], "boolean");
  EXPECT_EQ(types["fact_answer_due"], "time");
  EXPECT_EQ(types["recorded_at"], "time");
  const std::string resumed = File("complaint.ComplaintResumed.csv");
  const std::vector<std::string> header =
      absl::StrSplit(resumed.substr(0, resumed.find("\r\n")), ',');
  EXPECT_EQ(header.size(), columns.size());
}

TEST(FactColumns, AreDistinctAndNamedAsSqlAllows) {
  for (const auto* fact : TheSchema().facts()) {
    std::set<std::string> names;
    for (const FactColumn& column : ColumnsOf(*fact)) {
      EXPECT_TRUE(names.insert(column.name).second) << fact->full_name() << " " << column.name;
      EXPECT_EQ(column.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
                std::string::npos)
          << column.name;
    }
  }
}

}  // namespace
}  // namespace sanzhang::audit
