// The contract of the event store, over every log that stands behind it.
#include "eventstore/event_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "absl/synchronization/notification.h"
#include "eventstore/limits.h"
#include "tests/eventstore/store_fixture.h"

namespace sanzhang::eventstore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = AppendResult::Kind;

constexpr char kStream[] = "communities/c1/complaints/a";
constexpr char kOther[] = "communities/c1/complaints/b";

class EventStoreContract : public testing::TestWithParam<LogKind> {
 protected:
  EventStoreContract() : place_(GetParam()), store_(OpenStore(place_.Open(), TestOptions())) {}

  EventStore::Options TestOptions() {
    EventStore::Options options;
    options.now = [this] { return absl::FromUnixMicros(now_us_.load()); };
    options.derive = [](const log::v1::Record& record) {
      return std::vector<IndexEntry>{
          {record.community() + "/by-payload/" + record.payload(), record.stream()}};
    };
    return options;
  }

  std::vector<std::uint64_t> Positions(const LogPage& page) {
    std::vector<std::uint64_t> positions;
    for (const Stored& stored : page.records) positions.push_back(stored.position);
    return positions;
  }

  LogPage ReadLog(std::uint64_t from, Direction direction, Filter filter = {},
                  PageLimits limits = {}) {
    auto page = store_->ReadLog(from, direction, filter, limits);
    EXPECT_TRUE(page.ok()) << page.status();
    return *std::move(page);
  }

  StreamPage ReadStream(std::string_view stream, std::uint64_t from, Direction direction,
                        PageLimits limits = {}) {
    auto page = store_->ReadStream(stream, from, direction, limits);
    EXPECT_TRUE(page.ok()) << page.status();
    return *std::move(page);
  }

  std::vector<std::uint64_t> Revisions(const StreamPage& page) {
    std::vector<std::uint64_t> revisions;
    for (const Stored& stored : page.records) revisions.push_back(stored.revision);
    return revisions;
  }

  std::atomic<std::int64_t> now_us_ = 1'000'000;
  LogPlace place_;
  std::unique_ptr<EventStore> store_;
};

TEST_P(EventStoreContract, AppendStampsWhatItStores) {
  Append append = NewAppend(kStream, NoStream(), 2);
  append.writes[0].records[0].mutable_occurred_at()->set_seconds(99);  // In the future.
  append.writes[0].records[1].mutable_occurred_at()->set_nanos(5);
  const AppendResult result = Await(*store_, append);
  ASSERT_EQ(result.kind, Kind::kCommitted) << result.message;
  EXPECT_EQ(result.receipt, (Receipt{kStream, 2, 2}));
  const std::vector<Stored> all = ReadAll(*store_);
  ASSERT_EQ(all.size(), 2u);
  const log::v1::Record first = Parse(all[0]);
  EXPECT_EQ(first.position(), 1u);
  EXPECT_EQ(first.revision(), 1u);
  EXPECT_EQ(first.recorded_at().seconds(), 1);
  EXPECT_EQ(first.occurred_at().seconds(), 1);
  EXPECT_EQ(Parse(all[1]).occurred_at().nanos(), 5);
  EXPECT_EQ(store_->head().position, 2u);
  EXPECT_EQ(store_->head().recorded_at, absl::FromUnixSeconds(1));
}

TEST_P(EventStoreContract, RecordedAtNeverGoesBack) {
  Await(*store_, NewAppend(kStream, NoStream()));
  now_us_ = 500'000;
  Await(*store_, NewAppend(kStream, 1u));
  now_us_ = 2'000'001;
  Await(*store_, NewAppend(kStream, 2u));
  const std::vector<Stored> all = ReadAll(*store_);
  EXPECT_EQ(Parse(all[1]).recorded_at().seconds(), 1);
  EXPECT_EQ(Parse(all[2]).recorded_at().nanos(), 1000);
}

TEST_P(EventStoreContract, ConflictsAreAllReportedAndStoreNothing) {
  Await(*store_, NewAppend(kStream, NoStream()));
  Append append = NewAppend(kStream, NoStream());
  append.writes.push_back({kOther, 3u, {NewRecord(kOther)}});
  append.conditions = {{kStream, 1u}, {kOther, 7u}};
  const AppendResult result = Await(*store_, append);
  ASSERT_EQ(result.kind, Kind::kConflict);
  ASSERT_EQ(result.conflicts.size(), 3u);
  EXPECT_EQ(result.conflicts[0].stream, kStream);
  EXPECT_EQ(result.conflicts[0].actual, 1u);
  EXPECT_EQ(result.conflicts[1].stream, kOther);
  EXPECT_EQ(result.conflicts[1].expected, Expectation(std::uint64_t{3}));
  EXPECT_EQ(result.conflicts[2].actual, 0u);
  EXPECT_EQ(Await(*store_, NewAppend(kOther, NoStream())).receipt.position, 2u);
}

TEST_P(EventStoreContract, WritesToManyStreamsAreOne) {
  Append append = NewAppend(kStream, AnyRevision(), 2);
  append.writes.push_back({kOther, NoStream(), {NewRecord(kOther), NewRecord(kOther)}});
  append.subject = kOther;
  EXPECT_EQ(Await(*store_, append).receipt, (Receipt{kOther, 2, 4}));
  EXPECT_EQ(*store_->RevisionOf(kStream), 2u);
  EXPECT_EQ(*store_->RevisionOf(kOther), 2u);
  EXPECT_EQ(*store_->RevisionOf("communities/c1/none"), 0u);
}

TEST_P(EventStoreContract, ARequestAgainGetsTheFirstReceipt) {
  const Append append = WithRequest(NewAppend(kStream, NoStream()), "r1");
  const AppendResult first = Await(*store_, append);
  ASSERT_EQ(first.kind, Kind::kCommitted);
  Await(*store_, NewAppend(kStream, 1u));
  const AppendResult again = Await(*store_, append);
  EXPECT_EQ(again.kind, Kind::kReplayed);
  EXPECT_EQ(again.receipt, first.receipt);
  EXPECT_EQ(Await(*store_, WithRequest(append, "r1", "other")).kind, Kind::kRequestReused);
  EXPECT_EQ(Await(*store_, WithRequest(NewAppend(kStream, 2u), "r1", "digest", "persons/p2")).kind,
            Kind::kCommitted);
  EXPECT_EQ(**store_->FindRequest(*append.request), first.receipt);
  EXPECT_EQ(*store_->FindRequest({"persons/p1", "r9", ""}), std::nullopt);
  EXPECT_EQ(store_->FindRequest({"persons/p1", "r1", "other"}).status().code(),
            absl::StatusCode::kAlreadyExists);
}

TEST_P(EventStoreContract, AConflictIsNotRememberedAsARequest) {
  const Append append = WithRequest(NewAppend(kStream, 1u), "r1");
  EXPECT_EQ(Await(*store_, append).kind, Kind::kConflict);
  Await(*store_, NewAppend(kStream, NoStream()));
  EXPECT_EQ(Await(*store_, append).kind, Kind::kCommitted);
}

TEST_P(EventStoreContract, WithoutRecordsTheReceiptIsKept) {
  Await(*store_, NewAppend(kStream, NoStream(), 3));
  Append append = WithRequest({}, "r1");
  append.subject = kStream;
  append.conditions = {{kStream, 3u}};
  const AppendResult first = Await(*store_, append);
  EXPECT_EQ(first.kind, Kind::kCommitted);
  EXPECT_EQ(first.receipt, (Receipt{kStream, 3, 3}));
  Await(*store_, NewAppend(kStream, 3u));
  EXPECT_EQ(Await(*store_, append).receipt, first.receipt);
  EXPECT_EQ(store_->head().position, 4u);
}

TEST_P(EventStoreContract, APassedDeadlineStoresNothing) {
  Append append = NewAppend(kStream, NoStream());
  append.deadline = absl::FromUnixMicros(999'999);
  EXPECT_EQ(Await(*store_, append).kind, Kind::kDeadline);
  append.deadline = absl::FromUnixMicros(1'000'000);
  EXPECT_EQ(Await(*store_, append).kind, Kind::kCommitted);
}

TEST_P(EventStoreContract, ReadsAStreamInPagesBothWays) {
  Await(*store_, NewAppend(kStream, NoStream(), 5));
  Await(*store_, NewAppend(kOther, NoStream(), 2));
  StreamPage page = ReadStream(kStream, 0, Direction::kForwards, {.records_max = 2});
  EXPECT_THAT(Revisions(page), ElementsAre(1, 2));
  EXPECT_EQ(page.next_revision, 3u);
  EXPECT_EQ(page.head_revision, 5u);
  page = ReadStream(kStream, 4, Direction::kForwards);
  EXPECT_THAT(Revisions(page), ElementsAre(4, 5));
  EXPECT_EQ(page.next_revision, 0u);
  page = ReadStream(kStream, 0, Direction::kBackwards, {.records_max = 3});
  EXPECT_THAT(Revisions(page), ElementsAre(5, 4, 3));
  EXPECT_EQ(page.next_revision, 2u);
  page = ReadStream(kStream, 2, Direction::kBackwards);
  EXPECT_THAT(Revisions(page), ElementsAre(2, 1));
  EXPECT_EQ(page.next_revision, 0u);
  EXPECT_THAT(ReadStream(kStream, 6, Direction::kForwards).records, IsEmpty());
  EXPECT_EQ(ReadStream("communities/c1/none", 0, Direction::kForwards).head_revision, 0u);
}

// Stream after stream, whatever the order of the commits, and nothing of what came later.
TEST_P(EventStoreContract, ReadsManyStreamsInPagesAsTheyWere) {
  Await(*store_, NewAppend(kOther, NoStream(), 2));
  Await(*store_, NewAppend(kStream, NoStream(), 3));
  Await(*store_, NewAppend("communities/c1/complaints/a-b", NoStream(), 1));
  Await(*store_, NewAppend("communities/c1/complaints0", NoStream(), 1));
  const std::uint64_t as_of = store_->head().position;
  Await(*store_, NewAppend(kStream, std::uint64_t{3}, 1));
  Await(*store_, NewAppend("communities/c1/complaints/0", NoStream(), 1));
  for (const std::size_t records_max : {1, 2, 3, 100}) {
    std::vector<std::uint64_t> positions;
    std::string next;
    do {
      const auto page = store_->ReadStreams("communities/c1/complaints/", next, as_of,
                                            {.records_max = records_max});
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_LE(page->records.size(), records_max);
      for (const Stored& stored : page->records) positions.push_back(stored.position);
      next = page->next;
    } while (!next.empty());
    EXPECT_THAT(positions, ElementsAre(3, 4, 5, 6, 1, 2));  // a, a-b, b.
  }
  const auto page = store_->ReadStreams("communities/c1/complaints/", "", as_of, {.bytes_max = 1});
  EXPECT_EQ(page->records.size(), 1u);
  EXPECT_TRUE(store_->ReadStreams("communities/c2/", "", as_of, {})->records.empty());
  EXPECT_TRUE(absl::IsInvalidArgument(
      store_->ReadStreams("communities/c2/", page->next, as_of, {}).status()));
}

TEST_P(EventStoreContract, APageEndsAtItsBytesButHoldsAtLeastOne) {
  Append append = NewAppend(kStream, NoStream(), 3);
  for (auto& record : append.writes[0].records) record.set_payload(std::string(800, 'x'));
  Await(*store_, append);
  EXPECT_THAT(Revisions(ReadStream(kStream, 0, Direction::kForwards, {.bytes_max = 1})),
              ElementsAre(1));
  const LogPage page = ReadLog(1, Direction::kForwards, {}, {.bytes_max = 2000});
  EXPECT_THAT(Positions(page), ElementsAre(1, 2));
  EXPECT_EQ(page.next_position, 3u);
}

TEST_P(EventStoreContract, ReadsTheLogInPagesBothWays) {
  Await(*store_, NewAppend(kStream, NoStream(), 3));
  Await(*store_, NewAppend(kOther, NoStream(), 2));
  LogPage page = ReadLog(0, Direction::kForwards, {}, {.records_max = 2});
  EXPECT_THAT(Positions(page), ElementsAre(1, 2));
  EXPECT_EQ(page.next_position, 3u);
  EXPECT_EQ(page.head_position, 5u);
  page = ReadLog(3, Direction::kForwards);
  EXPECT_THAT(Positions(page), ElementsAre(3, 4, 5));
  EXPECT_EQ(page.next_position, 6u);
  page = ReadLog(9, Direction::kForwards);
  EXPECT_THAT(page.records, IsEmpty());
  EXPECT_EQ(page.next_position, 9u);
  page = ReadLog(0, Direction::kBackwards, {}, {.records_max = 4});
  EXPECT_THAT(Positions(page), ElementsAre(5, 4, 3, 2));
  EXPECT_EQ(page.next_position, 1u);
  page = ReadLog(1, Direction::kBackwards);
  EXPECT_THAT(Positions(page), ElementsAre(1));
  EXPECT_EQ(page.next_position, 0u);
}

TEST_P(EventStoreContract, FiltersByTypeStreamAndCommunity) {
  Append append = NewAppend(kStream, NoStream(), 2);
  append.writes[0].records[1].set_type("test.Other");
  Await(*store_, append);
  Await(*store_, NewAppend(kOther, NoStream()));
  Await(*store_, NewAppend("communities/c2/complaints/a", NoStream()));
  EXPECT_THAT(Positions(ReadLog(1, Direction::kForwards, {.types = {"test.Other", "test.X"}})),
              ElementsAre(2));
  EXPECT_THAT(Positions(ReadLog(1, Direction::kForwards, {.stream_prefix = kOther})),
              ElementsAre(3));
  EXPECT_THAT(Positions(ReadLog(0, Direction::kBackwards, {.community = "communities/c1"})),
              ElementsAre(3, 2, 1));
  EXPECT_THAT(Positions(ReadLog(1, Direction::kForwards,
                                {.types = {"test.Happened"}, .community = "communities/c2"})),
              ElementsAre(4));
}

TEST_P(EventStoreContract, AFilteredPageEndsAfterSoManyScanned) {
  Await(*store_, NewAppend(kStream, NoStream(), 5));
  Await(*store_, NewAppend(kOther, NoStream()));
  const Filter filter{.stream_prefix = kOther};
  LogPage page = ReadLog(1, Direction::kForwards, filter, {.scanned_max = 4});
  EXPECT_THAT(page.records, IsEmpty());
  EXPECT_EQ(page.next_position, 5u);
  page = ReadLog(5, Direction::kForwards, filter, {.scanned_max = 4});
  EXPECT_THAT(Positions(page), ElementsAre(6));
  EXPECT_EQ(page.next_position, 7u);
  page = ReadLog(5, Direction::kBackwards, filter, {.scanned_max = 4});
  EXPECT_THAT(page.records, IsEmpty());
  EXPECT_EQ(page.next_position, 1u);
}

TEST_P(EventStoreContract, FiltersByTime) {
  for (int second = 1; second <= 5; ++second) {
    now_us_ = second * 1'000'000;
    Await(*store_, NewAppend(kStream, AnyRevision(), 2));  // Positions 2 * second - 1 and the next.
  }
  const auto at = [](int second) { return absl::FromUnixSeconds(second); };
  EXPECT_THAT(Positions(ReadLog(1, Direction::kForwards,
                                {.recorded_from = at(2), .recorded_before = at(4)})),
              ElementsAre(3, 4, 5, 6));
  EXPECT_THAT(Positions(ReadLog(0, Direction::kBackwards,
                                {.recorded_from = at(2), .recorded_before = at(3)})),
              ElementsAre(4, 3));
  EXPECT_THAT(Positions(ReadLog(6, Direction::kForwards, {.recorded_before = at(4)})),
              ElementsAre(6));
  EXPECT_EQ(ReadLog(1, Direction::kForwards, {.recorded_from = at(6)}).next_position, 11u);
  EXPECT_EQ(ReadLog(1, Direction::kForwards, {.recorded_before = at(0)}).next_position, 11u);
  EXPECT_EQ(ReadLog(0, Direction::kBackwards, {.recorded_from = at(6)}).next_position, 0u);
}

TEST_P(EventStoreContract, IndexEntriesAreThereWithTheirRecords) {
  Append append = NewAppend(kStream, NoStream());
  append.writes[0].records = {NewRecord(kStream, "x"), NewRecord(kStream, "y")};
  Await(*store_, append);
  append = NewAppend("communities/c2/a", NoStream());
  Await(*store_, append);
  const auto entries = store_->ReadIndex("communities/c1/by-payload/", 10);
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[1].key, "communities/c1/by-payload/y");
  EXPECT_EQ((*entries)[1].value, kStream);
  EXPECT_EQ(store_->ReadIndex("communities/c1/by-payload/", 1)->size(), 1u);
}

TEST_P(EventStoreContract, RefusesWhatExceedsItsBounds) {
  Append too_large = NewAppend(kStream, NoStream());
  too_large.writes[0].records[0].set_payload(std::string(kRecordBytesMax, 'x'));
  Append too_many = NewAppend(kStream, NoStream(), kAppendRecordsMax + 1);
  Append misplaced = NewAppend(kStream, NoStream());
  misplaced.writes[0].records[0].set_stream(kOther);
  Append twice = NewAppend(kStream, NoStream());
  twice.writes.push_back(twice.writes[0]);
  Append untyped = NewAppend(kStream, NoStream());
  untyped.writes[0].records[0].clear_type();
  Append heavy_index = NewAppend(kStream, NoStream());
  heavy_index.writes[0].records[0].set_payload(std::string(kIndexKeyBytesMax, 'x'));
  Append not_text = NewAppend(kStream, NoStream());
  not_text.writes[0].records[0].mutable_actor()->set_body("\xff");
  for (const Append& append :
       {too_large, too_many, misplaced, twice, untyped, heavy_index, not_text,
        NewAppend(std::string("communities/c1/\0", 16), NoStream()),
        NewAppend(std::string(kStreamNameBytesMax + 1, 'x'), NoStream()),
        WithRequest(NewAppend(kStream, NoStream()), ""),
        WithRequest(NewAppend(kStream, NoStream()), "r", std::string(kDigestBytesMax + 1, 'd'))}) {
    const AppendResult result = Await(*store_, append);
    EXPECT_EQ(result.kind, Kind::kInvalid);
    EXPECT_THAT(result.message, testing::Not(IsEmpty()));
  }
  EXPECT_EQ(store_->head().position, 0u);
  EXPECT_EQ(Await(*store_, NewAppend(kStream, NoStream())).receipt.position, 1u);
}

TEST_P(EventStoreContract, WakesWhoeverWaitsForAPosition) {
  absl::Notification reached;
  absl::Notification never;
  const std::uint64_t ticket = store_->WhenReaches(9, [&] { never.Notify(); });
  store_->WhenReaches(2, [&] { reached.Notify(); });
  Await(*store_, NewAppend(kStream, NoStream()));
  EXPECT_FALSE(reached.HasBeenNotified());
  Await(*store_, NewAppend(kStream, 1u));
  reached.WaitForNotification();
  store_->CancelWait(ticket);
  absl::Notification at_once;
  store_->WhenReaches(1, [&] { at_once.Notify(); });
  at_once.WaitForNotification();
  EXPECT_FALSE(never.HasBeenNotified());
}

TEST_P(EventStoreContract, CloseAnswersWhatIsQueuedAndRefusesTheRest) {
  std::vector<AppendResult> results(200);
  std::atomic<int> answered = 0;
  for (AppendResult& result : results) {
    store_->Append(NewAppend(kStream, AnyRevision()), [&](AppendResult got) {
      result = std::move(got);
      ++answered;
    });
  }
  absl::Notification woken;
  store_->WhenReaches(10'000, [&] { woken.Notify(); });
  store_->Close();
  EXPECT_EQ(answered, 200);
  EXPECT_TRUE(woken.HasBeenNotified());
  EXPECT_TRUE(std::all_of(results.begin(), results.end(),
                          [](const auto& result) { return result.kind == Kind::kCommitted; }));
  EXPECT_EQ(Await(*store_, NewAppend(kStream, AnyRevision())).kind, Kind::kStopped);
  absl::Notification at_once;
  store_->WhenReaches(10'000, [&] { at_once.Notify(); });
  EXPECT_TRUE(at_once.HasBeenNotified());
  EXPECT_EQ(ReadAll(*store_).size(), 200u);
  store_->Close();
}

INSTANTIATE_TEST_SUITE_P(Logs, EventStoreContract,
                         testing::Values(LogKind::kMemory, LogKind::kRocks),
                         [](const auto& info) { return NameOf(info.param); });

}  // namespace
}  // namespace sanzhang::eventstore
