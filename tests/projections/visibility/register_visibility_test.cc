// Who may ask what of the register, of terms and filings, and of assemblies: every kind of viewer
// against every query.
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/owners_committee/filing_queries.h"
#include "projections/owners_committee/owners_committee_views.h"
#include "projections/party_org/party_org_queries.h"
#include "projections/party_org/party_org_views.h"
#include "projections/rep_assembly/rep_assembly_queries.h"
#include "projections/rep_assembly/rep_assembly_views.h"
#include "projections/residents_committee/meeting_queries.h"
#include "projections/residents_committee/register_queries.h"
#include "projections/residents_committee/residents_committee_views.h"
#include "projections/subdistrict/oversight_queries.h"
#include "projections/subdistrict/subdistrict_views.h"
#include "proto/wire/refusal.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

using bench::ViewBench;

constexpr std::string_view kNow = "2026-01-20 00:00";
constexpr std::string_view kParent = "parent: 'communities/c1'";

// The bench's community with a representative and a member of an owners' committee.
bench::History Seated() {
  namespace reg = registry::v1;
  constexpr std::string_view kT = "2026-01-02 00:00";
  bench::History h = bench::Community();
  const auto seat = [&](const std::string& id, const std::string& kind) {
    h.Add<reg::BodyPrepared>(kT, "bodies/" + id,
                             "kind: " + kind + " property_area: '@propertyAreas/a1'");
    h.Add<reg::BodyEstablished>(kT, "bodies/" + id, "");
    h.Add<reg::PersonRegistered>(kT, "persons/p-" + id, "");
    h.Add<reg::MemberSeated>(kT, "memberships/" + id,
                             "body: '@bodies/" + id + "' person: '@persons/p-" + id +
                                 "' office: OFFICE_MEMBER body_kind: " + kind);
  };
  seat("rep", "BODY_KIND_RESIDENT_REP_ASSEMBLY");
  seat("oc", "BODY_KIND_OWNERS_COMMITTEE");
  return h;
}

ViewBench Made(std::unique_ptr<Projection> projection) {
  ViewBench view(std::move(projection));
  view.Apply(Seated());
  return view;
}

struct Viewers {
  std::vector<std::pair<std::string, Caller>> all;
  Viewers() {
    for (const char* person : {"p-rc", "p-gov", "p-party", "p-sup", "p-dep", "p-pc1", "p-grid",
                               "p-b1", "p-e1", "p-zhang", "p-rep", "p-oc", "p-out", "p-nobody"}) {
      all.emplace_back(person, bench::Person(person));
    }
    all.emplace_back("auditor", bench::Service("auditor", {type::v1::ROLE_AUDITOR}));
    all.emplace_back("stranger", bench::Service("stranger"));
  }
};

using Ask = std::function<absl::Status(const Caller&)>;

// The viewers that are admitted, in the order above.
std::string Admitted(const Ask& ask) {
  std::vector<std::string> admitted;
  for (const auto& [name, who] : Viewers().all) {
    const absl::Status status = ask(who);
    if (status.ok()) admitted.push_back(name);
    if (!status.ok() && wire::ReasonOf(status) != type::v1::ERROR_REASON_PERMISSION_DENIED) {
      ADD_FAILURE() << name << ": " << status;
    }
  }
  return absl::StrJoin(admitted, " ");
}

template <class Request, class Response>
Ask Asks(ViewBench& view, absl::Status (*query)(const QueryContext&, const Request&, Response&),
         std::string_view request = kParent) {
  return [&view, query, request = std::string(request)](const Caller& who) {
    Response response;
    return view.Ask(query, who, kNow, request, response);
  };
}

TEST(RegisterVisibility, OfTheResidentsCommittee) {
  namespace rc = residents_committee;
  ViewBench view = Made(MakeResidentsCommitteeViews());
  constexpr std::string_view kOverseers = "p-rc p-gov p-party p-sup auditor";
  EXPECT_EQ(Admitted(Asks(view, rc::GetRegisterSummary)), kOverseers);
  EXPECT_EQ(Admitted(Asks(view, rc::ListRegisterBuildings)), kOverseers);
  EXPECT_EQ(Admitted(Asks(view, rc::ListConstituencies)), kOverseers);
}

TEST(RegisterVisibility, OfMeetings) {
  namespace rc = residents_committee;
  ViewBench view = Made(MakeResidentsCommitteeViews());
  constexpr std::string_view kOverseers = "p-rc p-gov p-party p-sup auditor";
  EXPECT_EQ(Admitted(Asks(view, rc::GetMeetingPlan)), kOverseers);
  EXPECT_EQ(Admitted(Asks(view, rc::ListDeliberations)), kOverseers);
}

TEST(RegisterVisibility, OfTheSubdistrict) {
  ViewBench view = Made(MakeSubdistrictViews());
  EXPECT_EQ(Admitted(Asks(view, subdistrict::ListFilingsInbox)), "p-gov");
  EXPECT_EQ(Admitted(Asks(view, subdistrict::ListTermCalendar)), "p-gov");
  EXPECT_EQ(Admitted(Asks(view, subdistrict::ListRevocations)), "p-gov");
  EXPECT_EQ(Admitted(Asks(view, subdistrict::GetSubdistrictCompleteness)), "p-gov");
}

TEST(RegisterVisibility, OfThePartyOrganisation) {
  ViewBench view = Made(MakePartyOrgViews());
  EXPECT_EQ(Admitted(Asks(view, party_org::GetCompleteness)), "p-party auditor");
}

TEST(RegisterVisibility, OfTheRepresentativeAssembly) {
  namespace ra = rep_assembly;
  ViewBench view = Made(MakeRepAssemblyViews());
  constexpr std::string_view kAll = "p-rc p-gov p-party p-sup p-rep auditor";
  EXPECT_EQ(Admitted(Asks(view, ra::ListAssemblySessions)), kAll);
  EXPECT_EQ(Admitted(Asks(view, ra::ListAssemblyResolutions)), kAll);
  EXPECT_EQ(Admitted(Asks(view, ra::ListDraftPapers)), kAll);
  EXPECT_EQ(Admitted(Asks(view, ra::GetMyConstituency)), "p-rep");
}

TEST(RegisterVisibility, OfTheOwnersCommittee) {
  namespace oc = owners_committee;
  ViewBench view = Made(MakeOwnersCommitteeViews());
  constexpr std::string_view kAll = "p-rc p-gov p-party p-oc auditor";
  EXPECT_EQ(Admitted(Asks(view, oc::ListFilings)), kAll);
  EXPECT_EQ(Admitted(Asks(view, oc::ListCommitteeTerms)), kAll);
}

}  // namespace
}  // namespace sanzhang::projections
