// What the console, the roll and the result sheet say.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/owners_committee/owners_committee_queries.h"
#include "projections/owners_committee/owners_committee_views.h"
#include "proto/wire/refusal.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"
#include "tests/projections/support/vote_scene.h"

namespace sanzhang::projections {
namespace {

namespace rv = resolution::v1;
using bench::History;
using bench::ViewBench;
using views::v1::ElectorateEntry;
using views::v1::ResultSheet;
using views::v1::VoteRow;

constexpr std::string_view kMotion =
    "regime: REGIME_OWNERS matter: MATTER_CODE_CC278_4 convener: '@bodies/oc1' "
    "property_area: '@propertyAreas/a1'";
constexpr std::string_view kParent = "parent: 'communities/c1'";
constexpr std::string_view kName = "name: 'communities/c1/resolutions/r'";

class OwnersCommittee : public testing::Test {
 protected:
  OwnersCommittee() : history_(bench::VoteCommunity()) { bench::AddVote(history_, "r", kMotion); }

  ViewBench& View() {
    for (; applied_ < history_.records().size(); ++applied_) {
      EXPECT_TRUE(view_.Apply(history_.records()[applied_]).ok());
    }
    return view_;
  }
  VoteRow Vote(std::string_view now = "2026-03-25 10:00") {
    views::v1::GetVoteResponse response;
    const absl::Status status =
        View().Ask(owners_committee::GetVote, bench::Person("p-oc1"), now, kName, response);
    EXPECT_TRUE(status.ok()) << status;
    return response.vote();
  }
  ResultSheet Sheet(std::string_view who = "p-oc1") {
    views::v1::GetResultSheetResponse response;
    const absl::Status status = View().Ask(owners_committee::GetResultSheet, bench::Person(who),
                                           "2026-04-10 10:00", kName, response);
    EXPECT_TRUE(status.ok()) << status;
    return response.sheet();
  }
  // The ids of votes, or of voters, that a request gives.
  std::string Votes(const std::string& rest) {
    views::v1::ListVotesResponse response;
    const absl::Status status =
        View().Ask(owners_committee::ListVotes, bench::Person("p-party"), "2026-03-25 10:00",
                   absl::StrCat(std::string(kParent), " ", rest), response);
    if (!status.ok()) return std::string(status.message());
    std::vector<std::string> ids;
    for (const VoteRow& vote : response.votes()) ids.push_back(vote.title());
    return absl::StrJoin(ids, " ");
  }
  views::v1::ListElectorateResponse Roll(const std::string& rest = "") {
    views::v1::ListElectorateResponse response;
    const absl::Status status =
        View().Ask(owners_committee::ListElectorate, bench::Person("p-oc1"), "2026-03-25 10:00",
                   absl::StrCat("parent: 'communities/c1/resolutions/r' ", rest), response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }
  std::string Voters(const std::string& rest) {
    std::vector<std::string> ids;
    const views::v1::ListElectorateResponse roll = Roll(rest);
    for (const ElectorateEntry& entry : roll.entries()) {
      ids.push_back(entry.voter().substr(entry.voter().rfind('/') + 1));
    }
    return absl::StrJoin(ids, " ");
  }

  History history_;
  ViewBench view_{MakeOwnersCommitteeViews()};
  std::size_t applied_ = 0;
};

std::string Show(const views::v1::Portion& portion) {
  return absl::StrCat(portion.part(), "/", portion.whole(), " ", portion.ppm());
}

std::string Show(const views::v1::QuorumGap& gap) {
  return absl::StrCat(gap.threshold().numerator(), "/", gap.threshold().denominator(), " of it is ",
                      gap.needed(), ", lacks ", gap.gap());
}

TEST_F(OwnersCommittee, ConsoleTellsTurnoutAndWhatIsLacking) {
  const VoteRow vote = Vote();
  EXPECT_EQ(vote.title(), "r");
  EXPECT_EQ(vote.state(), views::v1::RESOLUTION_STATE_OPEN);
  EXPECT_EQ(vote.matter(), rv::MATTER_CODE_CC278_4);
  EXPECT_EQ(vote.rule_set(), "policies/v");
  EXPECT_EQ(vote.thresholds().consent_area().strict(), true);
  EXPECT_EQ(Show(vote.delivered()), "1/3 333333");
  EXPECT_EQ(Show(vote.warned()), "1/3 333333");
  EXPECT_EQ(Show(vote.returned_heads()), "1/3 333333");
  EXPECT_EQ(Show(vote.returned_area()), "200/360 555555");
  EXPECT_EQ(Show(vote.heads_gap()), "2/3 of it is 2, lacks 1");
  EXPECT_EQ(Show(vote.area_gap()), "2/3 of it is 240, lacks 40");
  EXPECT_EQ(vote.proxies(), 1);
  EXPECT_EQ(vote.subjects(), 3);
  EXPECT_EQ(vote.dwellings_without_owner(), 1);
  EXPECT_EQ(vote.remaining_ms(), 5 * 24 * 3600 * 1000);
  EXPECT_EQ(vote.outcome(), rv::OUTCOME_UNSPECIFIED);
}

TEST_F(OwnersCommittee, GapCloses) {
  history_.Add<rv::PaperBallotEntered>("2026-03-22 10:00", "resolutions/r/ballots/v2",
                                       "ballot: 1 person: '@persons/p-co1'");
  VoteRow vote = Vote();
  EXPECT_EQ(Show(vote.heads_gap()), "2/3 of it is 2, lacks 0");
  EXPECT_EQ(Show(vote.area_gap()), "2/3 of it is 240, lacks 0");
  EXPECT_EQ(vote.papers_unverified(), 1);
  EXPECT_EQ(vote.on_paper(), 1);
  history_.Add<rv::BallotCast>("2026-03-23 10:00", "resolutions/r/ballots/v2", "ballot: 2");
  history_.Add<rv::BallotConflictDetected>("2026-03-23 10:00", "resolutions/r/ballots/v2", "");
  history_.Add<rv::PaperBallotVerified>("2026-03-23 11:00", "resolutions/r/ballots/v2", "");
  vote = Vote();
  EXPECT_EQ(vote.conflicts_open(), 1);
  EXPECT_EQ(vote.papers_unverified(), 0);
}

struct Quorum {
  const char* thresholds;
  const char* heads;
  const char* area;
};

// 3 heads and 360 dm2, of which 1 and 200 have returned.
TEST_F(OwnersCommittee, GapIsThatOfTheNoticesThresholds) {
  for (const Quorum& quorum : {
           Quorum{"quorum_heads { numerator: 2 denominator: 3 strict: true }", "3 2", "-"},
           Quorum{"quorum_heads { numerator: 1 denominator: 2 strict: true }", "2 1", "-"},
           Quorum{"quorum_heads { numerator: 1 denominator: 3 }", "1 0", "-"},
           Quorum{"quorum_area { numerator: 5 denominator: 9 }", "-", "200 0"},
           Quorum{"quorum_area { numerator: 5 denominator: 9 strict: true }", "-", "201 1"},
           Quorum{"unanimous_interested: true", "-", "-"},
           Quorum{"quorum_heads {}", "0 0", "-"},
           Quorum{"", "-", "-"},
       }) {
    History h = bench::VoteCommunity();
    bench::AddVote(h, "r", kMotion);
    log::v1::Record noticed = *std::find_if(
        h.records().begin(), h.records().end(),
        [](const log::v1::Record& r) { return r.type() == "sanzhang.resolution.v1.VoteNoticed"; });
    rv::VoteNoticed fact;
    ASSERT_TRUE(fact.ParseFromString(noticed.payload()));
    fact.clear_thresholds();
    if (*quorum.thresholds != '\0') {
      ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(quorum.thresholds,
                                                                fact.mutable_thresholds()));
    }
    noticed.set_payload(fact.SerializeAsString());
    ViewBench view(MakeOwnersCommitteeViews());
    for (const log::v1::Record& record : h.records()) {
      ASSERT_TRUE(view.Apply(record.position() == noticed.position() ? noticed : record).ok());
    }
    views::v1::GetVoteResponse response;
    ASSERT_TRUE(view.Ask(owners_committee::GetVote, bench::Person("p-oc1"), "2026-03-25 10:00",
                         kName, response)
                    .ok());
    const auto shown = [](bool has, const views::v1::QuorumGap& gap) {
      return has ? absl::StrCat(gap.needed(), " ", gap.gap()) : "-";
    };
    const VoteRow& vote = response.vote();
    EXPECT_EQ(shown(vote.has_heads_gap(), vote.heads_gap()), quorum.heads) << quorum.thresholds;
    EXPECT_EQ(shown(vote.has_area_gap(), vote.area_gap()), quorum.area) << quorum.thresholds;
  }
}

TEST_F(OwnersCommittee, InAMeetingWhoIsThereTakesPart) {
  History h = bench::VoteCommunity();
  h.Add<rv::MotionDrafted>("2026-03-01 10:00", "resolutions/r",
                           "regime: REGIME_OWNERS_COMMITTEE convener: '@bodies/oc1' "
                           "property_area: '@propertyAreas/a1'");
  h.Add<rv::VoteNoticed>("2026-03-02 10:00", "resolutions/r",
                         "mode: VOTE_MODE_MEETING thresholds { "
                         "quorum_heads { numerator: 2 denominator: 3 } }");
  for (const char* voter : {"v1", "v2", "v3"}) {
    h.Add<rv::VoterEnrolled>("2026-03-03 09:00", absl::StrCat("resolutions/r/voters/", voter),
                             "snapshot: 's' entry { heads: 1 }");
  }
  h.Add<rv::ElectorateFrozen>("2026-03-03 10:00", "resolutions/r",
                              "snapshot: 's' composition: 3 representatives: 2");
  h.Add<rv::VoteOpened>("2026-03-20 10:00", "resolutions/r", "");
  h.Add<rv::AttendanceCheckedIn>("2026-03-20 10:00", "resolutions/r", "voter: 'v1'");
  ViewBench view(MakeOwnersCommitteeViews());
  view.Apply(h);
  views::v1::GetVoteResponse response;
  ASSERT_TRUE(view.Ask(owners_committee::GetVote, bench::Person("p-oc1"), "2026-03-20 10:00", kName,
                       response)
                  .ok());
  EXPECT_EQ(Show(response.vote().returned_heads()), "1/3 333333");
  EXPECT_EQ(Show(response.vote().heads_gap()), "2/3 of it is 2, lacks 1");
  EXPECT_EQ(response.vote().present(), 1);
  EXPECT_EQ(response.vote().composition(), 3);
  EXPECT_FALSE(response.vote().has_returned_area()) << "nothing is measured by area";
}

TEST_F(OwnersCommittee, BeforeTheRollAndAfterTheEndNothingIsLacking) {
  history_.Add<rv::MotionDrafted>("2026-03-21 10:00", "resolutions/n", kMotion);
  history_.Add<rv::VoteNoticed>("2026-03-21 10:00", "resolutions/n",
                                "thresholds { quorum_heads { numerator: 1 denominator: 2 } }");
  views::v1::GetVoteResponse response;
  ASSERT_TRUE(View()
                  .Ask(owners_committee::GetVote, bench::Person("p-oc1"), "2026-03-25 10:00",
                       "name: 'communities/c1/resolutions/n'", response)
                  .ok());
  EXPECT_FALSE(response.vote().has_heads_gap());
  EXPECT_FALSE(response.vote().has_frozen_at());
  bench::CountVote(history_, "r");
  const VoteRow vote = Vote("2026-04-10 10:00");
  EXPECT_FALSE(vote.has_heads_gap());
  EXPECT_FALSE(vote.has_remaining_ms());
  EXPECT_EQ(vote.outcome(), rv::OUTCOME_NO_QUORUM);
  EXPECT_EQ(Show(vote.returned_area()), "200/360 555555");
}

TEST_F(OwnersCommittee, ListsFiltersAndPages) {
  bench::AddVote(history_, "s",
                 "regime: REGIME_POLL matter: MATTER_CODE_POLL convener: '@bodies/rc'");
  history_.Add<rv::MotionDrafted>("2026-03-24 10:00", "resolutions/t",
                                  "title: 't' regime: REGIME_OWNERS");
  bench::CountVote(history_, "s");
  EXPECT_EQ(Votes("order_by: 'name'"), "r s t");
  EXPECT_EQ(Votes("filter: 'open = true'"), "r");
  EXPECT_EQ(Votes("filter: 'regime = POLL AND outcome = NO_QUORUM'"), "s");
  EXPECT_EQ(Votes("filter: 'closes > 2026-03-01T00:00:00Z' order_by: 'name desc'"), "s r");
  EXPECT_EQ(Votes("filter: 'convener = \"communities/c1/bodies/oc1\"'"), "r");
  EXPECT_EQ(Votes("page_size: 1"), "t");
  EXPECT_NE(Votes("filter: 'returned = 1'").find("FILTER_INVALID"), std::string::npos);
}

TEST_F(OwnersCommittee, WatchIsTheListWithoutItsClock) {
  views::v1::WatchVotesResponse response;
  ASSERT_TRUE(View()
                  .Ask(owners_committee::WatchVotes, bench::Person("p-oc1"), "2026-03-25 10:00",
                       kParent, response)
                  .ok());
  ASSERT_EQ(response.votes_size(), 1);
  VoteRow vote = Vote();
  vote.clear_remaining_ms();
  EXPECT_EQ(response.votes(0).SerializeAsString(), vote.SerializeAsString());
}

TEST_F(OwnersCommittee, RollHasSubjectsWithoutPersons) {
  history_.Add<rv::ElectorateObjected>("2026-03-06 10:00", "resolutions/r",
                                       "objection: 'o1' objector: '@persons/p-own' "
                                       "voter: '@resolutions/r/voters/v2'");
  history_.Add<rv::CoOwnerDisputeRaised>("2026-03-07 10:00", "resolutions/r/voters/v2",
                                         "person: '@persons/p-co2'");
  const auto roll = Roll();
  ASSERT_EQ(roll.entries_size(), 3);
  EXPECT_THAT(roll.ShortDebugString(), testing::Not(testing::HasSubstr("persons/")));
  const ElectorateEntry& v1 = roll.entries(0);
  EXPECT_EQ(v1.dwellings_total(), 2);
  EXPECT_EQ(v1.dwellings(1), "communities/c1/dwellings/d2");
  EXPECT_EQ(v1.area_dm2(), 200);
  EXPECT_EQ(v1.area_source(), registry::v1::AREA_SOURCE_CONTRACT) << "the weakest of its parts";
  EXPECT_TRUE(v1.has_delivered_at());
  EXPECT_TRUE(v1.has_warned_at());
  EXPECT_FALSE(v1.proxy());
  const ElectorateEntry& v2 = roll.entries(1);
  EXPECT_EQ(v2.area_source(), registry::v1::AREA_SOURCE_UNSPECIFIED) << "d3 is not registered";
  EXPECT_EQ(v2.persons(), 2);
  EXPECT_TRUE(v2.proxy());
  EXPECT_TRUE(v2.co_owner_dispute());
  EXPECT_FALSE(v2.co_owner_representative());
  EXPECT_EQ(v2.objection(), views::v1::OBJECTION_STATE_OPEN);
  EXPECT_EQ(roll.entries(2).persons(), 0);

  history_.Add<rv::ElectorateObjectionRuled>("2026-03-08 10:00", "resolutions/r",
                                             "objection: 'o1' upheld: true");
  history_.Add<rv::ElectorateCorrected>("2026-03-08 10:00", "resolutions/r/voters/v2",
                                        "entry { area_dm2: 90 heads: 1 persons: '@persons/p-co1' "
                                        "dwellings: '@dwellings/d1' }");
  history_.Add<rv::CoOwnerRepresentativeDesignated>("2026-03-08 11:00", "resolutions/r/voters/v2",
                                                    "representative: '@persons/p-co1'");
  const auto corrected = Roll().entries(1);
  EXPECT_EQ(corrected.objection(), views::v1::OBJECTION_STATE_UPHELD);
  EXPECT_TRUE(corrected.corrected());
  EXPECT_TRUE(corrected.co_owner_representative());
  EXPECT_EQ(corrected.area_dm2(), 90);
  EXPECT_EQ(corrected.area_source(), registry::v1::AREA_SOURCE_REGISTER);
}

TEST_F(OwnersCommittee, RollIsFilteredAndOrdered) {
  EXPECT_EQ(Voters("filter: 'delivered = false'"), "v2 v3");
  EXPECT_EQ(Voters("filter: 'co_owners = true'"), "v2");
  EXPECT_EQ(Voters("filter: 'proxy = true'"), "v2");
  EXPECT_EQ(Voters("filter: 'area_source = CONTRACT'"), "v1");
  EXPECT_EQ(Voters("filter: 'area_dm2 < 200' order_by: 'area_dm2'"), "v3 v2");
  EXPECT_EQ(Voters("filter: 'objection_open = true'"), "");
  history_.Add<rv::ElectorateCorrected>("2026-03-08 10:00", "resolutions/r/voters/v3",
                                        "struck_off: true");
  EXPECT_EQ(Voters(""), "v1 v2");
}

TEST_F(OwnersCommittee, SheetTellsTheResultAndWhatItRestsOn) {
  bench::CountVote(history_, "r");
  const ResultSheet sheet = Sheet("p-own");
  EXPECT_EQ(sheet.heads(), 3);
  EXPECT_EQ(sheet.area_dm2(), 360);
  EXPECT_EQ(Show(sheet.turnout_heads()), "1/3 333333");
  EXPECT_EQ(Show(sheet.turnout_area()), "200/360 555555");
  ASSERT_EQ(sheet.items_size(), 1);
  EXPECT_EQ(sheet.items(0).text(), "甲");
  EXPECT_EQ(sheet.items(0).certified(), rv::OUTCOME_NO_QUORUM);
  EXPECT_EQ(sheet.items(0).tally().area().in_favour(), 200);
  EXPECT_EQ(sheet.items(0).tally().area().quorum().needed(), 240);
  EXPECT_TRUE(sheet.items(0).tally().sub_scopes(0).withheld());
  EXPECT_EQ(sheet.outcome(), rv::OUTCOME_NO_QUORUM);
  EXPECT_EQ(sheet.rule_set(), "policies/v");
  EXPECT_EQ(sheet.hashes().input(), "h1");
  EXPECT_EQ(sheet.roll_sha256(), "f00d");
  EXPECT_TRUE(sheet.certified_last_count());
  EXPECT_EQ(sheet.set_aside_total(), 2);
  ASSERT_EQ(sheet.set_aside_size(), 1);
  EXPECT_EQ(sheet.set_aside(0).reason(), rv::INVALID_REASON_LATE);
  ASSERT_EQ(sheet.counters_size(), 2);
  EXPECT_EQ(sheet.counters(0).text() + sheet.counters(1).text(), "李*李*");
  ASSERT_EQ(sheet.signatures_size(), 1);
  EXPECT_EQ(sheet.signatures(0).masked_name().text(), "李*");
  EXPECT_TRUE(sheet.signatures(0).of_last_count());
  EXPECT_THAT(sheet.ShortDebugString(), testing::Not(testing::HasSubstr("persons/")));
}

TEST_F(OwnersCommittee, SheetFollowsARecount) {
  bench::CountVote(history_, "r");
  history_.Add<rv::TallyObjected>("2026-04-06 10:00", "resolutions/r", "objection: '1'");
  EXPECT_EQ(Sheet().objections_open(), 1);
  history_.Add<rv::RecountPerformed>("2026-04-07 10:00", "resolutions/r",
                                     "differences: 'ballots' result { hashes { input: 'h2' } "
                                     "items { item: 'a' outcome: OUTCOME_PASSED heads { total: 3 "
                                     "participating: 2 } } items { item: 'z' } }");
  const ResultSheet sheet = Sheet();
  EXPECT_EQ(sheet.objections_open(), 0);
  EXPECT_EQ(sheet.recounts(), 1);
  EXPECT_THAT(sheet.differences(), testing::ElementsAre("ballots"));
  EXPECT_FALSE(sheet.certified_last_count());
  EXPECT_FALSE(sheet.signatures(0).of_last_count());
  EXPECT_EQ(sheet.items(0).tally().outcome(), rv::OUTCOME_PASSED);
  EXPECT_EQ(sheet.items(0).certified(), rv::OUTCOME_NO_QUORUM) << "until it is certified again";
  EXPECT_EQ(sheet.items(1).code(), "z") << "counted, and no more on the ballot";
  EXPECT_FALSE(sheet.has_turnout_area());
}

TEST_F(OwnersCommittee, WindowOfNumbersMustHaveAnEnd) {
  views::v1::GetVoteMetricsResponse response;
  const absl::Status status = View().Ask(
      owners_committee::GetVoteMetrics, bench::Person("p-oc1"), "2026-03-25 10:00",
      "parent: 'communities/c1' from T(2026-03-01 00:00) to T(2026-03-01 00:00)", response);
  EXPECT_EQ(wire::ReasonOf(status), type::v1::ERROR_REASON_INVALID_REQUEST);
}

TEST_F(OwnersCommittee, NumbersAreOfTheVotesThatAreSeen) {
  bench::AddVote(
      history_, "s",
      "regime: REGIME_OWNERS convener: '@bodies/oc2' property_area: '@propertyAreas/a2'");
  bench::CountVote(history_, "r");
  bench::CountVote(history_, "s");
  const auto votes = [&](const char* who, const std::string& rest) {
    views::v1::GetVoteMetricsResponse response;
    const absl::Status status =
        View().Ask(owners_committee::GetVoteMetrics, bench::Person(who), "2026-04-25 10:00",
                   absl::StrCat("parent: 'communities/c1' from T(2026-04-01 00:00) "
                                "to T(2026-05-01 00:00) ",
                                rest),
                   response);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(response.metrics_size(), 9);
    return absl::StrCat(response.metrics(0).numerator(), "/", response.metrics(0).denominator());
  };
  EXPECT_EQ(votes("p-oc1", ""), "1/3");
  EXPECT_EQ(votes("p-party", ""), "2/6");
  EXPECT_EQ(votes("p-party", "property_area: 'communities/c1/propertyAreas/a2'"), "1/3");
  EXPECT_EQ(votes("p-party", "regime: REGIME_POLL"), "0/0");
}

}  // namespace
}  // namespace sanzhang::projections
