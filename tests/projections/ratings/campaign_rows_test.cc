// The tables of schemes and surveys after each of their facts.
#include "projections/ratings/campaign_rows.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/engine/parts_projection.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace v1 = rating::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kAnnounced =
    "scheme: '@ratingSchemes/s1' scheme_version: 2 target: '@bodies/pc1' convener: '@bodies/rc' "
    "property_area: '@propertyAreas/a1' electorate_ref: 'roll' terms { "
    "target_kind: TARGET_KIND_PROPERTY_COMPANY eligibility: ELIGIBILITY_RESIDENT min_n: 8 "
    "revision_allowed: true dimensions { code: 'clean' display_name: '保洁' clause_ref: 'c7' "
    "weight_bp: 4000 } dimensions { code: 'guard' display_name: '安保' weight_bp: 6000 } } "
    "period_begins T(2025-01-01 00:00) period_ends T(2026-01-01 00:00) "
    "opens T(2026-01-10 00:00) closes T(2026-01-20 00:00) "
    "electorate { building: '@buildings/b1' eligible: 10 } "
    "electorate { building: '@buildings/b2' eligible: 20 }";
constexpr std::string_view kResult =
    "result { n: 3 eligible: 30 coverage_bp: 1000 total_milli: 3400 biased: true voided: 1 "
    "formula: 'f1' "
    "dimensions { dimension: 'clean' n: 6 average_milli: 4000 satisfied: 5 } "
    "dimensions { dimension: 'guard' suppressed: true } }";

// Short names, and times as the day and hour in January.
std::string Short(std::string text) {
  for (std::size_t at; (at = text.find("communities/c1/")) != std::string::npos;)
    text.erase(at, 15);
  return text;
}
std::string Day(const char* column) {
  return absl::StrCat("strftime('%d', ", column, " / 1000000 + 28800, 'unixepoch')");
}

// Feeds one fact at a time and shows what a SELECT finds.
class Survey : public testing::Test {
 protected:
  template <class Fact>
  void Add(std::string_view time, std::string_view payload = "",
           std::string_view stream = "ratingCampaigns/g1") {
    const absl::Status status = view_.Apply(history_.Add<Fact>(time, stream, payload));
    EXPECT_TRUE(status.ok()) << status;
  }
  void Give(const char* id, const char* building) {
    Add<v1::RatingSubmitted>("2026-01-11 00:00",
                             absl::StrCat("rater_ref: 'r-", id, "' building: '", building,
                                          "' scores { sealed: 'box' } comment { content: 'word' }"),
                             absl::StrCat("ratingCampaigns/g1/ratings/", id));
  }
  std::string Show(std::string_view sql, int columns) {
    std::string shown = Short(view_.Select(sql, columns));
    if (!shown.empty()) shown.pop_back();
    return shown;
  }
  // state, opened, closed, published, closes, extensions, received, voided, replied, results
  std::string Standing() {
    return Show(absl::StrCat("SELECT state, ", Day("opened_us"), ", ", Day("closed_us"), ", ",
                             Day("published_us"), ", ", Day("closes_us"),
                             ", extensions, received, voided, ", Day("replied_us"),
                             ", results FROM rating_campaign"),
                10);
  }
  std::string Buildings() {
    return Show("SELECT building, eligible, received FROM rating_building", 3);
  }
  void Publish() {
    Add<v1::RatingCampaignAnnounced>("2026-01-05 00:00", kAnnounced);
    Add<v1::RatingCampaignOpened>("2026-01-10 00:00", "score_key: 'public'");
    Add<v1::RatingCampaignClosed>("2026-01-20 00:00", "score_secret_key: 'secret'");
    Add<v1::RatingResultPublished>("2026-01-21 00:00", kResult);
  }

  ViewBench view_{MakeView("ratings", 1, Parts(Ratings(CampaignRows({.intake = true}))))};
  History history_;
};

TEST_F(Survey, SchemesHaveOneVersionInForce) {
  const std::string versions =
      absl::StrCat("SELECT version, display_name, basis, decision, ", Day("defined_us"), ", ",
                   Day("adopted_us"), ", ", Day("ended_us"), " FROM rating_scheme");
  constexpr std::string_view kScheme = "ratingSchemes/s1";
  Add<v1::RatingSchemeDefined>("2026-01-01 00:00", "version: 1 display_name: '一' basis: 'b'",
                               kScheme);
  EXPECT_EQ(Show(versions, 7), "1 | 一 | b |  | 01 | - | -");
  Add<v1::RatingSchemeAdopted>("2026-01-02 00:00", "version: 1 decision: 'd1'", kScheme);
  Add<v1::RatingSchemeDefined>("2026-01-03 00:00", "version: 2 display_name: '二'", kScheme);
  Add<v1::RatingSchemeAdopted>("2026-01-04 00:00", "version: 2 decision: 'd2'", kScheme);
  EXPECT_EQ(Show(versions, 7), "1 | 一 | b | d1 | 01 | 02 | 04\n2 | 二 |  | d2 | 03 | 04 | -");
  Add<v1::RatingSchemeRetired>("2026-01-05 00:00", "", kScheme);
  EXPECT_EQ(Show(versions, 7), "1 | 一 | b | d1 | 01 | 02 | 04\n2 | 二 |  | d2 | 03 | 04 | 05");
}

TEST_F(Survey, IsAnnouncedWithItsTerms) {
  Add<v1::RatingCampaignAnnounced>("2026-01-05 00:00", kAnnounced);
  EXPECT_EQ(Standing(), "1 | - | - | - | 20 | 0 | 0 | 0 | - | 0");
  EXPECT_EQ(Show("SELECT scheme, scheme_version, target_kind, eligibility, min_n, "
                 "revision_allowed, target, property_area, convener, electorate_ref, eligible, "
                 "revision, position FROM rating_campaign",
                 13),
            "ratingSchemes/s1 | 2 | 1 | 1 | 8 | 1 | bodies/pc1 | propertyAreas/a1 | bodies/rc | "
            "roll | 30 | 1 | 1");
  EXPECT_EQ(
      Show("SELECT number, code, display_name, clause_ref, weight_bp FROM rating_dimension", 5),
      "1 | clean | 保洁 | c7 | 4000\n2 | guard | 安保 |  | 6000");
  EXPECT_EQ(Buildings(), "buildings/b1 | 10 | 0\nbuildings/b2 | 20 | 0");
}

TEST_F(Survey, CountsWhatComesInByBuilding) {
  Add<v1::RatingCampaignAnnounced>("2026-01-05 00:00", kAnnounced);
  Add<v1::RatingCampaignOpened>("2026-01-10 00:00", "score_key: 'public'");
  EXPECT_EQ(Standing(), "2 | 10 | - | - | 20 | 0 | 0 | 0 | - | 0");
  Give("one", "@buildings/b1");
  Give("two", "@buildings/b1");
  Give("far", "@buildings/b9");
  Give("none", "");
  EXPECT_EQ(Standing(), "2 | 10 | - | - | 20 | 0 | 4 | 0 | - | 0");
  EXPECT_EQ(Buildings(), " | 0 | 2\nbuildings/b1 | 10 | 2\nbuildings/b2 | 20 | 0");
  Add<v1::RatingRevised>("2026-01-12 00:00", "", "ratingCampaigns/g1/ratings/one");
  Add<v1::RatingWithdrawn>("2026-01-12 00:00", "", "ratingCampaigns/g1/ratings/far");
  EXPECT_EQ(Buildings(), " | 0 | 1\nbuildings/b1 | 10 | 2\nbuildings/b2 | 20 | 0");
  Give("far", "@buildings/b2");
  EXPECT_EQ(Buildings(), " | 0 | 1\nbuildings/b1 | 10 | 2\nbuildings/b2 | 20 | 1") << "given again";
  Add<v1::RatingVoided>("2026-01-13 00:00",
                        "rating: '@ratingCampaigns/g1/ratings/one' reason: VOID_REASON_TEST "
                        "evidence: 'e' body: '@bodies/sup' approver: '@memberships/sup'");
  EXPECT_EQ(Standing(), "2 | 10 | - | - | 20 | 0 | 3 | 1 | - | 0");
  EXPECT_EQ(Buildings(), " | 0 | 1\nbuildings/b1 | 10 | 1\nbuildings/b2 | 20 | 1");
  EXPECT_EQ(Show(absl::StrCat("SELECT rating, reason, evidence, body, approver, ", Day("voided_us"),
                              " FROM rating_void"),
                 6),
            "ratingCampaigns/g1/ratings/one | 4 | e | bodies/sup | memberships/sup | 13");
  EXPECT_EQ(Show("SELECT name, counts FROM rating", 2),
            "ratingCampaigns/g1/ratings/far | 1\nratingCampaigns/g1/ratings/none | 1\n"
            "ratingCampaigns/g1/ratings/one | 0\nratingCampaigns/g1/ratings/two | 1");
  Add<v1::RatingCampaignExtended>("2026-01-14 00:00", "closes T(2026-01-25 00:00)");
  EXPECT_EQ(Standing(), "2 | 10 | - | - | 25 | 1 | 3 | 1 | - | 0");
}

TEST_F(Survey, KeepsNothingOfScoresWordsAndRaters) {
  Add<v1::RatingCampaignAnnounced>("2026-01-05 00:00", kAnnounced);
  Add<v1::RatingCampaignOpened>("2026-01-10 00:00", "score_key: 'public'");
  Give("one", "@buildings/b1");
  Add<v1::RatingRevised>("2026-01-12 00:00", "scores { sealed: 'box' } comment { content: 'word' }",
                         "ratingCampaigns/g1/ratings/one");
  Add<v1::RatingCampaignClosed>("2026-01-20 00:00", "score_secret_key: 'secret'");
  EXPECT_EQ(Standing(), "3 | 10 | 20 | - | 20 | 0 | 1 | 0 | - | 0");
  const std::string dump = view_.Dump();
  for (const std::string kept : {"box", "word", "r-one", "public", "secret"}) {
    EXPECT_THAT(dump, testing::Not(testing::HasSubstr(kept)));
    std::string blob;  // As the dump shows it.
    for (const char c : kept) absl::StrAppend(&blob, absl::Hex(c, absl::kZeroPad2));
    EXPECT_THAT(dump, testing::Not(testing::HasSubstr(absl::AsciiStrToUpper(blob))));
  }
}

TEST_F(Survey, ResultsStayOnRecord) {
  Publish();
  EXPECT_EQ(Standing(), "4 | 10 | 20 | 21 | 20 | 0 | 0 | 0 | - | 1");
  const std::string results = absl::StrCat("SELECT number, ", Day("published_us"),
                                           ", n, eligible, coverage_bp, total_milli, biased, "
                                           "voided, formula FROM rating_result");
  EXPECT_EQ(Show(results, 9), "1 | 21 | 3 | 30 | 1000 | 3400 | 1 | 1 | f1");
  constexpr std::string_view kScores =
      "SELECT result, dimension, n, average_milli, satisfied, suppressed FROM rating_score";
  EXPECT_EQ(Show(kScores, 6), "1 | clean | 6 | 4000 | 5 | 0\n1 | guard | - | - | - | 1");

  Add<v1::RatingResultContested>("2026-01-22 00:00", "grounds: 'g' body: '@bodies/pc1'");
  EXPECT_EQ(Standing(), "5 | 10 | 20 | 21 | 20 | 0 | 0 | 0 | - | 1");
  Add<v1::RatingContestRuled>("2026-01-23 00:00", "reason: 'no' body: '@bodies/gov'");
  EXPECT_EQ(Standing(), "4 | 10 | 20 | 21 | 20 | 0 | 0 | 0 | - | 1") << "as it was before";
  Add<v1::RatingResultContested>("2026-01-24 00:00", "grounds: 'h'");
  Add<v1::RatingContestRuled>("2026-01-25 00:00", "upheld: true reason: 'yes' body: '@bodies/gov'");
  Add<v1::RatingResultCorrected>("2026-01-25 00:00", "result { n: 2 eligible: 30 formula: 'f' }");
  EXPECT_EQ(Standing(), "6 | 10 | 20 | 21 | 20 | 0 | 0 | 0 | - | 2");
  EXPECT_EQ(Show(results, 9),
            "1 | 21 | 3 | 30 | 1000 | 3400 | 1 | 1 | f1\n"
            "2 | 25 | 2 | 30 | 0 | - | 0 | 0 | f");
  EXPECT_EQ(Show(absl::StrCat("SELECT number, body, grounds, ", Day("contested_us"), ", ",
                              Day("ruled_us"), ", upheld, ruling, ruled_by FROM rating_contest"),
                 8),
            "1 | bodies/pc1 | g | 22 | 23 | 0 | no | bodies/gov\n"
            "2 |  | h | 24 | 25 | 1 | yes | bodies/gov");
  EXPECT_EQ(Show("SELECT revision, position FROM rating_campaign", 2), "9 | 9");
}

TEST_F(Survey, IsAnsweredAndActedUpon) {
  Publish();
  Add<v1::RatedBodyReplied>("2026-01-22 00:00", "text: '感谢'");
  Add<v1::RatedBodyReplied>("2026-01-23 00:00", "text: '再谢'");
  EXPECT_EQ(Standing(), "4 | 10 | 20 | 21 | 20 | 0 | 0 | 0 | 22 | 1");
  EXPECT_EQ(Show(absl::StrCat("SELECT number, text, ", Day("replied_us"), " FROM rating_reply"), 3),
            "1 | 感谢 | 22\n2 | 再谢 | 23");
  Add<v1::RectificationOpened>("2026-01-24 00:00",
                               "dimension: 'clean' clause_ref: 'c7' task: '整改' "
                               "due T(2026-01-30 00:00) body: '@bodies/rc'");
  EXPECT_EQ(Show(absl::StrCat("SELECT number, target, dimension, clause_ref, task, body, ",
                              Day("opened_us"), ", ", Day("due_us"), " FROM rectification"),
                 8),
            "1 | bodies/pc1 | clean | c7 | 整改 | bodies/rc | 24 | 30");
}

TEST(SurveyOfTheRated, KeepsNoIntake) {
  ViewBench view(MakeView("ratings", 1, Parts(Ratings(CampaignRows({.intake = false})))));
  History history;
  history.Add<v1::RatingCampaignAnnounced>("2026-01-05 00:00", "ratingCampaigns/g1", kAnnounced);
  history.Add<v1::RatingSubmitted>("2026-01-11 00:00", "ratingCampaigns/g1/ratings/one",
                                   "building: '@buildings/b1'");
  history.Add<v1::RatingVoided>("2026-01-11 00:00", "ratingCampaigns/g1",
                                "rating: '@ratingCampaigns/g1/ratings/one'");
  view.Apply(history);
  EXPECT_EQ(view.Select("SELECT eligible, received, voided FROM rating_campaign", 3),
            "30 | 0 | 1\n");
  EXPECT_EQ(view.Select("SELECT (SELECT count(*) FROM rating), (SELECT count(*) FROM "
                        "rating_building)",
                        2),
            "0 | 0\n");
}

TEST_F(Survey, StopsAtWhatItDoesNotKnow) {
  log::v1::Record strange =
      history_.Add<v1::RatingCampaignOpened>("2026-01-10 00:00", "strangers/x", "");
  EXPECT_EQ(view_.Apply(strange).code(), absl::StatusCode::kDataLoss) << "no such stream";
  strange = history_.Add<v1::RatingWithdrawn>("2026-01-10 00:00", "ratingCampaigns/g1", "");
  EXPECT_FALSE(view_.Apply(strange).ok()) << "no fact of that stream";
}

}  // namespace
}  // namespace sanzhang::projections
