// The event-log service over real gRPC on a loopback port.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "absl/time/clock.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"
#include "tests/services/log/log_service_fixture.h"

namespace sanzhang::log {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(LogServiceTest, GetHead) {
  v1::GetHeadResponse response;
  ASSERT_TRUE(stub_->GetHead(Context().get(), {}, &response).ok());
  EXPECT_EQ(response.position(), 0u);
  EXPECT_FALSE(response.has_recorded_at());
  Append("communities/c1/a", 3);
  ASSERT_TRUE(stub_->GetHead(Context().get(), {}, &response).ok());
  EXPECT_EQ(response.position(), 3u);
  EXPECT_TRUE(response.has_recorded_at());
}

TEST_F(LogServiceTest, ReadStream) {
  Append("communities/c1/a", 5);
  v1::ReadStreamRequest request;
  v1::ReadStreamResponse response;
  request.set_stream("communities/c1/a");
  request.set_page_size(2);
  ASSERT_TRUE(stub_->ReadStream(Context().get(), request, &response).ok());
  EXPECT_THAT(Positions(response), ElementsAre(1, 2));
  EXPECT_EQ(response.next_revision(), 3u);
  EXPECT_EQ(response.head_revision(), 5u);
  request.set_backwards(true);
  request.set_from_revision(2);
  ASSERT_TRUE(stub_->ReadStream(Context().get(), request, &response).ok());
  EXPECT_THAT(Positions(response), ElementsAre(2, 1));
  EXPECT_EQ(response.next_revision(), 0u);
  request.set_stream("communities/c1/none");
  const grpc::Status missing = stub_->ReadStream(Context().get(), request, &response);
  EXPECT_EQ(missing.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(InfoOf(missing).reason(), "STREAM_NOT_FOUND");
}

TEST_F(LogServiceTest, ReadLogFiltersAndPages) {
  Append("communities/c1/a", 3);
  Append("communities/c1/b", 2, 10, "test.Other");
  v1::ReadLogRequest request;
  v1::ReadLogResponse response;
  request.mutable_filter()->add_types("test.Other");
  request.set_page_size(1);
  ASSERT_TRUE(stub_->ReadLog(Context().get(), request, &response).ok());
  EXPECT_THAT(Positions(response), ElementsAre(4));
  EXPECT_EQ(response.next_position(), 5u);
  request.set_backwards(true);
  request.set_page_size(0);
  ASSERT_TRUE(stub_->ReadLog(Context().get(), request, &response).ok());
  EXPECT_THAT(Positions(response), ElementsAre(5, 4));
  request.mutable_filter()->Clear();
  *request.mutable_filter()->mutable_recorded_from() = wire::ToStamp(absl::Now() + absl::Hours(1));
  ASSERT_TRUE(stub_->ReadLog(Context().get(), request, &response).ok());
  EXPECT_THAT(response.records(), IsEmpty());
}

TEST_F(LogServiceTest, ReadLogWaitsForNews) {
  Append("communities/c1/a");
  v1::ReadLogRequest request;
  v1::ReadLogResponse response;
  request.set_from_position(2);
  request.set_wait_ms(20'000);
  request.mutable_filter()->set_stream_prefix("communities/c1/b");
  grpc::CompletionQueue queue;
  auto context = Context();
  grpc::Status status;
  auto call = stub_->AsyncReadLog(context.get(), request, &queue);
  call->Finish(&response, &status, nullptr);
  Append("communities/c1/a");  // Does not match: it waits on.
  Append("communities/c1/b");
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue.Next(&tag, &ok));
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(Positions(response), ElementsAre(3));

  request.set_from_position(4);
  request.set_wait_ms(1);
  ASSERT_TRUE(stub_->ReadLog(Context().get(), request, &response).ok());
  EXPECT_THAT(response.records(), IsEmpty());
  EXPECT_EQ(response.next_position(), 4u);
}

TEST_F(LogServiceTest, RefusesWrongShapesAndStrangers) {
  v1::ReadLogRequest request;
  v1::ReadLogResponse response;
  request.mutable_filter()->set_community("not a community");
  request.mutable_filter()->set_stream_prefix(std::string(300, 'x'));
  request.set_page_size(-1);
  grpc::Status status = stub_->ReadLog(Context().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(status).reason(), "INVALID_REQUEST");
  v1::SubscribeRequest subscribe;
  *subscribe.mutable_filter() = request.filter();
  auto context = Context();
  status = stub_->Subscribe(context.get(), subscribe)->Finish();
  EXPECT_EQ(InfoOf(status).reason(), "INVALID_REQUEST");

  admission_ = wire::Refuse(type::v1::ERROR_REASON_PERMISSION_DENIED);
  EXPECT_EQ(stub_->ReadLog(Context().get(), request, &response).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  v1::GetHeadResponse head;
  Append("communities/c1/a");
  EXPECT_FALSE(stub_->GetHead(Context().get(), {}, &head).ok());
  EXPECT_EQ(head.position(), 0u);
  auto another = Context();
  EXPECT_EQ(stub_->Subscribe(another.get(), {})->Finish().error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(LogServiceTest, ASubscriberSeesEverythingOnceAndResumes) {
  Append("communities/c1/a", 500);
  {
    auto context = Context();
    auto reader = stub_->Subscribe(context.get(), {});
    const auto old = ReadRecords(*reader, 500);
    EXPECT_EQ(old.size(), 500u);
    EXPECT_EQ(old.front(), 1u);
    Append("communities/c1/a", 3);
    EXPECT_THAT(ReadRecords(*reader, 3), ElementsAre(501, 502, 503));
    context->TryCancel();
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  Append("communities/c1/b", 2);
  v1::SubscribeRequest request;
  request.set_from_position(next_position_);
  auto context = Context();
  auto reader = stub_->Subscribe(context.get(), request);
  EXPECT_THAT(ReadRecords(*reader, 2), ElementsAre(504, 505));
  context->TryCancel();
}

TEST_F(LogServiceTest, ASubscriberHearsAtOnceThatItHasCaughtUp) {
  auto context = Context();
  auto reader = stub_->Subscribe(context.get(), {});
  v1::SubscribeResponse message;
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_THAT(message.records(), IsEmpty());
  EXPECT_EQ(message.next_position(), 1u);
  EXPECT_EQ(message.head_position(), 0u);
  context->TryCancel();
}

TEST_F(LogServiceTest, HeartbeatsCarryTheResumePositionOverWhatDoesNotMatch) {
  v1::SubscribeRequest request;
  request.set_heartbeat_ms(100);
  request.mutable_filter()->set_stream_prefix("communities/c1/b");
  auto context = Context();
  auto reader = stub_->Subscribe(context.get(), request);
  v1::SubscribeResponse message;
  ASSERT_TRUE(reader->Read(&message));  // Caught up.
  Append("communities/c1/a", 7);
  int heartbeats = 0;
  while (message.next_position() < 8 && reader->Read(&message)) {
    EXPECT_THAT(message.records(), IsEmpty());
    ++heartbeats;
  }
  EXPECT_EQ(message.next_position(), 8u);
  EXPECT_EQ(message.head_position(), 7u);
  EXPECT_GE(heartbeats, 1);
  Append("communities/c1/b");
  EXPECT_THAT(ReadRecords(*reader, 1), ElementsAre(8));
  context->TryCancel();
}

TEST_F(LogServiceTest, HeartbeatsGoOnWhileNothingComes) {
  v1::SubscribeRequest request;
  request.set_heartbeat_ms(100);
  auto context = Context();
  // Far more than five heartbeats take, and less than a stall.
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(15));
  auto reader = stub_->Subscribe(context.get(), request);
  v1::SubscribeResponse message;
  int heartbeats = -1;  // The first message says that it has caught up.
  while (heartbeats < 5 && reader->Read(&message)) ++heartbeats;
  EXPECT_EQ(heartbeats, 5);
  context->TryCancel();
}

TEST_F(LogServiceTest, DrainEndsStreamsWithTheResumePosition) {
  Append("communities/c1/a", 3);
  auto context = Context();
  auto reader = stub_->Subscribe(context.get(), {});
  ASSERT_EQ(ReadRecords(*reader, 3).size(), 3u);
  service_->Drain();
  v1::SubscribeResponse message;
  while (reader->Read(&message)) {
  }
  const grpc::Status status = reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(InfoOf(status).reason(), "STREAM_ENDED");
  EXPECT_EQ(InfoOf(status).metadata().at("next_position"), "4");
  const auto trailing = context->GetServerTrailingMetadata().find(kNextPositionMetadata);
  ASSERT_NE(trailing, context->GetServerTrailingMetadata().end());
  EXPECT_EQ(trailing->second, "4");
  auto late = Context();
  EXPECT_EQ(InfoOf(stub_->Subscribe(late.get(), {})->Finish()).reason(), "DRAINING");
}

TEST_F(LogServiceTest, AStreamEndsAtItsGreatestAge) {
  Start({.age_max = absl::Milliseconds(200)});
  v1::SubscribeRequest request;
  request.set_heartbeat_ms(100);
  auto context = Context();
  auto reader = stub_->Subscribe(context.get(), request);
  v1::SubscribeResponse message;
  while (reader->Read(&message)) {
  }
  EXPECT_EQ(InfoOf(reader->Finish()).reason(), "STREAM_ENDED");
}

TEST_F(LogServiceTest, ASubscriberThatDoesNotReadIsEnded) {
  Start(
      {.stall_max = absl::Milliseconds(200), .grace_max = absl::Milliseconds(200), .calls_max = 1});
  // More than any window that a connection may grow.
  std::uint64_t head = 0;
  while (head < 1200) head = Append("communities/c1/a", 15, 50'000);
  auto context = Context();
  auto stalled = stub_->Subscribe(context.get(), {});
  v1::SubscribeResponse message;
  ASSERT_TRUE(stalled->Read(&message));  // This much, and no more.
  std::uint64_t next = message.next_position();
  // When it has been ended, and cut, there is room for another.
  std::vector<std::uint64_t> served;
  while (served.empty()) {
    auto other_context = Context();
    const auto other = stub_->Subscribe(other_context.get(), {});
    served = ReadRecords(*other, head);
    if (!served.empty()) other_context->TryCancel();
    const grpc::Status ended = other->Finish();
    ASSERT_TRUE(!served.empty() || InfoOf(ended).reason() == "OVERLOADED");
  }
  EXPECT_EQ(served.size(), head);
  // It may still read what was on its way: no hole, and not all of it.
  while (stalled->Read(&message)) {
    const auto positions = Positions(message);
    EXPECT_TRUE(positions.empty() || positions.front() == next);
    next = message.next_position();
  }
  EXPECT_FALSE(stalled->Finish().ok());
  EXPECT_LE(next, head);
}

TEST_F(LogServiceTest, ThereAreOnlySoManySubscriptions) {
  Start({.calls_max = 1});
  auto context = Context();
  auto reader = stub_->Subscribe(context.get(), {});
  v1::SubscribeResponse message;
  ASSERT_TRUE(reader->Read(&message));
  auto other = Context();
  const grpc::Status status = stub_->Subscribe(other.get(), {})->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(InfoOf(status).reason(), "OVERLOADED");
  context->TryCancel();
}

TEST_F(LogServiceTest, WhenTheStoreClosesStreamsAndWaitingReadsEnd) {
  auto context = Context();
  auto reader = stub_->Subscribe(context.get(), {});
  v1::SubscribeResponse message;
  ASSERT_TRUE(reader->Read(&message));
  std::thread waiting([&] {
    v1::ReadLogRequest request;
    v1::ReadLogResponse response;
    request.set_wait_ms(60'000);
    EXPECT_TRUE(stub_->ReadLog(Context().get(), request, &response).ok());
    EXPECT_THAT(response.records(), IsEmpty());
  });
  store_->Close();
  while (reader->Read(&message)) {
  }
  EXPECT_EQ(InfoOf(reader->Finish()).reason(), "STREAM_ENDED");
  waiting.join();
}

}  // namespace
}  // namespace sanzhang::log
