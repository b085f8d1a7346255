#include "projections/engine/projector.h"

#include <fstream>
#include <set>

#include "gmock/gmock.h"
#include "proto/wire/refusal.h"
#include "tests/projections/engine/toy.h"

namespace sanzhang::projections {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using wire::ReasonOf;

class ProjectorTest : public ToyTest {};

TEST_F(ProjectorTest, AppliesWhatItFollowsAndMovesOverTheRest) {
  Put("a", 1);
  log_.Append("other.v1.Thing", "?");
  Put("a", 2);
  log_.Append("toy.v1.Drop", "b");
  log_.Append("toy.v10.Put", "not ours");
  const auto toy = StartToy();
  ASSERT_EQ(toy->WaitFor(5, Soon()), absl::OkStatus());
  EXPECT_EQ(DumpOf(*toy), "item (key, number, position)\n'a' 2 3\ntally (id, events)\n1 3\n");
  const ProjectorStatus status = states_.Await(ProjectorState::kLive);
  EXPECT_EQ(status.name, "toy");
  EXPECT_EQ(status.position, 5u);
  EXPECT_EQ(status.head, 5u);
  EXPECT_EQ(status.lag, absl::ZeroDuration());
  EXPECT_EQ(status.as_of, absl::FromUnixSeconds(1'700'000'004));
}

TEST_F(ProjectorTest, AnEmptyLogIsCurrent) {
  const auto toy = StartToy();
  states_.Await(ProjectorState::kLive);
  const absl::StatusOr<Snapshot> snapshot = toy->Read();
  ASSERT_TRUE(snapshot.ok());
  EXPECT_EQ(snapshot->freshness().as_of_position(), 0u);
  EXPECT_FALSE(snapshot->freshness().has_as_of_time());
  EXPECT_EQ(snapshot->freshness().lag_ms(), 0);
}

TEST_F(ProjectorTest, GoesOnFromItsCheckpoint) {
  PutMany(20);
  { ASSERT_TRUE(StartToy()->WaitFor(20, Soon()).ok()); }
  PutMany(5);
  std::set<std::uint64_t> seen;
  const auto toy = StartToy({.before_apply = [&](std::uint64_t at) { seen.insert(at); }});
  ASSERT_TRUE(toy->WaitFor(25, Soon()).ok());
  // The record at the checkpoint comes again, to be recognised, and is not applied again.
  EXPECT_THAT(log_.subscribed_from(), ElementsAre(1, 20));
  EXPECT_THAT(seen, ElementsAre(21, 22, 23, 24, 25));
}

TEST_F(ProjectorTest, TellsHowFreshAnAnswerIs) {
  PutMany(10);
  log_.HoldAt(6);
  const auto toy = StartToy();
  ASSERT_TRUE(toy->WaitFor(6, Soon()).ok());
  const absl::StatusOr<Snapshot> snapshot = toy->Read();
  ASSERT_TRUE(snapshot.ok());
  EXPECT_EQ(snapshot->freshness().as_of_position(), 6u);
  EXPECT_EQ(snapshot->freshness().as_of_time().seconds(), 1'700'000'005);
  EXPECT_EQ(snapshot->freshness().lag_events(), 4u);
  EXPECT_GT(snapshot->freshness().lag_ms(), 0);
}

TEST_F(ProjectorTest, AReadStandsStillWhileTheViewMoves) {
  PutMany(10);
  const auto toy = StartToy();
  ASSERT_TRUE(toy->WaitFor(10, Soon()).ok());
  absl::StatusOr<Snapshot> before = toy->Read();
  ASSERT_TRUE(before.ok());
  PutMany(10);
  ASSERT_TRUE(toy->WaitFor(20, Soon()).ok());
  std::int64_t events = 0;
  ASSERT_TRUE(
      before->rows()
          .Query("SELECT events FROM tally", {}, [&](const Row& row) { events = row.Int(0); })
          .ok());
  EXPECT_EQ(events, 10);
  EXPECT_EQ(Number(*toy, "SELECT events FROM tally"), 20);
}

TEST_F(ProjectorTest, ReadsCantWrite) {
  const auto toy = StartToy();
  absl::StatusOr<Snapshot> snapshot = toy->Read();
  ASSERT_TRUE(snapshot.ok());
  EXPECT_FALSE(snapshot->rows().Run("DELETE FROM item", {}).ok());
}

TEST_F(ProjectorTest, StopsAtAHole) {
  PutMany(10);
  log_.Skip(5);
  const auto toy = StartToy();
  const ProjectorStatus status = states_.Await(ProjectorState::kStopped);
  EXPECT_EQ(status.position, 4u);
  EXPECT_EQ(status.error_position, 5u);
  EXPECT_THAT(std::string(status.error.message()), HasSubstr("hole"));
  EXPECT_EQ(ReasonOf(toy->WaitFor(5, Soon())), type::v1::ERROR_REASON_VIEW_STOPPED);
  EXPECT_EQ(Number(*toy, "SELECT events FROM tally"), 4);  // Still answered.
}

TEST_F(ProjectorTest, StopsAtAHoleAtTheEndOfAMessage) {
  PutMany(7);
  log_.Skip(7);
  const auto toy = StartToy();
  EXPECT_EQ(states_.Await(ProjectorState::kStopped).error_position, 7u);
}

TEST_F(ProjectorTest, StopsOnWhatItCantApplyAndKeepsWhatCameBefore) {
  PutMany(4);
  log_.Append("toy.v1.Strange", "");
  PutMany(4);
  for (int start = 0; start < 2; ++start) {  // A restart does not help.
    const auto toy = StartToy();
    const ProjectorStatus status = states_.Await(ProjectorState::kStopped);
    EXPECT_EQ(status.position, 4u);
    EXPECT_EQ(status.error_position, 5u);
    EXPECT_EQ(status.error.message(),
              "toy, position 5 toy.v1.Strange: no such fact: toy.v1.Strange");
    EXPECT_EQ(Number(*toy, "SELECT events FROM tally"), 4);
    const absl::Status waited = toy->WaitFor(6, Soon());
    EXPECT_EQ(ReasonOf(waited), type::v1::ERROR_REASON_VIEW_STOPPED);
    EXPECT_EQ(wire::MetadataOf(waited, "position"), "5");
    states_.Note({});
  }
}

TEST_F(ProjectorTest, StopsOnAnUnreadableRecord) {
  PutMany(2);
  std::vector<std::string> records = log_.records();
  records[1] = "\xff\xff\xff";
  log_.Replace(records);
  const auto toy = StartToy();
  EXPECT_EQ(states_.Await(ProjectorState::kStopped).error_position, 2u);
}

TEST_F(ProjectorTest, RefusesALogThatEndsBeforeItsCheckpoint) {
  PutMany(10);
  { ASSERT_TRUE(StartToy()->WaitFor(10, Soon()).ok()); }
  std::vector<std::string> records = log_.records();
  records.resize(9);
  log_.Replace(records);
  states_.Note({});
  const auto toy = StartToy();
  const ProjectorStatus status = states_.Await(ProjectorState::kStopped);
  EXPECT_THAT(std::string(status.error.message()), HasSubstr("the log ends at 9"));
  EXPECT_EQ(status.position, 10u);
}

TEST_F(ProjectorTest, RefusesAnotherLog) {
  PutMany(10);
  { ASSERT_TRUE(StartToy()->WaitFor(10, Soon()).ok()); }
  log_.Replace({});
  for (int i = 0; i < 30; ++i) Put("other", i);
  states_.Note({});
  const auto toy = StartToy();
  EXPECT_THAT(std::string(states_.Await(ProjectorState::kStopped).error.message()),
              HasSubstr("not the one"));
  // Whoever is sure that the new log is right builds the view from it.
  ASSERT_TRUE(toy->Rebuild().ok());
  ASSERT_TRUE(toy->WaitFor(30, Soon()).ok());
  EXPECT_EQ(Number(*toy, "SELECT count(*) FROM item"), 1);
}

TEST_F(ProjectorTest, GoesOnWhenTheLogComesBack) {
  std::multiset<std::uint64_t> seen;
  const auto toy = StartToy({.before_apply = [&](std::uint64_t at) { seen.insert(at); }});
  std::uint64_t end = 0;
  for (int round = 0; round < 5; ++round) {
    PutMany(10);
    end += 10;
    ASSERT_TRUE(toy->WaitFor(end, Soon()).ok());
    log_.Kill();
    states_.Await(ProjectorState::kConnecting);
    log_.Serve(dir_.path().string());
  }
  Put("last", 1);
  ASSERT_TRUE(toy->WaitFor(end + 1, Soon()).ok());
  EXPECT_EQ(seen.size(), end + 1);
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), end + 1);  // Each of them once.
}

TEST_F(ProjectorTest, BeginsWithoutALog) {
  log_.Kill();
  const auto toy = StartToy();
  EXPECT_EQ(ReasonOf(toy->WaitFor(1, absl::Now() + absl::Milliseconds(10))),
            type::v1::ERROR_REASON_VIEW_BEHIND);
  log_.Serve(dir_.path().string());
  Put("a", 1);
  EXPECT_TRUE(toy->WaitFor(1, Soon()).ok());
}

TEST_F(ProjectorTest, WakesWhoeverWaits) {
  const auto toy = StartToy();
  states_.Await(ProjectorState::kLive);
  absl::Mutex mutex;
  std::vector<std::string> heard;
  const auto waiter = [&](std::string name) {
    return [&mutex, &heard, name](const absl::Status& status) {
      absl::MutexLock lock(&mutex);
      heard.push_back(name +
                      (status.ok() ? "" : " " + type::v1::ErrorReason_Name(ReasonOf(status))));
    };
  };
  toy->WhenReached(0, waiter("at once"));
  toy->WhenReached(2, waiter("second"));
  toy->WhenReached(1, waiter("first"));
  const std::uint64_t dropped = toy->WhenReached(1, waiter("dropped"));
  toy->WhenReached(9, waiter("never"));
  EXPECT_TRUE(toy->Cancel(dropped));
  EXPECT_FALSE(toy->Cancel(dropped));
  Put("a", 1);
  ASSERT_TRUE(toy->WaitFor(1, Soon()).ok());
  Put("a", 1);
  ASSERT_TRUE(toy->WaitFor(2, Soon()).ok());
  toy->Stop();
  toy->WhenReached(3, waiter("late"));
  absl::MutexLock lock(&mutex);
  EXPECT_THAT(heard, ElementsAre("at once", "first", "second", "never ERROR_REASON_DRAINING",
                                 "late ERROR_REASON_DRAINING"));
}

TEST_F(ProjectorTest, WaitsNoLongerThanTheDeadline) {
  Put("a", 1);
  const auto toy = StartToy();
  ASSERT_TRUE(toy->WaitFor(1, Soon()).ok());
  const absl::Status status = toy->WaitFor(5, absl::Now() + absl::Milliseconds(5));
  EXPECT_EQ(ReasonOf(status), type::v1::ERROR_REASON_VIEW_BEHIND);
  EXPECT_EQ(wire::MetadataOf(status, "as_of_position"), "1");
  EXPECT_EQ(wire::MetadataOf(status, "min_position"), "5");
}

TEST_F(ProjectorTest, SaysWhatItsFolderCantBe) {
  std::ofstream(dir_.path() / "views") << "a file";
  Projector::Options options;
  options.folder = folder();
  options.log = log_.Channel();
  EXPECT_EQ(Projector::Open(std::make_unique<Toy>(Toy::Options()), options).status().code(),
            absl::StatusCode::kInternal);
}

TEST_F(ProjectorTest, RefusesASchemaThatIsNotSql) {
  Projector::Options options;
  options.folder = folder();
  options.log = log_.Channel();
  const auto opened =
      Projector::Open(std::make_unique<Toy>(Toy::Options{.schema = "CREATE TABEL x"}), options);
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr("syntax error"));
}

}  // namespace
}  // namespace sanzhang::projections
