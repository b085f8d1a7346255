// The bounds of watch streams and of calls, met by limits so small that a test can reach them.
#include <algorithm>
#include <cstdint>
#include <functional>

#include "gmock/gmock.h"
#include "tests/projections/engine/query_fixture.h"

namespace sanzhang::projections {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr absl::Duration kNever = absl::Hours(1);
constexpr absl::Duration kShort = absl::Milliseconds(200);

google::rpc::ErrorInfo InfoIn(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  details.ParseFromString(status.error_details());
  if (!details.details().empty()) details.details(0).UnpackTo(&info);
  return info;
}

class WatchLimitsTest : public QueryTest {
 protected:
  using Message = pb::WatchComplaintsResponse;

  // A view that stands at the events that there are.
  void ServeFromHead(QueryRuntime::Options options) {
    Serve(std::move(options));
    ASSERT_TRUE(view_->WaitFor(log_.head(), Soon()).ok());
  }
};

TEST_F(WatchLimitsTest, ASilentStreamBeatsAndSaysHowFreshItIs) {
  constexpr absl::Duration kHeartbeat = absl::Milliseconds(100);
  Put("a", 1);
  ServeFromHead({.watch = {.pace = absl::ZeroDuration(), .heartbeat = kHeartbeat}});
  const absl::Time begun = absl::Now();
  Call call;
  const auto stream = WatchItems(call);
  Message message;
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_FALSE(message.heartbeat());
  EXPECT_THAT(Names(message), ElementsAre("a=1"));
  for (int i = 1; i <= 3; ++i) {
    ASSERT_TRUE(stream->Read(&message));
    EXPECT_TRUE(message.heartbeat());
    EXPECT_THAT(message.complaints(), IsEmpty());
    EXPECT_EQ(message.freshness().as_of_position(), 1u);
    EXPECT_GE(absl::Now(), begun + i * kHeartbeat);
  }
  log_.Append("other.v1.Thing", "");  // The view moves, the answer stays.
  while (message.freshness().as_of_position() < 2 && stream->Read(&message)) {
    EXPECT_TRUE(message.heartbeat());
  }
  EXPECT_EQ(message.freshness().as_of_position(), 2u);
  Put("b", 2);
  do {
    ASSERT_TRUE(stream->Read(&message));
  } while (message.heartbeat());
  EXPECT_THAT(Names(message), ElementsAre("a=1", "b=2"));
  call.context.TryCancel();
}

TEST_F(WatchLimitsTest, AnswersKeepTheirPace) {
  constexpr absl::Duration kPace = absl::Milliseconds(150);
  Put("a", 0);
  ServeFromHead({.watch = {.pace = kPace}});
  const absl::Time begun = absl::Now();
  Call call;
  const auto stream = WatchItems(call);
  Message message;
  ASSERT_TRUE(stream->Read(&message));
  for (int i = 1; i <= 4; ++i) {
    Put("a", i);  // Each is seen: it comes after the answer before it.
    ASSERT_TRUE(stream->Read(&message));
    EXPECT_THAT(Names(message), ElementsAre("a=" + std::to_string(i)));
    EXPECT_GE(absl::Now(), begun + i * kPace);
  }
  call.context.TryCancel();
}

struct Life {
  const char* name;
  WatchLimits limits;
  bool busy;  // Every answer is followed by news.
};
const Life kLives[] = {
    {"silent", {.heartbeat = kNever, .age_max = kShort}, false},
    {"beating", {.heartbeat = absl::Milliseconds(20), .age_max = kShort}, false},
    {"busy", {.pace = absl::ZeroDuration(), .age_max = kShort}, true},
};

class WatchAgeTest : public WatchLimitsTest, public testing::WithParamInterface<Life> {};

TEST_P(WatchAgeTest, AStreamEndsAtItsGreatestAgeAndIsTakenUpAgain) {
  Put("a", 1);
  ServeFromHead({.watch = GetParam().limits});
  std::uint64_t next = 0;
  for (int life = 1; life <= 2; ++life) {
    const absl::Time begun = absl::Now();
    Call call;
    pb::WatchComplaintsRequest request;
    request.set_parent("communities/c1");
    request.set_min_position(next);
    const auto stream = stub_->WatchComplaints(&call.context, request);
    Message message;
    std::uint64_t seen = 0;
    while (stream->Read(&message)) {
      // The first answer holds all that the stream before did not show.
      EXPECT_GE(message.freshness().as_of_position(), std::max(next, seen));
      seen = message.freshness().as_of_position();
      if (GetParam().busy) Put("a", static_cast<int>(seen) + 1);
    }
    const grpc::Status status = stream->Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
    ASSERT_EQ(InfoIn(status).reason(), "STREAM_ENDED") << status.error_message();
    EXPECT_EQ(InfoIn(status).metadata().at("next_position"), std::to_string(seen + 1));
    EXPECT_GE(absl::Now(), begun + GetParam().limits.age_max);
    next = seen + 1;
    Put("a", 1'000'000 + life);
  }
}

INSTANTIATE_TEST_SUITE_P(Lives, WatchAgeTest, testing::ValuesIn(kLives),
                         [](const auto& info) { return info.param.name; });

TEST_F(WatchLimitsTest, AClientThatDoesNotReadIsCutOffAndNobodyElse) {
  for (int i = 0; i < 50; ++i) Put(std::string(10'000, 'k') + std::to_string(i), i);
  ServeFromHead({.watches_max = 2, .watch = {.heartbeat = kShort / 2, .stall_max = kShort}});
  // A connection that takes 64 KiB and no more until it is read from.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto narrow = pb::ResidentsCommitteeService::NewStub(
      grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), arguments));
  pb::WatchComplaintsRequest request;
  request.set_parent("communities/c1");
  Message message;
  Call reading;
  const auto stream = WatchItems(reading);
  ASSERT_TRUE(stream->Read(&message));
  const absl::Time begun = absl::Now();
  Call stalled_call;
  const auto stalled = narrow->WatchComplaints(&stalled_call.context, request);
  stalled->WaitForInitialMetadata();  // Which comes with the answer.
  int refused = 0;
  Until([&] {
    Call another;
    const auto third = WatchItems(another);
    const bool admitted = third->Read(&message);
    if (admitted) another.context.TryCancel();
    const grpc::Status status = third->Finish();
    if (!admitted) {
      EXPECT_EQ(ReasonIn(status), "OVERLOADED");
      ++refused;
    }
    return admitted;
  });
  EXPECT_GE(absl::Now(), begun + kShort);
  EXPECT_GE(refused, 1);
  EXPECT_FALSE(stalled->Read(&message));  // Of the first answer, it has not got all.
  EXPECT_EQ(stalled->Finish().error_code(), grpc::StatusCode::CANCELLED);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(stream->Read(&message));
  reading.context.TryCancel();
}

TEST_F(WatchLimitsTest, AWatchThatIsBehindGivesItsPlaceBack) {
  Put("a", 1);
  ServeFromHead({.watches_max = 1});
  pb::WatchComplaintsRequest request;
  request.set_parent("communities/c1");
  request.set_min_position(2);
  for (int i = 0; i < 3; ++i) {
    std::string reason;
    Until([&] {  // The place of the one before is given back when all of it is gone.
      Call call("p-1", absl::Milliseconds(300));
      Message message;
      const auto stream = stub_->WatchComplaints(&call.context, request);
      EXPECT_FALSE(stream->Read(&message));
      reason = ReasonIn(stream->Finish());
      return reason != "OVERLOADED";
    });
    EXPECT_EQ(reason, "VIEW_BEHIND");
  }
}

// Each kind has places of its own; the operator's service shares those of the calls.
TEST_F(WatchLimitsTest, WhenCallsAreManyOperatorsAreTurnedAwayAndWatchesAreNot) {
  ServeFromHead({.calls_max = 1, .watches_max = 1});
  ASSERT_TRUE(runtime_->Enter(QueryRuntime::Kind::kCall).ok());  // One is under way.
  pb::GetProjectionStatusRequest toy;
  toy.set_name("toy");
  pb::GetProjectionDigestRequest digest;
  digest.set_name("toy");
  const struct {
    const char* name;
    std::function<grpc::Status(grpc::ClientContext*)> call;
  } operations[] = {
      {"GetProjectionStatus",
       [&](grpc::ClientContext* context) {
         pb::GetProjectionStatusResponse response;
         return operate_->GetProjectionStatus(context, toy, &response);
       }},
      {"ListProjections",
       [&](grpc::ClientContext* context) {
         pb::ListProjectionsResponse response;
         return operate_->ListProjections(context, {}, &response);
       }},
      {"GetProjectionDigest",
       [&](grpc::ClientContext* context) {
         pb::GetProjectionDigestResponse response;
         return operate_->GetProjectionDigest(context, digest, &response);
       }},
  };
  for (const auto& [name, operation] : operations) {
    Call operators("operator");
    EXPECT_EQ(ReasonIn(operation(&operators.context)), "OVERLOADED") << name;
  }
  Call watch;
  const auto stream = WatchItems(watch);
  Message message;
  EXPECT_TRUE(stream->Read(&message));
  watch.context.TryCancel();

  runtime_->Leave(QueryRuntime::Kind::kCall);
  for (const auto& [name, operation] : operations) {
    Call operators("operator");
    EXPECT_TRUE(operation(&operators.context).ok()) << name;
  }
}

}  // namespace
}  // namespace sanzhang::projections
