// V-C6: how the body was rated, de-identified.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/property_company/property_company_queries.h"
#include "projections/property_company/property_company_views.h"
#include "proto/wire/refusal.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/survey_history.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::property_company {
namespace {

namespace rv = rating::v1;
using bench::History;
using bench::ViewBench;

class OwnRatings : public testing::Test {
 protected:
  views::v1::GetOwnRatingsResponse Get(const char* who = "p-pc1") {
    ViewBench view(MakePropertyCompanyViews());
    view.Apply(history_);
    dump_ = view.Dump();
    views::v1::GetOwnRatingsResponse response;
    status_ = view.Ask(GetOwnRatings, bench::Person(who), "2026-02-01 00:00",
                       "parent: 'communities/c1'", response);
    return response;
  }
  // dimension: n average change; then the earlier ones
  std::string Trend(const views::v1::GetOwnRatingsResponse& response) {
    const auto point = [](const auto& p) {
      return absl::StrCat(p.has_n() ? absl::StrCat(p.n()) : "-", " ",
                          p.has_average_milli() ? absl::StrCat(p.average_milli()) : "-",
                          p.suppressed() ? " suppressed" : "");
    };
    std::string shown;
    for (const auto& rating : response.ratings()) {
      absl::StrAppend(&shown, rating.score().dimension(), ": ", point(rating.score()), " ",
                      rating.has_change_milli() ? absl::StrCat(rating.change_milli()) : "-");
      for (const auto& earlier : rating.earlier()) absl::StrAppend(&shown, ", ", point(earlier));
      absl::StrAppend(&shown, "; ");
    }
    return shown;
  }
  std::string Due(const views::v1::GetOwnRatingsResponse& response) {
    std::string shown;
    for (const auto& due : response.replies_due()) {
      absl::StrAppend(&shown, due.campaign().substr(31), " ", due.n(), " ",
                      due.has_total_milli() ? absl::StrCat(due.total_milli()) : "-", "; ");
    }
    return shown;
  }

  History history_ = bench::Community();
  std::string dump_;
  absl::Status status_;
};

TEST_F(OwnRatings, ShowDimensionsWithTheirTrend) {
  bench::Announce(history_, "g23", "bodies/pc1", 2023);
  bench::Publish(history_, "g23", 2023, 7, 3000, 3000);
  bench::Announce(history_, "g24", "bodies/pc1", 2024);
  bench::Publish(history_, "g24", 2024, 9, 3500, -1);
  bench::Announce(history_, "g25", "bodies/pc1", 2025);
  bench::Publish(history_, "g25", 2025, 8, 3400, 4000);
  EXPECT_EQ(Trend(Get()),
            "clean: 8 3400 -100, 9 3500, 7 3000; "
            "guard: 8 4000 -, - - suppressed, 7 3000; ");
  EXPECT_EQ(Due(Get()), "g23 7 3000; g24 9 -; g25 8 3760; ");
  history_.Add<rv::RatedBodyReplied>("2026-01-25 00:00", "ratingCampaigns/g24", "text: '感谢'");
  EXPECT_EQ(Due(Get()), "g23 7 3000; g25 8 3760; ");
  EXPECT_EQ(Trend(Get("p-pc2")), "") << "another company";
  EXPECT_EQ(Due(Get("p-pc2")), "");
}

TEST_F(OwnRatings, ShowNothingWhileRatingsComeIn) {
  bench::Announce(history_, "g25", "bodies/pc1", 2025);
  bench::Rate(history_, "g25", "b1", 3);
  const views::v1::GetOwnRatingsResponse response = Get();
  EXPECT_TRUE(status_.ok());
  EXPECT_EQ(response.ratings_size(), 0);
  EXPECT_EQ(response.replies_due_size(), 0);
  EXPECT_THAT(dump_, testing::Not(testing::ContainsRegex("ratings/b1|w0rd|b0x")))
      << "nor does the file hold what comes in";
}

TEST_F(OwnRatings, ShowServicesFromFiveOn) {
  const auto rate = [&](int i) {
    history_.Add<rv::ServiceRated>("2026-01-10 00:00", absl::StrCat("serviceRatings/r", i),
                                   absl::StrCat("body: '@bodies/pc1' score: ", 1 + i % 5));
  };
  EXPECT_EQ(Get().services().ShortDebugString(), "");
  for (int i = 0; i < 4; ++i) rate(i);
  EXPECT_EQ(Get().services().ShortDebugString(), "masked: true");
  rate(4);
  EXPECT_EQ(Get().services().ShortDebugString(), "n: 5 average_milli: 3000 satisfied: 2");
}

TEST_F(OwnRatings, ShowWhatIsToBePutRight) {
  bench::Announce(history_, "g25", "bodies/pc1", 2025);
  bench::Publish(history_, "g25", 2025, 8, 2000, 4000);
  history_.Add<rv::RectificationOpened>("2026-01-25 00:00", "ratingCampaigns/g25",
                                        "dimension: 'clean' clause_ref: 'c7' task: '整改' "
                                        "due T(2026-03-01 00:00) body: '@bodies/rc'");
  const views::v1::GetOwnRatingsResponse response = Get();
  ASSERT_EQ(response.rectifications_size(), 1);
  EXPECT_EQ(response.rectifications(0).task(), "整改");
  EXPECT_EQ(response.rectifications(0).clause_ref(), "c7");
  EXPECT_EQ(Get("p-pc2").rectifications_size(), 0);
}

// The company is replaced while its survey is open: whoever follows is not told another's ratings,
// and must not answer them.
TEST_F(OwnRatings, StayWithTheCompanyThatServed) {
  bench::Announce(history_, "g25", "bodies/pc1", 2025);
  history_.Add<registry::v1::BodyDissolved>("2026-01-12 00:00", "bodies/pc1", "");
  bench::Publish(history_, "g25", 2025, 8, 2000, 2000);
  const views::v1::GetOwnRatingsResponse of_the_next = Get("p-pc2");
  EXPECT_TRUE(status_.ok());
  EXPECT_EQ(Trend(of_the_next), "");
  EXPECT_EQ(Due(of_the_next), "");
  Get("p-pc1");
  EXPECT_EQ(wire::ReasonOf(status_), type::v1::ERROR_REASON_PERMISSION_DENIED)
      << "its people have no standing any more";
}

}  // namespace
}  // namespace sanzhang::projections::property_company
