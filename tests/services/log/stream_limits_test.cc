// The bounds of the event-log service, met by limits so small that a test can reach them.
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "tests/services/log/log_service_fixture.h"

namespace sanzhang::log {
namespace {

using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::SizeIs;

constexpr absl::Duration kShort = absl::Milliseconds(200);

std::vector<std::uint64_t> FromTo(std::uint64_t first, std::uint64_t last) {
  std::vector<std::uint64_t> positions(last - first + 1);
  std::iota(positions.begin(), positions.end(), first);
  return positions;
}

std::uint64_t NextPositionOf(const grpc::Status& status) {
  const auto metadata = InfoOf(status).metadata();
  const auto found = metadata.find("next_position");
  return found == metadata.end() ? 0 : std::stoull(found->second);
}

class StreamLimitsTest : public LogServiceTest {
 protected:
  // To the server that runs, over a connection that takes 64 KiB and no more until it is read from.
  std::unique_ptr<v1::EventLogService::Stub> NarrowStub() const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return v1::EventLogService::NewStub(
        grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), arguments));
  }
};

struct Ending {
  const char* name;
  LogService::Options options;
  bool drained = false;
};
const Ending kEndings[] = {
    {"stall", {.stall_max = kShort}}, {"age", {.age_max = kShort}}, {"drain", {}, true}};

class EndingTest : public StreamLimitsTest, public testing::WithParamInterface<Ending> {
 protected:
  static constexpr std::uint64_t kHead = 20;
  static constexpr std::uint64_t kOfMessage = 4;  // Records.

  // A subscriber takes one message, which is more than its connection holds, and no other; answers
  // when the server has ended the stream.
  void EndOneThatDoesNotRead(absl::Duration grace) {
    for (std::uint64_t i = 0; i < kHead; ++i) Append("communities/c1/a", 1, 50'000);
    LogService::Options options = GetParam().options;
    options.grace_max = grace;
    options.page_bytes_max = 220'000;
    Start(options);
    narrow_ = NarrowStub();
    v1::SubscribeRequest request;
    request.set_heartbeat_ms(kHeartbeatMsMin);
    stalled_ = narrow_->Subscribe(context_.get(), request);
    ASSERT_THAT(ReadRecords(*stalled_, 1), SizeIs(kOfMessage));
    sent_->AwaitMessages(0, 2, Deadline());
    asked_at_ = absl::Now();
    if (GetParam().drained) service_->Drain();
    ended_ = sent_->AwaitEnd(0, Deadline());
    ASSERT_TRUE(ended_.ended);
    EXPECT_EQ(ended_.status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_EQ(InfoOf(ended_.status).reason(), "STREAM_ENDED");
  }

  static absl::Time Deadline() { return absl::Now() + kPatience; }

  const std::unique_ptr<grpc::ClientContext> context_ = Context(3 * kPatience);
  std::unique_ptr<v1::EventLogService::Stub> narrow_;
  std::unique_ptr<grpc::ClientReader<v1::SubscribeResponse>> stalled_;
  absl::Time asked_at_;
  SentCalls::Call ended_;
};

TEST_P(EndingTest, WhoReadsOnLearnsWhereToResume) {
  EndOneThatDoesNotRead(kPatience);
  std::vector<std::uint64_t> seen = FromTo(1, kOfMessage);
  for (const std::uint64_t position : ReadRecords(*stalled_, kHead)) seen.push_back(position);
  const grpc::Status status = stalled_->Finish();
  EXPECT_EQ(InfoOf(status).reason(), "STREAM_ENDED");
  // One message was in flight, and the log was not read further than that.
  EXPECT_EQ(NextPositionOf(status), 2 * kOfMessage + 1);
  const auto trailing = context_->GetServerTrailingMetadata().find(kNextPositionMetadata);
  ASSERT_NE(trailing, context_->GetServerTrailingMetadata().end());
  EXPECT_EQ(trailing->second, std::to_string(2 * kOfMessage + 1));
  EXPECT_EQ(next_position_, 2 * kOfMessage + 1);

  Start({});
  v1::SubscribeRequest request;
  request.set_from_position(next_position_);
  const auto context = Context();
  const auto reader = stub_->Subscribe(context.get(), request);
  for (const std::uint64_t position : ReadRecords(*reader, kHead - seen.size())) {
    seen.push_back(position);
  }
  EXPECT_THAT(seen, ElementsAreArray(FromTo(1, kHead)));
  context->TryCancel();
}

TEST_P(EndingTest, WhoDoesNotIsCutWhenItsGraceIsOver) {
  constexpr absl::Duration kGrace = absl::Seconds(1);
  EndOneThatDoesNotRead(kGrace);
  const SentCalls::Call cut = sent_->AwaitClose(0, Deadline());
  ASSERT_TRUE(cut.closed);
  EXPECT_GE(cut.closed_at, std::max(asked_at_, cut.ended_at - kGrace / 2) + kGrace);
  v1::SubscribeResponse message;
  while (stalled_->Read(&message)) {
  }
  EXPECT_FALSE(stalled_->Finish().ok());
}

INSTANTIATE_TEST_SUITE_P(Endings, EndingTest, testing::ValuesIn(kEndings),
                         [](const auto& info) { return info.param.name; });

struct Following {
  const char* name;
  const char* prefix;
  std::uint64_t step;  // Every how many records one matches.
};
const Following kFollowings[] = {{"all", "", 1}, {"filtered", "communities/c1/b", 3}};

class FollowingTest : public StreamLimitsTest, public testing::WithParamInterface<Following> {};

// The log grows while streams reach their greatest age; each resumes where the one before ended.
TEST_P(FollowingTest, ManyShortStreamsAreOneLongOne) {
  constexpr std::uint64_t kMatching = 120;
  constexpr int kLives = 4;
  Start({.age_max = kShort, .page_bytes_max = 3'000, .page_scanned_max = 7});
  const auto grow = [this] {
    Append("communities/c1/a", 2, 500);
    Append("communities/c1/b", 1, 500);
  };
  std::vector<std::uint64_t> seen;
  std::uint64_t next = 0;
  int lives = 0;
  const absl::Time deadline = absl::Now() + kPatience;
  for (; (seen.size() < kMatching || lives < kLives) && absl::Now() < deadline; ++lives) {
    grow();
    v1::SubscribeRequest request;
    request.set_from_position(next);
    request.mutable_filter()->set_stream_prefix(GetParam().prefix);
    const auto context = Context();
    const auto reader = stub_->Subscribe(context.get(), request);
    v1::SubscribeResponse message;
    while (reader->Read(&message)) {
      for (const std::uint64_t position : Positions(message)) seen.push_back(position);
      next = message.next_position();
      if (store_->head().position < kMatching * GetParam().step) grow();
    }
    const grpc::Status status = reader->Finish();
    ASSERT_EQ(InfoOf(status).reason(), "STREAM_ENDED");
    ASSERT_EQ(NextPositionOf(status), next);
  }
  EXPECT_GE(lives, kLives);
  ASSERT_GE(seen.size(), kMatching);
  for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_EQ(seen[i], (i + 1) * GetParam().step);
}

INSTANTIATE_TEST_SUITE_P(Followings, FollowingTest, testing::ValuesIn(kFollowings),
                         [](const auto& info) { return info.param.name; });

struct Messages {
  const char* name;
  LogService::Options options;
  std::size_t record_bytes;
  int records;
  int records_a_message;
};
const Messages kMessages[] = {
    {"by_bytes", {.page_bytes_max = 35'000}, 10'000, 10, 3},
    {"larger_than_the_bound", {.page_bytes_max = 1}, 10'000, 3, 1},
    {"by_records", {}, 1, 2'500, kPageRecordsMax},
    {"by_bytes_as_it_is_shipped", {}, 50'000, 45, 20},
};

constexpr int kAtOnce = 15;  // What one append takes, at these sizes.

class MessagesTest : public StreamLimitsTest, public testing::WithParamInterface<Messages> {};

TEST_P(MessagesTest, AreBounded) {
  const Messages& bound = GetParam();
  std::uint64_t head = 0;
  for (int left = bound.records; left > 0; left -= kAtOnce) {
    head = Append("communities/c1/a", std::min(left, kAtOnce), bound.record_bytes);
  }
  Start(bound.options);
  const auto context = Context();
  const auto reader = stub_->Subscribe(context.get(), {});
  v1::SubscribeResponse message;
  while (message.next_position() <= head && reader->Read(&message)) {
    EXPECT_LE(message.records_size(), bound.records_a_message);
    // Each is as full as it may be, but the last.
    EXPECT_TRUE(message.records_size() == bound.records_a_message ||
                message.next_position() > head);
  }
  EXPECT_EQ(message.next_position(), head + 1);
  context->TryCancel();

  v1::ReadLogRequest request;
  request.set_page_size(kPageRecordsMax + 1);
  v1::ReadLogResponse page;
  ASSERT_TRUE(stub_->ReadLog(Context().get(), request, &page).ok());
  EXPECT_THAT(Positions(page), ElementsAreArray(FromTo(1, bound.records_a_message)));
}

INSTANTIATE_TEST_SUITE_P(Bounds, MessagesTest, testing::ValuesIn(kMessages),
                         [](const auto& info) { return info.param.name; });

TEST_F(StreamLimitsTest, APageEndsAfterSoManyRecordsThatDoNotMatch) {
  Append("communities/c1/a", 25);
  Append("communities/c1/b");
  Start({.page_scanned_max = 10});
  v1::ReadLogRequest request;
  request.mutable_filter()->set_stream_prefix("communities/c1/b");
  v1::ReadLogResponse page;
  for (const std::uint64_t next : {11, 21}) {
    ASSERT_TRUE(stub_->ReadLog(Context().get(), request, &page).ok());
    EXPECT_THAT(page.records(), IsEmpty());
    ASSERT_EQ(page.next_position(), next);
    request.set_from_position(next);
  }
  ASSERT_TRUE(stub_->ReadLog(Context().get(), request, &page).ok());
  EXPECT_THAT(Positions(page), ElementsAreArray(FromTo(26, 26)));

  v1::SubscribeRequest subscribe;
  *subscribe.mutable_filter() = request.filter();
  const auto context = Context();
  const auto reader = stub_->Subscribe(context.get(), subscribe);
  EXPECT_THAT(ReadRecords(*reader, 1), ElementsAreArray(FromTo(26, 26)));
  context->TryCancel();
}

struct Quiet {
  const char* name;
  int heartbeat_ms;
  absl::Duration stall_max;
  absl::Duration between;  // At least.
};
const Quiet kQuiet[] = {
    {"as_asked", 250, absl::Seconds(30), absl::Milliseconds(250)},
    {"not_as_often_as_asked", 1, absl::Seconds(30), absl::Milliseconds(kHeartbeatMsMin)},
    {"longer_than_a_stall", 400, absl::Milliseconds(100), absl::Milliseconds(400)},
};

class QuietTest : public StreamLimitsTest, public testing::WithParamInterface<Quiet> {};

// A stream on which nothing happens has nothing in flight: it does not stall.
TEST_P(QuietTest, StreamsBeat) {
  constexpr int kHeartbeats = 3;
  Append("communities/c1/a", 4);
  Start({.stall_max = GetParam().stall_max});
  v1::SubscribeRequest request;
  request.set_heartbeat_ms(GetParam().heartbeat_ms);
  request.set_from_position(5);
  const absl::Time begun = absl::Now();
  const auto context = Context();
  const auto reader = stub_->Subscribe(context.get(), request);
  v1::SubscribeResponse message;
  for (int i = 0; i <= kHeartbeats; ++i) {  // The first says that it has caught up.
    ASSERT_TRUE(reader->Read(&message));
    EXPECT_THAT(message.records(), IsEmpty());
    EXPECT_EQ(message.next_position(), 5u);
    EXPECT_EQ(message.head_position(), 4u);
  }
  EXPECT_GE(absl::Now(), begun + kHeartbeats * GetParam().between);
  context->TryCancel();
}

INSTANTIATE_TEST_SUITE_P(Heartbeats, QuietTest, testing::ValuesIn(kQuiet),
                         [](const auto& info) { return info.param.name; });

// What lasts, or may, has a place while it does; what is answered at once needs none.
TEST_F(StreamLimitsTest, WithoutAPlaceOnlyShortCallsAreAnswered) {
  Append("communities/c1/a");
  Start({.calls_max = 1});
  v1::ReadLogRequest log, waiting;
  waiting.set_from_position(2);
  waiting.set_wait_ms(1);
  v1::ReadStreamRequest stream;
  stream.set_stream("communities/c1/a");
  v1::ReadLogResponse page;
  v1::ReadStreamResponse revisions;
  v1::GetHeadResponse head;
  const struct {
    const char* name;
    std::function<grpc::Status()> call;
    bool needs_place;
  } calls[] = {
      {"Subscribe",
       [&] {
         const auto context = Context();
         return stub_->Subscribe(context.get(), {})->Finish();
       },
       true},
      {"ReadLog", [&] { return stub_->ReadLog(Context().get(), log, &page); }, true},
      {"ReadLog that waits", [&] { return stub_->ReadLog(Context().get(), waiting, &page); }, true},
      {"ReadStream", [&] { return stub_->ReadStream(Context().get(), stream, &revisions); }, false},
      {"GetHead", [&] { return stub_->GetHead(Context().get(), {}, &head); }, false},
  };
  const auto context = Context();
  const auto reader = stub_->Subscribe(context.get(), {});
  ASSERT_THAT(ReadRecords(*reader, 1), SizeIs(1));
  for (const auto& [name, call, needs_place] : calls) {
    const grpc::Status status = call();
    EXPECT_EQ(InfoOf(status).reason(), needs_place ? "OVERLOADED" : "") << name;
    EXPECT_EQ(status.error_code(),
              needs_place ? grpc::StatusCode::RESOURCE_EXHAUSTED : grpc::StatusCode::OK)
        << name;
  }
  context->TryCancel();
  const absl::Time deadline = absl::Now() + kPatience;
  bool answered = false;
  while (!answered && absl::Now() < deadline) {
    answered = stub_->ReadLog(Context().get(), waiting, &page).ok();
  }
  EXPECT_TRUE(answered);
}

}  // namespace
}  // namespace sanzhang::log
