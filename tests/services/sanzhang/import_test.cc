// The map, the templates and what they make of rows.
#include <fstream>

#include "gmock/gmock.h"
#include "google/protobuf/message.h"
#include "sanzhang/complaint/v1/complaint_service.pb.h"
#include "sanzhang/registry/v1/registry_service.pb.h"
#include "services/sanzhang/import_map.h"
#include "services/sanzhang/uuid.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::app {
namespace {

using complaint::v1::FileComplaintRequest;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kHead[] = R"(
source = "test"
community = "communities/c1"
key = "id"
service = "importer"
time_zone = "Asia/Shanghai"
[tables.category]
"Park" = "CATEGORY_ENVIRONMENT"
"*" = "CATEGORY_OTHER"
[tables.strict]
"Park" = "CATEGORY_ENVIRONMENT"
"Wrong" = "CATEGORY_OF_NO_KIND"
)";

constexpr char kStory[] = R"(
[[story]]
name = "file"
date = "opened"
time = "09:00"
method = "ComplaintService/FileComplaint"
[story.request]
parent = "{community}"
complaint_id = "{id|id}"
category = "{kind|category}"
sub_category = "{kind}"
place = { grid = "{community}/grids/{board|id}" }
text = { content = "{{{kind}}} in {board}" }
[[story]]
name = "close"
when = "closed"
date = "closed"
time = "17:00"
method = "CloseComplaint"
request = { name = "{community}/complaints/{id|id}", mode = "CLOSE_MODE_NO_REPLY" }
)";

const std::vector<std::string> kColumns = {"id", "opened", "closed", "kind", "board"};

class ImportMapTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<ImportMap>> Read(const std::string& text) {
    path_ = folder_.File("map.toml");
    std::ofstream(path_) << text;
    return ReadImportMap(path_, kColumns);
  }
  std::unique_ptr<ImportMap> Map(const std::string& text) {
    auto map = Read(text);
    EXPECT_TRUE(map.ok()) << map.status();
    return map.ok() ? *std::move(map) : nullptr;
  }
  std::string Mistakes(const std::string& text) {
    return std::string(Read(text).status().message());
  }
  support::TempDir folder_;
  std::string path_;
};

template <class Request>
Request Parsed(const ImportCommand& command) {
  Request request;
  EXPECT_TRUE(request.ParseFromString(command.request));
  return request;
}

TEST_F(ImportMapTest, ARowBecomesItsStory) {
  const auto map = Map(std::string(kHead) + kStory);
  const auto story = TellStory(*map, {"K 1", "2018-12-31", "2019-01-02", "Park", "03 Queens"}, 0);
  ASSERT_TRUE(story.ok()) << story.status();
  ASSERT_EQ(story->size(), 2u);
  const auto filed = Parsed<FileComplaintRequest>((*story)[0]);
  EXPECT_EQ(filed.parent(), "communities/c1");
  EXPECT_EQ(filed.complaint_id(), "k-1");
  EXPECT_EQ(filed.category(), complaint::v1::CATEGORY_ENVIRONMENT);
  EXPECT_EQ(filed.place().grid(), "communities/c1/grids/03-queens");
  EXPECT_EQ(filed.text().content(), "{Park} in 03 Queens");
  EXPECT_EQ(filed.origin().channel(), type::v1::CHANNEL_IMPORT);
  EXPECT_EQ(filed.origin().occurred_at().seconds(), 1546218000);  // 2018-12-31T01:00:00Z
  EXPECT_EQ(filed.request_id(), NamedUuid("import/test/K 1/0/file"));
  const auto closed = Parsed<complaint::v1::CloseComplaintRequest>((*story)[1]);
  EXPECT_EQ(closed.mode(), complaint::v1::CLOSE_MODE_NO_REPLY);
  EXPECT_EQ((*story)[1].step->service, "importer");
}

TEST_F(ImportMapTest, TheSameRowMakesTheSameRequestsAndItsRepeatOthers) {
  const auto map = Map(std::string(kHead) + kStory);
  const std::vector<std::string> row = {"K1", "2018-12-31", "", "Park", "b"};
  EXPECT_EQ((*TellStory(*map, row, 0))[0].request, (*TellStory(*map, row, 0))[0].request);
  EXPECT_NE((*TellStory(*map, row, 0))[0].request, (*TellStory(*map, row, 1))[0].request);
}

TEST_F(ImportMapTest, EmptyColumnsLeaveFieldsAndStepsOut) {
  const auto map = Map(std::string(kHead) + kStory);
  const auto story = TellStory(*map, {"K1", "2018-12-31", "", "", ""}, 0);
  ASSERT_TRUE(story.ok()) << story.status();
  ASSERT_EQ(story->size(), 1u);
  const auto filed = Parsed<FileComplaintRequest>((*story)[0]);
  EXPECT_EQ(filed.sub_category(), "");
  EXPECT_TRUE(filed.has_place());
  EXPECT_EQ(filed.place().grid(), "");
  EXPECT_EQ(filed.category(), complaint::v1::CATEGORY_OTHER);
}

TEST_F(ImportMapTest, AStepIsRepeatedAsOftenAsTheRowSays) {
  const auto map = Map(std::string(kHead) + R"(
[[story]]
name = "unit"
repeat = "kind"
method = "RegistryService/RegisterDwelling"
request = { parent = "{community}", dwelling_id = "{id|id}-{#}", display_name = "{#}" }
)");
  const auto tell = [&](const std::string& times) {
    return TellStory(*map, {"K 1", "", "", times, "b"}, 0);
  };
  const auto story = tell("3");
  ASSERT_TRUE(story.ok()) << story.status();
  ASSERT_EQ(story->size(), 3u);
  const auto third = Parsed<registry::v1::RegisterDwellingRequest>((*story)[2]);
  EXPECT_EQ(third.dwelling_id(), "k-1-3");
  EXPECT_EQ(third.request_id(), NamedUuid("import/test/K 1/0/unit/3"));
  EXPECT_TRUE(tell("0")->empty());
  EXPECT_TRUE(tell("")->empty());
  for (const char* wrong : {"-1", "many", "10001"}) {
    EXPECT_EQ(std::string(tell(wrong).status().message()),
              "unit: \"" + std::string(wrong) + "\" is no number up to 10000");
  }
}

TEST_F(ImportMapTest, RowsThatDoNotDo) {
  const auto map = Map(std::string(kHead) + kStory);
  const auto why = [&](const std::vector<std::string>& row) {
    return std::string(TellStory(*map, row, 0).status().message());
  };
  EXPECT_EQ(why({"", "2018-12-31", "", "Park", "b"}), "the key is empty");
  EXPECT_EQ(why({"K1", "31.12.2018", "", "Park", "b"}), "file: \"31.12.2018\" is not YYYY-MM-DD");
  EXPECT_EQ(why({"K1", "2018-12-31", "2018-12-30", "Park", "b"}),
            "close: comes before the step before it");
}

TEST_F(ImportMapTest, AValueThatNoTableHas) {
  std::string text = std::string(kHead) + kStory;
  text.replace(text.find("{kind|category}"), 15, "{kind|strict}");
  const auto map = Map(text);
  const auto why = [&](const std::string& kind) {
    return std::string(TellStory(*map, {"K1", "2018-12-31", "", kind, "b"}, 0).status().message());
  };
  EXPECT_EQ(why("Lake"), "file.category: table strict has no \"Lake\"");
  EXPECT_EQ(why("Wrong"),
            "file.category: \"CATEGORY_OF_NO_KIND\" is no sanzhang.complaint.v1.Category");
}

TEST_F(ImportMapTest, PrepareStepsHaveIdsOfTheirOwn) {
  const auto map = Map(std::string(kHead) + R"(
[[prepare]]
name = "board"
once_per = "board"
as = "operator"
method = "RegistryService/DrawGrid"
request = { parent = "{community}", grid_id = "{board|id}", display_name = "{board}" }
)" + kStory);
  ASSERT_EQ(map->prepare.size(), 1u);
  EXPECT_EQ(map->prepare[0].service, "operator");
  EXPECT_EQ(map->prepare[0].once_per, 4u);
  const auto a = Prepare(*map, map->prepare[0], {"", "", "", "", "North"});
  const auto b = Prepare(*map, map->prepare[0], {"other", "", "", "", "North"});
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->request, b->request);
}

TEST_F(ImportMapTest, EveryMistakeAtOnceWithItsLine) {
  const std::string mistakes = Mistakes(R"(source = "s"
community = "communities/c1"
key = "nothing"
service = "importer"
time_zone = "Nowhere/City"
extra = 1
[[story]]
name = "file"
method = "FileComplain"
request = {}
[[story]]
name = "file"
method = "FileComplaint"
date = "opened"
[story.request]
parent = "{community"
category = "{kind|tabel}"
urgency = "URGENCY_NONE"
place = "here"
colour = "red"
attachments = [1]
)");
  for (const char* mistake :
       {":3: no column \"nothing\"", ":5: \"Nowhere/City\" is no time zone",
        ":6: unknown key \"extra\"",
        ":9: no RPC FileComplain; did you mean: ComplaintService/FileComplaint",
        ":11: date and time go together", ":11: a step named file came before",
        ":16: a brace is open", ":17: no table \"tabel\"",
        ":18: \"URGENCY_NONE\" is no sanzhang.complaint.v1.Urgency", ":19: place must be a table",
        ":20: sanzhang.complaint.v1.FileComplaintRequest has no field \"colour\"",
        ":21: attachments must be an array of tables"}) {
    EXPECT_THAT(mistakes, HasSubstr(path_ + mistake));
  }
}

TEST_F(ImportMapTest, StepsOfOneDayMustFollowOneAnother) {
  std::string text = std::string(kHead) + kStory;
  text.replace(text.find("date = \"closed\"\ntime = \"17:00\""), 30,
               "date = \"opened\"\ntime = \"08:00\"");
  EXPECT_THAT(Mistakes(text), HasSubstr("close comes before file"));
}

// The maps that are shipped fit the columns of the data that they are for.
TEST(ShippedMapTest, BlocksBecomeARegister) {
  const std::vector<std::string> columns = {"blk_no",
                                            "street",
                                            "max_floor_lvl",
                                            "year_completed",
                                            "residential",
                                            "commercial",
                                            "market_hawker",
                                            "miscellaneous",
                                            "multistorey_carpark",
                                            "precinct_pavilion",
                                            "bldg_contract_town",
                                            "total_dwelling_units",
                                            "1room_sold",
                                            "2room_sold",
                                            "3room_sold",
                                            "4room_sold",
                                            "5room_sold",
                                            "exec_sold",
                                            "multigen_sold",
                                            "studio_apartment_sold",
                                            "1room_rental",
                                            "2room_rental",
                                            "3room_rental",
                                            "other_room_rental"};
  const auto map = ReadImportMap(SANZHANG_SOURCE_DIR "/deploy/import/hdb-units.toml", columns);
  ASSERT_TRUE(map.ok()) << map.status();
  const auto story = TellStory(**map, {"1",  "BEDOK STH AVE 1",
                                       "14", "1975",
                                       "Y",  "N",
                                       "N",  "Y",
                                       "N",  "N",
                                       "BD", "4",
                                       "0",  "0",
                                       "2",  "0",
                                       "1",  "0",
                                       "0",  "0",
                                       "1",  "0",
                                       "0",  "0"},
                               0);
  ASSERT_TRUE(story.ok()) << story.status();
  // The building; three owners, their flats and that they own them; the board's flat and its mark.
  ASSERT_EQ(story->size(), 1u + 9u + 2u);
  const auto owned = Parsed<registry::v1::RecordOwnershipRequest>((*story)[6]);
  EXPECT_EQ(owned.name(), "communities/bd/dwellings/1-bedok-sth-ave-1-3r-2");
  ASSERT_EQ(owned.owners_size(), 1);
  EXPECT_EQ(owned.owners(0).person(), "communities/bd/persons/1-bedok-sth-ave-1-3r-2");
}

TEST(ShippedMapTest, CanBeRead) {
  const auto map =
      ReadImportMap(SANZHANG_SOURCE_DIR "/deploy/import/nyc-council-cases.toml",
                    {"unique_key", "account", "opendate", "closedate", "complaint_type",
                     "descriptor", "zip", "borough", "city", "council_dist", "community_board"});
  ASSERT_TRUE(map.ok()) << map.status();
  const auto story =
      TellStory(**map,
                {"NYCC02517820", "NYCC02", "2018-12-31", "2020-06-11", "General Welfare",
                 "Homeless Encampment", "10009", "Manhattan", "New York", "NYCC04", "06 Manhattan"},
                0);
  ASSERT_TRUE(story.ok()) << story.status();
  std::vector<std::string> steps;
  for (const ImportCommand& command : *story) steps.push_back(command.step->name);
  EXPECT_THAT(steps, ElementsAre("file", "accept", "assign", "acknowledge", "answer", "close"));
}

TEST(ToIdTest, KeepsLettersAndDigits) {
  EXPECT_EQ(ToId("03 Queens"), "03-queens");
  EXPECT_EQ(ToId("  A--b / C. "), "a-b-c");
  EXPECT_EQ(ToId("社区"), "");
}

}  // namespace
}  // namespace sanzhang::app
