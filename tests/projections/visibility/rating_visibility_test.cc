// Who sees what of ratings, appraisals, supervision and participation: every kind of viewer against
// every query.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/party_org/party_org_queries.h"
#include "projections/party_org/party_org_views.h"
#include "projections/property_company/property_company_queries.h"
#include "projections/property_company/property_company_views.h"
#include "projections/residents_committee/residents_committee_views.h"
#include "projections/residents_committee/survey_queries.h"
#include "projections/subdistrict/subdistrict_views.h"
#include "projections/supervision_committee/supervision_committee_queries.h"
#include "projections/supervision_committee/supervision_committee_views.h"
#include "proto/wire/refusal.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "tests/projections/support/survey_history.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

using bench::History;
using bench::ViewBench;

constexpr std::string_view kNow = "2026-02-01 00:00";
constexpr char kWindow[] = "from T(2025-01-01 00:00) to T(2026-12-31 00:00)";

// A public survey of company 1, an open one of company 2, an exclusion to be approved, and an
// appraisal.
History Ratings() {
  History h = bench::Community();
  bench::Announce(h, "public", "bodies/pc1", 2024);
  bench::Publish(h, "public", 2024, 8, 4000, 3000);
  bench::Announce(h, "open", "bodies/pc2", 2025);
  bench::Rate(h, "open", "b1", 3);
  h.Add<complaint::v1::ComplaintScoreExclusionProposed>("2026-01-03 00:00", "complaints/q1",
                                                        "body: '@bodies/rc'");
  h.Add<rating::v1::AppraisalAnnounced>("2026-01-01 00:00", "appraisals/a1",
                                        "body: '@bodies/rc' members: '@memberships/rc' year: 2025");
  return h;
}

struct Views {
  History history = Ratings();
  ViewBench committee{MakeResidentsCommitteeViews()};
  ViewBench company{MakePropertyCompanyViews()};
  ViewBench party{MakePartyOrgViews()};
  ViewBench supervision{MakeSupervisionCommitteeViews()};

  Views() {
    for (ViewBench* view : {&committee, &company, &party, &supervision}) view->Apply(history);
  }
};

Views& All() {
  static auto* const views = new Views();
  return *views;
}

template <class Request, class Response>
std::string Count(ViewBench& view,
                  absl::Status (*query)(const QueryContext&, const Request&, Response&),
                  const Caller& who, const std::string& request, auto count) {
  Response response;
  const absl::Status status = view.Ask(query, who, kNow, request, response);
  if (wire::ReasonOf(status) == type::v1::ERROR_REASON_PERMISSION_DENIED) return "denied";
  EXPECT_TRUE(status.ok()) << status;
  return absl::StrCat(count(response));
}

// What a viewer gets of every query: how many rows.
std::vector<std::string> Seen(const Caller& who) {
  Views& all = All();
  const std::string parent = "parent: 'communities/c1' ";
  return {
      absl::StrCat("surveys ", Count(all.committee, residents_committee::ListSurveys, who, parent,
                                     [](const auto& r) { return r.surveys_size(); })),
      absl::StrCat("watched ", Count(all.committee, residents_committee::WatchSurveys, who, parent,
                                     [](const auto& r) { return r.surveys_size(); })),
      absl::StrCat("survey ", Count(all.committee, residents_committee::GetSurvey, who,
                                    "name: 'communities/c1/ratingCampaigns/open'",
                                    [](const auto& r) { return r.survey().survey().answered(); })),
      absl::StrCat("scorecard ",
                   Count(all.committee, residents_committee::GetPropertyScorecard, who,
                         absl::StrCat(parent, "company: '@bodies/pc1' ",
                                      "from T(2024-01-01 00:00) to T(2026-12-31 00:00)"),
                         [](const auto& r) { return r.lines_size(); })),
      absl::StrCat("own ", Count(all.company, property_company::GetOwnRatings, who, parent,
                                 [](const auto& r) { return r.ratings_size(); })),
      absl::StrCat("participation ",
                   Count(all.party, party_org::GetParticipation, who, absl::StrCat(parent, kWindow),
                         [](const auto& r) { return r.summary().breadth().denominator(); })),
      absl::StrCat("docket ", Count(all.supervision, supervision_committee::ListDocket, who, parent,
                                    [](const auto& r) { return r.items_size(); })),
      absl::StrCat("appraisals ",
                   Count(all.supervision, supervision_committee::ListMemberAppraisals, who, parent,
                         [](const auto& r) { return r.members_size(); }))};
}

struct Case {
  std::string name;
  Caller who;
  // surveys, watched, survey, scorecard, own, participation, docket, appraisals
  std::vector<std::string> sees;
};
class RatingMatrix : public testing::TestWithParam<Case> {};

TEST_P(RatingMatrix, ViewerByQuery) {
  const std::vector<std::string> names = {"surveys ", "watched ",       "survey ", "scorecard ",
                                          "own ",     "participation ", "docket ", "appraisals "};
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < names.size(); ++i) expected.push_back(names[i] + GetParam().sees[i]);
  EXPECT_THAT(Seen(GetParam().who), testing::ElementsAreArray(expected));
}

const std::vector<std::string> kNothing(8, "denied");

INSTANTIATE_TEST_SUITE_P(
    Viewers, RatingMatrix,
    testing::ValuesIn(std::vector<Case>{
        {"Committee",
         bench::Person("p-rc"),
         {"2", "2", "3", "2", "denied", "0", "denied", "denied"}},
        {"Officer", bench::Person("p-gov"), {"2", "2", "3", "2", "denied", "0", "1", "1"}},
        {"Party", bench::Person("p-party"), {"2", "2", "3", "2", "denied", "0", "1", "1"}},
        {"Supervision", bench::Person("p-sup"), {"2", "2", "3", "2", "denied", "denied", "1", "1"}},
        {"Company",
         bench::Person("p-pc1"),
         {"denied", "denied", "denied", "denied", "2", "denied", "denied", "denied"}},
        {"OtherCompany",
         bench::Person("p-pc2"),
         {"denied", "denied", "denied", "denied", "0", "denied", "denied", "denied"}},
        {"Department",
         bench::Person("p-dep"),
         {"denied", "denied", "denied", "denied", "0", "denied", "denied", "denied"}},
        {"Auditor",
         bench::Service("auditor", {type::v1::ROLE_AUDITOR}),
         {"2", "2", "3", "2", "denied", "0", "1", "1"}},
        {"GridChief", bench::Person("p-grid"), kNothing},
        {"BuildingChief", bench::Person("p-b1"), kNothing},
        {"EntranceChief", bench::Person("p-e1"), kNothing},
        {"Resident", bench::Person("p-zhang"), kNothing},
        {"ResidentOfAnotherCommunity", bench::Person("p-out"), kNothing},
        {"Nobody", bench::Person("p-nobody"), kNothing},
        {"UnknownService", bench::Service("stranger"), kNothing},
    }),
    [](const auto& info) { return info.param.name; });

// While ratings come in, no view has a score, a word of a rater, or what stands for one; the file
// of those who are rated has not even how many.
TEST(RatingRows, HoldNothingOfOpenSurveys) {
  for (ViewBench* view : {&All().committee, &All().company, &All().party, &All().supervision}) {
    EXPECT_THAT(view->Dump(), testing::Not(testing::ContainsRegex("b0x|w0rd")));
  }
  for (ViewBench* view : {&All().company, &All().supervision}) {
    EXPECT_EQ(view->Select("SELECT count(*) FROM rating", 1), "0\n");
    EXPECT_EQ(view->Select("SELECT sum(received) FROM rating_campaign", 1), "0\n");
  }
  EXPECT_EQ(All().committee.Select("SELECT count(*) FROM rating_score s JOIN rating_campaign c "
                                   "ON c.name = s.campaign WHERE c.published_us IS NULL",
                                   1),
            "0\n");
}

}  // namespace
}  // namespace sanzhang::projections
