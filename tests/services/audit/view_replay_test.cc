// Views from records: up to a moment, and what differs between two.
#include "services/audit/view_replay.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "projections/engine/dump.h"
#include "services/audit/view_diff.h"
#include "tests/services/audit/memory_source.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::audit {
namespace {

using projections::Database;
using projections::Rows;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// One row for each event of its own package.
class Seen final : public projections::Projection {
 public:
  explicit Seen(int version = 1) : version_(version) {}
  std::string_view name() const override { return "seen"; }
  int version() const override { return version_; }
  std::string_view schema() const override {
    return "CREATE TABLE seen (position INTEGER PRIMARY KEY, what TEXT NOT NULL) STRICT;";
  }
  std::vector<std::string> packages() const override { return {"toy.v1"}; }
  absl::Status Apply(const projections::Envelope& envelope, Rows& rows) override {
    if (envelope.record.payload() == "poison") return absl::DataLossError("poison");
    return rows.Run("INSERT INTO seen VALUES (?1, ?2)",
                    {static_cast<std::int64_t>(envelope.position()), envelope.record.payload()});
  }

 private:
  const int version_;
};

absl::Time At(int minute) { return absl::FromUnixSeconds(1'700'000'000) + absl::Minutes(minute); }

class ViewReplayTest : public testing::Test {
 protected:
  ViewReplayTest() {
    for (int i = 1; i <= 9; ++i) Append(absl::StrCat("e", i), i);
  }
  void Append(const std::string& payload, int minute) {
    log::v1::Record record;
    record.set_type("toy.v1.Thing");
    record.set_payload(payload);
    *record.mutable_recorded_at() = wire::ToStamp(At(minute));
    source_.Add(std::move(record));
  }
  std::string Place(const std::string& moment) {
    const auto parsed = ParseMoment(moment);
    if (!parsed.ok()) return "no moment";
    const auto position = PositionOf(source_, *parsed);
    return position.ok() ? absl::StrCat(*position) : std::string(position.status().message());
  }
  static std::int64_t Count(projections::Replay& replay) {
    auto read = replay.Read();
    std::int64_t count = -1;
    EXPECT_TRUE(read->lease->rows()
                    .Query("SELECT count(*) FROM seen", {},
                           [&](const projections::Row& row) { count = row.Int(0); })
                    .ok());
    return count;
  }

  support::TempDir dir_;
  MemorySource source_;
  Seen view_;
};

TEST_F(ViewReplayTest, MomentsArePositionsOrTimes) {
  EXPECT_EQ(Place(""), "9");
  EXPECT_EQ(Place("4"), "4");
  EXPECT_EQ(Place("9"), "9");
  EXPECT_EQ(Place("10"), "the log ends at 9");
  EXPECT_EQ(Place("0"), "no moment");
  EXPECT_EQ(Place("yesterday"), "no moment");
  EXPECT_EQ(Place("4x"), "no moment");
  EXPECT_EQ(Place(absl::FormatTime(At(4))), "4");
  EXPECT_EQ(Place(absl::FormatTime(At(4) + absl::Seconds(59))), "4");
  EXPECT_EQ(Place(absl::FormatTime(At(0))), "the log begins later");
  EXPECT_EQ(Place(absl::FormatTime(At(99))), "9");
}

TEST_F(ViewReplayTest, EachViewStopsWhereItIsWantedAndTheLogIsReadOnce) {
  Seen other;
  const auto replays = ReplayViews(
      source_, {{&view_, dir_.path() / "a", 3}, {&other, dir_.path() / "b", 8}}, nullptr);
  ASSERT_TRUE(replays.ok()) << replays.status();
  EXPECT_EQ((*replays)[0]->position(), 3u);
  EXPECT_EQ(Count(*(*replays)[0]), 3);
  EXPECT_EQ(Count(*(*replays)[1]), 8);
  EXPECT_EQ(source_.reads(), 1);
}

TEST_F(ViewReplayTest, GoesOnFromWhatIsThere) {
  { ASSERT_TRUE(ReplayViews(source_, {{&view_, dir_.path() / "a", 3}}, nullptr).ok()); }
  const auto replays = ReplayViews(source_, {{&view_, dir_.path() / "a", 9}}, nullptr);
  ASSERT_TRUE(replays.ok()) << replays.status();
  EXPECT_EQ(Count(*(*replays)[0]), 9);
}

TEST_F(ViewReplayTest, StopsAtWhatIsWrong) {
  source_.records()[4] = source_.records()[6];
  EXPECT_THAT(
      std::string(
          ReplayViews(source_, {{&view_, dir_.path() / "a", 9}}, nullptr).status().message()),
      HasSubstr("position 5"));
  Append("poison", 10);
  EXPECT_TRUE(ReplayViews(source_, {{&view_, dir_.path() / "b", 4}}, nullptr).ok());
  source_.set_filtered();
  EXPECT_TRUE(absl::IsFailedPrecondition(
      ReplayViews(source_, {{&view_, dir_.path() / "c", 4}}, nullptr).status()));
}

TEST_F(ViewReplayTest, TheScratchFolderGoes) {
  std::filesystem::path path;
  {
    const auto scratch = ScratchFolder::Make();
    ASSERT_TRUE(scratch.ok());
    path = (*scratch)->path();
    EXPECT_TRUE(std::filesystem::is_directory(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

// A file of a view with two tables, made by SQL.
std::filesystem::path MakeFile(const std::filesystem::path& path, const std::string& rows,
                               const std::string& more_schema = "") {
  const auto database = Database::Open(
      path, 1,
      "CREATE TABLE item (a TEXT, b INTEGER, size INTEGER, note TEXT, PRIMARY KEY (b, a)) STRICT;"
      "CREATE TABLE tag (name TEXT PRIMARY KEY) STRICT;" +
          more_schema,
      1);
  EXPECT_TRUE(database.ok()) << database.status();
  EXPECT_TRUE((*database)
                  ->Write([&](Rows& out, projections::Checkpoint& reached) {
                    ++reached.position;
                    return out.Run(rows, {});
                  })
                  .ok());
  return path;
}

std::string Show(const RowChange::Cells& cells) {
  return absl::StrJoin(cells, " ", [](std::string* out, const auto& cell) {
    absl::StrAppend(out, cell.first, "=", cell.second);
  });
}

std::vector<std::string> Diff(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::vector<std::string> lines;
  const absl::Status status = DiffViews(a, b, [&](const RowChange& change) {
    const char* sign = change.kind == RowChange::Kind::kAdded     ? "+ "
                       : change.kind == RowChange::Kind::kRemoved ? "- "
                                                                  : "~ ";
    lines.push_back(absl::StrCat(sign, change.table, " ", Show(change.key), " | ",
                                 Show(change.before), " | ", Show(change.after)));
    return lines.size() < 10;
  });
  if (!status.ok()) lines.push_back(std::string(status.message()));
  return lines;
}

TEST(ViewDiffTest, TellsRowsByTableAndKey) {
  const support::TempDir dir;
  const auto before =
      MakeFile(dir.path() / "a",
               "INSERT INTO item VALUES ('x', 1, 10, 'it''s'), ('y', 1, 20, NULL), ('z', 2, 30, "
               "'same')");
  const auto after = MakeFile(dir.path() / "b",
                              "INSERT INTO item VALUES ('x', 1, 11, 'it''s'), ('z', 2, 30, "
                              "'same'), ('z', 3, NULL, 'new')");
  EXPECT_THAT(Diff(before, after), ElementsAre("- item b=1 a='y' | size=20 note=NULL | ",
                                               "~ item b=1 a='x' | size=10 | size=11",
                                               "+ item b=3 a='z' |  | size=NULL note='new'"));
  EXPECT_THAT(Diff(before, before), IsEmpty());
}

TEST(ViewDiffTest, NullIsAValueOfItsOwn) {
  const support::TempDir dir;
  const auto before = MakeFile(dir.path() / "a", "INSERT INTO item VALUES ('x', 1, NULL, '')");
  const auto after = MakeFile(dir.path() / "b", "INSERT INTO item VALUES ('x', 1, 0, NULL)");
  EXPECT_THAT(Diff(before, after),
              ElementsAre("~ item b=1 a='x' | size=NULL note='' | size=0 note=NULL"));
}

TEST(ViewDiffTest, TablesThatAreOnlyAKey) {
  const support::TempDir dir;
  const auto before = MakeFile(dir.path() / "a", "INSERT INTO tag VALUES ('old'), ('both')");
  const auto after = MakeFile(dir.path() / "b", "INSERT INTO tag VALUES ('both'), ('new')");
  EXPECT_THAT(Diff(before, after), ElementsAre("- tag name='old' |  | ", "+ tag name='new' |  | "));
}

TEST(ViewDiffTest, FilesOfTwoSchemasAreNotCompared) {
  const support::TempDir dir;
  const auto before = MakeFile(dir.path() / "a", "INSERT INTO tag VALUES ('old')");
  const auto after = MakeFile(dir.path() / "b", "INSERT INTO tag VALUES ('old')",
                              "CREATE TABLE more (n INTEGER PRIMARY KEY) STRICT;");
  EXPECT_THAT(Diff(before, after), ElementsAre("the two do not both have the same more"));
}

}  // namespace
}  // namespace sanzhang::audit
