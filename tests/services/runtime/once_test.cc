// Requests that come more than once, streams that move under a decision, and the end of the runner.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/runtime/toy_runtime.h"

namespace sanzhang::toy {
namespace {

using ::testing::SizeIs;

v1::MakeThingRequest Make(int request_id, std::string_view tag = {}, std::string_view id = {}) {
  v1::MakeThingRequest request;
  request.set_parent(kCommunity);
  request.set_request_id(RequestId(request_id));
  request.set_value("first");
  request.set_tag(std::string(tag));
  request.set_thing_id(std::string(id));
  return request;
}

v1::ChangeThingRequest Change(int request_id, std::string_view value, std::string_view etag = {}) {
  v1::ChangeThingRequest request;
  request.set_name("communities/c1/things/t1");
  request.set_request_id(RequestId(request_id));
  request.set_value(std::string(value));
  request.set_etag(std::string(etag));
  return request;
}

TEST(Once, ARepeatGetsTheFirstAnswerWhateverIsTrueNow) {
  ToyRuntime toy;
  const auto made = toy.Run("person p-res", Make(1, "a"));
  ASSERT_TRUE(made.ok());
  v1::ChangeThingRequest change;
  change.set_name(made->name);
  change.set_request_id(RequestId(2));
  change.set_value("x");
  change.set_etag("r1");
  const auto changed = toy.Run("person p-rc", change);
  ASSERT_TRUE(changed.ok());
  change.set_request_id(RequestId(3));
  change.set_etag("");
  change.set_value("y");
  ASSERT_TRUE(toy.Run("person p-rc", change).ok());
  const std::size_t records = toy.Records().size();

  // The name is taken, the etag stale, the tag claimed, the caller's role gone: all the same.
  toy.directory.Revoke(kCommunity, "persons/p-rc");
  toy.directory.Revoke(kCommunity, "persons/p-res");
  toy.now_us += absl::ToInt64Microseconds(absl::Hours(24 * 365));
  EXPECT_EQ(*toy.Run("person p-res", Make(1, "a")), *made);
  change.set_request_id(RequestId(2));
  change.set_etag("r1");
  change.set_value("x");
  EXPECT_EQ(*toy.Run("person p-rc", change), *changed);
  EXPECT_THAT(toy.Records(), SizeIs(records));
}

// So that sending a whole day's commands again, after a crash, costs little.
TEST(Once, ARepeatReadsNothingButItsReceipt) {
  ToyRuntime toy;
  toy.Make("t1");
  const auto made = toy.Run("person p-res", Make(1, "a", "t2"));
  const auto changed = toy.Run("person p-rc", Change(2, "x", "r1"));
  ASSERT_TRUE(made.ok() && changed.ok());
  toy.store->records_read = 0;
  toy.store->answer = [](const auto&) -> std::optional<eventstore::AppendResult> {
    ADD_FAILURE() << "a repeat was appended";
    return std::nullopt;
  };
  EXPECT_EQ(*toy.Run("person p-res", Make(1, "a", "t2")), *made);
  EXPECT_EQ(*toy.Run("person p-rc", Change(2, "x", "r1")), *changed);
  EXPECT_EQ(toy.store->records_read, 0u);
}

TEST(Once, TheSameIdWithAnotherBodyIsRefused) {
  ToyRuntime toy;
  toy.Make("t1");
  ASSERT_TRUE(toy.Run("person p-rc", Change(1, "x")).ok());
  EXPECT_EQ(Why(toy.Run("person p-rc", Change(1, "y")).status()),
            "REQUEST_ID_REUSED request_id=" + RequestId(1));
  // Another RPC is another body; another caller's ids are their own.
  toy.Grant("persons/p-rc", type::v1::ROLE_RESIDENT);
  EXPECT_EQ(Why(toy.Run("person p-rc", Make(1)).status()),
            "REQUEST_ID_REUSED request_id=" + RequestId(1));
  EXPECT_TRUE(toy.Run("person p-res", Make(1)).ok());
  // An id stays free as long as nothing was committed under it.
  EXPECT_EQ(Why(toy.Run("person p-who", Make(2)).status()), "PERMISSION_DENIED");
  EXPECT_TRUE(toy.Run("person p-res", Make(2)).ok());
}

TEST(Once, ACommandWithoutEffectIsRememberedToo) {
  ToyRuntime toy;
  toy.Make("t1");
  const auto idle = toy.Run("person p-rc", Change(1, "first"));
  ASSERT_TRUE(idle.ok()) << idle.status();
  EXPECT_EQ(idle->etag, "r1");
  EXPECT_EQ(idle->position, 1u);
  ASSERT_TRUE(toy.Run("person p-rc", Change(2, "second")).ok());
  // Late, it would now have an effect.
  EXPECT_EQ(*toy.Run("person p-rc", Change(1, "first")), *idle);
  EXPECT_THAT(toy.Records(), SizeIs(2));
}

TEST(Once, FiftyCopiesAtOnceMakeOneThing) {
  for (const char* id : {"", "t1"}) {
    ToyRuntime toy;
    constexpr int kCopies = 50;
    std::vector<absl::StatusOr<runtime::Answer>> answers(kCopies, absl::UnknownError(""));
    absl::BlockingCounter left(kCopies);
    const auto request = Make(1, "a", id);
    std::vector<std::thread> threads;
    for (int t = 0; t < 5; ++t) {
      threads.emplace_back([&, t] {
        for (int i = t; i < kCopies; i += 5) {
          toy.Start("person p-res", request, [&, i](absl::StatusOr<runtime::Answer> answer) {
            answers[static_cast<std::size_t>(i)] = std::move(answer);
            left.DecrementCount();
          });
        }
      });
    }
    for (auto& thread : threads) thread.join();
    left.Wait();
    for (const auto& answer : answers) {
      ASSERT_TRUE(answer.ok()) << answer.status();
      EXPECT_EQ(*answer, *answers[0]);
    }
    EXPECT_THAT(toy.Records(), SizeIs(2));  // The thing and its claim.
  }
}

TEST(Anew, ADecisionIsMadeAgainOnWhatIsTrueNow) {
  ToyRuntime toy;
  toy.Make("t1");
  int meddled = 0;
  toy.directory.before_standings = [&] {
    // Between the state that is read and the append, someone else changes the thing.
    if (meddled++ == 0) {
      eventstore::Append append;
      auto& write = append.writes.emplace_back();
      write.stream = "communities/c1/things/t1";
      log::v1::Record& record = write.records.emplace_back();
      v1::ThingChanged changed;
      changed.set_value("second");
      record.set_stream(write.stream);
      record.set_community(kCommunity);
      record.set_type(changed.GetDescriptor()->full_name());
      record.set_payload(changed.SerializeAsString());
      absl::Notification done;
      toy.store->Append(std::move(append), [&](auto) { done.Notify(); });
      done.WaitForNotification();
    }
  };
  // On the first reading this is a change; on the second it is so already.
  const auto answer = toy.Run("person p-rc", Change(1, "second"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->etag, "r2");
  EXPECT_EQ(meddled, 2);
  EXPECT_THAT(toy.Records(), SizeIs(2));

  // A client that named its revision is told.
  meddled = 0;
  toy.directory.before_standings = [&] {
    if (meddled++ > 0) return;
    ASSERT_TRUE(toy.Run("person p-rc", Change(3, "x")).ok());
  };
  EXPECT_EQ(Why(toy.Run("person p-rc", Change(2, "third", "r2")).status()),
            "REVISION_CONFLICT expected_etag=r2 current_etag=r3");
}

TEST(Anew, ARoleThatIsRevokedMeanwhileNoLongerCounts) {
  ToyRuntime toy;
  toy.Make("t1");
  const std::string membership = "communities/c1/memberships/m-9";
  toy.Touch(membership);
  toy.Grant("persons/p-new", type::v1::ROLE_RESIDENTS_COMMITTEE, "m-9", "b-rc", {},
            {{membership, eventstore::Expectation(std::uint64_t{1})}});
  int asked = 0;
  toy.directory.before_standings = [&] {
    if (++asked == 2) toy.directory.Revoke(kCommunity, "persons/p-new");
  };
  toy.Touch(membership);  // The standing rests on revision 1; the seat has moved.
  EXPECT_EQ(Why(toy.Run("person p-new", Change(1, "x")).status()), "PERMISSION_DENIED");
  EXPECT_EQ(asked, 2);
  EXPECT_THAT(toy.Records(), SizeIs(3));
}

TEST(Anew, APeerThatMovesBeforeTheAppendIsReadAgain) {
  ToyRuntime toy;
  toy.Make("t1");
  toy.Make("t2");
  v1::ChangeThingRequest like = Change(1, "");
  like.set_like("communities/c1/things/t2");
  v1::ChangeThingRequest other = Change(2, "moved");
  other.set_name("communities/c1/things/t2");
  int appended = 0;
  toy.store->answer = [&](const eventstore::Append&) {
    if (appended++ == 0) {
      EXPECT_TRUE(toy.Run("person p-rc", other).ok());
    }
    return std::nullopt;
  };
  like.set_tag("a");
  ASSERT_TRUE(toy.Run("person p-rc", like).ok());
  EXPECT_EQ(appended, 3);
  v1::ThingChanged changed;
  const auto records = toy.Records();
  ASSERT_TRUE(changed.ParseFromString(records[records.size() - 2].payload()));
  EXPECT_EQ(changed.value(), "moved");
}

TEST(Anew, WhatWasSoAlreadyMustStillBeSo) {
  ToyRuntime toy;
  toy.Make("t1");
  int appended = 0;
  toy.store->answer = [&](const eventstore::Append&) {
    if (appended++ == 0) {
      EXPECT_TRUE(toy.Run("person p-rc", Change(2, "second")).ok());
    }
    return std::nullopt;
  };
  const auto answer = toy.Run("person p-rc", Change(1, "first"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->etag, "r3");  // It was "first", then "second": now it is "first" again.
  EXPECT_THAT(toy.Records(), SizeIs(3));
}

TEST(Anew, GivesUpAfterSoManyAttempts) {
  ToyRuntime toy({.attempts_max = 3});
  const std::string membership = "communities/c1/memberships/m-9";
  toy.Make("t1");
  toy.Touch(membership);
  toy.Touch(membership);
  toy.Grant("persons/p-new", type::v1::ROLE_RESIDENTS_COMMITTEE, "m-9", "b-rc", {},
            {{membership, eventstore::Expectation(std::uint64_t{1})}});
  int asked = 0;
  toy.directory.before_standings = [&] { ++asked; };
  EXPECT_EQ(Why(toy.Run("person p-new", Change(1, "x")).status()),
            "REVISION_CONFLICT expected_etag=r1 current_etag=r1");
  EXPECT_EQ(asked, 3);
}

TEST(Anew, ManyWritersOfOneThingEachWinOnce) {
  ToyRuntime toy({.attempts_max = 1000});
  toy.Make("t1");
  constexpr int kWriters = 100;
  absl::BlockingCounter left(kWriters);
  std::vector<v1::ChangeThingRequest> requests;
  for (int i = 0; i < kWriters; ++i) requests.push_back(Change(i, "v" + std::to_string(i)));
  for (const auto& request : requests) {
    toy.Start("person p-rc", request, [&](absl::StatusOr<runtime::Answer> answer) {
      EXPECT_TRUE(answer.ok()) << answer.status();
      left.DecrementCount();
    });
  }
  left.Wait();
  EXPECT_EQ(*toy.store->RevisionOf("communities/c1/things/t1"), kWriters + 1u);
}

TEST(Limits, TurnsAwayWhatWouldBeTooMuch) {
  ToyRuntime toy({.in_flight_max = 1});
  absl::Status second;
  int asked = 0;
  toy.directory.before_standings = [&] {
    if (asked++ == 0) second = toy.Run("person p-res", Make(2)).status();
  };
  EXPECT_TRUE(toy.Run("person p-res", Make(1)).ok());
  EXPECT_EQ(Why(second), "OVERLOADED");
  // There is room again soon after the answer.
  const absl::Time until = absl::Now() + absl::Seconds(30);
  do {
    second = toy.Run("person p-res", Make(2)).status();
  } while (Why(second) == "OVERLOADED" && absl::Now() < until);
  EXPECT_EQ(Why(second), "OK");
}

TEST(Drain, RefusesWhatComesAndWaitsForWhatIsThere) {
  ToyRuntime toy;
  bool answered = false;
  std::thread drainer;
  absl::Status late;
  int asked = 0;
  toy.directory.before_standings = [&] {
    if (asked++ > 0) return;
    drainer = std::thread([&] {
      EXPECT_TRUE(toy.runner->Drain(absl::InfiniteFuture()));
      EXPECT_TRUE(answered);
    });
    do {
      late = toy.Run("person p-who", Make(2)).status();
    } while (Why(late) != "DRAINING");
    EXPECT_FALSE(toy.runner->Drain(absl::Now()));
  };
  absl::Notification done;
  toy.Start("person p-res", Make(1), [&](absl::StatusOr<runtime::Answer> answer) {
    EXPECT_TRUE(answer.ok()) << answer.status();
    answered = true;
    done.Notify();
  });
  done.WaitForNotification();
  drainer.join();
  EXPECT_EQ(Why(late), "DRAINING");
}

TEST(Store, TellsWhatBecameOfTheCommand) {
  using Kind = eventstore::AppendResult::Kind;
  ToyRuntime toy({.attempts_max = 2});
  for (const auto& [kind, why] : std::vector<std::pair<Kind, std::string>>{
           {Kind::kOverloaded, "OVERLOADED"},
           {Kind::kDeadline, "QUEUE_DEADLINE"},
           {Kind::kStopped, "STORE_STOPPED"},
           {Kind::kUnknown, "COMMIT_OUTCOME_UNKNOWN"},
           {Kind::kInvalid, "INTERNAL"},
           {Kind::kRequestReused, "REQUEST_ID_REUSED request_id=" + RequestId(1)},
       }) {
    toy.store->answer = [kind = kind](const auto&) {
      return eventstore::AppendResult{.kind = kind};
    };
    EXPECT_EQ(Why(toy.Run("person p-res", Make(1)).status()), why);
  }
}

TEST(Store, GetsADeadlineWithinBounds) {
  ToyRuntime toy;
  absl::Duration left;
  toy.store->answer = [&](const eventstore::Append& append) {
    left = append.deadline - toy.now();
    return std::nullopt;
  };
  ASSERT_TRUE(toy.Run("person p-res", Make(1)).ok());
  EXPECT_EQ(left, runtime::kDeadlineDefault);
  ASSERT_TRUE(toy.Run("person p-res", Make(2), absl::Now() + absl::Hours(1)).ok());
  EXPECT_EQ(left, runtime::kDeadlineMax);
  ASSERT_TRUE(toy.Run("person p-res", Make(3), absl::Now() + absl::Seconds(5)).ok());
  EXPECT_LE(left, absl::Seconds(5));
  EXPECT_GT(left, absl::ZeroDuration());
}

TEST(Store, SaysWhatBecameOfTheCommandWhenItStops) {
  ToyRuntime toy;
  toy.store->Close();
  EXPECT_EQ(Why(toy.Run("person p-res", Make(1)).status()), "STORE_STOPPED");
}

}  // namespace
}  // namespace sanzhang::toy
