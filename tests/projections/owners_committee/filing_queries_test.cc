// V-O6: what owners' committees file, and how their terms stand.
#include "projections/owners_committee/filing_queries.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/owners_committee/owners_committee_views.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::owners_committee {
namespace {

namespace reg = registry::v1;
namespace res = resolution::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kParent = "parent: 'communities/c1'";

// Committees of both areas, each with one member, p-oc1 and p-oc2; the second is an interim one.
History Committees() {
  constexpr std::string_view kT = "2026-03-02 15:00";
  History h = bench::Community();
  const auto form = [&](const std::string& id, const std::string& kind, const std::string& area) {
    h.Add<reg::BodyPrepared>("2026-02-01 10:00", "bodies/" + id,
                             "kind: " + kind + " property_area: '@propertyAreas/" + area + "'");
    h.Add<reg::BodyEstablished>(kT, "bodies/" + id, "");
    h.Add<reg::PersonRegistered>(kT, "persons/p-" + id, "");
    h.Add<reg::MemberSeated>(kT, "memberships/" + id,
                             "body: '@bodies/" + id + "' person: '@persons/p-" + id +
                                 "' office: OFFICE_CHAIR body_kind: " + kind);
  };
  form("oc1", "BODY_KIND_OWNERS_COMMITTEE", "a1");
  form("oc2", "BODY_KIND_PROPERTY_MGMT_COMMITTEE", "a2");
  h.Add<reg::BodyFiled>("2026-03-20 10:00", "bodies/oc2", "receipt: 'no. 2'");
  h.Add<reg::BodyFiled>("2026-03-20 10:00", "bodies/rc", "receipt: 'no. 3'");
  return h;
}

std::vector<std::string> Filings(const char* who, std::string_view now) {
  ViewBench view(MakeOwnersCommitteeViews());
  view.Apply(Committees());
  views::v1::ListFilingsResponse response;
  const absl::Status status = view.Ask(ListFilings, bench::Person(who), now, kParent, response);
  if (!status.ok()) return {"denied"};
  std::vector<std::string> lines;
  for (const auto& filing : response.filings()) {
    lines.push_back(absl::StrCat(filing.body().substr(filing.body().rfind('/') + 1), " ",
                                 filing.receipt(), filing.has_due() ? " due" : "",
                                 filing.late() ? " late" : ""));
  }
  return lines;
}

TEST(Filings, AreThoseOfTheCommitteesThatTheViewerSees) {
  EXPECT_THAT(Filings("p-oc1", "2026-04-02 00:00"), testing::ElementsAre("oc1  due"));
  EXPECT_THAT(Filings("p-oc1", "2026-04-02 00:01"), testing::ElementsAre("oc1  due late"));
  EXPECT_THAT(Filings("p-oc2", "2026-04-02 00:00"), testing::ElementsAre("oc2 no. 2"));
  for (const char* overseer : {"p-rc", "p-gov", "p-party"}) {
    EXPECT_THAT(Filings(overseer, "2026-04-02 00:00"),
                testing::UnorderedElementsAre("oc1  due", "oc2 no. 2"))
        << overseer;
  }
  EXPECT_THAT(Filings("p-li", "2026-04-02 00:00"), testing::ElementsAre("denied"));
}

TEST(CommitteeTerms, SayWhatIsDue) {
  History h = Committees();
  h.Add<reg::TermStarted>(
      "2026-03-02 15:00", "terms/t",
      "body: '@bodies/oc1' begins T(2026-03-02 15:00) ends T(2029-03-02 00:00)");
  h.Add<res::MotionDrafted>("2026-02-10 10:00", "resolutions/e",
                            "regime: REGIME_OWNERS elects_to: '@bodies/oc1' seats: 5");
  h.Add<res::ResolutionCertified>("2026-03-01 10:00", "resolutions/e", "outcome: OUTCOME_ELECTED");
  ViewBench view(MakeOwnersCommitteeViews());
  view.Apply(h);
  views::v1::ListCommitteeTermsResponse response;
  ASSERT_TRUE(
      view.Ask(ListCommitteeTerms, bench::Person("p-oc1"), "2026-04-01 00:00", kParent, response)
          .ok());
  ASSERT_EQ(response.bodies_size(), 1);
  const auto& row = response.bodies(0);
  EXPECT_EQ(row.body(), "communities/c1/bodies/oc1");
  EXPECT_EQ(row.seats(), 5);
  EXPECT_EQ(row.members(), 1);
  EXPECT_EQ(row.vacancies(), 4);
  EXPECT_EQ(row.stage(), views::v1::TERM_STAGE_RUNNING);
  EXPECT_EQ(row.election_due().seconds(), absl::ToUnixSeconds(bench::At("2029-03-02 00:00")));
  ASSERT_TRUE(
      view.Ask(ListCommitteeTerms, bench::Person("p-rc"), "2026-04-01 00:00", kParent, response)
          .ok());
  EXPECT_EQ(response.bodies_size(), 2);
}

// A community without any owners' committee: the lists are empty, and nothing is refused.
TEST(CommitteeTerms, OfACommunityWithoutACommittee) {
  ViewBench view(MakeOwnersCommitteeViews());
  view.Apply(bench::Community());
  views::v1::ListCommitteeTermsResponse terms;
  ASSERT_TRUE(
      view.Ask(ListCommitteeTerms, bench::Person("p-rc"), "2026-04-01 00:00", kParent, terms).ok());
  EXPECT_EQ(terms.bodies_size(), 0);
  views::v1::ListFilingsResponse filings;
  ASSERT_TRUE(
      view.Ask(ListFilings, bench::Person("p-rc"), "2026-04-01 00:00", kParent, filings).ok());
  EXPECT_EQ(filings.filings_size(), 0);
}

}  // namespace
}  // namespace sanzhang::projections::owners_committee
