// Communities compared, and whistles.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/subdistrict/subdistrict_queries.h"
#include "projections/subdistrict/subdistrict_views.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::subdistrict {
namespace {

namespace cv = complaint::v1;
namespace reg = registry::v1;
using bench::History;
using bench::ViewBench;

History Two() {
  History h = bench::Community();
  for (const char* id : {"a", "b"}) {
    h.Add<cv::ComplaintFiled>("2026-02-01 10:00", absl::StrCat("complaints/", id),
                              "first_receiver: '@bodies/rc' intake_due T(2026-02-02 10:00)");
  }
  h.Add<cv::ComplaintFiled>("2026-02-01 10:00", "communities/c2/complaints/c", "");
  return h;
}

constexpr std::string_view kFebruary = "from T(2026-02-01 00:00) to T(2026-03-01 00:00)";

TEST(Comparison, ShowsTheCommunitiesWithASeat) {
  History h = Two();
  ViewBench view(MakeSubdistrictViews());
  view.Apply(h);
  views::v1::ListCommunityComparisonResponse response;
  const auto ask = [&](const char* who) {
    return view.Ask(ListCommunityComparison, bench::Person(who), "2026-03-01 00:00", kFebruary,
                    response);
  };
  ASSERT_TRUE(ask("p-gov").ok());
  ASSERT_EQ(response.communities_size(), 1);
  const auto& community = response.communities(0);
  EXPECT_EQ(community.display_name(), "南湖");
  EXPECT_EQ(community.complaints(), 2);
  EXPECT_EQ(community.complaints_per_million_households(), 2000);
  EXPECT_EQ(community.open(), 2);
  EXPECT_EQ(community.overdue(), 2);
  EXPECT_FALSE(community.rankable());
  EXPECT_EQ(community.acknowledged_on_time().formula(), "M1@1");
  EXPECT_EQ(ask("p-rc").code(), absl::StatusCode::kPermissionDenied);
}

TEST(Comparison, ShowsHowManyTookPart) {
  History h = Two();
  for (int i = 0; i < 5; ++i) {
    const std::string person = absl::StrCat("persons/x", i);
    h.Add<reg::PersonRegistered>("2026-01-01 00:00", person, "majority: MAJORITY_ADULT");
    h.Add<reg::ResidentConfirmed>("2026-01-01 00:00", person, "");
  }
  h.Add<cv::ComplaintSupported>("2026-02-05 10:00", "complaints/a", "supporter: '@persons/x1'");
  ViewBench view(MakeSubdistrictViews());
  view.Apply(h);
  views::v1::ListCommunityComparisonResponse response;
  const auto participation = [&] {
    EXPECT_TRUE(view.Ask(ListCommunityComparison, bench::Person("p-gov"), "2026-03-01 00:00",
                         kFebruary, response)
                    .ok());
    return response.communities(0).participation().ShortDebugString();
  };
  EXPECT_EQ(participation(),
            "id: METRIC_ID_PARTICIPATION_BREADTH formula: \"M13@1\" unit: METRIC_UNIT_PPM "
            "numerator: 1 denominator: 5 population: 5 value: 200000");
  ASSERT_TRUE(view.Apply(h.Add<reg::ResidentMovedOut>("2026-02-10 00:00", "persons/x2", "")).ok());
  EXPECT_EQ(participation(),
            "id: METRIC_ID_PARTICIPATION_BREADTH formula: \"M13@1\" unit: METRIC_UNIT_PPM "
            "masked: true")
      << "four are left";
}

TEST(Comparison, ShowsSeveralCommunities) {
  History h = Two();
  constexpr std::string_view kT = "2026-02-01 10:00";
  h.Add<reg::BodyPrepared>(kT, "communities/c2/bodies/gov", "kind: BODY_KIND_SUBDISTRICT_GOV");
  h.Add<reg::BodyEstablished>(kT, "communities/c2/bodies/gov", "");
  h.Add<reg::PersonRegistered>(kT, "communities/c2/persons/p-gov", "");
  h.Add<reg::MemberSeated>(
      kT, "communities/c2/memberships/m",
      "body: 'communities/c2/bodies/gov' person: 'communities/c2/persons/p-gov'"
      " office: OFFICE_STAFF body_kind: BODY_KIND_SUBDISTRICT_GOV");
  ViewBench view(MakeSubdistrictViews());
  view.Apply(h);
  views::v1::ListCommunityComparisonResponse response;
  ASSERT_TRUE(view.Ask(ListCommunityComparison, bench::Person("p-gov"), "2026-03-01 00:00",
                       absl::StrCat(std::string(kFebruary), " order_by: 'community desc'"),
                       response)
                  .ok());
  ASSERT_EQ(response.communities_size(), 2);
  EXPECT_EQ(response.communities(0).community(), "communities/c2");
  EXPECT_EQ(response.communities(0).complaints(), 1);
  EXPECT_FALSE(response.communities(0).has_complaints_per_million_households());
}

TEST(Whistles, ShowWhoCameAndWhen) {
  History h = Two();
  h.Add<cv::DepartmentsWhistled>("2026-02-03 10:00", "complaints/a",
                                 "departments: '@bodies/dep' departments: '@bodies/gov' "
                                 "matter: '水管' report_in_due T(2026-02-05 10:00)");
  h.Add<cv::DepartmentReportedIn>("2026-02-04 10:00", "complaints/a",
                                  "department: '@bodies/dep' result: '已修' joint_solved: true");
  ViewBench view(MakeSubdistrictViews());
  view.Apply(h);
  views::v1::ListWhistlesResponse response;
  ASSERT_TRUE(view.Ask(ListWhistles, bench::Person("p-gov"), "2026-02-06 10:00",
                       "parent: 'communities/c1'", response)
                  .ok());
  ASSERT_EQ(response.whistles_size(), 1);
  const auto& whistle = response.whistles(0);
  EXPECT_EQ(whistle.matter(), "水管");
  EXPECT_EQ(whistle.age_ms(), 3 * 86400000);
  ASSERT_EQ(whistle.departments_size(), 2);
  EXPECT_EQ(whistle.departments(0).after_ms(), 86400000);
  EXPECT_FALSE(whistle.departments(0).late());
  EXPECT_EQ(whistle.departments(0).result(), "已修");
  EXPECT_FALSE(whistle.departments(1).has_reported_in_at());
  EXPECT_TRUE(whistle.departments(1).late());
  EXPECT_FALSE(whistle.joint_solved());
}

}  // namespace
}  // namespace sanzhang::projections::subdistrict
