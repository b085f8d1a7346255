// Who sees what: every kind of viewer against every view, and what words and names each gets.
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/party_org/party_org_queries.h"
#include "projections/party_org/party_org_views.h"
#include "projections/property_company/property_company_queries.h"
#include "projections/property_company/property_company_views.h"
#include "projections/public_board/public_board_queries.h"
#include "projections/public_board/public_board_views.h"
#include "projections/resident/resident_queries.h"
#include "projections/resident/resident_views.h"
#include "projections/residents_committee/residents_committee_queries.h"
#include "projections/residents_committee/residents_committee_views.h"
#include "projections/subdistrict/subdistrict_queries.h"
#include "projections/subdistrict/subdistrict_views.h"
#include "proto/wire/refusal.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace cv = complaint::v1;
using bench::History;
using bench::ViewBench;
using views::v1::ComplaintRow;

constexpr std::string_view kNow = "2026-01-20 00:00";
constexpr std::string_view kParent = "parent: 'communities/c1'";

// Three complaints: `one` in building 1 with company 1; `two` in building 2 with company 2,
// anonymous to handlers; `up`, of the whole community, escalated to the sub-district, with a
// whistle.
History Complaints() {
  History h = bench::Community();
  const auto file = [&](const char* id, const std::string& what) {
    h.Add<cv::ComplaintFiled>("2026-01-05 10:00", std::string("complaints/") + id,
                              "category: CATEGORY_NOISE first_receiver: '@bodies/rc' " + what);
  };
  file("one",
       "complainant: '@persons/p-zhang' text { subject: '@persons/p-zhang' content: 'secret one' } "
       "contact { subject: '@persons/p-zhang' content: 'phone one' } "
       "place { property_area: '@propertyAreas/a1' grid: '@grids/g1' building: '@buildings/b1' "
       "entrance: '@entrances/e1' }");
  file("two",
       "complainant: '@persons/p-li' anonymity: ANONYMITY_HANDLER "
       "text { subject: '@persons/p-li' content: 'secret two' } "
       "contact { subject: '@persons/p-li' content: 'phone two' } "
       "place { property_area: '@propertyAreas/a2' building: '@buildings/b2' }");
  file("up", "complainant: '@persons/p-zhang' text { content: 'secret up' }");
  const auto accept = [&](const char* id, const char* body) {
    const std::string stream = std::string("complaints/") + id;
    h.Add<cv::ComplaintAccepted>("2026-01-05 11:00", stream,
                                 "level: LEVEL_COMMUNITY responsible_body: '@bodies/rc' "
                                 "ack_due T(2026-01-07 10:00) answer_due T(2026-01-12 10:00)");
    h.Add<cv::ComplaintAssigned>("2026-01-05 12:00", stream,
                                 std::string("hop: 1 assignee_body: '@bodies/") + body + "'");
  };
  accept("one", "pc1");
  accept("two", "pc2");
  accept("up", "gov");
  h.Add<cv::ComplaintEscalated>("2026-01-06 12:00", "complaints/up",
                                "from: LEVEL_COMMUNITY to: LEVEL_SUBDISTRICT "
                                "responsible_body: '@bodies/gov'");
  h.Add<cv::DepartmentsWhistled>("2026-01-06 13:00", "complaints/up",
                                 "departments: '@bodies/dep' matter: 'pipes'");
  h.Add<cv::ComplaintSupported>("2026-01-06 14:00", "complaints/one", "supporter: '@persons/p-li'");
  return h;
}

// The answer as one line: names in order, `denied`, or the reason.
template <class Response, class Names>
std::string Line(const absl::Status& status, const Response& response, Names names) {
  if (wire::ReasonOf(status) == type::v1::ERROR_REASON_PERMISSION_DENIED) return "denied";
  if (!status.ok()) return status.ToString();
  std::set<std::string> sorted;
  for (const std::string& name : names(response)) {
    sorted.insert(name.substr(name.rfind('/') + 1));
  }
  return absl::StrJoin(sorted, " ");
}

struct Views {
  History history = Complaints();
  ViewBench committee{MakeResidentsCommitteeViews()};
  ViewBench company{MakePropertyCompanyViews()};
  ViewBench party{MakePartyOrgViews()};
  ViewBench subdistrict{MakeSubdistrictViews()};
  ViewBench resident{MakeResidentViews()};
  ViewBench board{MakePublicBoardViews()};

  Views() {
    for (ViewBench* view : {&committee, &company, &party, &subdistrict, &resident, &board}) {
      view->Apply(history);
    }
  }
};

Views& All() {
  static auto* const views = new Views();
  return *views;
}

std::vector<std::string> ComplaintNames(const auto& response) {
  std::vector<std::string> names;
  for (const auto& row : response.complaints()) names.push_back(row.name());
  return names;
}

// What each viewer gets of every view.
std::vector<std::string> Seen(const Caller& who) {
  Views& all = All();
  std::vector<std::string> seen;
  views::v1::ListComplaintsResponse complaints;
  absl::Status status =
      all.committee.Ask(residents_committee::ListComplaints, who, kNow, kParent, complaints);
  seen.push_back("rc: " +
                 Line(status, complaints, [](const auto& r) { return ComplaintNames(r); }));

  views::v1::ListWorkQueueResponse work;
  status = all.company.Ask(property_company::ListWorkQueue, who, kNow, kParent, work);
  seen.push_back("pc: " + Line(status, work, [](const auto& r) {
                   std::vector<std::string> names;
                   for (const auto& item : r.items()) names.push_back(item.name());
                   return names;
                 }));

  views::v1::GetOverviewResponse overview;
  status = all.party.Ask(party_org::GetOverview, who, kNow, kParent, overview);
  seen.push_back("party: " + Line(status, overview, [](const auto& r) {
                   return std::vector<std::string>{std::to_string(r.bodies_size()) + "-bodies"};
                 }));

  views::v1::ListWhistlesResponse whistles;
  status = all.subdistrict.Ask(subdistrict::ListWhistles, who, kNow, kParent, whistles);
  seen.push_back("gov: " + Line(status, whistles, [](const auto& r) {
                   std::vector<std::string> names;
                   for (const auto& whistle : r.whistles()) names.push_back(whistle.complaint());
                   return names;
                 }));

  views::v1::ListMyComplaintsResponse mine;
  status = all.resident.Ask(resident::ListMyComplaints, who, kNow, kParent, mine);
  seen.push_back("my: " + Line(status, mine, [](const auto& r) { return ComplaintNames(r); }));

  views::v1::GetOpenIndicatorsResponse board;
  status = all.board.Ask(public_board::GetOpenIndicators, who, kNow,
                         "parent: 'communities/c1' month: '2026-01'", board);
  seen.push_back("board: " + Line(status, board, [](const auto& r) {
                   return std::vector<std::string>{std::to_string(r.metrics_size()) + "-metrics"};
                 }));
  return seen;
}

struct Case {
  std::string name;
  Caller who;
  std::vector<std::string> sees;
};
class Matrix : public testing::TestWithParam<Case> {};

TEST_P(Matrix, ViewerByView) {
  EXPECT_THAT(Seen(GetParam().who), testing::ElementsAreArray(GetParam().sees));
}

INSTANTIATE_TEST_SUITE_P(Viewers, Matrix,
                         testing::ValuesIn(std::vector<Case>{
                             {"Committee",
                              bench::Person("p-rc"),
                              {"rc: one two up", "pc: denied", "party: denied", "gov: denied",
                               "my: denied", "board: 18-metrics"}},
                             {"Officer",
                              bench::Person("p-gov"),
                              {"rc: one two up", "pc: denied", "party: denied", "gov: up",
                               "my: denied", "board: 18-metrics"}},
                             {"Party",
                              bench::Person("p-party"),
                              {"rc: one two up", "pc: denied", "party: 7-bodies", "gov: denied",
                               "my: denied", "board: 18-metrics"}},
                             {"Supervision",
                              bench::Person("p-sup"),
                              {"rc: one two up", "pc: denied", "party: denied", "gov: denied",
                               "my: denied", "board: 18-metrics"}},
                             {"GridChief",
                              bench::Person("p-grid"),
                              {"rc: one", "pc: denied", "party: denied", "gov: denied",
                               "my: denied", "board: 18-metrics"}},
                             {"BuildingChief",
                              bench::Person("p-b2"),
                              {"rc: two", "pc: denied", "party: denied", "gov: denied",
                               "my: denied", "board: 18-metrics"}},
                             {"EntranceChief",
                              bench::Person("p-e1"),
                              {"rc: one", "pc: denied", "party: denied", "gov: denied",
                               "my: denied", "board: 18-metrics"}},
                             {"Company",
                              bench::Person("p-pc1"),
                              {"rc: denied", "pc: one", "party: denied", "gov: denied",
                               "my: denied", "board: 18-metrics"}},
                             {"OtherCompany",
                              bench::Person("p-pc2"),
                              {"rc: denied", "pc: two", "party: denied", "gov: denied",
                               "my: denied", "board: 18-metrics"}},
                             {"Department",
                              bench::Person("p-dep"),
                              {"rc: denied", "pc: ", "party: denied", "gov: up", "my: denied",
                               "board: 18-metrics"}},
                             {"Complainant",
                              bench::Person("p-zhang"),
                              {"rc: denied", "pc: denied", "party: denied", "gov: denied",
                               "my: one up", "board: 18-metrics"}},
                             {"ComplainantAndSupporter",
                              bench::Person("p-li"),
                              {"rc: denied", "pc: denied", "party: denied", "gov: denied",
                               "my: one two", "board: 18-metrics"}},
                             {"ResidentOfAnotherCommunity",
                              bench::Person("p-out"),
                              {"rc: denied", "pc: denied", "party: denied", "gov: denied",
                               "my: denied", "board: 18-metrics"}},
                             {"Nobody",
                              bench::Person("p-nobody"),
                              {"rc: denied", "pc: denied", "party: denied", "gov: denied",
                               "my: denied", "board: 18-metrics"}},
                             {"Auditor",
                              bench::Service("auditor", {type::v1::ROLE_AUDITOR}),
                              {"rc: one two up", "pc: denied", "party: denied", "gov: denied",
                               "my: denied", "board: 18-metrics"}},
                             {"UnknownService",
                              bench::Service("stranger"),
                              {"rc: denied", "pc: denied", "party: denied", "gov: denied",
                               "my: denied", "board: 18-metrics"}},
                         }),
                         [](const auto& info) { return info.param.name; });

// Text, contact and complainant of a complaint as a viewer gets them from the committee's view.
std::string Words(const char* who, const char* complaint) {
  const Caller caller = std::string(who) == "auditor"
                            ? bench::Service("auditor", {type::v1::ROLE_AUDITOR})
                            : bench::Person(who);
  views::v1::GetComplaintResponse response;
  const absl::Status status = All().committee.Ask(
      residents_committee::GetComplaint, caller, kNow,
      std::string("name: 'communities/c1/complaints/") + complaint + "'", response);
  if (!status.ok()) return "denied";
  const ComplaintRow& row = response.complaint();
  const std::string person = row.complainant();
  return row.text().text() + "|" + row.contact().text() + "|" +
         person.substr(person.rfind('/') + 1);
}

TEST(Words, OfAComplaintByViewer) {
  EXPECT_EQ(Words("p-rc", "one"), "secret one|phone one|p-zhang");
  EXPECT_EQ(Words("p-rc", "two"), "secret two||") << "anonymous to those who handle it";
  EXPECT_EQ(Words("p-gov", "one"), "secret one|phone one|p-zhang");
  EXPECT_EQ(Words("p-b1", "one"), "secret one|phone one|p-zhang");
  EXPECT_EQ(Words("p-b2", "one"), "denied");
  EXPECT_EQ(Words("p-party", "one"), "||") << "not escalated";
  EXPECT_EQ(Words("p-party", "up"), "secret up||") << "escalated";
  EXPECT_EQ(Words("p-sup", "one"), "||");
  EXPECT_EQ(Words("auditor", "up"), "||");
  EXPECT_EQ(Words("p-rc", "none"), "denied") << "whether or not it exists";
}

TEST(Words, OfHistoryByViewer) {
  const auto first = [](const char* who, const char* complaint) {
    views::v1::ListComplaintEventsResponse response;
    const absl::Status status = All().committee.Ask(
        residents_committee::ListComplaintEvents, bench::Person(who), kNow,
        std::string("parent: 'communities/c1/complaints/") + complaint + "'", response);
    return status.ok() ? response.events(0).ShortDebugString() : "denied";
  };
  EXPECT_THAT(first("p-rc", "one"),
              testing::AllOf(testing::HasSubstr("secret one"), testing::HasSubstr("p-zhang")));
  EXPECT_THAT(first("p-rc", "two"), testing::AllOf(testing::HasSubstr("secret two"),
                                                   testing::Not(testing::HasSubstr("p-li")),
                                                   testing::Not(testing::HasSubstr("phone"))));
  EXPECT_THAT(first("p-party", "one"), testing::AllOf(testing::HasSubstr("CATEGORY_NOISE"),
                                                      testing::Not(testing::HasSubstr("secret")),
                                                      testing::Not(testing::HasSubstr("p-zhang"))));
  EXPECT_EQ(first("p-pc1", "one"), "denied");
}

TEST(Words, OfWorkHaveNoComplainant) {
  views::v1::GetWorkItemResponse response;
  ASSERT_TRUE(All()
                  .company
                  .Ask(property_company::GetWorkItem, bench::Person("p-pc1"), kNow,
                       "name: 'communities/c1/complaints/one'", response)
                  .ok());
  EXPECT_EQ(response.item().text().text(), "secret one");
  EXPECT_EQ(response.item().contact().text(), "phone one");
  EXPECT_THAT(response.item().ShortDebugString(), testing::Not(testing::HasSubstr("p-zhang")));
  ASSERT_TRUE(All()
                  .company
                  .Ask(property_company::GetWorkItem, bench::Person("p-pc2"), kNow,
                       "name: 'communities/c1/complaints/two'", response)
                  .ok());
  EXPECT_EQ(response.item().contact().text(), "") << "anonymous to those who handle it";
  EXPECT_EQ(All()
                .company
                .Ask(property_company::GetWorkItem, bench::Person("p-pc1"), kNow,
                     "name: 'communities/c1/complaints/two'", response)
                .code(),
            absl::StatusCode::kPermissionDenied);
}

TEST(Words, OfASupportedComplaintStayWithItsComplainant) {
  views::v1::GetMyComplaintResponse response;
  ASSERT_TRUE(All()
                  .resident
                  .Ask(resident::GetMyComplaint, bench::Person("p-li"), kNow,
                       "name: 'communities/c1/complaints/one'", response)
                  .ok());
  EXPECT_FALSE(response.complaint().mine());
  EXPECT_EQ(response.complaint().title().text(), "噪声");
  EXPECT_THAT(response.complaint().ShortDebugString(),
              testing::Not(testing::ContainsRegex("secret|p-zhang")));
}

// What is not in the file can't leak from it.
TEST(Rows, HoldNoMoreThanTheirViewersMaySee) {
  EXPECT_THAT(All().board.Dump(), testing::Not(testing::ContainsRegex("persons/|secret|phone")));
  EXPECT_THAT(All().subdistrict.Dump(),
              testing::Not(testing::ContainsRegex("secret (one|two|up)|phone")));
  EXPECT_THAT(All().party.Dump(),
              testing::Not(testing::ContainsRegex("secret (one|two|up)|phone")));
  EXPECT_EQ(All().company.Select("SELECT count(*) FROM complaint WHERE complainant <> ''", 1),
            "0\n");
}

TEST(Standing, EndsWithTheSeat) {
  namespace reg = registry::v1;
  struct End {
    std::string name;
    std::function<void(History&)> happens;
  };
  const std::string kLate = "2026-01-10 00:00";
  for (const End& end : std::vector<End>{
           {"suspended",
            [&](History& h) { h.Add<reg::MemberSuspended>(kLate, "memberships/rc", ""); }},
           {"ended", [&](History& h) { h.Add<reg::MemberEnded>(kLate, "memberships/rc", ""); }},
           {"dissolved", [&](History& h) { h.Add<reg::BodyDissolved>(kLate, "bodies/rc", ""); }},
           {"deceased",
            [&](History& h) { h.Add<reg::ResidentDeceased>(kLate, "persons/p-rc", ""); }},
       }) {
    History history = Complaints();
    ViewBench view(MakeResidentsCommitteeViews());
    end.happens(history);
    view.Apply(history);
    views::v1::ListComplaintsResponse response;
    EXPECT_EQ(view.Ask(residents_committee::ListComplaints, bench::Person("p-rc"), kNow, kParent,
                       response)
                  .code(),
              absl::StatusCode::kPermissionDenied)
        << end.name;
  }
}

TEST(Standing, LastsAsLongAsTheTerm) {
  namespace reg = registry::v1;
  History history = Complaints();
  history.Add<reg::TermStarted>("2026-01-02 00:00", "terms/t",
                                "body: '@bodies/rc' begins T(2026-01-03 00:00) "
                                "ends T(2026-01-20 00:00)");
  history.Add<reg::PersonRegistered>("2026-01-02 00:00", "persons/p-new", "");
  history.Add<reg::MemberSeated>("2026-01-02 00:00", "memberships/new",
                                 "body: '@bodies/rc' person: '@persons/p-new' term: '@terms/t' "
                                 "office: OFFICE_CHAIR body_kind: BODY_KIND_RESIDENTS_COMMITTEE");
  ViewBench view(MakeResidentsCommitteeViews());
  view.Apply(history);
  views::v1::ListComplaintsResponse response;
  const auto at = [&](const char* now) {
    return view
        .Ask(residents_committee::ListComplaints, bench::Person("p-new"), now, kParent, response)
        .ok();
  };
  EXPECT_FALSE(at("2026-01-02 23:59"));
  EXPECT_TRUE(at("2026-01-03 00:00"));
  EXPECT_TRUE(at("2026-01-19 23:59"));
  EXPECT_FALSE(at("2026-01-20 00:00"));
}

// A grid was redrawn: its chief sees what was filed in the buildings of today.
TEST(Standing, OfAGridChiefFollowsTheMap) {
  History history = Complaints();
  history.Add<registry::v1::BuildingMovedToGrid>("2026-01-10 00:00", "buildings/b2",
                                                 "grid: '@grids/g1'");
  ViewBench view(MakeResidentsCommitteeViews());
  view.Apply(history);
  views::v1::ListComplaintsResponse response;
  ASSERT_TRUE(view.Ask(residents_committee::ListComplaints, bench::Person("p-grid"), kNow, kParent,
                       response)
                  .ok());
  EXPECT_EQ(response.complaints_size(), 2);
}

}  // namespace
}  // namespace sanzhang::projections
