// V-R3 and V-R4: the scorecard of a property company, and the survey console.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/residents_committee/residents_committee_views.h"
#include "projections/residents_committee/survey_queries.h"
#include "proto/wire/refusal.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/survey_history.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::residents_committee {
namespace {

namespace rv = rating::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kNow = "2026-02-01 10:00";
constexpr std::string_view kYear =
    "parent: 'communities/c1' company: '@bodies/pc1' from T(2025-01-01 00:00) "
    "to T(2026-12-31 00:00)";

std::string Short(std::string text) {
  return absl::StrReplaceAll(text, {{"communities/c1/", ""}, {"\"", "'"}});
}

std::string Suppressible(bool has, std::int64_t number) {
  return has ? absl::StrCat(number) : std::string("-");
}

std::string Buildings(const views::v1::SurveyRow& survey) {
  std::string shown;
  for (const auto& building : survey.buildings()) {
    absl::StrAppend(&shown, Short(building.building()), " ",
                    Suppressible(building.has_raters(), building.raters()), "/",
                    building.eligible(), "; ");
  }
  return shown;
}

std::string Scores(const auto& scores) {
  std::string shown;
  for (const views::v1::SurveyScore& score : scores) {
    absl::StrAppend(&shown, score.dimension(), " n=", Suppressible(score.has_n(), score.n()),
                    " avg=", Suppressible(score.has_average_milli(), score.average_milli()),
                    " sat=", Suppressible(score.has_satisfied(), score.satisfied()),
                    score.suppressed() ? " suppressed; " : "; ");
  }
  return shown;
}

class Console : public testing::Test {
 protected:
  views::v1::SurveyDetail Get(const char* id) {
    views::v1::GetSurveyResponse response;
    const absl::Status status =
        view_.Ask(GetSurvey, bench::Person("p-rc"), kNow,
                  absl::StrCat("name: 'communities/c1/ratingCampaigns/", id, "'"), response);
    EXPECT_TRUE(status.ok()) << status;
    return response.survey();
  }
  std::string Listed(std::string_view more = "", const char* who = "p-rc") {
    views::v1::ListSurveysResponse response;
    const absl::Status status =
        view_.Ask(ListSurveys, bench::Person(who), kNow,
                  absl::StrCat("parent: 'communities/c1' ", std::string(more)), response);
    if (!status.ok()) return type::v1::ErrorReason_Name(wire::ReasonOf(status));
    std::string names;
    for (const auto& survey : response.surveys()) {
      absl::StrAppend(&names, names.empty() ? "" : " ", Short(survey.name()).substr(16));
    }
    next_ = response.next_page_token();
    return names;
  }
  views::v1::GetPropertyScorecardResponse Scorecard(std::string_view request = kYear) {
    views::v1::GetPropertyScorecardResponse response;
    const absl::Status status =
        view_.Ask(GetPropertyScorecard, bench::Person("p-rc"), kNow, request, response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  History history_ = bench::Community();
  ViewBench view_{MakeResidentsCommitteeViews()};
  std::string next_;
};

TEST_F(Console, ShowsWhoRatesWhileTheSurveyIsOpenAndNothingOfTheScores) {
  bench::Announce(history_, "g1", "bodies/pc1", 2025);
  bench::Rate(history_, "g1", "b1", 3);
  bench::Rate(history_, "g1", "b2", 6);
  view_.Apply(history_);
  const views::v1::SurveyRow survey = Get("g1").survey();
  EXPECT_EQ(survey.state(), rv::CAMPAIGN_STATE_OPEN);
  EXPECT_EQ(Short(survey.scheme()), "ratingSchemes/s1");
  EXPECT_EQ(survey.scheme_version(), 2);
  EXPECT_EQ(survey.etag(), "r2");
  EXPECT_EQ(survey.eligible(), 30);
  EXPECT_EQ(survey.answered(), 9);
  EXPECT_EQ(survey.coverage_bp(), 3000);
  EXPECT_EQ(Buildings(survey), "buildings/b1 -/10; buildings/b2 -/20; ")
      << "b1 is suppressed, and would follow from b2";
  EXPECT_EQ(Scores(survey.scores()), "clean n=- avg=- sat=-; guard n=- avg=- sat=-; ");
  EXPECT_FALSE(survey.has_total_milli());
  EXPECT_FALSE(survey.has_published_at());
}

TEST_F(Console, ShowsTheResultThatStands) {
  bench::Announce(history_, "g1", "bodies/pc1", 2025);
  bench::Rate(history_, "g1", "b2", 9);
  bench::Publish(history_, "g1", 2025, 8, 4000, -1);
  const auto add = [&]<class Fact>(Fact, const char* time, std::string_view payload) {
    history_.Add<Fact>(time, "ratingCampaigns/g1", payload);
  };
  add(rv::RatingVoided(), "2026-01-22 00:00",
      "rating: '@ratingCampaigns/g1/ratings/b2-0' reason: VOID_REASON_TEST evidence: 'e' "
      "body: '@bodies/sup' approver: '@memberships/sup'");
  add(rv::RatingResultContested(), "2026-01-22 00:00", "grounds: 'g' body: '@bodies/pc1'");
  view_.Apply(history_);
  views::v1::SurveyDetail detail = Get("g1");
  EXPECT_EQ(detail.survey().state(), rv::CAMPAIGN_STATE_CONTESTED);
  EXPECT_EQ(detail.survey().answered(), 8) << "those of the result";
  EXPECT_EQ(detail.survey().coverage_bp(), 2666);
  EXPECT_EQ(Buildings(detail.survey()), "buildings/b1 -/10; buildings/b2 -/20; ");
  EXPECT_EQ(Scores(detail.survey().scores()),
            "clean n=8 avg=4000 sat=7; guard n=- avg=- sat=- suppressed; ");
  EXPECT_FALSE(detail.survey().has_total_milli());
  EXPECT_EQ(detail.survey().voided(), 1);
  ASSERT_EQ(detail.voids_size(), 1);
  EXPECT_EQ(Short(detail.voids(0).approver()), "memberships/sup");
  EXPECT_EQ(detail.voids(0).reason(), rv::VOID_REASON_TEST);
  ASSERT_EQ(detail.contests_size(), 1);
  EXPECT_FALSE(detail.contests(0).has_ruled_at());

  const std::size_t before = history_.records().size();
  add(rv::RatingContestRuled(), "2026-01-23 00:00", "upheld: true reason: 'r' body: '@bodies/gov'");
  add(rv::RatingResultCorrected(), "2026-01-23 00:00",
      "result { n: 7 eligible: 30 coverage_bp: 2333 total_milli: 4400 biased: true voided: 1 "
      "formula: 'f1' dimensions { dimension: 'clean' n: 7 average_milli: 4100 "
      "satisfied: 6 } dimensions { dimension: 'guard' n: 7 average_milli: 4600 satisfied: 7 } }");
  add(rv::RatedBodyReplied(), "2026-01-24 00:00", "text: '感谢'");
  add(rv::RectificationOpened(), "2026-01-25 00:00",
      "dimension: 'clean' clause_ref: 'c7' task: '整改' due T(2026-03-01 00:00) "
      "body: '@bodies/rc'");
  for (std::size_t i = before; i < history_.records().size(); ++i) {
    ASSERT_TRUE(view_.Apply(history_.records()[i]).ok());
  }
  detail = Get("g1");
  EXPECT_EQ(detail.survey().state(), rv::CAMPAIGN_STATE_CORRECTED);
  EXPECT_EQ(detail.survey().corrections(), 1);
  EXPECT_EQ(detail.survey().answered(), 7);
  EXPECT_EQ(detail.survey().total_milli(), 4400);
  EXPECT_TRUE(detail.survey().biased());
  EXPECT_EQ(Scores(detail.survey().scores()),
            "clean n=7 avg=4100 sat=6; guard n=7 avg=4600 sat=7; ");
  EXPECT_TRUE(detail.contests(0).upheld());
  EXPECT_EQ(Short(detail.contests(0).ruled_by()), "bodies/gov");
  ASSERT_EQ(detail.replies_size(), 1);
  EXPECT_EQ(detail.replies(0).text(), "感谢");
  ASSERT_EQ(detail.rectifications_size(), 1);
  EXPECT_EQ(detail.rectifications(0).task(), "整改");
  EXPECT_EQ(Short(detail.rectifications(0).target()), "bodies/pc1");
}

TEST_F(Console, ListsByFilterOrderAndPage) {
  bench::Announce(history_, "g23", "bodies/pc1", 2023);
  bench::Publish(history_, "g23", 2023, 8, 4000, 4000);
  bench::Announce(history_, "g24", "bodies/pc2", 2024);
  bench::Announce(history_, "g25", "bodies/pc1", 2025);
  view_.Apply(history_);
  EXPECT_EQ(Listed(), "g25 g24 g23");
  EXPECT_EQ(Listed("filter: 'state = PUBLISHED'"), "g23");
  EXPECT_EQ(Listed("filter: 'target = \"communities/c1/bodies/pc1\"' order_by: 'opens'"),
            "g23 g25");
  EXPECT_EQ(Listed("filter: 'score = 1'"), "ERROR_REASON_FILTER_INVALID");
  EXPECT_EQ(Listed("page_size: 2"), "g25 g24");
  EXPECT_EQ(Listed(absl::StrCat("page_size: 2 page_token: '", next_, "'")), "g23");
  EXPECT_EQ(Listed("", "p-b1"), "ERROR_REASON_PERMISSION_DENIED") << "a chief";
  EXPECT_EQ(Listed("", "p-zhang"), "ERROR_REASON_PERMISSION_DENIED");
  views::v1::WatchSurveysResponse watched;
  ASSERT_TRUE(view_
                  .Ask(WatchSurveys, bench::Person("p-rc"), kNow,
                       "parent: 'communities/c1' page_size: 1", watched)
                  .ok());
  ASSERT_EQ(watched.surveys_size(), 1);
  EXPECT_EQ(Short(watched.surveys(0).name()), "ratingCampaigns/g25");
}

TEST_F(Console, ScorecardTakesEachDimensionFromTheLastPublicSurvey) {
  bench::Announce(history_, "g24", "bodies/pc1", 2024);
  bench::Publish(history_, "g24", 2024, 9, 3000, 3500);
  bench::Announce(history_, "g25", "bodies/pc1", 2025);
  bench::Rate(history_, "g25", "b1", 3);
  history_.Add<rv::RectificationOpened>("2025-02-01 00:00", "ratingCampaigns/g24",
                                        "dimension: 'clean' clause_ref: 'c7' task: '整改' "
                                        "due T(2025-03-01 00:00) body: '@bodies/rc'");
  for (int i = 0; i < 5; ++i) {
    history_.Add<rv::ServiceRated>("2025-06-01 00:00", absl::StrCat("serviceRatings/r", i),
                                   absl::StrCat("body: '@bodies/pc1' score: ", i == 0 ? 1 : 5));
  }
  for (const char* id : {"q1", "q2"}) {
    history_.Add<complaint::v1::ComplaintFiled>(
        "2025-06-01 00:00", absl::StrCat("complaints/", id),
        "category: CATEGORY_HYGIENE first_receiver: '@bodies/pc1'");
  }
  history_.Add<complaint::v1::ComplaintAccepted>(
      "2025-06-02 00:00", "complaints/q1",
      "responsible_body: '@bodies/pc1' ack_due T(2025-06-03 00:00)");
  history_.Add<complaint::v1::ComplaintWithdrawn>("2025-06-02 00:00", "complaints/q2", "");
  view_.Apply(history_);
  const auto lines = [&](const views::v1::GetPropertyScorecardResponse& card) {
    std::string shown;
    for (const auto& line : card.lines()) {
      absl::StrAppend(&shown, line.score().clause_ref(), " ", Short(line.campaign()), " ",
                      line.coverage_bp(), " ", line.rectifications(), " ",
                      Scores(std::vector{line.score()}));
    }
    return shown;
  };
  constexpr std::string_view kBoth =
      "parent: 'communities/c1' company: '@bodies/pc1' from T(2024-01-01 00:00) "
      "to T(2026-12-31 00:00)";
  const views::v1::GetPropertyScorecardResponse card = Scorecard(kBoth);
  EXPECT_EQ(lines(card),
            " ratingCampaigns/g24 3000 0 guard n=9 avg=3500 sat=8; "
            "c7 ratingCampaigns/g24 3000 1 clean n=9 avg=3000 sat=8; ")
      << "the other one is not public";
  EXPECT_EQ(card.services().ShortDebugString(), "n: 5 average_milli: 4200 satisfied: 4");
  ASSERT_EQ(card.complaints_size(), 1);
  EXPECT_EQ(card.complaints(0).ShortDebugString(),
            "category: CATEGORY_HYGIENE filed: 2 open: 1 overdue: 1");
  ASSERT_EQ(card.rectifications_size(), 1);
  EXPECT_EQ(Short(card.rectifications(0).campaign()), "ratingCampaigns/g24");

  bench::History published = bench::Community();
  bench::Announce(published, "g24", "bodies/pc1", 2024);
  bench::Publish(published, "g24", 2024, 9, 3000, 3500);
  bench::Announce(published, "g25", "bodies/pc1", 2025);
  bench::Publish(published, "g25", 2025, 6, 4000, -1);
  ViewBench view(MakeResidentsCommitteeViews());
  view.Apply(published);
  views::v1::GetPropertyScorecardResponse response;
  ASSERT_TRUE(view.Ask(GetPropertyScorecard, bench::Person("p-rc"), kNow, kBoth, response).ok());
  EXPECT_EQ(lines(response),
            " ratingCampaigns/g25 2000 0 guard n=- avg=- sat=- suppressed; "
            "c7 ratingCampaigns/g25 2000 0 clean n=6 avg=4000 sat=5; ");
  ASSERT_TRUE(view.Ask(GetPropertyScorecard, bench::Person("p-rc"), kNow,
                       "parent: 'communities/c1' company: '@bodies/pc1' "
                       "from T(2024-01-01 00:00) to T(2025-01-01 00:00)",
                       response)
                  .ok());
  EXPECT_EQ(lines(response),
            " ratingCampaigns/g24 3000 0 guard n=9 avg=3500 sat=8; "
            "c7 ratingCampaigns/g24 3000 0 clean n=9 avg=3000 sat=8; ")
      << "the window ends before the other period begins";
}

TEST_F(Console, ScorecardMasksFewServices) {
  for (int i = 0; i < 4; ++i) {
    history_.Add<rv::ServiceRated>("2025-06-01 00:00", absl::StrCat("serviceRatings/r", i),
                                   "body: '@bodies/pc1' score: 1");
  }
  view_.Apply(history_);
  EXPECT_EQ(Scorecard().services().ShortDebugString(), "masked: true");
}

// The company is replaced while its survey is open: the rating is that of the one that served.
TEST_F(Console, ARatingStaysWithTheCompanyThatServed) {
  bench::Announce(history_, "g25", "bodies/pc1", 2025);
  history_.Add<registry::v1::BodyDissolved>("2026-01-12 00:00", "bodies/pc1", "");
  bench::Rate(history_, "g25", "b2", 8);
  bench::Publish(history_, "g25", 2025, 8, 2000, 2000);
  view_.Apply(history_);
  EXPECT_EQ(Scorecard().lines_size(), 2);
  EXPECT_EQ(Scorecard("parent: 'communities/c1' company: '@bodies/pc2' "
                      "from T(2025-01-01 00:00) to T(2026-12-31 00:00)")
                .lines_size(),
            0);
}

TEST_F(Console, ScorecardIsOfACompanyOfTheCommunity) {
  view_.Apply(history_);
  for (const char* company :
       {"communities/c1/bodies/none", "communities/c1/bodies/rc", "communities/c2/bodies/pc1"}) {
    views::v1::GetPropertyScorecardResponse response;
    const absl::Status status =
        view_.Ask(GetPropertyScorecard, bench::Person("p-rc"), kNow,
                  absl::StrCat("parent: 'communities/c1' company: '", company,
                               "' from T(2025-01-01 00:00) to T(2026-01-01 00:00)"),
                  response);
    EXPECT_EQ(wire::ReasonOf(status), type::v1::ERROR_REASON_PERMISSION_DENIED) << company;
  }
  views::v1::GetPropertyScorecardResponse response;
  EXPECT_EQ(wire::ReasonOf(view_.Ask(GetPropertyScorecard, bench::Person("p-rc"), kNow,
                                     "parent: 'communities/c1' company: '@bodies/pc1' "
                                     "from T(2025-01-01 00:00) to T(2025-01-01 00:00)",
                                     response)),
            type::v1::ERROR_REASON_INVALID_REQUEST);
}

TEST_F(Console, SurveyThatDoesNotExistIsDenied) {
  view_.Apply(history_);
  views::v1::GetSurveyResponse response;
  EXPECT_EQ(wire::ReasonOf(view_.Ask(GetSurvey, bench::Person("p-rc"), kNow,
                                     "name: 'communities/c1/ratingCampaigns/none'", response)),
            type::v1::ERROR_REASON_PERMISSION_DENIED);
}

}  // namespace
}  // namespace sanzhang::projections::residents_committee
