// What is shown of the raters by building while they come in is what the result would show of them.
#include "projections/ratings/coverage.h"

#include <iostream>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "projections/engine/parts_projection.h"
#include "projections/ratings/campaign_rows.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "services/rating/result.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace v1 = rating::v1;
using bench::History;
using bench::ViewBench;

std::string Lines(const auto& buildings) {
  std::string lines;
  for (const v1::BuildingCoverage& building : buildings) {
    absl::StrAppend(&lines, building.ShortDebugString(), "\n");
  }
  return lines;
}

TEST(Coverage, IsWhatTheResultWouldShow) {
  const char* const given = std::getenv("SANZHANG_TEST_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device()();
  std::cout << "SANZHANG_TEST_SEED=" << seed << "\n";
  for (int round = 0; round < 40; ++round) {
    std::mt19937_64 random(seed + static_cast<std::uint64_t>(round));
    History history;
    rating::ResultInput input;
    v1::RatingCampaignAnnounced announced;
    for (std::uint64_t i = 0; i < 1 + random() % 5; ++i) {
      v1::BuildingElectorate& building = *announced.add_electorate();
      building.set_building(absl::StrCat("communities/c1/buildings/b", i));
      building.set_eligible(static_cast<int>(1 + random() % 20));
      *input.electorate.emplace_back().mutable_building() = building.building();
      input.electorate.back().set_eligible(building.eligible());
    }
    history.Append("2026-01-05 00:00", "ratingCampaigns/g1", announced);
    for (std::uint64_t i = 0; i < random() % 30; ++i) {
      v1::RatingSubmitted submitted;
      const std::uint64_t building = random() % 7;  // b5 is in no electorate; 6: not known.
      if (building < 6) {
        submitted.set_building(absl::StrCat("communities/c1/buildings/b", building));
      }
      const std::string stream = absl::StrCat("ratingCampaigns/g1/ratings/r", i);
      history.Append("2026-01-06 00:00", stream, submitted);
      if (random() % 5 == 0) {
        history.Append("2026-01-07 00:00", stream, v1::RatingWithdrawn());
      } else {
        input.ratings.push_back({submitted.building(), {}});
      }
    }
    ViewBench view(MakeView("ratings", 1, Parts(Ratings(CampaignRows({.intake = true})))));
    view.Apply(history);
    const auto coverage = CoverageSoFar(view.rows(), "communities/c1/ratingCampaigns/g1");
    ASSERT_TRUE(coverage.ok());
    EXPECT_EQ(Lines(*coverage), Lines(rating::ComputeResult(input).buildings())) << round;
  }
}

}  // namespace
}  // namespace sanzhang::projections
