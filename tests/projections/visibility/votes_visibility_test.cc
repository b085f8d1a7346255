// Who sees which votes how deep: every kind of viewer against consoles, rolls, results, numbers,
// one's own votes and pre-studies.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/owners_committee/owners_committee_queries.h"
#include "projections/owners_committee/owners_committee_views.h"
#include "projections/party_org/party_org_queries.h"
#include "projections/party_org/party_org_views.h"
#include "projections/resident/resident_queries.h"
#include "projections/resident/resident_views.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"
#include "tests/projections/support/vote_scene.h"

namespace sanzhang::projections {
namespace {

namespace rv = resolution::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kNow = "2026-04-20 00:00";
constexpr std::string_view kParent = "parent: 'communities/c1'";
const std::vector<std::string>& Ids() {
  static const auto& ids =
      *new std::vector<std::string>{"elec", "meet", "own1", "own2", "own3", "party"};
  return ids;
}

// own1 and own3 are of the owners of area 1, own2 of area 2; rc calls own3. meet is a meeting of
// the owners' committee of area 1, party one of the Party's members, elec an election that its
// election committee calls and p-cnt counts. own1, meet and party are counted, the others open.
History Votes() {
  History h = bench::VoteCommunity();
  struct Row {
    const char* id;
    const char* motion;
    bool counted;
  };
  for (const Row& row :
       {Row{"own1",
            "regime: REGIME_OWNERS convener: '@bodies/oc1' "
            "property_area: '@propertyAreas/a1'",
            true},
        Row{"own2",
            "regime: REGIME_OWNERS convener: '@bodies/oc2' "
            "property_area: '@propertyAreas/a2'",
            false},
        Row{"own3",
            "regime: REGIME_OWNERS convener: '@bodies/rc' "
            "property_area: '@propertyAreas/a1'",
            false},
        Row{"meet",
            "regime: REGIME_OWNERS_COMMITTEE convener: '@bodies/oc1' "
            "body: '@bodies/oc1' property_area: '@propertyAreas/a1'",
            true},
        Row{"elec", "regime: REGIME_RESIDENTS_ELECTION convener: '@bodies/elc' seats: 1", false},
        Row{"party",
            "regime: REGIME_PARTY_MEETING convener: '@bodies/party' "
            "body: '@bodies/party'",
            true}}) {
    bench::AddVote(h, row.id, row.motion);
    if (row.counted) bench::CountVote(h, row.id);
  }
  h.Add<rv::CountersAppointed>("2026-03-10 10:00", "resolutions/elec", "persons: '@persons/p-cnt'");
  h.Add<rv::MotionDrafted>("2026-04-10 10:00", "resolutions/draft", "regime: REGIME_OWNERS");
  return h;
}

struct Views {
  ViewBench owners{MakeOwnersCommitteeViews()};
  ViewBench resident{MakeResidentViews()};
  ViewBench party{MakePartyOrgViews()};

  Views() {
    const History history = Votes();
    for (ViewBench* view : {&owners, &resident, &party}) view->Apply(history);
  }
};

Views& All() {
  static Views& views = *new Views();
  return views;
}

std::string Shown(const absl::Status& status, const std::vector<std::string>& names) {
  if (absl::IsPermissionDenied(status)) return "denied";
  return status.ok() ? absl::StrJoin(names, " ") : status.ToString();
}

std::string Id(const std::string& name) { return name.substr(name.rfind('/') + 1); }

std::string Consoles(const Caller& who) {
  views::v1::ListVotesResponse listed;
  const absl::Status status = All().owners.Ask(owners_committee::ListVotes, who, kNow,
                                               "parent: 'communities/c1' order_by: 'name' "
                                               "filter: 'state != RESOLUTION_STATE_DRAFTED'",
                                               listed);
  std::vector<std::string> names;
  for (const auto& vote : listed.votes()) names.push_back(Id(vote.name()));
  // One by one it is the same, and so it is on a screen.
  std::set<std::string> single;
  for (const std::string& id : Ids()) {
    views::v1::GetVoteResponse one;
    const std::string request = absl::StrCat("name: 'communities/c1/resolutions/", id, "'");
    if (All().owners.Ask(owners_committee::GetVote, who, kNow, request, one).ok()) {
      single.insert(id);
    }
  }
  EXPECT_EQ(single, std::set<std::string>(names.begin(), names.end()));
  views::v1::WatchVotesResponse watched;
  EXPECT_EQ(All().owners.Ask(owners_committee::WatchVotes, who, kNow, kParent, watched).code(),
            status.code());
  return Shown(status, names);
}

// Of which votes the roll, or the result, is seen.
template <class Query, class Response>
std::string Each(Query query, const Caller& who, const char* field) {
  std::vector<std::string> names;
  for (const std::string& id : Ids()) {
    Response response;
    const absl::Status status = All().owners.Ask(
        query, who, kNow, absl::StrCat(field, ": 'communities/c1/resolutions/", id, "'"), response);
    if (status.ok()) names.push_back(id);
    EXPECT_TRUE(status.ok() || absl::IsPermissionDenied(status)) << status;
  }
  return names.empty() ? "denied" : absl::StrJoin(names, " ");
}

std::vector<std::string> Seen(const Caller& who) {
  std::vector<std::string> seen;
  seen.push_back("votes: " + Consoles(who));
  seen.push_back(
      "rolls: " +
      Each<decltype(&owners_committee::ListElectorate), views::v1::ListElectorateResponse>(
          owners_committee::ListElectorate, who, "parent"));
  seen.push_back(
      "results: " +
      Each<decltype(&owners_committee::GetResultSheet), views::v1::GetResultSheetResponse>(
          owners_committee::GetResultSheet, who, "name"));
  views::v1::GetVoteMetricsResponse metrics;
  absl::Status status = All().owners.Ask(
      owners_committee::GetVoteMetrics, who, kNow,
      "parent: 'communities/c1' from T(2026-01-01 00:00) to T(2026-05-01 00:00)", metrics);
  const std::string votes =
      metrics.metrics_size() > 4 ? std::to_string(metrics.metrics(4).denominator()) : "";
  seen.push_back("metrics: " + Shown(status, {votes}));
  views::v1::ListMyVotesResponse mine;
  status = All().resident.Ask(resident::ListMyVotes, who, kNow, kParent, mine);
  std::set<std::string> votes_of_mine;
  for (const auto& vote : mine.votes()) votes_of_mine.insert(Id(vote.resolution()));
  seen.push_back("my: " + Shown(status, {votes_of_mine.begin(), votes_of_mine.end()}));
  views::v1::ListPreStudiesResponse studies;
  status = All().party.Ask(party_org::ListPreStudies, who, kNow, kParent, studies);
  std::vector<std::string> names;
  for (const auto& study : studies.studies()) names.push_back(Id(study.name()));
  seen.push_back("studies: " + Shown(status, names));
  return seen;
}

struct Case {
  std::string name;
  Caller who;
  std::vector<std::string> sees;
};
class VoteMatrix : public testing::TestWithParam<Case> {};

TEST_P(VoteMatrix, ViewerByDepth) {
  EXPECT_THAT(Seen(GetParam().who), testing::ElementsAreArray(GetParam().sees));
}

const char kAll[] = "elec meet own1 own2 own3 party";

Case Row(const char* name, Caller who, const std::string& votes, const std::string& rolls,
         const std::string& results, const std::string& metrics, const std::string& my,
         const std::string& studies = "denied") {
  return {name,
          std::move(who),
          {"votes: " + votes, "rolls: " + rolls, "results: " + results, "metrics: " + metrics,
           "my: " + my, "studies: " + studies}};
}

INSTANTIATE_TEST_SUITE_P(
    Viewers, VoteMatrix,
    testing::ValuesIn(std::vector<Case>{
        Row("OwnersCommittee", bench::Person("p-oc1"), "meet own1 own3", "meet own1 own3",
            "meet own1", "2", ""),
        Row("AnotherOwnersCommittee", bench::Person("p-oc2"), "own2", "own2", "denied", "0", ""),
        Row("ResidentsCommittee", bench::Person("p-rc"), "elec meet own1 own2 own3", "own3",
            "meet own1", "2", ""),
        Row("Party", bench::Person("p-party"), kAll, kAll, "meet own1 party", "3", "", "draft"),
        Row("Supervision", bench::Person("p-sup"), kAll, kAll, "meet own1 party", "3", ""),
        Row("Officer", bench::Person("p-gov"), kAll, kAll, "meet own1 party", "3", ""),
        Row("Auditor", bench::Service("auditor", {type::v1::ROLE_AUDITOR}), kAll, kAll,
            "meet own1 party", "3", "denied"),
        Row("ElectionCommittee", bench::Person("p-elc"), "elec", "elec", "denied", "denied", ""),
        Row("Counter", bench::Person("p-cnt"), "elec", "elec", "denied", "denied", ""),
        Row("Owner", bench::Person("p-own"), "denied", "denied", "meet own1", "denied",
            "elec meet own1 own2 own3 party"),
        Row("Agent", bench::Person("p-agent"), "denied", "denied", "denied", "denied",
            "elec meet own1 own2 own3 party"),
        Row("Resident", bench::Person("p-li"), "denied", "denied", "denied", "denied", ""),
        Row("GridChief", bench::Person("p-grid"), "denied", "denied", "denied", "denied", ""),
        Row("Company", bench::Person("p-pc1"), "denied", "denied", "denied", "denied", ""),
        Row("ResidentOfAnotherCommunity", bench::Person("p-out"), "denied", "denied", "denied",
            "denied", "denied"),
        Row("Nobody", bench::Person("p-nobody"), "denied", "denied", "denied", "denied", "denied"),
        Row("UnknownService", bench::Service("stranger"), "denied", "denied", "denied", "denied",
            "denied"),
    }),
    [](const auto& info) { return info.param.name; });

TEST(VoteRows, HoldNoMoreThanTheirViewersMaySee) {
  EXPECT_EQ(All().owners.Select("SELECT count(*) FROM roll_person", 1), "0\n");
  EXPECT_EQ(All().owners.Select("SELECT count(*) FROM voter WHERE returned_by <> ''", 1), "0\n");
  EXPECT_EQ(All().party.Select("SELECT (SELECT count(*) FROM counter), (SELECT count(*) FROM "
                               "candidate)",
                               2),
            "0 | 0\n");
  // Ballots are sealed in the log; views do not even keep them so.
  for (ViewBench* view : {&All().owners, &All().resident, &All().party}) {
    EXPECT_THAT(view->Dump(), testing::Not(testing::ContainsRegex("5345414C4544|SEALED")));
  }
}

// The seat of a convener's member ends: so does what it lets them see.
TEST(VoteStanding, OfAConvenerEndsWithTheSeat) {
  History h = Votes();
  h.Add<registry::v1::MemberEnded>("2026-04-15 10:00", "memberships/elc", "");
  ViewBench view(MakeOwnersCommitteeViews());
  view.Apply(h);
  views::v1::ListVotesResponse response;
  EXPECT_TRUE(absl::IsPermissionDenied(
      view.Ask(owners_committee::ListVotes, bench::Person("p-elc"), kNow, kParent, response)));
}

}  // namespace
}  // namespace sanzhang::projections
