// What residents read about their own complaints.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/resident/resident_queries.h"
#include "projections/resident/resident_views.h"
#include "projections/resident/words.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::resident {
namespace {

namespace cv = complaint::v1;
using bench::History;
using bench::ViewBench;
using views::v1::MyComplaint;

History Filed() {
  History h = bench::Community();
  for (const char* id : {"a", "main"}) {
    h.Add<cv::ComplaintFiled>(
        "2026-01-05 10:00", absl::StrCat("complaints/", id),
        absl::StrCat("category: CATEGORY_FACILITY first_receiver: '@bodies/rc' "
                     "intake_due T(2026-01-06 10:00) complainant: '@persons/",
                     id[0] == 'a' ? "p-zhang" : "p-li",
                     "' text { content: '三单元一楼楼道里的灯已经坏了整整一个星期没有人来修' } "
                     "place { building: '@buildings/b1' dwelling: '@dwellings/d1' }"));
  }
  return h;
}

MyComplaint Get(const History& history, const char* who = "p-zhang", const char* id = "a",
                std::string_view now = "2026-01-10 00:00") {
  ViewBench view(MakeResidentViews());
  view.Apply(history);
  views::v1::GetMyComplaintResponse response;
  EXPECT_TRUE(view.Ask(GetMyComplaint, bench::Person(who), now,
                       absl::StrCat("name: 'communities/c1/complaints/", id, "'"), response)
                  .ok());
  return response.complaint();
}

TEST(MyComplaint, SaysInPlainWordsWhereItStands) {
  const MyComplaint mine = Get(Filed());
  EXPECT_EQ(mine.title().text(), "三单元一楼楼道里的灯已经坏了整整一个星期没有人来…");
  EXPECT_EQ(mine.state_words().en(), "Filed, waiting to be taken on");
  EXPECT_EQ(mine.state_words().zh(), "已提交,等待受理");
  EXPECT_EQ(mine.responsible_body_name(), "rc");
  EXPECT_EQ(mine.due().seconds(), absl::ToUnixSeconds(bench::At("2026-01-06 10:00")));
  EXPECT_EQ(mine.ask(), views::v1::ASK_UNSPECIFIED);
  EXPECT_TRUE(mine.mine());
}

TEST(MyComplaint, AsksForConfirmationUntilSilenceCloses) {
  History h = Filed();
  h.Add<cv::ComplaintAnswered>("2026-01-08 10:00", "complaints/a",
                               "outcome: OUTCOME_SOLVED explanation { content: '已换灯' } "
                               "silence_until T(2026-01-15 10:00)");
  const MyComplaint asked = Get(h);
  EXPECT_EQ(asked.ask(), views::v1::ASK_CONFIRM_OR_DISPUTE);
  EXPECT_EQ(asked.answer().text(), "已换灯");
  EXPECT_TRUE(asked.has_confirm_until());
  EXPECT_EQ(asked.next_step().en(), "Please say whether the answer is right");
  h.Add<cv::ComplaintConfirmed>("2026-01-08 11:00", "complaints/a", "");
  EXPECT_EQ(Get(h).ask(), views::v1::ASK_UNSPECIFIED);
}

TEST(MyComplaint, CanBeAppealedUntilTheTimeIsOver) {
  History h = Filed();
  h.Add<cv::ComplaintClosed>("2026-01-08 10:00", "complaints/a",
                             "outcome: OUTCOME_SOLVED appeal_until T(2026-01-20 00:00)");
  EXPECT_EQ(Get(h).ask(), views::v1::ASK_APPEAL);
  EXPECT_TRUE(Get(h).has_appeal_until());
  EXPECT_EQ(Get(h, "p-zhang", "a", "2026-01-20 00:00").ask(), views::v1::ASK_APPEAL);
  EXPECT_EQ(Get(h, "p-zhang", "a", "2026-01-20 00:01").ask(), views::v1::ASK_UNSPECIFIED);
  h.Add<cv::ComplaintAppealed>("2026-01-09 10:00", "complaints/a", "");
  EXPECT_EQ(Get(h).state_words().en(), "Under review");
  h.Add<cv::ComplaintAppealRuled>("2026-01-10 10:00", "complaints/a", "");
  EXPECT_EQ(Get(h).ask(), views::v1::ASK_UNSPECIFIED) << "the closing is final";
}

TEST(MyComplaint, ThatWasTurnedAwaySaysWhereToGo) {
  History h = Filed();
  h.Add<cv::ComplaintNotAccepted>("2026-01-05 11:00", "complaints/a",
                                  "reason: REFUSAL_REASON_EMERGENCY_LINE redirected_to: '119'");
  EXPECT_EQ(Get(h).redirected_to(), "119");
  EXPECT_EQ(Get(h).ask(), views::v1::ASK_APPEAL);
}

TEST(MyComplaint, ThatFollowsAnotherShowsWhereThatStands) {
  History h = Filed();
  h.Add<cv::ComplaintLinked>("2026-01-05 11:00", "complaints/a", "main: '@complaints/main'");
  h.Add<cv::ComplaintAccepted>("2026-01-05 12:00", "complaints/main",
                               "responsible_body: '@bodies/rc' ack_due T(2026-01-07 10:00) "
                               "answer_due T(2026-01-12 10:00)");
  h.Add<cv::ComplaintAssigned>("2026-01-05 12:00", "complaints/main",
                               "assignee_body: '@bodies/pc1' hop: 1");
  const MyComplaint mine = Get(h);
  EXPECT_EQ(mine.state(), cv::STATE_ASSIGNED);
  EXPECT_EQ(mine.responsible_body_name(), "pc1");
  EXPECT_EQ(mine.due().seconds(), absl::ToUnixSeconds(bench::At("2026-01-07 10:00")));
  EXPECT_EQ(mine.main(), "communities/c1/complaints/main");
}

TEST(MyComplaints, StayWithWhoHasMovedAway) {
  History h = Filed();
  h.Add<registry::v1::ResidentMovedOut>("2026-01-06 00:00", "persons/p-zhang", "");
  EXPECT_EQ(Get(h).name(), "communities/c1/complaints/a");
}

TEST(MyComplaints, ListByFilter) {
  History h = Filed();
  h.Add<cv::ComplaintSupported>("2026-01-06 00:00", "complaints/main",
                                "supporter: '@persons/p-zhang'");
  ViewBench view(MakeResidentViews());
  view.Apply(h);
  const auto count = [&](const char* filter) {
    views::v1::ListMyComplaintsResponse response;
    EXPECT_TRUE(view.Ask(ListMyComplaints, bench::Person("p-zhang"), "2026-01-10 00:00",
                         absl::StrCat("parent: 'communities/c1' filter: '", filter, "'"), response)
                    .ok());
    return response.complaints_size();
  };
  EXPECT_EQ(count(""), 2);
  EXPECT_EQ(count("mine = true"), 1);
  EXPECT_EQ(count("open = false"), 0);
}

TEST(Words, AreThereForEveryStateInBothLanguages) {
  for (int state = 1; state <= cv::State_MAX; ++state) {
    const auto words = StateWords(static_cast<cv::State>(state));
    EXPECT_NE(words.en(), "Unknown") << state;
    EXPECT_FALSE(words.zh().empty());
    EXPECT_FALSE(NextStep(static_cast<cv::State>(state), views::v1::ASK_UNSPECIFIED).zh().empty());
  }
}

}  // namespace
}  // namespace sanzhang::projections::resident
