// Questions about the past as callers meet them, over gRPC.
#include "gmock/gmock.h"
#include "tests/projections/engine/query_fixture.h"

namespace sanzhang::projections {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PastQueryTest : public QueryTest {
 protected:
  grpc::Status Ask(std::uint64_t as_of, pb::ListComplaintsRequest request = {},
                   const std::string& person = "p-1", absl::Duration timeout = absl::Seconds(20)) {
    Call call(person, timeout);
    request.set_parent("communities/c1");
    request.set_as_of_position(as_of);
    answer_.Clear();
    return stub_->ListComplaints(&call.context, request, &answer_);
  }
};

TEST_F(PastQueryTest, AnswersAsItStood) {
  Put("a", 1);
  Put("b", 2);
  Put("a", 3);
  Serve();
  ASSERT_TRUE(view_->WaitFor(3, Soon()).ok());
  ASSERT_TRUE(Ask(2).ok());
  EXPECT_THAT(Names(answer_), ElementsAre("a=1", "b=2"));
  EXPECT_EQ(answer_.freshness().as_of_position(), 2u);
  EXPECT_EQ(answer_.freshness().as_of_time().seconds(), 1'700'000'001);
  EXPECT_EQ(queries_->answered_at(), 1'700'000'001) << "the time is that of the moment";
  EXPECT_EQ(answer_.freshness().lag_events(), 0u);
  EXPECT_EQ(answer_.freshness().lag_ms(), 0);
  ASSERT_TRUE(Ask(1).ok());
  EXPECT_THAT(Names(answer_), ElementsAre("a=1"));
  ASSERT_TRUE(Ask(3).ok());
  EXPECT_THAT(Names(answer_), ElementsAre("a=3", "b=2"));
}

TEST_F(PastQueryTest, WhoMayNotAskTodayGetsNothingAndNothingIsMade) {
  PutMany(5);
  Serve();
  ASSERT_TRUE(view_->WaitFor(5, Soon()).ok());
  EXPECT_EQ(ReasonIn(Ask(3, {}, "p-nobody")), "PERMISSION_DENIED");
  EXPECT_TRUE(std::filesystem::is_empty(folder() / "past"));
  EXPECT_EQ(ReasonIn(Ask(3, {}, "")), "UNAUTHENTICATED");
}

TEST_F(PastQueryTest, PagesAreOfOneMoment) {
  for (const char* key : {"a", "b", "c", "d"}) Put(key, 1);
  log_.Append("toy.v1.Drop", "b");
  Serve();
  ASSERT_TRUE(view_->WaitFor(5, Soon()).ok());
  pb::ListComplaintsRequest request;
  request.set_page_size(1);
  ASSERT_TRUE(Ask(4, request).ok());
  EXPECT_THAT(Names(answer_), ElementsAre("a=1"));
  request.set_page_token(answer_.next_page_token());
  EXPECT_EQ(ReasonIn(Ask(5, request)), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(ReasonIn(Ask(0, request)), "PAGE_TOKEN_INVALID");
  ASSERT_TRUE(Ask(4, request).ok());
  EXPECT_THAT(Names(answer_), ElementsAre("b=1"));
  request.clear_page_token();
  ASSERT_TRUE(Ask(0, request).ok());
  request.set_page_token(answer_.next_page_token());
  EXPECT_EQ(ReasonIn(Ask(5, request)), "PAGE_TOKEN_INVALID");
}

TEST_F(PastQueryTest, TheLeastPositionMayNotLieBehindTheMoment) {
  PutMany(3);
  Serve();
  pb::ListComplaintsRequest request;
  request.set_min_position(3);
  EXPECT_EQ(ReasonIn(Ask(2, request)), "INVALID_REQUEST");
  EXPECT_TRUE(Ask(3, request).ok());
}

TEST_F(PastQueryTest, ThePastEndsWithTheLog) {
  PutMany(3);
  Serve();
  const grpc::Status status = Ask(4);
  EXPECT_EQ(ReasonIn(status), "AS_OF_INVALID");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(PastQueryTest, WhatIsNotMadeInTimeIsAskedForAgain) {
  PutMany(3);
  log_.HoldAt(1);
  Serve();
  EXPECT_EQ(ReasonIn(Ask(3, {}, "p-1", absl::Milliseconds(300))), "AS_OF_OVERLOADED");
  log_.HoldAt(UINT64_MAX);
  EXPECT_TRUE(Ask(3).ok());
}

TEST_F(PastQueryTest, OtherRefusalsOfTodayDoNotCount) {
  Put("a", 1);
  Serve();
  ASSERT_TRUE(view_->WaitFor(1, Soon()).ok());
  pb::ListComplaintsRequest request;
  request.set_filter("colour = red");
  EXPECT_EQ(ReasonIn(Ask(1, request)), "FILTER_INVALID");  // Of that moment's rows.
}

TEST_F(PastQueryTest, AuditorsSeeTheDigestOfAMoment) {
  PutMany(20);
  Serve();
  ASSERT_TRUE(view_->WaitFor(20, Soon()).ok());
  pb::GetProjectionDigestRequest request;
  request.set_name("toy");
  pb::GetProjectionDigestResponse now, then, of_now;
  Call first("auditor"), second("auditor"), third("auditor"), fourth("p-1");
  ASSERT_TRUE(operate_->GetProjectionDigest(&first.context, request, &now).ok());
  request.set_as_of_position(20);
  ASSERT_TRUE(operate_->GetProjectionDigest(&second.context, request, &of_now).ok());
  EXPECT_EQ(of_now.sha256(), now.sha256());
  request.set_as_of_position(11);
  ASSERT_TRUE(operate_->GetProjectionDigest(&third.context, request, &then).ok());
  EXPECT_EQ(then.as_of_position(), 11u);
  EXPECT_NE(then.sha256(), now.sha256());
  EXPECT_EQ(ReasonIn(operate_->GetProjectionDigest(&fourth.context, request, &then)),
            "PERMISSION_DENIED");
}

}  // namespace
}  // namespace sanzhang::projections
