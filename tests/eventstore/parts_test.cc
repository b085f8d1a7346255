// The small parts: keys, record bytes, heads, queue, completions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <thread>

#include "absl/synchronization/notification.h"
#include "eventstore/append_queue.h"
#include "eventstore/completions.h"
#include "eventstore/heads.h"
#include "eventstore/key_codec.h"
#include "eventstore/record.h"
#include "eventstore/utf8.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/unknown_field_set.h"
#include "tests/eventstore/store_fixture.h"

namespace sanzhang::eventstore {
namespace {

using testing::ElementsAre;
using testing::Optional;

TEST(KeyCodec, NumbersSortAsTheyCount) {
  EXPECT_EQ(EncodeNumber(0x0102), std::string("\0\0\0\0\0\0\1\2", 8));
  const std::uint64_t numbers[] = {
      0, 1, 255, 256, 1u << 31, std::uint64_t{1} << 63, std::numeric_limits<std::uint64_t>::max()};
  std::string before;
  for (const std::uint64_t number : numbers) {
    std::uint64_t decoded = 0;
    EXPECT_TRUE(DecodeNumber(EncodeNumber(number), decoded));
    EXPECT_EQ(decoded, number);
    EXPECT_LT(before, EncodeNumber(number));
    before = EncodeNumber(number);
  }
  std::uint64_t decoded = 0;
  EXPECT_FALSE(DecodeNumber("short", decoded));
}

TEST(KeyCodec, AStreamsKeysDoNotMixWithThoseOfLongerNames) {
  EXPECT_LT(StreamKey("a", 2), StreamKey("a", 10));
  EXPECT_FALSE(StreamKey("ab", 1).starts_with(StreamPrefix("a")));
  std::string_view stream;
  std::uint64_t revision = 0;
  const std::string key = StreamKey("communities/c1", 0x0100);
  EXPECT_TRUE(DecodeStreamKey(key, stream, revision));
  EXPECT_EQ(stream, "communities/c1");
  EXPECT_EQ(revision, 0x0100u);
  EXPECT_FALSE(DecodeStreamKey("communities/c1", stream, revision));
}

TEST(KeyCodec, RequestRowsComeBack) {
  const RequestRow row{std::string("\0\xff", 2), {"communities/c1", 3, 9}};
  RequestRow decoded;
  EXPECT_TRUE(DecodeRequestRow(EncodeRequestRow(row), decoded));
  EXPECT_EQ(decoded, row);
  EXPECT_FALSE(DecodeRequestRow(EncodeRequestRow(row).substr(0, 18), decoded));
  EXPECT_FALSE(DecodeRequestRow("", decoded));
}

// A digest, the name of a key, and a digest under it: what one key says is not held against
// another.
TEST(KeyCodec, BodiesAreComparedAsFarAsTheirKeysAllow) {
  const std::string open(32, 'o');
  const std::string other(32, 'x');
  const auto keyed = [](const std::string& digest, char key, char words) {
    return digest + std::string(8, key) + std::string(16, words);
  };
  EXPECT_TRUE(SameBody("", open)) << "after a rebuild any body matches";
  EXPECT_TRUE(SameBody(open, open));
  EXPECT_FALSE(SameBody(open, other));
  EXPECT_FALSE(SameBody(open, keyed(open, 'k', 'w'))) << "words where there were none";
  EXPECT_FALSE(SameBody(keyed(open, 'k', 'w'), open));
  EXPECT_TRUE(SameBody(keyed(open, 'k', 'w'), keyed(open, 'k', 'w')));
  EXPECT_FALSE(SameBody(keyed(open, 'k', 'w'), keyed(open, 'k', 'v')));
  EXPECT_TRUE(SameBody(keyed(open, 'k', 'w'), keyed(open, 'q', 'v')));
  EXPECT_FALSE(SameBody(keyed(open, 'k', 'w'), keyed(other, 'q', 'v')));
}

TEST(KeyCodec, EndOfPrefixComesAfterAllThatStartsSo) {
  EXPECT_EQ(EndOfPrefix("ab"), "ac");
  EXPECT_EQ(EndOfPrefix("a\xff\xff"), "b");
  EXPECT_EQ(EndOfPrefix("\xff"), "");
  EXPECT_EQ(EndOfPrefix(""), "");
}

// As the store does it, in two steps.
std::string Stamped(log::v1::Record& record, std::uint64_t position, std::uint64_t revision,
                    absl::Time recorded_at) {
  const RecordBody body = SerialiseBody(record);
  const Stamp stamp = StampOf(body, position, revision, StampTime(recorded_at));
  Apply(stamp, record);
  return Join(stamp, body);
}

TEST(Record, StampedBytesParseToTheStampedRecord) {
  for (const std::int64_t us :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{1'700'000'000'000'000}}) {
    log::v1::Record record = NewRecord("communities/c1/complaints/a", "payload");
    record.mutable_occurred_at()->set_seconds(1'000'000'000);
    record.mutable_occurred_at()->set_nanos(7);
    record.GetReflection()->MutableUnknownFields(&record)->AddVarint(9999, 1);
    const std::string bytes = Stamped(record, std::uint64_t{1} << 63, 1, absl::FromUnixMicros(us));
    log::v1::Record parsed;
    ASSERT_TRUE(parsed.ParseFromString(bytes));
    EXPECT_EQ(parsed.SerializeAsString(), record.SerializeAsString());
    EXPECT_EQ(parsed.occurred_at().nanos(), us > 1 ? 7 : parsed.recorded_at().nanos());
  }
}

TEST(Record, PeekReadsWhatParsingReads) {
  log::v1::Record record = NewRecord("communities/c1/complaints/a", std::string(300, '\xff'));
  record.mutable_actor()->set_subject("communities/c1/persons/p1");
  record.add_policy_refs("policies/x@1");
  record.set_schema_version(7);
  const std::string bytes = Stamped(record, 300, 70'000, absl::FromUnixMicros(-1'500'000));
  RecordFields fields;
  ASSERT_TRUE(PeekRecord(bytes, fields));
  EXPECT_EQ(fields.position, 300u);
  EXPECT_EQ(fields.revision, 70'000u);
  EXPECT_EQ(fields.stream, record.stream());
  EXPECT_EQ(fields.type, record.type());
  EXPECT_EQ(fields.community, "communities/c1");
  EXPECT_EQ(fields.recorded_at, absl::FromUnixMicros(-1'500'000));
  EXPECT_EQ(record.recorded_at().seconds(), -2);
  EXPECT_EQ(record.recorded_at().nanos(), 500'000'000);
}

TEST(Record, PeekSurvivesAnyBytes) {
  log::v1::Record record = NewRecord("communities/c1", "payload");
  const std::string bytes = Stamped(record, 1, 1, absl::FromUnixSeconds(1));
  RecordFields fields;
  EXPECT_FALSE(PeekRecord(bytes.substr(0, bytes.size() - 1), fields));
  google::protobuf::SetLogHandler(
      nullptr);  // It says of each text that is not UTF-8 that it is not.
  const std::uint64_t seed = std::random_device()();
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20'000; ++round) {
    std::string damaged = bytes;
    for (int flips = 0; flips < 3; ++flips) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    fields = {};
    log::v1::Record parsed;
    if (PeekRecord(damaged, fields) && parsed.ParseFromString(damaged)) {
      EXPECT_EQ(fields.position, parsed.position()) << "seed " << seed;
      EXPECT_EQ(fields.stream, parsed.stream()) << "seed " << seed;
    }
  }
}

TEST(Utf8, IsWhatRfc3629Says) {
  for (const char* text :
       {"", "communities/c1/complaints/n1", "三长", "éü", "\xF0\x9F\x8F\xA0 home",
        "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80", "12345678\xC3\xA9"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
  for (const std::string_view bytes :
       {"\x80", "\xC3", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE4\xB8", "\xE4\xB8x", "\xFF", "12345678\xC3",
        "三\x80长"}) {
    EXPECT_FALSE(IsUtf8(bytes));
  }
}

// Sets each string of the message in turn to what is not UTF-8; a field of later days is found too.
void ExpectEachTextIsChecked(log::v1::Record& record, google::protobuf::Message& part) {
  const google::protobuf::Reflection& reflection = *part.GetReflection();
  for (int i = 0; i < part.GetDescriptor()->field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = part.GetDescriptor()->field(i);
    if (field->type() != google::protobuf::FieldDescriptor::TYPE_STRING) continue;
    if (field->is_repeated()) {
      reflection.AddString(&part, field, "\xff");
    } else {
      reflection.SetString(&part, field, "\xff");
    }
    EXPECT_FALSE(HasTextOnly(record)) << field->full_name();
    reflection.ClearField(&part, field);
    EXPECT_TRUE(HasTextOnly(record)) << field->full_name();
  }
}

TEST(Record, AllItsTextsAreChecked) {
  log::v1::Record record = NewRecord("communities/c1", "\xff in a payload is nobody's business");
  ExpectEachTextIsChecked(record, record);
  ExpectEachTextIsChecked(record, *record.mutable_actor());
}

TEST(Heads, ForgetTheLeastRecentlyUsed) {
  Heads heads(2);
  heads.Put("a", 1);
  heads.Put("b", 2);
  EXPECT_THAT(heads.Find("a"), Optional(1u));
  heads.Put("c", 3);
  EXPECT_EQ(heads.Find("b"), std::nullopt);
  heads.Put("a", 4);
  heads.Put("d", 5);
  EXPECT_EQ(heads.Find("c"), std::nullopt);
  EXPECT_THAT(heads.Find("a"), Optional(4u));
  EXPECT_THAT(heads.Find("d"), Optional(5u));
}

Waiting Sized(std::size_t bytes) {
  Waiting waiting;
  waiting.bytes = bytes;
  return waiting;
}

TEST(AppendQueue, IsBoundedByCountAndBytes) {
  AppendQueue queue(3, 100);
  EXPECT_EQ(queue.Push(Sized(60)), AppendQueue::Pushed::kQueued);
  EXPECT_EQ(queue.Push(Sized(41)), AppendQueue::Pushed::kFull);
  EXPECT_EQ(queue.Push(Sized(20)), AppendQueue::Pushed::kQueued);
  EXPECT_EQ(queue.Push(Sized(20)), AppendQueue::Pushed::kQueued);
  EXPECT_EQ(queue.Push(Sized(0)), AppendQueue::Pushed::kFull);
  std::vector<Waiting> batch;
  EXPECT_EQ(queue.depth().appends, 3u);
  EXPECT_EQ(queue.depth().bytes, 100u);
  EXPECT_TRUE(queue.Take(10, 80, batch));
  EXPECT_EQ(batch.size(), 2u) << "up to 80 bytes";
  EXPECT_EQ(queue.depth().appends, 1u);
  EXPECT_EQ(queue.depth().bytes, 20u);
  batch.clear();
  EXPECT_EQ(queue.Push(Sized(80)), AppendQueue::Pushed::kQueued);
  EXPECT_TRUE(queue.Take(1, 80, batch));
  EXPECT_EQ(batch.size(), 1u) << "up to one append";
  batch.clear();
  EXPECT_TRUE(queue.Take(10, 10, batch));
  EXPECT_EQ(batch.size(), 1u) << "at least one, whatever its size";
}

TEST(AppendQueue, ClosedItIsEmptiedFirst) {
  AppendQueue queue(3, 100);
  ASSERT_EQ(queue.Push(Sized(1)), AppendQueue::Pushed::kQueued);
  queue.Close();
  EXPECT_EQ(queue.Push(Sized(1)), AppendQueue::Pushed::kClosed);
  std::vector<Waiting> batch;
  EXPECT_TRUE(queue.Take(10, 100, batch));
  batch.clear();
  EXPECT_FALSE(queue.Take(10, 100, batch));
}

TEST(AppendQueue, ATakerSleepsUntilThereIsSomething) {
  AppendQueue queue(3, 100);
  std::vector<Waiting> batch;
  std::thread taker([&] { EXPECT_TRUE(queue.Take(10, 100, batch)); });
  EXPECT_EQ(queue.Push(Sized(1)), AppendQueue::Pushed::kQueued);
  taker.join();
  EXPECT_EQ(batch.size(), 1u);
}

TEST(Completions, ResultsComeInOrderAndWaitersAfterThem) {
  Completions completions(0);
  std::vector<int> order;
  absl::Notification ready;
  completions.WhenReaches(2, [&] {
    order.push_back(3);
    ready.Notify();
  });
  std::vector<Finished> finished;
  finished.push_back({[&](AppendResult) { order.push_back(1); }, {}});
  finished.push_back({[&](AppendResult) { order.push_back(2); }, {}});
  EXPECT_TRUE(completions.Hand(finished, 2));
  ready.WaitForNotification();
  completions.Close();
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
  EXPECT_FALSE(completions.Hand(finished, 3));
}

TEST(Completions, HandedHereResultsAreOutBeforeItReturns) {
  Completions completions(0);
  absl::Notification ready;
  completions.WhenReaches(1, [&] { ready.Notify(); });
  std::thread::id on;
  std::vector<Finished> finished;
  finished.push_back({[&](AppendResult) { on = std::this_thread::get_id(); }, {}});
  EXPECT_TRUE(completions.HandHere(finished, 1));
  EXPECT_EQ(on, std::this_thread::get_id());
  ready.WaitForNotification();
  completions.Close();
  finished.push_back({[](AppendResult) { FAIL(); }, {}});
  EXPECT_FALSE(completions.HandHere(finished, 2));
}

TEST(Completions, HandedHereResultsWaitForTheCallbackThatRuns) {
  Completions completions(0);
  absl::Notification running;
  absl::Notification go_on;
  bool ended = false;
  completions.WhenReaches(0, [&] {
    running.Notify();
    go_on.WaitForNotification();
    ended = true;
  });
  running.WaitForNotification();
  std::vector<Finished> finished;
  finished.push_back({[&](AppendResult) { EXPECT_TRUE(ended); }, {}});
  EXPECT_TRUE(completions.HandHere(finished, 1));
  go_on.Notify();
  completions.Close();
  EXPECT_TRUE(ended);
}

TEST(Completions, ACancelledWaiterDoesNotRunAfterwards) {
  Completions completions(0);
  absl::Notification running;
  absl::Notification go_on;
  bool ended = false;
  const std::uint64_t ticket = completions.WhenReaches(0, [&] {
    running.Notify();
    go_on.WaitForNotification();
    ended = true;
  });
  running.WaitForNotification();
  std::thread canceller([&] {
    completions.CancelWait(ticket);
    EXPECT_TRUE(ended);
  });
  go_on.Notify();
  canceller.join();
  bool ran = false;
  completions.CancelWait(completions.WhenReaches(9, [&] { ran = true; }));
  completions.Close();
  EXPECT_FALSE(ran);
}

TEST(Completions, AWaiterMayCancelItself) {
  Completions completions(0);
  absl::Notification told;
  absl::Notification done;
  std::uint64_t ticket = 0;
  ticket = completions.WhenReaches(1, [&] {
    told.WaitForNotification();
    completions.CancelWait(ticket);
    done.Notify();
  });
  std::vector<Finished> none;
  EXPECT_TRUE(completions.Hand(none, 1));
  told.Notify();
  done.WaitForNotification();
}

}  // namespace
}  // namespace sanzhang::eventstore
