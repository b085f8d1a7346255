// A view's rows as they stood: the same as those of a view that had stopped there, whatever they
// are made from; and what is not sound is not used.
#include <fstream>
#include <random>

#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "projections/engine/database.h"
#include "projections/engine/past_bases.h"
#include "projections/engine/past_views.h"
#include "proto/wire/refusal.h"
#include "tests/projections/engine/toy.h"

namespace sanzhang::projections {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using type::v1::ErrorReason_Name;

// Opening does not find it: the checkpoint stands before it.
void DamageTheSecondPage(const std::filesystem::path& file) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(4096);
  stream << std::string(4096, 'Z');
}

class PastTest : public ToyTest {
 protected:
  PastTest() {
    past_.base_events_min = 20;
    past_.base_bytes_per_event_max = 1 << 20;
    past_.bases_max = 4;
    past_.events_max = 1'000;
  }

  std::filesystem::path past_folder() const { return folder() / "past"; }
  std::vector<std::string> PastFiles(const std::string& ending) const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(past_folder())) {
      const std::string name = entry.path().filename();
      if (name.ends_with(ending)) files.push_back(name);
    }
    std::sort(files.begin(), files.end());
    return files;
  }
  std::vector<std::uint64_t> BasePositions() const {
    std::vector<std::uint64_t> positions;
    for (const std::string& file : PastFiles(".base")) {
      positions.push_back(std::stoull(file.substr(file.find(".p") + 2)));
    }
    std::sort(positions.begin(), positions.end());
    return positions;
  }

  // Appends by little and little, so that bases are taken all along the way.
  void Grow(Projector& toy, int events) {
    for (int i = 0; i < events; ++i) {
      Put("k" + std::to_string(random_() % 9), static_cast<int>(random_() % 1000));
      if (random_() % 6 == 0) log_.Append("toy.v1.Drop", "k" + std::to_string(random_() % 9));
      if (random_() % 6 == 0) log_.Append("other.v1.Thing", "");
      if (i % 5 == 0) {
        EXPECT_TRUE(toy.WaitFor(log_.head(), Soon()).ok());
      }
    }
    ASSERT_TRUE(toy.WaitFor(log_.head(), Soon()).ok());
  }

  static absl::StatusOr<PastViews::File> Get(Projector& toy, std::uint64_t position) {
    absl::Notification done;
    absl::StatusOr<PastViews::File> file;
    toy.past().Get(position, [&](absl::StatusOr<PastViews::File> made) {
      file = std::move(made);
      done.Notify();
    });
    EXPECT_TRUE(done.WaitForNotificationWithTimeout(absl::Seconds(20)));
    return file;
  }
  static std::string DumpAt(Projector& toy, std::uint64_t position) {
    const auto file = Get(toy, position);
    if (!file.ok()) return ErrorReason_Name(wire::ReasonOf(file.status()));
    auto snapshot = PastViews::Read(*file);
    EXPECT_EQ(snapshot->position(), position);
    EXPECT_EQ(snapshot->freshness().lag_events(), 0u);
    std::string text;
    EXPECT_TRUE(Dump(snapshot->rows(), [&](std::string_view line) {
                  text.append(line).append("\n");
                }).ok());
    return text;
  }
  // Of a view that had stopped there.
  std::string Expected(std::uint64_t position) {
    const support::TempDir dir;
    Projector::Options options;
    options.folder = dir.path();
    options.log = log_.Channel();
    log_.HoldAt(position);
    auto toy = Projector::Open(std::make_unique<Toy>(Toy::Options()), options);
    (*toy)->Start();
    EXPECT_TRUE((*toy)->WaitFor(position, Soon()).ok());
    EXPECT_EQ((*toy)->status().position, position);
    const std::string dump = DumpOf(**toy);
    (*toy)->Stop();
    log_.HoldAt(UINT64_MAX);
    return dump;
  }

  const unsigned seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
};

TEST_F(PastTest, TheRowsAreThoseOfAViewThatStoppedThere) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  const auto toy = StartToy();
  Grow(*toy, 200);
  Until([&] { return !BasePositions().empty(); });
  for (int i = 0; i < 20; ++i) {
    const std::uint64_t position = 1 + random_() % log_.head();
    SCOPED_TRACE(position);
    EXPECT_EQ(DumpAt(*toy, position), Expected(position));
  }
  EXPECT_EQ(DumpAt(*toy, log_.head()), DumpOf(*toy));
  EXPECT_EQ(past_troubles_, 0);
}

TEST_F(PastTest, BasesAreFewAndTheLastIsOfNow) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  const auto toy = StartToy();
  for (int i = 0; i < 30; ++i) {
    Grow(*toy, 20);
    Until([&] { return !BasePositions().empty() && BasePositions().back() + 40 > log_.head(); });
  }
  toy->Stop();
  EXPECT_THAT(BasePositions(), SizeIs(4));
  EXPECT_THAT(PastFiles(".tmp"), IsEmpty());
}

// Whatever the steps in which the view moved, a moment is not much further from a base than its
// age.
TEST_F(PastTest, BasesStandCloserTheYoungerTheyAre) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  PutMany(1);
  { ASSERT_TRUE(StartToy()->WaitFor(1, Soon()).ok()); }
  const std::filesystem::path live = folder() / "toy.v1.sqlite";
  const auto connection = Connection::Open(live, false);
  ASSERT_TRUE(connection.ok());
  past_.bases_max = 12;
  PastBases bases(past_folder(), "toy", 1, past_);
  ASSERT_TRUE(bases.Open().ok());
  std::uint64_t head = 1;
  for (int taken = 0; taken < 200; ++taken) {
    head += 20 + random_() % 20;
    ASSERT_TRUE(
        (*connection)
            ->rows()
            .Run("UPDATE engine_checkpoint SET position = ?1", {static_cast<std::int64_t>(head)})
            .ok());
    ASSERT_TRUE(bases.Take(live).ok());
    std::uint64_t before = 0;
    for (const PastBases::Base& base : bases.all()) {
      const std::uint64_t age = head - base.position;
      if (taken >= 24 && age > 0) {
        EXPECT_LE(base.position - before, 4 * age) << "at " << head;
      }
      before = base.position;
    }
    EXPECT_EQ(before, head);
  }
  EXPECT_THAT(bases.all(), SizeIs(12));
}

TEST_F(PastTest, BasesStayWithinTheirBytes) {
  past_.bases_bytes_max = 60'000;  // Of which each takes 16 KiB or more.
  const auto toy = StartToy();
  for (int i = 0; i < 6; ++i) {
    Grow(*toy, 25);
    Until([&] { return !BasePositions().empty() && BasePositions().back() + 45 > log_.head(); });
  }
  toy->Stop();
  std::uintmax_t bytes = 0;
  for (const std::string& file : PastFiles(".base")) {
    bytes += std::filesystem::file_size(past_folder() / file);
  }
  EXPECT_LE(bytes, 60'000u);
  EXPECT_GT(bytes, 0u);
}

TEST_F(PastTest, BasesOutliveARestartAndFilesOfAnswersDoNot) {
  std::vector<std::uint64_t> positions;
  {
    const auto toy = StartToy();
    Grow(*toy, 60);
    Until([&] { return !BasePositions().empty(); });
    ASSERT_TRUE(Get(*toy, 7).ok());
    EXPECT_THAT(PastFiles(".sqlite"), SizeIs(1));
    toy->Stop();
    positions = BasePositions();
  }
  // As a killed process leaves them.
  std::ofstream(past_folder() / "toy.v1.base.tmp") << "half";
  std::ofstream(past_folder() / "toy.v1.as-of-9.1.sqlite") << "half";
  std::ofstream(past_folder() / "toy.v1.as-of-9.1.sqlite-wal") << "half";
  std::ofstream(past_folder() / "toys.v1.base.tmp") << "of another view";
  const auto toy = StartToy();
  EXPECT_THAT(BasePositions(), positions);
  EXPECT_THAT(PastFiles(".sqlite"), IsEmpty());
  EXPECT_THAT(PastFiles("-wal"), IsEmpty());
  EXPECT_THAT(PastFiles(".tmp"), ElementsAre("toys.v1.base.tmp"));
  Put("a", 1);
  EXPECT_EQ(DumpAt(*toy, positions.back() + 1), Expected(positions.back() + 1));
}

TEST_F(PastTest, BasesOfAnotherVersionGo) {
  {
    const auto toy = StartToy();
    Grow(*toy, 60);
    Until([&] { return !BasePositions().empty(); });
  }
  const auto toy = OpenToy({.version = 2});
  EXPECT_THAT(PastFiles(".base"), IsEmpty());
}

// Whatever becomes of a base, the rows are right: by another base, or from the log's beginning.
TEST_F(PastTest, ABaseThatIsNotSoundIsNeverUsed) {
  const std::vector<std::pair<std::string, std::function<void(const std::filesystem::path&)>>>
      damages = {
          {"a bit",
           [](const auto& base) {
             std::fstream file(base, std::ios::in | std::ios::out | std::ios::binary);
             file.seekg(-20, std::ios::end);
             const char old = static_cast<char>(file.get());
             file.seekp(-20, std::ios::end);
             file.put(static_cast<char>(old ^ 1));
           }},
          {"a number that a sound file could have",
           [](const auto& base) {
             const auto file = Connection::OpenScratch(base);
             EXPECT_TRUE((*file)->rows().Run("UPDATE tally SET events = events + 1", {}).ok());
           }},
          {"cut", [](const auto& base) { std::filesystem::resize_file(base, 4096); }},
          {"empty", [](const auto& base) { std::filesystem::resize_file(base, 0); }},
          {"gone", [](const auto& base) { std::filesystem::remove(base); }},
          {"another moment's",
           [](const auto& base) {
             std::string name = base.filename();
             const std::size_t at = name.find(".p") + 2;
             name.replace(at, name.find('.', at) - at, "71");
             std::filesystem::rename(base, base.parent_path() / name);
           }},
      };
  for (const auto& [name, damage] : damages) {
    SCOPED_TRACE(name);
    std::vector<std::uint64_t> positions;
    {
      const auto toy = StartToy();
      Grow(*toy, 80);
      Until([&] { return !BasePositions().empty() && BasePositions().back() > 40; });
      toy->Stop();
      positions = BasePositions();
    }
    for (const std::string& file : PastFiles(".base")) damage(past_folder() / file);
    past_troubles_ = 0;
    past_.base_events_min = 1'000'000;  // No new ones.
    const auto toy = StartToy();
    Put("a", 1);
    const std::uint64_t position = std::max<std::uint64_t>(positions.back() + 1, 72);
    EXPECT_EQ(DumpAt(*toy, position), Expected(position));
    EXPECT_EQ(past_troubles_ > 0, name != "gone");
    past_.base_events_min = 20;
    std::filesystem::remove_all(past_folder());
  }
}

TEST_F(PastTest, NoBaseIsTakenOfADamagedFile) {
  past_.base_events_min = 1'000'000;  // But for the one that is asked for here.
  PutMany(50);
  { ASSERT_TRUE(StartToy()->WaitFor(50, Soon()).ok()); }
  PastBases bases(past_folder(), "toy", 1, past_);
  ASSERT_TRUE(bases.Open().ok());
  DamageTheSecondPage(folder() / "toy.v1.sqlite");
  EXPECT_TRUE(absl::IsDataLoss(bases.Take(folder() / "toy.v1.sqlite")));
  EXPECT_THAT(bases.all(), IsEmpty());
  EXPECT_THAT(PastFiles(""), IsEmpty());
}

TEST_F(PastTest, ABaseOfAnotherLogIsNotUsed) {
  {
    const auto toy = StartToy();
    Grow(*toy, 60);
    Until([&] { return !BasePositions().empty(); });
  }
  log_.Replace({});
  for (int i = 0; i < 100; ++i) Put("other", i);
  std::filesystem::remove(folder() / "toy.v1.sqlite");  // It would stop, loudly.
  past_.base_events_min = 1'000'000;
  const auto toy = StartToy();
  EXPECT_EQ(DumpAt(*toy, 99), Expected(99));
  EXPECT_GT(past_troubles_, 0);
}

TEST_F(PastTest, WhatIsNotThereOrTooFarIsRefused) {
  past_.events_max = 30;
  past_.base_events_min = 1'000'000;
  PutMany(50);
  const auto toy = StartToy();
  ASSERT_TRUE(toy->WaitFor(50, Soon()).ok());
  EXPECT_TRUE(Get(*toy, 30).ok());
  EXPECT_TRUE(Get(*toy, 50).ok());  // From the one before.
  const absl::Status beyond = Get(*toy, 51).status();
  EXPECT_EQ(wire::ReasonOf(beyond), type::v1::ERROR_REASON_AS_OF_INVALID);
  EXPECT_EQ(wire::MetadataOf(beyond, "head_position"), "50");
  EXPECT_EQ(wire::ReasonOf(Get(*toy, UINT64_MAX).status()), type::v1::ERROR_REASON_AS_OF_INVALID);
  toy->Stop();
  const auto again = StartToy();
  const absl::Status distant = Get(*again, 31).status();
  EXPECT_EQ(wire::ReasonOf(distant), type::v1::ERROR_REASON_AS_OF_TOO_DISTANT);
  EXPECT_EQ(wire::MetadataOf(distant, "events"), "31");
  EXPECT_EQ(wire::MetadataOf(distant, "events_max"), "30");
}

TEST_F(PastTest, OnlySoManyMomentsWait) {
  past_.waiting_max = 2;
  PutMany(10);
  log_.HoldAt(0);  // What is made now takes its time.
  const auto toy = StartToy();
  std::atomic<int> answered = 0;
  const auto ask = [&](std::uint64_t position) {
    toy->past().Get(position, [&](const absl::StatusOr<PastViews::File>& file) {
      EXPECT_TRUE(file.ok()) << file.status();
      ++answered;
    });
  };
  ask(3);
  ask(4);
  ask(3);  // The same once more waits with the first.
  EXPECT_EQ(DumpAt(*toy, 5), "ERROR_REASON_AS_OF_OVERLOADED");
  log_.HoldAt(UINT64_MAX);
  Until([&] { return answered == 3; });
}

TEST_F(PastTest, FilesOfAnswersAreFewAndGoWhenNobodyAsks) {
  past_.files_max = 3;
  PutMany(60);
  const auto toy = StartToy();
  ASSERT_TRUE(toy->WaitFor(60, Soon()).ok());
  for (std::uint64_t position = 10; position < 50; ++position) {
    ASSERT_TRUE(Get(*toy, position).ok());
    ASSERT_LE(PastFiles(".sqlite").size(), 3u);
  }
  const auto held = Get(*toy, 5);
  for (std::uint64_t position = 10; position < 20; ++position) Get(*toy, position).IgnoreError();
  EXPECT_TRUE(PastViews::Read(*held).ok());  // Whoever reads goes on.
}

TEST_F(PastTest, IdleFilesGo) {
  past_.file_idle_max = absl::Milliseconds(5);
  PutMany(30);
  const auto toy = StartToy();
  ASSERT_TRUE(toy->WaitFor(30, Soon()).ok());
  ASSERT_TRUE(Get(*toy, 9).ok());
  Until([&] { return PastFiles(".sqlite").empty(); });
}

TEST_F(PastTest, StoppingEndsWhatIsBeingMade) {
  PutMany(10);
  log_.HoldAt(0);
  const auto toy = StartToy();
  absl::Status told;
  toy->past().Get(5, [&](const absl::StatusOr<PastViews::File>& file) { told = file.status(); });
  toy->Stop();
  EXPECT_EQ(wire::ReasonOf(told), type::v1::ERROR_REASON_DRAINING);
  EXPECT_EQ(DumpAt(*toy, 5), "ERROR_REASON_DRAINING");
  EXPECT_THAT(PastFiles(".sqlite"), IsEmpty());
}

// Rows that a defect has made wrong, and bases of them; none is taken from here on.
class PastOfADefectTest : public PastTest {
 protected:
  PastOfADefectTest() {
    {
      const auto wrong = StartToy({.counts_for = 2});
      Grow(*wrong, 60);
      Until([&] { return !BasePositions().empty(); });
    }
    base_ = BasePositions().back();
    for (int i = 0; i < 3; ++i) Put("a", i);
    past_.base_events_min = 1'000'000;
  }

  std::uint64_t base_ = 0;
};

TEST_F(PastOfADefectTest, WhoeverBuildsAnewDoesNotTrustTheBases) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  const auto toy = StartToy();
  const std::string expected = Expected(base_);
  EXPECT_NE(DumpAt(*toy, base_), expected) << "as wrong as the view itself";
  ASSERT_TRUE(toy->Rebuild().ok());
  EXPECT_EQ(DumpAt(*toy, base_), expected);
  Until([&] { return !toy->status().rebuilding; });
  EXPECT_EQ(DumpAt(*toy, base_ + 1), Expected(base_ + 1));
  EXPECT_THAT(PastFiles(".base"), IsEmpty());
}

// What was damaged may have been so when it was copied.
TEST_F(PastOfADefectTest, BasesGoWithADamagedFile) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  DamageTheSecondPage(folder() / "toy.v1.sqlite");
  checks_ = 0;
  const auto toy = StartToy();
  Until([&] { return checks_ == 1; });
  EXPECT_EQ(damages_, 1);
  EXPECT_EQ(DumpAt(*toy, base_), Expected(base_));
  EXPECT_THAT(PastFiles(".base"), IsEmpty());
}

// Until the new rows have taken their place, the old ones give no base that would outlive them.
TEST_F(PastOfADefectTest, NoBaseIsTakenOfRowsThatAreBuiltAnew) {
  past_.base_events_min = 20;
  const auto toy = StartToy();
  ASSERT_TRUE(toy->WaitFor(log_.head(), Soon()).ok());
  const std::uint64_t position = log_.head();
  const std::string expected = Expected(position);
  log_.HoldFirstReadersAt(5);
  ASSERT_TRUE(toy->Rebuild().ok());
  Put("b", 1);  // The old rows go on.
  ASSERT_TRUE(toy->WaitFor(log_.head(), Soon()).ok());
  EXPECT_TRUE(Get(*toy, 3).ok());
  EXPECT_TRUE(Get(*toy, 4).ok());  // By now a base would have been taken.
  EXPECT_THAT(PastFiles(".base"), IsEmpty());
  log_.HoldFirstReadersAt(UINT64_MAX);
  Until([&] { return !toy->status().rebuilding; });
  EXPECT_EQ(DumpAt(*toy, position), expected);
}

TEST_F(PastOfADefectTest, WhatIsBeingMadeThenIsMadeOnceMore) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  const std::string expected = Expected(base_ + 2);
  const auto toy = StartToy();
  ASSERT_TRUE(toy->WaitFor(log_.head(), Soon()).ok());
  log_.HoldAt(base_ + 1);
  const std::size_t before = log_.subscribed_from().size();
  toy->past().Get(base_ + 2, [](const absl::StatusOr<PastViews::File>&) {});
  Until([&] { return log_.subscribed_from().size() > before; });
  toy->past().Forget();
  log_.HoldAt(UINT64_MAX);
  EXPECT_EQ(DumpAt(*toy, base_ + 2), expected);
}

TEST_F(PastTest, AnEventThatCantBeAppliedIsNamed) {
  PutMany(4);
  log_.Append("toy.v1.Strange", "");
  const auto toy = StartToy();
  states_.Await(ProjectorState::kStopped);
  EXPECT_EQ(DumpAt(*toy, 4), DumpOf(*toy));
  const absl::Status status = Get(*toy, 5).status();
  EXPECT_EQ(wire::ReasonOf(status), type::v1::ERROR_REASON_VIEW_STOPPED);
  EXPECT_EQ(wire::MetadataOf(status, "position"), "5");
}

}  // namespace
}  // namespace sanzhang::projections
