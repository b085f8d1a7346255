// The Party organisation's overview, hot spots and chiefs.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/party_org/party_org_queries.h"
#include "projections/party_org/party_org_views.h"
#include "proto/wire/refusal.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::party_org {
namespace {

namespace cv = complaint::v1;
namespace reg = registry::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kParent = "parent: 'communities/c1'";

void File(History& h, const std::string& id, const char* person, const char* time) {
  h.Add<cv::ComplaintFiled>(
      time, "complaints/" + id,
      absl::StrCat("category: CATEGORY_NOISE first_receiver: '@bodies/rc' complainant: '@persons/",
                   person,
                   "' intake_due T(2026-03-02 10:00) place { property_area: '@propertyAreas/a1' "
                   "grid: '@grids/g1' building: '@buildings/b1' entrance: '@entrances/e1' }"));
}

TEST(Overview, ShowsEveryBodyAndItsWork) {
  History h = bench::Community();
  h.Add<reg::TermStarted>("2026-01-02 00:00", "terms/t",
                          "body: '@bodies/rc' begins T(2026-01-01 00:00) ends T(2031-01-01 00:00)");
  h.Add<reg::BodyDissolved>("2026-01-02 00:00", "bodies/pc2", "");
  File(h, "a", "p-zhang", "2026-03-01 10:00");
  File(h, "b", "p-zhang", "2026-03-01 10:00");
  h.Add<cv::ComplaintAccepted>("2026-03-01 11:00", "complaints/a",
                               "responsible_body: '@bodies/rc' ack_due T(2026-03-03 10:00) "
                               "answer_due T(2026-03-08 10:00)");
  h.Add<cv::ComplaintAssigned>("2026-03-01 12:00", "complaints/a",
                               "assignee_body: '@bodies/pc1' hop: 1");
  h.Add<cv::ComplaintAnswered>("2026-03-05 12:00", "complaints/a", "outcome: OUTCOME_SOLVED");
  h.Add<cv::ComplaintConfirmed>("2026-03-05 13:00", "complaints/a", "result_score: 4");
  ViewBench view(MakePartyOrgViews());
  view.Apply(h);
  views::v1::GetOverviewResponse response;
  ASSERT_TRUE(
      view.Ask(GetOverview, bench::Person("p-party"), "2026-03-10 00:00", kParent, response).ok());
  std::string shown;
  for (const auto& body : response.bodies()) {
    absl::StrAppend(&shown, body.display_name(), " ", body.members(), " ", body.open_complaints(),
                    " ", body.overdue_complaints(), " ", body.answered_on_time().numerator(), "/",
                    body.answered_on_time().denominator(), " ", body.satisfied().numerator(), "/",
                    body.satisfied().denominator(), body.has_term_ends_at() ? " term" : "", "\n");
  }
  EXPECT_EQ(shown,
            "party 1 0 0 0/0 0/0\n"
            "rc 1 1 1 0/0 0/0 term\n"
            "sup 1 0 0 0/0 0/0\n"
            "pc1 1 1 0 1/1 1/1\n"
            "gov 1 0 0 0/0 0/0\n"
            "dep 1 0 0 0/0 0/0\n");
}

TEST(Stability, ShowsHotSpots) {
  History h = bench::Community();
  File(h, "old", "p-zhang", "2026-01-10 10:00");  // Before the 30 days.
  h.Add<cv::ComplaintClosed>("2026-01-12 10:00", "complaints/old", "");
  File(h, "a", "p-zhang", "2026-02-20 10:00");
  File(h, "b", "p-zhang", "2026-02-21 10:00");
  File(h, "c", "p-li", "2026-02-22 10:00");
  h.Add<cv::ComplaintEscalated>("2026-02-22 11:00", "complaints/b",
                                "to: LEVEL_SUBDISTRICT responsible_body: '@bodies/gov'");
  h.Add<cv::ComplaintWithdrawn>("2026-02-22 12:00", "complaints/a", "");
  ViewBench view(MakePartyOrgViews());
  view.Apply(h);
  views::v1::ListStabilityWatchResponse response;
  ASSERT_TRUE(
      view.Ask(ListStabilityWatch, bench::Person("p-party"), "2026-03-01 00:00", kParent, response)
          .ok());
  ASSERT_EQ(response.hot_spots_size(), 1);
  const auto& spot = response.hot_spots(0);
  EXPECT_EQ(spot.place(), "communities/c1/entrances/e1");
  EXPECT_EQ(spot.complaints(), 3);
  EXPECT_EQ(spot.distinct_complainants(), 2);
  EXPECT_EQ(spot.open(), 2);
  EXPECT_EQ(spot.level(), cv::LEVEL_SUBDISTRICT);
  EXPECT_EQ(spot.repeated().numerator(), 3) << "one was closed there in January";
  EXPECT_EQ(spot.repeated().value(), 1000000);
  EXPECT_EQ(spot.responsible_body(), "communities/c1/bodies/rc");
  EXPECT_FALSE(spot.mass());
}

TEST(Chiefs, AreActiveDormantOrMissing) {
  History h = bench::Community();
  h.Add<reg::ChiefEnded>("2026-01-02 00:00", "chiefs/b2", "reason: END_REASON_RESIGNED");
  File(h, "a", "p-zhang", "2026-02-20 10:00");
  for (const char* time : {"2026-02-20 11:00", "2026-02-20 12:00", "2026-03-15 12:00"}) {
    h.Add<cv::ComplaintEscalated>(time, "complaints/a", "responsible_body: '@bodies/rc'")
        .mutable_actor()
        ->set_membership("communities/c1/chiefs/grid");
  }
  ViewBench view(MakePartyOrgViews());
  view.Apply(h);
  views::v1::ListChiefsResponse response;
  ASSERT_TRUE(
      view.Ask(ListChiefs, bench::Person("p-rc"), "2026-04-01 00:00", kParent, response).ok());
  std::string shown;
  for (const auto& chief : response.chiefs()) {
    absl::StrAppend(&shown, chief.unit().substr(15), " ", chief.masked_name().text(), " ",
                    chief.actions_30d(), " ", chief.complaints_handled(), " ",
                    views::v1::ChiefStatus_Name(chief.status()), " ", chief.open_complaints(),
                    "\n");
  }
  EXPECT_EQ(shown,
            "grids/g1 张** 1 1 CHIEF_STATUS_ACTIVE 1\n"
            "buildings/b1 张** 0 0 CHIEF_STATUS_DORMANT 1\n"
            "buildings/b2  0 0 CHIEF_STATUS_VACANT 0\n"
            "entrances/e1 张** 0 0 CHIEF_STATUS_DORMANT 1\n");
  ASSERT_TRUE(view.Ask(ListChiefs, bench::Person("p-rc"), "2026-04-01 00:00",
                       "parent: 'communities/c1' filter: 'vacant = true'", response)
                  .ok());
  EXPECT_EQ(response.chiefs_size(), 1);
  ASSERT_TRUE(
      view.Ask(ListChiefs, bench::Person("p-rc"), "2026-02-01 00:00", kParent, response).ok());
  EXPECT_EQ(response.chiefs(1).status(), views::v1::CHIEF_STATUS_ACTIVE) << "new in office";
}

TEST(Participation, IsOfTheCommunityAndHidesSmallGroups) {
  History h = bench::Community();
  for (int i = 0; i < 6; ++i) {
    const std::string person = absl::StrCat("persons/x", i);
    h.Add<registry::v1::PersonRegistered>("2026-01-01 00:00", person, "majority: MAJORITY_ADULT");
    h.Add<registry::v1::ResidentEnrolled>("2026-01-01 00:00", person,
                                          "place { building: '@buildings/b1' }");
    h.Add<registry::v1::ResidentConfirmed>("2026-01-01 00:00", person, "");
    h.Add<cv::ComplaintFiled>("2026-01-05 10:00", absl::StrCat("complaints/x", i),
                              absl::StrCat("complainant: '@", i < 5 ? person : "persons/x0", "'"));
  }
  ViewBench view(MakePartyOrgViews());
  view.Apply(h);
  const auto shown = [&](const char* who, const char* window) {
    views::v1::GetParticipationResponse response;
    const absl::Status status =
        view.Ask(GetParticipation, bench::Person(who), "2026-03-01 00:00",
                 absl::StrCat("parent: 'communities/c1' ", window), response);
    return status.ok() ? response.summary().ShortDebugString()
                       : type::v1::ErrorReason_Name(wire::ReasonOf(status));
  };
  constexpr char kJanuary[] = "from T(2026-01-01 00:00) to T(2026-02-01 00:00)";
  const std::string january =
      "breadth { id: METRIC_ID_PARTICIPATION_BREADTH formula: \"M13@1\" unit: METRIC_UNIT_PPM "
      "numerator: 5 denominator: 6 population: 6 value: 833333 } "
      "newcomers { id: METRIC_ID_NEW_PARTICIPANTS formula: \"M14@1\" unit: METRIC_UNIT_PPM "
      "numerator: 5 denominator: 5 population: 5 value: 1000000 } "
      "buildings { building: \"communities/c1/buildings/b1\" band: PARTICIPATION_BAND_FROM_75 "
      "adults: 6 participants: 5 } "
      "kinds { kind: PARTICIPATION_KIND_COMPLAINT participants: 5 }";
  for (const char* who : {"p-party", "p-rc", "p-gov"}) EXPECT_EQ(shown(who, kJanuary), january);
  EXPECT_EQ(shown("p-pc1", kJanuary), "ERROR_REASON_PERMISSION_DENIED");
  EXPECT_EQ(shown("p-zhang", kJanuary), "ERROR_REASON_PERMISSION_DENIED");
  EXPECT_EQ(shown("p-party", "from T(2026-01-01 00:00) to T(2026-01-01 00:00)"),
            "ERROR_REASON_INVALID_REQUEST");
}

}  // namespace
}  // namespace sanzhang::projections::party_org
