// V-Z6: each kind of anomaly at its threshold and just below it.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/analyst/analyst_queries.h"
#include "projections/analyst/analyst_views.h"
#include "proto/wire/refusal.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::analyst {
namespace {

namespace cv = complaint::v1;
namespace vv = resolution::v1;
using bench::History;
using bench::ViewBench;

const Caller kAuditor = bench::Service("auditor", {type::v1::ROLE_AUDITOR});

class Anomalies : public testing::Test {
 protected:
  // kind subject [person] count of total from first to last complaints
  std::string Listed(const Caller& caller = kAuditor, std::string_view more = "order_by: 'kind'") {
    ViewBench view(MakeAnalystViews());
    view.Apply(history_);
    views::v1::ListAnomaliesResponse response;
    const absl::Status status =
        view.Ask(ListAnomalies, caller, "2026-03-01 10:00",
                 absl::StrCat("parent: 'communities/c1' ", std::string(more)), response);
    if (!status.ok()) return type::v1::ErrorReason_Name(wire::ReasonOf(status));
    std::string shown;
    for (const views::v1::Anomaly& a : response.anomalies()) {
      EXPECT_LE(a.first_position(), a.last_position());
      EXPECT_GT(a.first_position(), 0u);
      EXPECT_GE(a.count(), a.threshold());
      absl::StrAppend(&shown, static_cast<int>(a.kind()), " ", a.subject(), " ", a.person(), " ",
                      a.count(), "/", a.total(), " ", a.complaints_size(), "\n");
    }
    return absl::StrReplaceAll(shown, {{"communities/c1/", ""}});
  }
  void Cast(int voter, const char* person, const char* time) {
    history_.Add<vv::BallotCast>(
        time, absl::StrCat("resolutions/r/ballots/v", voter),
        absl::StrCat("ballot: 1 by: CAST_BY_PROXY person: '@persons/", person, "'"));
  }
  void Rate(int rater, const char* time) {
    history_.Add<rating::v1::RatingSubmitted>(
        time, absl::StrCat("ratingCampaigns/s/ratings/x", rater), "rater_ref: 'x'");
  }
  // Filed on the 1st, due on the 10th.
  void Answer(int id, const char* time) {
    const std::string name = absl::StrCat("complaints/q", id);
    history_.Add<cv::ComplaintFiled>("2026-01-01 10:00", name,
                                     "category: CATEGORY_NOISE first_receiver: '@bodies/rc'");
    history_.Add<cv::ComplaintAccepted>(
        "2026-01-01 11:00", name,
        "responsible_body: '@bodies/pc1' ack_due T(2026-01-02 10:00) answer_due "
        "T(2026-01-10 10:00)");
    history_.Add<cv::ComplaintAnswered>(time, name, "outcome: OUTCOME_SOLVED");
  }

  History history_ = bench::Community();
};

TEST_F(Anomalies, OfAQuietCommunityThereAreNone) {
  for (int i = 0; i < 19; ++i) {
    Cast(i, absl::StrCat("p-", i).c_str(), "2026-01-05 10:00");
    Rate(i, "2026-01-05 10:00");
  }
  Cast(19, "p-19", "2026-01-05 10:01");
  Rate(19, "2026-01-05 10:01");
  for (int i = 0; i < 4; ++i) Answer(i, "2026-01-10 09:59");
  EXPECT_EQ(Listed(), "");
}

TEST_F(Anomalies, BurstsOfBallotsAndRatings) {
  for (int i = 0; i < 20; ++i) {
    Cast(i, absl::StrCat("p-", i).c_str(), "2026-01-05 10:00");
    Rate(i, "2026-01-05 10:00");
  }
  EXPECT_EQ(Listed(), "1 resolutions/r  20/0 0\n3 ratingCampaigns/s  20/0 0\n");
  EXPECT_EQ(Listed(kAuditor, "filter: 'kind = RATING_BURST'"), "3 ratingCampaigns/s  20/0 0\n");
}

TEST_F(Anomalies, OnePersonForManyVotersHoweverOften) {
  for (int i = 0; i < 3; ++i) Cast(i, "p-agent", "2026-01-05 10:00");
  for (int i = 0; i < 3; ++i) Cast(i, "p-agent", "2026-01-06 10:00");
  EXPECT_EQ(Listed(), "") << "three voters, each twice";
  Cast(3, "p-agent", "2026-01-07 10:00");
  EXPECT_EQ(Listed(), "2 resolutions/r persons/p-agent 4/0 0\n");
}

TEST_F(Anomalies, AnswersInTheLastHalfHour) {
  for (int i = 0; i < 5; ++i) Answer(i, "2026-01-10 09:30");
  for (int i = 5; i < 25; ++i) Answer(i, "2026-01-10 09:29");
  EXPECT_EQ(Listed(), "4 bodies/pc1  5/25 5\n") << "a fifth";
  Answer(25, "2026-01-05 09:00");
  EXPECT_EQ(Listed(), "") << "less than a fifth";
}

TEST_F(Anomalies, ReopenedWithinThirtyDays) {
  for (int i = 0; i < 5; ++i) {
    Answer(i, "2026-01-03 10:00");
    const std::string name = absl::StrCat("complaints/q", i);
    history_.Add<cv::ComplaintClosed>("2026-01-04 10:00", name, "mode: CLOSE_MODE_NO_REPLY");
    EXPECT_EQ(Listed(), "") << i;
    history_.Add<cv::ComplaintReopened>("2026-02-03 10:00", name, "");
  }
  EXPECT_EQ(Listed(), "5 bodies/pc1  5/5 5\n");
}

TEST_F(Anomalies, ExcludedFromTheScore) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Listed(), "");
    Answer(i, "2026-01-03 10:00");
    const std::string name = absl::StrCat("complaints/q", i);
    history_.Add<cv::ComplaintScoreExclusionProposed>("2026-01-04 10:00", name,
                                                      "body: '@bodies/pc1'");
    history_.Add<cv::ComplaintScoreExclusionApproved>("2026-01-05 10:00", name,
                                                      "approver_body: '@bodies/rc'");
  }
  EXPECT_EQ(Listed(), "6 bodies/pc1  3/3 3\n");
}

TEST_F(Anomalies, AreForAuditorsOnly) {
  for (const char* who : {"p-rc", "p-party", "p-sup", "p-gov", "p-zhang"}) {
    EXPECT_EQ(Listed(bench::Person(who)), "ERROR_REASON_PERMISSION_DENIED") << who;
  }
}

}  // namespace
}  // namespace sanzhang::projections::analyst
