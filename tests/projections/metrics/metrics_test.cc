// The formulas against a recount by plain loops, over random histories; and golden cases.
#include "projections/metrics/metrics.h"

#include <cstdlib>
#include <iostream>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/residents_committee/residents_committee_views.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "tests/projections/metrics/recount.h"
#include "tests/projections/support/random_history.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

using bench::At;
using bench::Which;
using views::v1::Metric;

std::uint64_t Seed() {
  const char* given = std::getenv("SANZHANG_TEST_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device()();
  std::cout << "SANZHANG_TEST_SEED=" << seed << "\n";
  return seed;
}

Scope ScopeOf(const Which& which) {
  Scope scope;
  scope.Where("community", "communities/c1");
  scope.Where("responsible_body", which.body).Where("building", which.building);
  if (which.category != 0) scope.Where("category", std::int64_t{which.category});
  return scope;
}

bench::Numbers NumbersOf(const Metric& metric) {
  if (metric.unit() == views::v1::METRIC_UNIT_MILLISECONDS) {
    return {metric.denominator(), metric.value(), metric.p90()};
  }
  return {metric.numerator(), metric.denominator(), metric.population()};
}

// A metric's cases add up to it, and each stands there once.
void ExpectCasesOf(const Metric& metric, const absl::StatusOr<ListQuery>& cases, Rows& rows) {
  ASSERT_TRUE(cases.ok()) << cases.status();
  const std::string sql = "SELECT sum(numerator), sum(denominator), count(*), count(DISTINCT " +
                          std::string(cases->key) + ") FROM " + cases->from;
  const absl::Status asked = rows.Query(sql, cases->values, [&](const Row& row) {
    EXPECT_EQ(row.Int(2), row.Int(3)) << metric.formula();
    if (metric.unit() == views::v1::METRIC_UNIT_MILLISECONDS) {
      EXPECT_EQ(row.Int(1), metric.denominator()) << metric.formula();
    } else if (metric.unit() != views::v1::METRIC_UNIT_MILLI_POINTS) {
      EXPECT_EQ(row.Int(0), metric.numerator()) << metric.formula();
      EXPECT_EQ(row.Int(1), metric.denominator()) << metric.formula();
      EXPECT_EQ(row.Int(2), metric.population()) << metric.formula();
    }
  });
  EXPECT_TRUE(asked.ok()) << asked;
}

TEST(Metrics, AgreeWithARecount) {
  const std::uint64_t seed = Seed();
  int counted = 0;
  for (std::uint64_t round = 0; round < 4; ++round) {
    bench::History history = bench::Community();
    bench::AddRandomComplaints(seed + round, 150, history);
    bench::ViewBench view(MakeResidentsCommitteeViews());
    view.Apply(history);
    const std::vector<bench::Life> lives = bench::LivesOf(history.records());
    std::mt19937_64 random(seed + round);
    for (int i = 0; i < 25; ++i) {
      Which which;
      which.from = At("2026-01-01 00:00") + absl::Hours(24 * static_cast<int>(random() % 80));
      which.to = which.from + absl::Hours(24 * static_cast<int>(1 + random() % 60));
      if (random() % 3 == 0) which.body = "communities/c1/bodies/pc1";
      if (random() % 3 == 0) which.building = "communities/c1/buildings/b2";
      if (random() % 3 == 0) which.category = complaint::v1::CATEGORY_NOISE;
      const auto metrics = Metrics(view.rows(), {which.from, which.to}, ScopeOf(which));
      ASSERT_TRUE(metrics.ok()) << metrics.status();
      for (const Metric& metric : *metrics) {
        const bench::Numbers expected = bench::Recount(lives, metric.id(), which);
        counted += expected.b > 0;
        EXPECT_EQ(NumbersOf(metric), expected)
            << metric.ShortDebugString() << " expected " << expected.a << " " << expected.b << " "
            << expected.c << " in [" << which.from << ", " << which.to << ") body " << which.body
            << " building " << which.building << " category " << which.category;
        const Scope scope = ScopeOf(which);
        ExpectCasesOf(metric, CasesOf(metric.id(), {which.from, which.to}, scope), view.rows());
        if (HasFailure()) return;
      }
    }
  }
  EXPECT_GT(counted, 500) << "the histories say too little";
}

TEST(Stock, AgreesWithARecount) {
  const std::uint64_t seed = Seed();
  bench::History history = bench::Community();
  bench::AddRandomComplaints(seed, 300, history);
  bench::ViewBench view(MakeResidentsCommitteeViews());
  view.Apply(history);
  const std::vector<bench::Life> lives = bench::LivesOf(history.records());
  for (int day = 0; day < 120; ++day) {
    Which which;
    if (day % 3 == 0) which.body = "communities/c1/bodies/pc2";
    const absl::Time at = At("2026-01-01 00:00") + absl::Hours(24 * day);
    const auto stock = OpenStock(view.rows(), at, ScopeOf(which));
    ASSERT_TRUE(stock.ok()) << stock.status();
    const bench::Numbers expected = bench::RecountStock(lives, at, which);
    EXPECT_EQ(stock->open, expected.a) << at;
    EXPECT_EQ(stock->overdue, expected.b) << at;
  }
}

// The stock now and the deadline that rows show as next have one meaning.
TEST(Stock, NowIsWhatRowsShow) {
  const std::uint64_t seed = Seed();
  bench::History history = bench::Community();
  bench::AddRandomComplaints(seed, 300, history);
  bench::ViewBench view(MakeResidentsCommitteeViews());
  view.Apply(history);
  const absl::Time now = At("2027-01-01 00:00");
  const auto stock = OpenStock(view.rows(), now, ScopeOf({}));
  ASSERT_TRUE(stock.ok()) << stock.status();
  EXPECT_GT(stock->overdue, 0);
  EXPECT_EQ(std::to_string(stock->overdue) + "\n",
            view.Select("SELECT count(*) FROM complaint WHERE next_due_us < " +
                            std::to_string(absl::ToUnixMicros(now)),
                        1));
}

Metric Few(std::int64_t numerator, std::int64_t denominator, std::int64_t population) {
  Metric metric;
  metric.set_id(views::v1::METRIC_ID_SATISFIED);
  metric.set_numerator(numerator);
  metric.set_denominator(denominator);
  metric.set_population(population);
  metric.set_value(1);
  return metric;
}

void AddPart(int category, std::int64_t denominator, Metric& metric) {
  auto& part = *metric.add_parts();
  part.set_category(static_cast<complaint::v1::Category>(category));
  part.set_denominator(denominator);
  part.set_value(1);
}

TEST(Mask, HidesTheFew) {
  Metric metric = Few(2, 4, 40);
  Mask(metric);
  EXPECT_EQ(metric.ShortDebugString(), "id: METRIC_ID_SATISFIED masked: true");
  metric = Few(2, 5, 40);
  Mask(metric);
  EXPECT_EQ(metric.denominator(), 5);
  EXPECT_EQ(metric.population(), 40);
  metric = Few(2, 5, 7);  // Two were left out: who?
  Mask(metric);
  EXPECT_EQ(metric.population(), 5);
}

TEST(Mask, HidesPartsThatTheOthersWouldTell) {
  Metric one = Few(9, 20, 20);
  AddPart(1, 17, one);
  AddPart(2, 3, one);  // 20 - 17
  Mask(one);
  EXPECT_EQ(one.parts_size(), 0);
  Metric two = Few(9, 25, 25);
  AddPart(1, 17, two);
  AddPart(2, 4, two);
  AddPart(3, 4, two);
  Mask(two);
  ASSERT_EQ(two.parts_size(), 3);
  EXPECT_FALSE(two.parts(0).masked());
  EXPECT_TRUE(two.parts(1).masked());
  EXPECT_FALSE(two.parts(1).has_value());
}

TEST(Window, MustEndAfterItBegins) {
  views::v1::MetricsQuery query;
  query.mutable_from()->set_seconds(10);
  query.mutable_to()->set_seconds(10);
  EXPECT_EQ(WindowOf(query).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Metrics, NothingToDivideByIsNoNumber) {
  bench::ViewBench view(MakeResidentsCommitteeViews());
  view.Apply(bench::Community());
  const auto metrics =
      Metrics(view.rows(), {At("2026-01-01 00:00"), At("2026-02-01 00:00")}, ScopeOf({}));
  ASSERT_TRUE(metrics.ok()) << metrics.status();
  EXPECT_EQ(metrics->size(), 18);
  for (const Metric& metric : *metrics) {
    if (metric.id() == views::v1::METRIC_ID_OVERDUE_STOCK) continue;  // A count: 0.
    EXPECT_FALSE(metric.has_value()) << metric.ShortDebugString();
    EXPECT_FALSE(metric.formula().empty());
  }
}

}  // namespace
}  // namespace sanzhang::projections
