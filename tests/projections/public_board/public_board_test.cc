// The public board tells nothing about the few.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/public_board/public_board_queries.h"
#include "projections/public_board/public_board_views.h"
#include "proto/wire/refusal.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::public_board {
namespace {

namespace cv = complaint::v1;
using bench::History;
using bench::ViewBench;

struct Filed {
  const char* category;
  int complaints;
};

// `category=count` for what is shown, `category` for what is hidden, and the total.
std::string Board(const std::vector<Filed>& filed) {
  History h = bench::Community();
  int number = 0;
  for (const Filed& some : filed) {
    for (int i = 0; i < some.complaints; ++i) {
      h.Add<cv::ComplaintFiled>("2026-01-31 23:00", absl::StrCat("complaints/x", ++number),
                                absl::StrCat("category: CATEGORY_", some.category));
    }
  }
  ViewBench view(MakePublicBoardViews());
  view.Apply(h);
  views::v1::GetOpenIndicatorsResponse response;
  EXPECT_TRUE(view.Ask(GetOpenIndicators, bench::Person("anyone"), "2026-02-10 00:00",
                       "parent: 'communities/c1' month: '2026-01'", response)
                  .ok());
  std::string shown;
  for (const auto& category : response.categories()) {
    absl::StrAppend(&shown, cv::Category_Name(category.category()).substr(9));
    if (category.has_filed()) absl::StrAppend(&shown, "=", category.filed());
    absl::StrAppend(&shown, " ");
  }
  return absl::StrCat(shown, "of ", response.has_filed() ? absl::StrCat(response.filed()) : "few");
}

TEST(Board, HidesWhatIsFewAndWhatWouldTellIt) {
  EXPECT_EQ(Board({}), "of few");
  EXPECT_EQ(Board({{"NOISE", 4}}), "NOISE of few");
  EXPECT_EQ(Board({{"NOISE", 5}}), "NOISE=5 of 5");
  EXPECT_EQ(Board({{"NOISE", 9}, {"FEE", 7}}), "NOISE=9 FEE=7 of 16");
  EXPECT_EQ(Board({{"NOISE", 9}, {"FEE", 7}, {"DISPUTE", 2}}), "NOISE=9 FEE DISPUTE of 18")
      << "two alone would be 18 - 9 - 7";
  EXPECT_EQ(Board({{"NOISE", 9}, {"FEE", 1}, {"DISPUTE", 2}}), "NOISE FEE DISPUTE of 12")
      << "three together are few";
  EXPECT_EQ(Board({{"NOISE", 9}, {"FEE", 4}, {"DISPUTE", 2}}), "NOISE=9 FEE DISPUTE of 15");
}

// From one moment to the next is one person's doing.
TEST(Board, IndicatorsAreOfTodayOnly) {
  ViewBench view(MakePublicBoardViews());
  ViewBench then(MakePublicBoardViews());
  view.Apply(bench::Community());
  then.Apply(bench::Community());
  views::v1::GetOpenIndicatorsResponse response;
  EXPECT_EQ(wire::ReasonOf(view.AskAsOf(then, "2026-02-09 00:00", GetOpenIndicators,
                                        bench::Person("anyone"), "2026-02-10 00:00",
                                        "parent: 'communities/c1' month: '2026-01'", response)),
            type::v1::ERROR_REASON_INVALID_REQUEST);
}

TEST(Board, KnowsMonthsAndCommunities) {
  ViewBench view(MakePublicBoardViews());
  view.Apply(bench::Community());
  views::v1::GetOpenIndicatorsResponse response;
  const auto reason = [&](const char* request) {
    return wire::ReasonOf(view.Ask(GetOpenIndicators, bench::Person("anyone"), "2026-02-10 00:00",
                                   request, response));
  };
  for (const char* month : {"2026-13", "2026-1", "2026/01", "00-0001", "2026-00", "20x6-01"}) {
    EXPECT_EQ(reason(absl::StrCat("parent: 'communities/c1' month: '", month, "'").c_str()),
              type::v1::ERROR_REASON_INVALID_REQUEST)
        << month;
  }
  EXPECT_EQ(reason("parent: 'communities/none' month: '2026-01'"),
            type::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
  EXPECT_EQ(reason("parent: 'communities/c1' month: '2026-01'"),
            type::v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_EQ(response.display_name(), "南湖");
}

// The month ends at midnight in Asia/Shanghai.
TEST(Board, CountsMonthsInShanghai) {
  History h = bench::Community();
  for (int i = 0; i < 6; ++i) {
    h.Add<cv::ComplaintFiled>("2026-02-01 00:00", absl::StrCat("complaints/x", i), "");
  }
  ViewBench view(MakePublicBoardViews());
  view.Apply(h);
  views::v1::GetOpenIndicatorsResponse response;
  const auto filed = [&](const char* month) {
    EXPECT_TRUE(view.Ask(GetOpenIndicators, bench::Person("anyone"), "2026-02-10 00:00",
                         absl::StrCat("parent: 'communities/c1' month: '", month, "'"), response)
                    .ok());
    return response.filed();
  };
  EXPECT_EQ(filed("2026-01"), 0);
  EXPECT_EQ(filed("2026-02"), 6);
}

}  // namespace
}  // namespace sanzhang::projections::public_board
