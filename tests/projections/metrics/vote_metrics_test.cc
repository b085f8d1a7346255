// M12, M25 and M26 against a recount by plain loops, over random histories; and golden cases.
#include "projections/metrics/vote_metrics.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <random>

#include "absl/time/civil_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/owners_committee/owners_committee_views.h"
#include "proto/wire/fact.h"
#include "proto/wire/names.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/random_votes.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace rv = resolution::v1;
using bench::At;
using views::v1::Metric;
using enum views::v1::MetricId;
using Moment = std::optional<absl::Time>;

std::uint64_t Seed() {
  const char* given = std::getenv("SANZHANG_TEST_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device()();
  std::cout << "SANZHANG_TEST_SEED=" << seed << "\n";
  return seed;
}

struct Voter {
  std::string snapshot;
  bool struck_off = false, delivered = false;
};

// A vote as its facts tell it.
struct Vote {
  std::string area, snapshot;
  rv::VoteMode mode{};
  rv::Outcome outcome{};
  bool passed = false, challenged = false;
  Moment noticed, opened, certified, published, due, executed, execution_published, revoked;
  rv::TallyResult result;
  std::map<std::string, Voter> voters;
};

void Tell(Vote& vote, const rv::ResolutionEvent& e, absl::Time at) {
  if (e.has_motion_drafted()) vote.area = e.motion_drafted().property_area();
  if (e.has_noticed()) vote.noticed = at, vote.mode = e.noticed().mode(), vote.snapshot.clear();
  if (e.has_electorate_frozen()) vote.snapshot = e.electorate_frozen().snapshot();
  if (e.has_opened()) vote.opened = at;
  if (e.has_provisionally_tallied()) vote.result = e.provisionally_tallied().result();
  if (e.has_recount_performed()) vote.result = e.recount_performed().result();
  if (e.has_certified()) {
    vote.certified = at;
    vote.outcome = e.certified().outcome();
    vote.passed = false;
    for (const rv::ItemOutcome& item : e.certified().outcomes()) {
      vote.passed = vote.passed || item.outcome() == rv::OUTCOME_PASSED;
    }
  }
  if (e.has_published()) vote.published = at;
  if (e.has_execution_planned()) vote.due = wire::ToTime(e.execution_planned().due());
  if (e.has_execution_finished()) vote.executed = at;
  if (e.has_execution_published()) vote.execution_published = at;
  if (e.has_challenged()) vote.challenged = true;
  if (e.has_revoked()) vote.revoked = at;
}

void Tell(Voter& voter, const rv::VoterEvent& e) {
  if (e.has_enrolled()) voter = {.snapshot = e.enrolled().snapshot()};
  if (e.has_corrected()) voter.struck_off = e.corrected().struck_off();
  if (e.has_ballot_delivered()) voter.delivered = true;
}

std::vector<Vote> VotesOf(const std::vector<log::v1::Record>& records) {
  std::map<std::string, Vote> votes;
  for (const log::v1::Record& record : records) {
    const std::string& stream = record.stream();
    const std::size_t voter = stream.find("/voters/");
    if (wire::CollectionOf(stream) == "resolutions") {
      rv::ResolutionEvent event;
      EXPECT_TRUE(wire::ReadFact(record.type(), record.payload(), event).ok());
      Tell(votes[stream], event, wire::ToTime(record.occurred_at()));
    } else if (voter != std::string::npos) {
      rv::VoterEvent event;
      EXPECT_TRUE(wire::ReadFact(record.type(), record.payload(), event).ok());
      Tell(votes[stream.substr(0, voter)].voters[stream.substr(voter)], event);
    }
  }
  std::vector<Vote> all;
  for (auto& [name, vote] : votes) all.push_back(std::move(vote));
  return all;
}

struct Numbers {
  std::int64_t a = 0, b = 0, c = 0;
  bool operator==(const Numbers&) const = default;
};

std::int64_t MostOf(const Vote& vote, bool area, bool total) {
  std::int64_t most = 0;
  for (const rv::ItemTally& item : vote.result.items()) {
    const rv::MeasureTally& measure = area ? item.area() : item.heads();
    most = std::max(most, total ? measure.total() : measure.participating());
  }
  return most;
}

void CountCertified(const Vote& vote, views::v1::MetricId id, Numbers& n) {
  const bool area = id == METRIC_ID_TURNOUT_AREA;
  if (area || id == METRIC_ID_TURNOUT_HEADS) {
    n.a += MostOf(vote, area, false);
    n.b += MostOf(vote, area, true);
    n.c += MostOf(vote, area, true);
    return;
  }
  if (id == METRIC_ID_BALLOTS_DELIVERED) {
    for (const auto& [name, voter] : vote.voters) {
      if (voter.snapshot != vote.snapshot || voter.struck_off) continue;
      ++n.c;
      if (vote.mode == rv::VOTE_MODE_MEETING) continue;
      ++n.b;
      n.a += voter.delivered;
    }
    return;
  }
  ++n.b;
  ++n.c;
  n.a += id == METRIC_ID_VOTES_WITHOUT_QUORUM ? vote.outcome == rv::OUTCOME_NO_QUORUM
         : id == METRIC_ID_VOTES_CHALLENGED   ? vote.challenged
                                              : vote.revoked.has_value();
}

bool In(const Moment& moment, const Window& window) {
  return moment.has_value() && *moment >= window.from && *moment < window.to;
}

Numbers Recount(const std::vector<Vote>& votes, views::v1::MetricId id, const Window& window) {
  Numbers n;
  std::vector<std::int64_t> days;
  for (const Vote& vote : votes) {
    if (id == METRIC_ID_RESOLUTIONS_EXECUTED || id == METRIC_ID_RESOLUTIONS_PUBLISHED_TWICE) {
      if (!vote.passed || !In(vote.due, window)) continue;
      ++n.c;
      if (vote.revoked.has_value() && *vote.revoked < *vote.due) continue;
      ++n.b;
      n.a += id == METRIC_ID_RESOLUTIONS_EXECUTED
                 ? vote.executed.has_value() && *vote.executed <= *vote.due
                 : vote.published.has_value() && vote.execution_published.has_value();
    } else if (In(vote.certified, window)) {
      if (id != METRIC_ID_NOTICE_DAYS) {
        CountCertified(vote, id, n);
        continue;
      }
      absl::CivilDay day = absl::ToCivilDay(*vote.noticed, absl::FixedTimeZone(8 * 3600));
      const absl::CivilDay opening = absl::ToCivilDay(*vote.opened, absl::FixedTimeZone(8 * 3600));
      std::int64_t between = 0;
      while (++day < opening) ++between;
      days.push_back(between);
    }
  }
  if (days.empty()) return n;
  std::sort(days.begin(), days.end());
  const auto count = static_cast<std::int64_t>(days.size());
  const std::size_t half = days.size() / 2;
  return {count, count % 2 == 1 ? days[half] : (days[half - 1] + days[half]) / 2, count};
}

Numbers NumbersOf(const Metric& metric) {
  if (metric.unit() == views::v1::METRIC_UNIT_DAYS) {
    return {metric.denominator(), metric.value(), metric.population()};
  }
  return {metric.numerator(), metric.denominator(), metric.population()};
}

TEST(VoteMetrics, AgreeWithARecount) {
  const std::uint64_t seed = Seed();
  int counted = 0;
  for (std::uint64_t round = 0; round < 3; ++round) {
    bench::History history = bench::Community();
    bench::AddRandomVotes(seed + round, 60, history);
    bench::ViewBench view(MakeOwnersCommitteeViews());
    view.Apply(history);
    const std::vector<Vote> all = VotesOf(history.records());
    std::mt19937_64 random(seed + round);
    for (int i = 0; i < 20; ++i) {
      Window window;
      window.from = At("2026-01-01 00:00") + absl::Hours(24 * static_cast<int>(random() % 100));
      window.to = window.from + absl::Hours(24 * static_cast<int>(1 + random() % 80));
      Scope scope;
      scope.Where("community", "communities/c1");
      std::vector<Vote> votes = all;
      if (random() % 3 == 0) {
        const std::string area = "communities/c1/propertyAreas/a1";
        scope.Where("property_area", area);
        std::erase_if(votes, [&](const Vote& vote) { return vote.area != area; });
      }
      const auto metrics = VoteMetrics(view.rows(), window, scope);
      ASSERT_TRUE(metrics.ok()) << metrics.status();
      ASSERT_EQ(metrics->size(), 9u);
      for (const Metric& metric : *metrics) {
        const Numbers expected = Recount(votes, metric.id(), window);
        const Numbers found = NumbersOf(metric);
        EXPECT_EQ(found, expected)
            << views::v1::MetricId_Name(metric.id()) << " is " << found.a << "/" << found.b << "/"
            << found.c << ", not " << expected.a << "/" << expected.b << "/" << expected.c;
        counted += expected.b > 0;
      }
    }
  }
  EXPECT_GT(counted, 100) << "of 540";
}

// What the roll's sums say is what its rows add up to.
TEST(VoteRows, SumsAreThoseOfTheRoll) {
  bench::History history = bench::Community();
  bench::AddRandomVotes(Seed(), 80, history);
  bench::ViewBench view(MakeOwnersCommitteeViews());
  view.Apply(history);
  EXPECT_GT(view.Select("SELECT resolution FROM roll_turnout", 1).size(), 500u);
  EXPECT_EQ(
      view.Select("SELECT t.resolution, t.subjects, t.heads, t.area_dm2, t.delivered, t.warned, "
                  "t.returned, t.returned_heads, t.returned_area_dm2, t.on_paper, t.unverified, "
                  "t.conflicts, t.late, t.proxied, t.disputed FROM roll_turnout t EXCEPT "
                  "SELECT v.resolution, count(*), sum(heads), sum(area_dm2), "
                  "sum(delivered_us IS NOT NULL), sum(warned_us IS NOT NULL), sum(returned), "
                  "sum(returned * heads), sum(returned * area_dm2), sum(papers > 0), "
                  "sum(unverified > 0), sum(conflict = 1), sum(late > 0), "
                  "sum(EXISTS (SELECT 1 FROM proxy p WHERE p.voter = v.name "
                  "AND p.revoked_us IS NULL)), sum(disputes > 0) FROM roll v GROUP BY 1",
                  15),
      view.Select("SELECT resolution, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM roll_turnout t "
                  "WHERE NOT EXISTS (SELECT 1 FROM roll v WHERE v.resolution = t.resolution)",
                  15))
      << "but for rolls of which everyone was struck off";
}

TEST(VoteRows, SameEventsMakeSameRows) {
  bench::History history = bench::Community();
  bench::AddRandomVotes(7, 40, history);
  bench::ViewBench one(MakeOwnersCommitteeViews());
  bench::ViewBench two(MakeOwnersCommitteeViews());
  one.Apply(history);
  two.Apply(history);
  EXPECT_GT(one.Dump().size(), 10'000u);
  EXPECT_EQ(one.Dump(), two.Dump());
}

// Two votes: one of 3 of 4 heads and 750 of 1000 dm2 in its best item, one of 1 of 2 without area.
TEST(VoteMetrics, GoldenCase) {
  bench::History h = bench::Community();
  const auto add = [&](const char* id, const char* result, const char* certified) {
    const std::string name = std::string("resolutions/") + id;
    h.Add<rv::MotionDrafted>("2026-03-01 10:00", name, "regime: REGIME_OWNERS");
    h.Add<rv::VoteNoticed>("2026-03-01 23:00", name, "mode: VOTE_MODE_WRITTEN");
    h.Add<rv::VoteOpened>("2026-03-17 01:00", name, "");
    h.Add<rv::ProvisionalTallyComputed>("2026-04-01 10:00", name, result);
    h.Add<rv::ResolutionCertified>("2026-04-05 10:00", name, certified);
  };
  add("a",
      "result { items { item: 'x' heads { participating: 2 total: 4 } "
      "area { participating: 750 total: 1000 } } items { item: 'y' "
      "heads { participating: 3 total: 4 } area { participating: 500 total: 1000 } } }",
      "outcome: OUTCOME_PASSED outcomes { item: 'x' outcome: OUTCOME_PASSED }");
  add("b", "result { items { item: 'x' heads { participating: 1 total: 2 } } }",
      "outcome: OUTCOME_NO_QUORUM");
  h.Add<rv::ExecutionPlanned>("2026-04-06 10:00", "resolutions/a", "due T(2026-04-20 10:00)");
  h.Add<rv::ExecutionFinished>("2026-04-20 10:00", "resolutions/a", "");
  bench::ViewBench view(MakeOwnersCommitteeViews());
  view.Apply(h);
  const auto metrics =
      VoteMetrics(view.rows(), {At("2026-04-01 00:00"), At("2026-05-01 00:00")}, Scope());
  ASSERT_TRUE(metrics.ok());
  std::vector<std::string> shown;
  for (const Metric& metric : *metrics) {
    shown.push_back(metric.formula() + " " + std::to_string(metric.numerator()) + "/" +
                    std::to_string(metric.denominator()) + " " +
                    (metric.has_value() ? std::to_string(metric.value()) : "-"));
  }
  EXPECT_THAT(shown, testing::ElementsAre("M12-heads@1 4/6 666666", "M12-area@1 750/1000 750000",
                                          "M25@1 1/1 1000000", "M25-published@1 0/1 0",
                                          "M26-no-quorum@1 1/2 500000", "M26-challenged@1 0/2 0",
                                          "M26-revoked@1 0/2 0", "M26-notice@1 2/2 15",
                                          "M26-delivered@1 0/0 -"));

  const Scope all;
  const auto cases = VoteCasesOf(views::v1::METRIC_ID_TURNOUT_HEADS,
                                 {At("2026-04-01 00:00"), At("2026-05-01 00:00")}, all);
  ASSERT_TRUE(cases.ok());
  std::string turnout;
  const absl::Status asked = view.rows().Query("SELECT " + cases->select + " FROM " + cases->from,
                                               cases->values, [&](const Row& row) {
                                                 views::v1::MetricCase found;
                                                 ReadCase(row, found);
                                                 turnout += found.ShortDebugString() + "\n";
                                               });
  ASSERT_TRUE(asked.ok()) << asked;
  EXPECT_EQ(turnout,
            "name: \"communities/c1/resolutions/a\" numerator: 3 denominator: 4\n"
            "name: \"communities/c1/resolutions/b\" numerator: 1 denominator: 2\n");
  EXPECT_FALSE(VoteCasesOf(views::v1::METRIC_ID_RESOLVED, {}, all).ok());
}

}  // namespace
}  // namespace sanzhang::projections
