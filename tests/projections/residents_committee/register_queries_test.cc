// V-R7: what the register knows, by building and constituency.
#include "projections/residents_committee/register_queries.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/residents_committee/residents_committee_views.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::residents_committee {
namespace {

namespace reg = registry::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kNow = "2026-03-01 00:00";

History Register() {
  constexpr std::string_view kT = "2026-01-02 00:00";
  History h = bench::Community();
  h.Add<reg::DwellingRegistered>(kT, "dwellings/d1",
                                 "place { building: '@buildings/b1' } area_dm2: 8000");
  h.Add<reg::HouseholdFormed>(kT, "households/h1", "dwelling: '@dwellings/d1'");
  h.Add<reg::BuildingMovedToGrid>(kT, "buildings/b2", "grid: '@grids/g1'");
  h.Add<reg::BodyPrepared>(kT, "bodies/ra", "kind: BODY_KIND_RESIDENT_REP_ASSEMBLY");
  h.Add<reg::RepresentativeConstituencySet>(
      kT, "constituencies/k1", "units: '@buildings/b1' units: '@households/h9' households: 20");
  h.Add<reg::RepresentativeConstituencySet>(kT, "constituencies/k2",
                                            "units: '@buildings/b2' households: 19");
  h.Add<reg::MemberSeated>(kT, "memberships/r1",
                           "body: '@bodies/ra' person: '@persons/p-zhang' office: OFFICE_MEMBER "
                           "body_kind: BODY_KIND_RESIDENT_REP_ASSEMBLY");
  h.Add<reg::RepresentativeElected>(kT, "constituencies/k1",
                                    "membership: '@memberships/r1' person: '@persons/p-zhang'");
  h.Add<reg::RepresentativeConstituencySet>(kT, "communities/c2/constituencies/k1",
                                            "households: 30");
  return h;
}

TEST(RegisterSummary, CountsTheCommunity) {
  ViewBench view(MakeResidentsCommitteeViews());
  view.Apply(Register());
  views::v1::GetRegisterSummaryResponse response;
  ASSERT_TRUE(view.Ask(GetRegisterSummary, bench::Person("p-rc"), kNow, "parent: 'communities/c1'",
                       response)
                  .ok());
  EXPECT_EQ(response.summary().ShortDebugString(),
            "property_areas: 2 grids: 1 buildings: 2 entrances: 1 dwellings: 1 area_dm2: 8000 "
            "ownership_unknown: 1 households_planned: 1000 households: 1 residents: 2 "
            "constituencies: 2 constituency_households: 39 constituencies_of_wrong_size: 1 "
            "representatives: 1 representatives_vacant: 1 chief_posts: 4");
}

TEST(RegisterBuildings, StandInTheirGridOfToday) {
  ViewBench view(MakeResidentsCommitteeViews());
  view.Apply(Register());
  views::v1::ListRegisterBuildingsResponse response;
  const auto ask = [&](const std::string& more) {
    return view.Ask(ListRegisterBuildings, bench::Person("p-rc"), kNow,
                    "parent: 'communities/c1' " + more, response);
  };
  ASSERT_TRUE(ask("").ok());
  ASSERT_EQ(response.buildings_size(), 2);
  EXPECT_EQ(response.buildings(0).ShortDebugString(),
            History::Expand("building: \"@buildings/b1\" display_name: \"1\\345\\217\\267\\346\\245"
                            "\\274\" property_area: \"@propertyAreas/a1\" grid: \"@grids/g1\" "
                            "entrances: 1 dwellings: 1 area_dm2: 8000 ownership_unknown: 1 "
                            "households: 1 residents: 2"));
  EXPECT_EQ(response.buildings(1).grid(), "communities/c1/grids/g1");
  EXPECT_EQ(response.buildings(1).dwellings(), 0);
  ASSERT_TRUE(ask("page_size: 1 order_by: 'building desc'").ok());
  ASSERT_EQ(response.buildings_size(), 1);
  EXPECT_EQ(response.buildings(0).building(), "communities/c1/buildings/b2");
  EXPECT_NE(response.next_page_token(), "");
  ASSERT_TRUE(ask("filter: 'property_area = \"communities/c1/propertyAreas/a1\"'").ok());
  EXPECT_EQ(response.buildings_size(), 1);
}

TEST(Constituencies, AreCheckedForTheirSize) {
  ViewBench view(MakeResidentsCommitteeViews());
  view.Apply(Register());
  views::v1::ListConstituenciesResponse response;
  ASSERT_TRUE(view.Ask(ListConstituencies, bench::Person("p-rc"), kNow, "parent: 'communities/c1'",
                       response)
                  .ok());
  ASSERT_EQ(response.constituencies_size(), 2);
  EXPECT_EQ(response.constituencies(0).ShortDebugString(),
            History::Expand("constituency: \"@constituencies/k1\" units: \"@buildings/b1\" "
                            "units: \"@households/h9\" households: 20 "
                            "membership: \"@memberships/r1\""));
  EXPECT_EQ(response.constituencies(1).ShortDebugString(),
            History::Expand("constituency: \"@constituencies/k2\" units: \"@buildings/b2\" "
                            "households: 19 wrong_size: true"));
}

}  // namespace
}  // namespace sanzhang::projections::residents_committee
