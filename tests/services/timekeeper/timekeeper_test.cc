#include "services/timekeeper/timekeeper.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "services/timekeeper/commands.h"

namespace sanzhang::timekeeper {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'772'416'800);

Due Make(const std::string& stream, absl::Duration fires = absl::ZeroDuration(),
         const std::string& kind = "ANSWER_BREACH") {
  return {stream, kind, kStart + fires, kStart + fires};
}

// Rows that a test puts and takes away.
class FakeSource final : public DueSource {
 public:
  absl::StatusOr<std::vector<Due>> Read(absl::Time now, const Due& after, int items_max) override {
    absl::MutexLock lock(&mutex_);
    ++reads_;
    if (!error_.ok()) return error_;
    const auto key = [](const Due& due) { return std::tie(due.fires, due.stream, due.kind); };
    std::vector<Due> page;
    for (const Due& row : rows_) {
      if (row.fires <= now && key(row) > key(after)) page.push_back(row);
    }
    std::sort(page.begin(), page.end(),
              [&](const Due& a, const Due& b) { return key(a) < key(b); });
    if (page.size() > static_cast<std::size_t>(items_max)) page.resize(items_max);
    return page;
  }

  void Put(Due due) {
    absl::MutexLock lock(&mutex_);
    rows_.push_back(std::move(due));
  }
  void Remove(const Due& due) {
    absl::MutexLock lock(&mutex_);
    std::erase(rows_, due);
  }
  void Fail(absl::Status error) {
    absl::MutexLock lock(&mutex_);
    error_ = std::move(error);
  }
  int reads() {
    absl::MutexLock lock(&mutex_);
    return reads_;
  }

 private:
  absl::Mutex mutex_;
  std::vector<Due> rows_ ABSL_GUARDED_BY(mutex_);
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
  int reads_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Keeps what is sent until the test answers it; or answers at once.
class FakeSender final : public CommandSender {
 public:
  struct Sent {
    Due due;
    std::string request_id;
  };

  void Send(const Due& due, const std::string& request_id,
            std::function<void(absl::Status)> done) override {
    {
      absl::MutexLock lock(&mutex_);
      sent_.push_back({due, request_id});
      if (!answer_) {
        waiting_.emplace(due.stream, std::move(done));
        return;
      }
    }
    done(answer_(due));
  }
  void Cancel() override {
    std::multimap<std::string, std::function<void(absl::Status)>> waiting;
    {
      absl::MutexLock lock(&mutex_);
      waiting.swap(waiting_);
    }
    for (auto& [stream, done] : waiting) done(absl::CancelledError());
  }

  void AnswerAtOnce(std::function<absl::Status(const Due&)> answer) { answer_ = std::move(answer); }
  void Answer(const std::string& stream, absl::Status status) {
    std::function<void(absl::Status)> done;
    {
      absl::MutexLock lock(&mutex_);
      const auto found = waiting_.find(stream);
      ASSERT_NE(found, waiting_.end()) << stream;
      done = std::move(found->second);
      waiting_.erase(found);
    }
    done(std::move(status));
  }
  std::vector<Sent> sent() {
    absl::MutexLock lock(&mutex_);
    return sent_;
  }
  // Waits up to ten seconds.
  bool WaitForSent(std::size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return sent_.size() >= count; };
    return mutex_.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(10));
  }

 private:
  absl::Mutex mutex_;
  std::vector<Sent> sent_ ABSL_GUARDED_BY(mutex_);
  std::multimap<std::string, std::function<void(absl::Status)>> waiting_ ABSL_GUARDED_BY(mutex_);
  std::function<absl::Status(const Due&)> answer_;
};

class TimekeeperTest : public testing::Test {
 protected:
  Timekeeper::Options Options() {
    Timekeeper::Options options;
    options.now = [this] { return now_; };
    options.in_flight_max = 3;
    options.page_items_max = 2;
    return options;
  }
  std::vector<std::string> Streams() {
    std::vector<std::string> streams;
    for (const auto& sent : sender_.sent()) streams.push_back(sent.due.stream);
    return streams;
  }

  absl::Time now_ = kStart;
  FakeSource source_;
  FakeSender sender_;
};

using Strings = std::vector<std::string>;

TEST_F(TimekeeperTest, SendsWhatIsDueAndNothingEarlier) {
  source_.Put(Make("a"));
  source_.Put(Make("b", absl::Seconds(1)));
  Timekeeper keeper(source_, sender_, Options());
  EXPECT_EQ(keeper.Look(), kStart + kLookEvery);
  EXPECT_EQ(Streams(), Strings{"a"});
  now_ += absl::Seconds(1);
  keeper.Look();
  EXPECT_EQ(Streams(), (Strings{"a", "b"}));
}

TEST_F(TimekeeperTest, BoundsWhatIsUnderWay) {
  for (const char* stream : {"a", "b", "c", "d", "e"}) source_.Put(Make(stream));
  Timekeeper keeper(source_, sender_, Options());
  EXPECT_EQ(keeper.Look(), absl::InfiniteFuture());
  EXPECT_EQ(Streams(), (Strings{"a", "b", "c"}));
  EXPECT_EQ(keeper.stats().in_flight, 3);
  sender_.Answer("b", absl::OkStatus());
  EXPECT_EQ(keeper.Look(), absl::InfiniteFuture());
  EXPECT_EQ(Streams(), (Strings{"a", "b", "c", "d"}));
  sender_.Answer("a", absl::OkStatus());
  sender_.Answer("c", absl::OkStatus());
  keeper.Look();
  EXPECT_EQ(Streams(), (Strings{"a", "b", "c", "d", "e"}));
}

TEST_F(TimekeeperTest, WhatIsDoneIsNotSentAgainWhileItsRowStays) {
  source_.Put(Make("a"));
  sender_.AnswerAtOnce([](const Due&) { return absl::OkStatus(); });
  Timekeeper keeper(source_, sender_, Options());
  for (int i = 0; i < 10; ++i) {
    keeper.Look();
    now_ += absl::Hours(1);
  }
  EXPECT_EQ(Streams(), Strings{"a"});
  EXPECT_EQ(keeper.stats().done, 1u);
}

TEST_F(TimekeeperTest, TheSameStreamAndKindDueAtAnotherTimeIsAnotherCause) {
  source_.Put(Make("a"));
  sender_.AnswerAtOnce([](const Due&) { return absl::OkStatus(); });
  Timekeeper keeper(source_, sender_, Options());
  keeper.Look();
  source_.Remove(Make("a"));
  source_.Put(Make("a", absl::Hours(1)));
  now_ += absl::Hours(1);
  keeper.Look();
  ASSERT_EQ(Streams(), (Strings{"a", "a"}));
  EXPECT_NE(sender_.sent()[0].request_id, sender_.sent()[1].request_id);
}

TEST_F(TimekeeperTest, ARefusalIsAskedAboutAgainMuchLater) {
  source_.Put(Make("a"));
  sender_.AnswerAtOnce([](const Due&) { return absl::FailedPreconditionError("not due"); });
  Timekeeper keeper(source_, sender_, Options());
  keeper.Look();
  now_ += kRefusedRetry - absl::Seconds(1);
  keeper.Look();
  EXPECT_EQ(Streams(), Strings{"a"});
  now_ += absl::Seconds(1);
  keeper.Look();
  EXPECT_EQ(Streams(), (Strings{"a", "a"}));
  EXPECT_EQ(keeper.stats().refused, 2u);
}

TEST_F(TimekeeperTest, ARowThatCameBackIsAskedAboutAtOnce) {
  source_.Put(Make("a"));
  sender_.AnswerAtOnce([](const Due&) { return absl::FailedPreconditionError("paused"); });
  Timekeeper keeper(source_, sender_, Options());
  keeper.Look();
  source_.Remove(Make("a"));  // Paused: no clock runs.
  keeper.Look();
  source_.Put(Make("a"));  // Resumed.
  keeper.Look();
  EXPECT_EQ(Streams(), (Strings{"a", "a"}));
}

TEST_F(TimekeeperTest, AFailureIsSentAgainWithTheSameIdLaterEachTime) {
  source_.Put(Make("a"));
  sender_.AnswerAtOnce([](const Due&) { return absl::UnavailableError("down"); });
  Timekeeper keeper(source_, sender_, Options());
  keeper.Look();
  std::vector<absl::Duration> waits;
  absl::Time last = now_;
  while (waits.size() < 10) {
    now_ += absl::Milliseconds(100);
    const std::size_t before = sender_.sent().size();
    keeper.Look();
    if (sender_.sent().size() == before) continue;
    waits.push_back(now_ - last);
    last = now_;
  }
  for (std::size_t i = 0; i < waits.size(); ++i) {
    EXPECT_EQ(waits[i], std::min(kRetryFirst * (1 << i), kRetryGreatest)) << i;
  }
  std::set<std::string> ids;
  for (const auto& sent : sender_.sent()) ids.insert(sent.request_id);
  EXPECT_EQ(ids.size(), 1u);
  EXPECT_EQ(keeper.stats().failed, 11u);
}

TEST_F(TimekeeperTest, ARowThatFailsDoesNotHoldUpTheOthers) {
  for (const char* stream : {"a", "b", "c", "d", "e"}) source_.Put(Make(stream));
  sender_.AnswerAtOnce([](const Due& due) {
    return due.stream == "a" ? absl::UnavailableError("down") : absl::OkStatus();
  });
  Timekeeper keeper(source_, sender_, Options());
  keeper.Look();
  EXPECT_EQ(keeper.stats().done, 4u);
  EXPECT_EQ(keeper.stats().failed, 1u);
}

TEST_F(TimekeeperTest, ARestartNeitherRepeatsNorForgets) {
  source_.Put(Make("a"));
  source_.Put(Make("b"));
  sender_.AnswerAtOnce([this](const Due& due) {
    if (due.stream == "b") return absl::UnavailableError("killed");
    source_.Remove(due);  // The event cleared the row.
    return absl::OkStatus();
  });
  Timekeeper(source_, sender_, Options()).Look();
  Timekeeper(source_, sender_, Options()).Look();
  ASSERT_EQ(Streams(), (Strings{"a", "b", "b"}));
  EXPECT_EQ(sender_.sent()[1].request_id, sender_.sent()[2].request_id);
}

TEST_F(TimekeeperTest, AnUnreadableSourceIsReadAgain) {
  source_.Put(Make("a"));
  source_.Fail(absl::UnavailableError("view stopped"));
  Timekeeper keeper(source_, sender_, Options());
  EXPECT_EQ(keeper.Look(), kStart + kLookEvery);
  EXPECT_EQ(keeper.stats().read_errors, 1u);
  source_.Fail(absl::OkStatus());
  keeper.Look();
  EXPECT_EQ(Streams(), Strings{"a"});
}

TEST_F(TimekeeperTest, AWholePassReadsEachPageOnce) {
  for (int i = 0; i < 6; ++i) source_.Put(Make(std::to_string(i)));
  sender_.AnswerAtOnce([](const Due&) { return absl::OkStatus(); });
  Timekeeper keeper(source_, sender_, Options());
  keeper.Look();
  EXPECT_EQ(source_.reads(), 4);  // Three pages of two, and the empty one behind them.
  EXPECT_EQ(keeper.stats().looked_at, kStart);
}

TEST_F(TimekeeperTest, ItsThreadLooksAndAnAnswerWakesIt) {
  for (const char* stream : {"a", "b", "c", "d"}) source_.Put(Make(stream));
  Timekeeper keeper(source_, sender_, Options());
  keeper.Start();
  ASSERT_TRUE(sender_.WaitForSent(3));
  sender_.Answer("a", absl::OkStatus());
  ASSERT_TRUE(sender_.WaitForSent(4));
  keeper.Stop();  // Cancels b, c, d.
  EXPECT_EQ(keeper.stats().in_flight, 0);
  EXPECT_EQ(keeper.stats().failed, 3u);
  keeper.Stop();
  EXPECT_EQ(keeper.Look(), absl::InfiniteFuture());
  EXPECT_EQ(sender_.sent().size(), 4u);
}

TEST(RequestIdTest, FollowsFromTheCause) {
  const Due due = Make("communities/c/complaints/k");
  EXPECT_EQ(RequestId(due), "5e916c4d-f92f-896b-86c4-6c4cd192cfb2");
  Due fires_later = due;
  fires_later.fires += absl::Hours(1);
  EXPECT_EQ(RequestId(fires_later), RequestId(due));
  std::set<std::string> ids = {RequestId(due), RequestId(Make("communities/c/complaints/l")),
                               RequestId(Make(due.stream, absl::Microseconds(1))),
                               RequestId(Make(due.stream, absl::ZeroDuration(), "RESUME"))};
  EXPECT_EQ(ids.size(), 4u);
}

}  // namespace
}  // namespace sanzhang::timekeeper
