// What becomes of files: versions, rebuilds, damage, crashes.
#include <fstream>
#include <random>
#include <set>

#include "gmock/gmock.h"
#include "projections/engine/database.h"
#include "projections/engine/positions.h"
#include "projections/engine/projector.h"
#include "tests/projections/engine/toy.h"

namespace sanzhang::projections {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kSecondSchema[] =
    "CREATE TABLE item (key TEXT PRIMARY KEY, number INTEGER, position INTEGER NOT NULL) STRICT;"
    "CREATE TABLE tally (id INTEGER PRIMARY KEY, events INTEGER NOT NULL) STRICT;"
    "INSERT INTO tally VALUES (1, 1000);";

class FilesTest : public ToyTest {
 protected:
  // What the log makes when a view is built from it in one go.
  std::string Expected() {
    std::string dump;
    {
      const auto dir = std::make_unique<support::TempDir>();
      Projector::Options options;
      options.folder = dir->path();
      options.log = log_.Channel();
      auto toy = Projector::Open(std::make_unique<Toy>(Toy::Options()), options);
      (*toy)->Start();
      EXPECT_TRUE((*toy)->WaitFor(log_.head(), Soon()).ok());
      dump = DumpOf(**toy);
    }
    return dump;
  }
};

TEST_F(FilesTest, ANewVersionIsBuiltBesideTheOldWhichAnswersMeanwhile) {
  PutMany(20);
  { ASSERT_TRUE(StartToy()->WaitFor(20, Soon()).ok()); }
  PutMany(5);
  log_.HoldFirstReadersAt(15);
  const auto toy = StartToy({.version = 2, .schema = kSecondSchema});
  Until([&] { return toy->status().rebuild_position == 15; });
  ProjectorStatus status = toy->status();
  EXPECT_EQ(status.version, 1);
  EXPECT_EQ(status.position, 20u);
  EXPECT_EQ(status.lag_events, 5u);
  EXPECT_TRUE(status.rebuilding);
  EXPECT_EQ(status.rebuild_version, 2);
  EXPECT_EQ(status.state, ProjectorState::kCatchingUp);
  EXPECT_EQ(Number(*toy, "SELECT events FROM tally"), 20);
  EXPECT_EQ(toy->Read()->version(), 1);

  log_.HoldFirstReadersAt(UINT64_MAX);
  ASSERT_TRUE(toy->WaitFor(25, Soon()).ok());
  EXPECT_EQ(toy->Read()->version(), 2);
  EXPECT_EQ(Number(*toy, "SELECT events FROM tally"), 1025);
  states_.Await(ProjectorState::kLive);
  toy->Stop();  // The old file goes when its last user has gone.
  EXPECT_THAT(Files(), ElementsAre("toy.v2.sqlite"));
}

TEST_F(FilesTest, ARebuildGoesOnWhereItWasInterrupted) {
  PutMany(20);
  { ASSERT_TRUE(StartToy()->WaitFor(20, Soon()).ok()); }
  log_.HoldFirstReadersAt(11);
  {
    const auto toy = StartToy({.version = 2, .schema = kSecondSchema});
    Until([&] { return toy->status().rebuild_position == 11; });
  }
  EXPECT_THAT(Files(), ElementsAre("toy.v1.sqlite", "toy.v2.sqlite"));
  const auto toy = StartToy({.version = 2, .schema = kSecondSchema});
  EXPECT_EQ(toy->status().version, 1);
  Until([&] { return toy->status().version == 2; });
  EXPECT_EQ(toy->status().position, 20u);
  EXPECT_EQ(log_.subscribed_from().back(), 11u);
}

TEST_F(FilesTest, RebuildMakesTheSameRowsWhileTheOldOnesGoOn) {
  PutMany(30);
  log_.Append("toy.v1.Drop", "k3");
  { ASSERT_TRUE(StartToy()->WaitFor(31, Soon()).ok()); }
  const auto toy = StartToy();  // Follows from 31 on; only the rebuild will begin at 1.
  states_.Await(ProjectorState::kLive);
  log_.HoldFirstReadersAt(12);
  ASSERT_TRUE(toy->Rebuild().ok());
  ASSERT_TRUE(toy->Rebuild().ok());  // Under way already.
  Put("k4", 77);
  ASSERT_TRUE(toy->WaitFor(32, Soon()).ok());  // By the old rows.
  EXPECT_TRUE(toy->status().rebuilding);
  EXPECT_THAT(Files(), ElementsAre("toy.v1.r2.sqlite", "toy.v1.sqlite"));
  const std::string live = DumpOf(*toy);
  log_.HoldFirstReadersAt(UINT64_MAX);
  Until([&] { return !toy->status().rebuilding; });
  EXPECT_EQ(DumpOf(*toy), live);
  toy->Stop();
  EXPECT_THAT(Files(), ElementsAre("toy.v1.r2.sqlite"));
}

TEST_F(FilesTest, ARebuildLiftsAViewThatHasStopped) {
  PutMany(10);
  const auto toy = StartToy();
  ASSERT_TRUE(toy->WaitFor(10, Soon()).ok());
  log_.Append("toy.v1.Strange", "");
  states_.Await(ProjectorState::kStopped);
  std::vector<std::string> records = log_.records();
  records.pop_back();
  log_.Replace(records);
  Put("a", 1);
  ASSERT_TRUE(toy->Rebuild().ok());
  EXPECT_TRUE(toy->WaitFor(11, Soon()).ok());
  states_.Await(ProjectorState::kLive);
}

TEST_F(FilesTest, AnotherSchemaTextOfTheSameVersionIsNoticed) {
  PutMany(10);
  { ASSERT_TRUE(StartToy()->WaitFor(10, Soon()).ok()); }
  const auto toy = StartToy({.schema = kSecondSchema});
  ASSERT_TRUE(toy->WaitFor(10, Soon()).ok());
  EXPECT_EQ(Number(*toy, "SELECT events FROM tally"), 1010);
}

TEST_F(FilesTest, GoingBackToAnOlderProgramBuildsItsVersion) {
  PutMany(10);
  { ASSERT_TRUE(StartToy({.version = 2, .schema = kSecondSchema})->WaitFor(10, Soon()).ok()); }
  const auto toy = StartToy();
  ASSERT_TRUE(toy->WaitFor(10, Soon()).ok());
  Until([&] { return toy->status().version == 1; });
  EXPECT_EQ(Number(*toy, "SELECT events FROM tally"), 10);
}

TEST_F(FilesTest, OtherNamesAreLeftAlone) {
  std::filesystem::create_directories(folder());
  for (const char* name :
       {"toys.v1.sqlite", "toy.v1.sqlite.bak", "toy.vx.sqlite", "toy.v0.sqlite"}) {
    std::ofstream(folder() / name) << "?";
  }
  PutMany(3);
  const auto toy = StartToy({.version = 2, .schema = kSecondSchema});
  ASSERT_TRUE(toy->WaitFor(3, Soon()).ok());
  EXPECT_THAT(Files(),
              ElementsAre("toy.v0.sqlite", "toy.v2.sqlite", "toy.vx.sqlite", "toys.v1.sqlite"));
}

TEST_F(FilesTest, DamagedFilesAreBuiltAnew) {
  PutMany(2000);
  const std::string expected = Expected();
  { ASSERT_TRUE(StartToy()->WaitFor(2000, Soon()).ok()); }
  std::filesystem::path file = folder() / "toy.v1.sqlite";
  const auto size = std::filesystem::file_size(file);
  ASSERT_GT(size, 8192u);
  const auto overwrite = [&](std::size_t at, const std::string& bytes) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(at));
    stream << bytes;
  };
  const std::vector<std::function<void()>> damages = {
      [&] { std::filesystem::resize_file(file, size / 2); },
      [&] { std::filesystem::resize_file(file, 0); },
      [&] { std::filesystem::resize_file(file, 100); },
      [&] { overwrite(0, "not a database at all"); },
      [&] { overwrite(4096, std::string(4096, '\x5a')); },
      [&] { overwrite(4096, std::string(16, '\0')); },
      [&] { std::filesystem::remove(file); },
      [&] { std::ofstream(file, std::ios::trunc) << std::string(20'000, 'x'); },
  };
  for (std::size_t i = 0; i < damages.size(); ++i) {
    SCOPED_TRACE(i);
    file = folder() / Files().at(0);
    checks_ = 0;
    damages[i]();
    const auto toy = StartToy();
    Until([&] { return checks_ == 1; });
    ASSERT_TRUE(toy->WaitFor(2000, Soon()).ok());
    EXPECT_EQ(DumpOf(*toy), expected);
  }
}

// Opening reads the first pages only, whatever the file's size: a page behind them may be damaged.
// The check that Start() begins finds it.
TEST_F(FilesTest, AFileIsReadWholeOnlyBesideTheWork) {
  PutMany(2000);
  const std::string expected = Expected();
  { ASSERT_TRUE(StartToy()->WaitFor(2000, Soon()).ok()); }
  {
    std::fstream stream(folder() / "toy.v1.sqlite",
                        std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(4096);
    stream << std::string(4096, '\x5a');
  }
  checks_ = 0;
  const auto toy = OpenToy();
  EXPECT_EQ(toy->status().position, 2000u);
  EXPECT_EQ(damages_, 0);
  toy->Start();
  Until([&] { return checks_ == 1; });
  EXPECT_EQ(damages_, 1);
  ASSERT_TRUE(toy->WaitFor(2000, Soon()).ok());
  EXPECT_EQ(DumpOf(*toy), expected);
  toy->Stop();
  EXPECT_THAT(Files(), ElementsAre("toy.v1.r2.sqlite"));
}

TEST_F(FilesTest, ASoundFileIsKept) {
  PutMany(100);
  { ASSERT_TRUE(StartToy()->WaitFor(100, Soon()).ok()); }
  checks_ = 0;
  const auto toy = StartToy();
  Until([&] { return checks_ == 1; });
  EXPECT_EQ(damages_, 0);
  Until([&] { return log_.subscribed_from().back() == 100; });  // Goes on, and does not begin anew.
  EXPECT_THAT(Files(), ElementsAre("toy.v1.sqlite"));
}

TEST_F(FilesTest, ADamagedOldFileGivesWayToTheOneThatIsBuilt) {
  PutMany(2000);
  { ASSERT_TRUE(StartToy()->WaitFor(2000, Soon()).ok()); }
  {
    std::fstream stream(folder() / "toy.v1.sqlite",
                        std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(4096);
    stream << std::string(4096, '\x5a');
  }
  log_.HoldFirstReadersAt(15);
  checks_ = 0;
  const auto toy = StartToy({.version = 2, .schema = kSecondSchema});
  Until([&] { return checks_ == 1; });
  EXPECT_EQ(damages_, 1);
  Until([&] { return toy->status().position == 15; });
  EXPECT_EQ(toy->status().version, 2);
  EXPECT_FALSE(toy->status().rebuilding);
}

TEST_F(FilesTest, PositionsAreReadOffTheFiles) {
  EXPECT_TRUE(PositionsIn(folder()).empty());
  PutMany(30);
  { ASSERT_TRUE(StartToy()->WaitFor(30, Soon()).ok()); }
  std::ofstream(folder() / "broken.v1.sqlite") << std::string(20'000, 'x');
  const std::vector<FilePosition> positions = PositionsIn(folder());
  ASSERT_EQ(positions.size(), 1u);
  EXPECT_EQ(positions[0].file, "toy.v1.sqlite");
  EXPECT_EQ(positions[0].position, 30u);
}

// The files as a killed process leaves them, taken at every event of every batch and between
// batches: what is found there is a prefix of the log, rows and checkpoint agree, and going on
// makes the same.
TEST_F(FilesTest, RowsAndCheckpointAgreeAfterAnyCrash) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 60; ++i) {
    Put("k" + std::to_string(random() % 8), static_cast<int>(random() % 100));
    if (random() % 5 == 0) log_.Append("other.v1.Thing", "");
    if (random() % 5 == 0) log_.Append("toy.v1.Drop", "k" + std::to_string(random() % 8));
  }
  const std::uint64_t head = log_.head();
  const std::filesystem::path crashes = dir_.path() / "crashes";
  std::filesystem::create_directories(crashes);
  int taken = 0;
  const auto take = [&] {
    const std::filesystem::path to = crashes / std::to_string(taken++);
    std::filesystem::create_directories(to);
    for (const char* suffix : {"", "-wal"}) {
      const std::string name = std::string("toy.v1.sqlite") + suffix;
      if (std::filesystem::exists(folder() / name)) {
        std::filesystem::copy_file(folder() / name, to / name);
      }
    }
  };
  {
    log_.HoldAt(9);
    const auto toy = StartToy({.before_apply = [&](std::uint64_t) { take(); }});
    for (std::uint64_t hold = 9; hold < head; hold += 9) {  // Several batches, whatever the timing.
      log_.HoldAt(hold);
      ASSERT_TRUE(toy->WaitFor(hold, Soon()).ok());
    }
    log_.HoldAt(UINT64_MAX);
    ASSERT_TRUE(toy->WaitFor(head, Soon()).ok());
    toy->Stop();
    take();
  }
  const std::string expected = Expected();
  ASSERT_GT(taken, 60);
  std::set<std::uint64_t> positions;
  for (int i = 0; i < taken; ++i) {
    SCOPED_TRACE(testing::Message() << "crash " << i);
    Projector::Options options;
    options.folder = crashes / std::to_string(i);
    options.log = log_.Channel();
    auto toy = Projector::Open(std::make_unique<Toy>(Toy::Options()), options);
    ASSERT_TRUE(toy.ok());
    const std::uint64_t position = (*toy)->status().position;
    positions.insert(position);
    EXPECT_EQ(
        Number(**toy, "SELECT count(*) FROM item WHERE position > " + std::to_string(position)), 0);
    (*toy)->Start();
    ASSERT_TRUE((*toy)->WaitFor(head, Soon()).ok());
    EXPECT_EQ(DumpOf(**toy), expected);
  }
  EXPECT_GE(positions.size(), head / 9);  // The crashes fell into different batches.
}

// A power cut may leave any number of the log's last frames behind: wherever it is cut, the rows
// are those of the events up to the checkpoint.
TEST_F(FilesTest, RowsAndCheckpointAgreeWhereverTheWriteAheadLogIsCut) {
  PutMany(60);
  const std::filesystem::path file = folder() / "toy.v1.sqlite";
  const std::filesystem::path copy = dir_.path() / "copy.sqlite";
  log_.HoldAt(5);
  const auto toy = StartToy();
  for (std::uint64_t hold = 5; hold <= 60; hold += 5) {
    log_.HoldAt(hold);
    ASSERT_TRUE(toy->WaitFor(hold, Soon()).ok());
  }
  toy->Stop();  // Its connections are open still: the log is not yet in the file.
  const auto header = std::uintmax_t{32}, frame = std::uintmax_t{24 + 4096};
  const std::uintmax_t size = std::filesystem::file_size(file.string() + "-wal");
  std::set<std::uint64_t> positions;
  for (std::uintmax_t end = header + 1; end <= size; end += frame / 2) {
    SCOPED_TRACE(end);
    Database::Remove(copy);
    std::filesystem::copy_file(file, copy);
    std::filesystem::copy_file(file.string() + "-wal", copy.string() + "-wal");
    std::filesystem::resize_file(copy.string() + "-wal", end);
    const auto database = Database::OpenOld(copy, 1);
    if (!database.ok()) continue;  // Cut before the tables were there.
    const auto read = (*database)->BeginRead();
    ASSERT_TRUE(read.ok());
    positions.insert(read->checkpoint.position);
    std::int64_t events = -1;
    ASSERT_TRUE(
        read->lease->rows()
            .Query("SELECT events FROM tally", {}, [&](const Row& row) { events = row.Int(0); })
            .ok());
    ASSERT_EQ(events, static_cast<std::int64_t>(read->checkpoint.position));
  }
  EXPECT_GE(positions.size(), 12u);
}

TEST_F(FilesTest, AFailedChangeLeavesNothing) {
  auto database =
      Database::Open(dir_.path() / "x.v1.sqlite", 1, "CREATE TABLE t (n INTEGER) STRICT", 1);
  ASSERT_TRUE(database.ok());
  const auto change = [](bool fails) {
    return [fails](Rows& rows, Checkpoint& reached) {
      EXPECT_TRUE(rows.Run("INSERT INTO t VALUES (1)", {}).ok());
      reached.position = 7;
      return fails ? absl::InternalError("no") : absl::OkStatus();
    };
  };
  EXPECT_FALSE((*database)->Write(change(true)).ok());
  EXPECT_EQ((*database)->checkpoint().position, 0u);
  EXPECT_EQ((*database)->BeginRead()->checkpoint.position, 0u);
  EXPECT_TRUE((*database)->Write(change(false)).ok());
  EXPECT_EQ((*database)->BeginRead()->checkpoint.position, 7u);
}

TEST_F(FilesTest, TheDigestTellsRowsNotHistory) {
  const auto digest = [&](std::vector<int> numbers, const std::string& name) {
    auto database = Database::Open(dir_.path() / name, 1,
                                   "CREATE TABLE b (n INTEGER PRIMARY KEY, t TEXT, x BLOB) STRICT;"
                                   "CREATE TABLE a (p TEXT, q INTEGER, PRIMARY KEY (q, p)) STRICT",
                                   1);
    EXPECT_TRUE(
        (*database)
            ->Write([&](Rows& rows, Checkpoint&) {
              for (const int number : numbers) {
                EXPECT_TRUE(
                    rows.Run("INSERT INTO b VALUES (?1, 'it''s', x'00ff')", {std::int64_t{number}})
                        .ok());
                EXPECT_TRUE(
                    rows.Run("INSERT INTO a VALUES (?1, 1)", {std::to_string(number)}).ok());
              }
              return absl::OkStatus();
            })
            .ok());
    auto read = (*database)->BeginRead();
    std::string text;
    EXPECT_TRUE(Dump(read->lease->rows(), [&](std::string_view line) {
                  text += std::string(line) + "\n";
                }).ok());
    return std::pair(*DumpDigest(read->lease->rows()), text);
  };
  const auto first = digest({3, 1, 2}, "first.sqlite");
  const auto second = digest({1, 2, 3}, "second.sqlite");
  EXPECT_EQ(first.second,
            "a (p, q)\n'1' 1\n'2' 1\n'3' 1\nb (n, t, x)\n1 'it''s' X'00FF'\n2 'it''s' X'00FF'\n"
            "3 'it''s' X'00FF'\n");
  EXPECT_EQ(first, second);
  EXPECT_NE(first.first, digest({1, 2}, "third.sqlite").first);
}

}  // namespace
}  // namespace sanzhang::projections
