// Queries as callers meet them: over gRPC, on a projector that follows a log.
#include "gmock/gmock.h"
#include "projections/engine/database.h"
#include "tests/projections/engine/query_fixture.h"

namespace sanzhang::projections {
namespace {

using testing::ElementsAre;

TEST_F(QueryTest, AnswersWithWhatItKnowsAndHowFreshThatIs) {
  Put("a", 1);
  Serve();
  Call call;
  ASSERT_TRUE(List(call, 1).ok());
  EXPECT_THAT(Names(answer_), ElementsAre("a=1"));
  EXPECT_EQ(answer_.freshness().as_of_position(), 1u);
  EXPECT_EQ(answer_.freshness().as_of_time().seconds(), 1'700'000'000);
  EXPECT_EQ(answer_.freshness().lag_events(), 0u);
}

TEST_F(QueryTest, WaitsForThePositionThatTheCallerHasSeen) {
  Serve();
  for (int i = 1; i <= 50; ++i) {
    Put("a", i);
    Call call;
    ASSERT_TRUE(List(call, static_cast<std::uint64_t>(i)).ok());
    ASSERT_THAT(Names(answer_), ElementsAre("a=" + std::to_string(i)));
  }
  Put("a", 51);
  Call by_metadata;
  by_metadata.context.AddMetadata("x-min-position", "51");
  ASSERT_TRUE(List(by_metadata).ok());
  EXPECT_THAT(Names(answer_), ElementsAre("a=51"));
}

TEST_F(QueryTest, SaysSoWhenThePositionDoesNotComeInTime) {
  Put("a", 1);
  Serve();
  Call call("p-1", absl::Milliseconds(300));
  const grpc::Status status = List(call, 2);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonIn(status), "VIEW_BEHIND");
}

TEST_F(QueryTest, RefusesWhatIsWrong) {
  Serve();
  Call nobody("");
  EXPECT_EQ(ReasonIn(List(nobody)), "UNAUTHENTICATED");
  Call stranger("p-nobody");
  EXPECT_EQ(ReasonIn(List(stranger)), "PERMISSION_DENIED");
  Call filter;
  EXPECT_EQ(ReasonIn(List(filter, 0, "colour = red")), "FILTER_INVALID");
  Call metadata;
  metadata.context.AddMetadata("x-min-position", "many");
  EXPECT_EQ(ReasonIn(List(metadata)), "INVALID_REQUEST");
  Call shapeless;
  EXPECT_EQ(ReasonIn(stub_->ListComplaints(&shapeless.context, {}, &answer_)), "INVALID_REQUEST");
}

TEST_F(QueryTest, AStoppedViewStillAnswersButNotForWhatIsToCome) {
  Put("a", 1);
  log_.Append("toy.v1.Strange", "");
  Serve();
  states_.Await(ProjectorState::kStopped);
  Call call;
  ASSERT_TRUE(List(call).ok());
  EXPECT_THAT(Names(answer_), ElementsAre("a=1"));
  EXPECT_EQ(answer_.freshness().lag_events(), 1u);
  Call waiting;
  EXPECT_EQ(ReasonIn(List(waiting, 2)), "VIEW_STOPPED");
}

TEST_F(QueryTest, TooManyCallsAreTurnedAway) {
  constexpr std::size_t kCalls = 5, kAdmitted = 2;
  Serve({.calls_max = kAdmitted});
  struct Waiting : Call {
    std::unique_ptr<grpc::ClientAsyncResponseReader<pb::ListComplaintsResponse>> reader;
    pb::ListComplaintsResponse answer;
    grpc::Status status;
  };
  grpc::CompletionQueue queue;
  pb::ListComplaintsRequest request;
  request.set_parent("communities/c1");
  request.set_min_position(1);
  std::vector<std::unique_ptr<Waiting>> calls;
  for (std::size_t i = 0; i < kCalls; ++i) {
    Waiting& call = *calls.emplace_back(std::make_unique<Waiting>());
    call.reader = stub_->AsyncListComplaints(&call.context, request, &queue);
    call.reader->Finish(&call.answer, &call.status, &call);
  }
  void* tag = nullptr;
  bool ok = false;
  for (std::size_t i = 0; i < kCalls; ++i) {
    if (i == kCalls - kAdmitted) Put("a", 1);  // Those that were admitted wait for this.
    ASSERT_TRUE(queue.Next(&tag, &ok));
    const grpc::Status& status = static_cast<Waiting*>(tag)->status;
    EXPECT_EQ(status.ok() ? "answered" : ReasonIn(status),
              i < kCalls - kAdmitted ? "OVERLOADED" : "answered");
  }
  Call later;
  EXPECT_TRUE(List(later).ok());
}

TEST_F(QueryTest, AnOlderVersionThatLacksAColumnIsBehind) {
  Put("a", 1);
  {
    const auto old = StartToy(
        {.schema =
             "CREATE TABLE item (key TEXT PRIMARY KEY, number INTEGER, position INTEGER) STRICT;"
             "CREATE TABLE tally (id INTEGER PRIMARY KEY, events INTEGER) STRICT"});
    ASSERT_TRUE(old->WaitFor(1, Soon()).ok());
  }
  {
    auto connection = Connection::Open(folder() / "toy.v1.sqlite", false);
    ASSERT_TRUE((*connection)->Execute("ALTER TABLE item DROP COLUMN number").ok());
  }
  log_.HoldFirstReadersAt(0);
  Serve({}, {.version = 2});
  Call call;
  EXPECT_EQ(ReasonIn(List(call)), "VIEW_BEHIND");
  log_.HoldFirstReadersAt(UINT64_MAX);
  Until([&] {
    Call again;
    return List(again).ok();
  });
  EXPECT_THAT(Names(answer_), ElementsAre("a=1"));
}

TEST_F(QueryTest, WatchSendsEachNewAnswerWhole) {
  Put("a", 1);
  Serve();
  Call call;
  const auto stream = WatchItems(call);
  pb::WatchComplaintsResponse message;
  do {
    ASSERT_TRUE(stream->Read(&message));  // The first may be from before the event.
  } while (message.complaints().empty());
  EXPECT_THAT(Names(message), ElementsAre("a=1"));
  EXPECT_EQ(message.freshness().as_of_position(), 1u);
  log_.Append("other.v1.Thing", "");  // The view moves, the answer stays: nothing is sent.
  Put("b", 2);
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_THAT(Names(message), ElementsAre("a=1", "b=2"));
  EXPECT_EQ(message.freshness().as_of_position(), 3u);
  call.context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(QueryTest, WatchTurnsHasteIntoOneAnswer) {
  Put("a", 0);
  Serve();
  ASSERT_TRUE(view_->WaitFor(1, Soon()).ok());
  Call call;
  const auto stream = WatchItems(call);
  pb::WatchComplaintsResponse message;
  ASSERT_TRUE(stream->Read(&message));
  for (int i = 1; i <= 200; ++i) Put("a", i);
  int messages = 0;
  do {
    ASSERT_TRUE(stream->Read(&message));
    ++messages;
  } while (message.complaints(0).name() != "a=200");
  EXPECT_LE(messages, 10);
  call.context.TryCancel();
}

TEST_F(QueryTest, WatchEndsWhenTheServerDrains) {
  Put("a", 1);
  Serve();
  ASSERT_TRUE(view_->WaitFor(1, Soon()).ok());
  Call call;
  const auto stream = WatchItems(call);
  pb::WatchComplaintsResponse message;
  ASSERT_TRUE(stream->Read(&message));
  runtime_->Drain();
  EXPECT_FALSE(stream->Read(&message));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonIn(status), "STREAM_ENDED");
  Call late;
  EXPECT_EQ(ReasonIn(List(late)), "DRAINING");
}

TEST_F(QueryTest, WatchEndsWithTheView) {
  Put("a", 1);
  Serve();
  ASSERT_TRUE(view_->WaitFor(1, Soon()).ok());
  Call call;
  const auto stream = WatchItems(call);
  pb::WatchComplaintsResponse message;
  ASSERT_TRUE(stream->Read(&message));
  log_.Append("toy.v1.Strange", "");
  EXPECT_FALSE(stream->Read(&message));
  EXPECT_EQ(ReasonIn(stream->Finish()), "VIEW_STOPPED");
}

TEST_F(QueryTest, WatchesAreBoundedAndGivenBack) {
  Put("a", 1);
  Serve({.watches_max = 1});
  pb::WatchComplaintsResponse message;
  {
    Call first;
    const auto stream = WatchItems(first);
    ASSERT_TRUE(stream->Read(&message));
    Call second;
    const auto refused = WatchItems(second);
    EXPECT_FALSE(refused->Read(&message));
    EXPECT_EQ(ReasonIn(refused->Finish()), "OVERLOADED");
    first.context.TryCancel();
    EXPECT_FALSE(stream->Finish().ok());
  }
  Until([&] {
    Call call;
    const auto stream = WatchItems(call);
    const bool read = stream->Read(&message);
    call.context.TryCancel();
    stream->Finish();
    return read;
  });
}

// Streams that come and go while the view moves, so that every end meets every state.
TEST_F(QueryTest, WatchesThatComeAndGo) {
  Serve();
  std::vector<std::thread> watchers;
  for (int i = 0; i < 4; ++i) {
    watchers.emplace_back([this, i] {
      for (int round = 0; round < 25; ++round) {
        Call call;
        const auto stream = WatchItems(call);
        pb::WatchComplaintsResponse message;
        if ((round + i) % 3 != 0) stream->Read(&message);
        if ((round + i) % 3 == 2) Put("k" + std::to_string(i), round);
        call.context.TryCancel();
        stream->Finish();
      }
    });
  }
  for (std::thread& watcher : watchers) watcher.join();
}

TEST_F(QueryTest, OperatorsSeeAndRebuildProjections) {
  PutMany(20);
  Serve();
  ASSERT_TRUE(view_->WaitFor(20, Soon()).ok());
  states_.Await(ProjectorState::kLive);
  Call list("auditor");
  pb::ListProjectionsResponse all;
  ASSERT_TRUE(operate_->ListProjections(&list.context, {}, &all).ok());
  ASSERT_EQ(all.projections_size(), 1);
  EXPECT_EQ(all.projections(0).name(), "toy");
  EXPECT_EQ(all.projections(0).position(), 20u);
  EXPECT_EQ(all.projections(0).state(), pb::PROJECTION_STATE_LIVE);

  pb::GetProjectionDigestRequest digest;
  digest.set_name("toy");
  pb::GetProjectionDigestResponse before, after;
  Call first("auditor");
  ASSERT_TRUE(operate_->GetProjectionDigest(&first.context, digest, &before).ok());
  EXPECT_EQ(before.sha256().size(), 32u);
  EXPECT_EQ(before.as_of_position(), 20u);

  pb::RebuildProjectionRequest rebuild;
  rebuild.set_name("toy");
  pb::RebuildProjectionResponse begun;
  Call by_auditor("auditor"), by_person("p-1"), by_operator("operator");
  EXPECT_EQ(ReasonIn(operate_->RebuildProjection(&by_auditor.context, rebuild, &begun)),
            "PERMISSION_DENIED");
  EXPECT_EQ(ReasonIn(operate_->RebuildProjection(&by_person.context, rebuild, &begun)),
            "PERMISSION_DENIED");
  ASSERT_TRUE(operate_->RebuildProjection(&by_operator.context, rebuild, &begun).ok());
  Until([&] { return !view_->status().rebuilding; });
  Call second("auditor");
  ASSERT_TRUE(operate_->GetProjectionDigest(&second.context, digest, &after).ok());
  EXPECT_EQ(after.sha256(), before.sha256());

  pb::GetProjectionStatusRequest unknown;
  unknown.set_name("nothing");
  pb::GetProjectionStatusResponse status;
  Call third("operator");
  EXPECT_EQ(ReasonIn(operate_->GetProjectionStatus(&third.context, unknown, &status)),
            "RESOURCE_NOT_FOUND");
}

}  // namespace
}  // namespace sanzhang::projections
