#include "projections/metrics/metrics.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "projections/complaints/complaint_cells.h"
#include "projections/metrics/ask.h"
#include "projections/metrics/formulas.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"

namespace sanzhang::projections {
namespace {

using views::v1::Metric;
using views::v1::MetricPart;
using enum views::v1::MetricId;

constexpr std::int64_t kMillion = 1'000'000;
// Metrics over complaints.
constexpr int kFirst = METRIC_ID_ACKNOWLEDGED_ON_TIME;
constexpr int kLast = METRIC_ID_INTAKE_ON_TIME;

std::string Fill(std::string_view sql, std::string_view blank, std::string_view text) {
  return absl::StrReplaceAll(absl::string_view(sql.data(), sql.size()),
                             {{absl::string_view(blank.data(), blank.size()),
                               absl::string_view(text.data(), text.size())}});
}

// The cases of one clock.
std::string OnTime(std::string_view due, std::string_view met) {
  return Fill(Fill(kOnTime, "{due}", due), "{met}", met);
}

struct Formula {
  views::v1::MetricId id;
  std::string_view name;
  std::string cases;
};

const std::vector<Formula>& Formulas() {
  static const auto& formulas = *new std::vector<Formula>{
      {METRIC_ID_ACKNOWLEDGED_ON_TIME, "M1@1", OnTime("ack_due_us", "acked_us")},
      {METRIC_ID_ANSWERED_ON_TIME, "M2@1", OnTime("answer_due_us", "answered_us")},
      {METRIC_ID_ANSWERED_ON_TIME_UNEXTENDED, "M2'@1",
       OnTime("answer_due_first_us", "answered_us")},
      {METRIC_ID_RESOLVED, "M3@1", Fill(kResolved, "{closed}", kClosed)},
      {METRIC_ID_RESOLVED_CONFIRMED, "M3-strict@1", Fill(kResolvedConfirmed, "{closed}", kClosed)},
      {METRIC_ID_SATISFIED, "M4@1", Fill(kSatisfied, "{asked}", kAsked)},
      {METRIC_ID_SATISFIED_LOWER_BOUND, "M4-lower@1",
       Fill(kSatisfiedLowerBound, "{asked}", kAsked)},
      {METRIC_ID_AVERAGE_SCORE, "M5@1", std::string(kScored)},
      {METRIC_ID_REOPENED, "M6@1", Fill(kReopened, "{closed}", kClosed)},
      {METRIC_ID_FIRST_TIME_FIX, "M7@1", Fill(kFirstTimeFix, "{closed}", kClosed)},
      {METRIC_ID_REPEATED, "M8@1", Fill(kRepeated, "{repeat}", kIsRepeat)},
      {METRIC_ID_CYCLE_TIME, "M9@1", Fill(kCycleTime, "{closed}", kClosed)},
      {METRIC_ID_CYCLE_TIME_RAW, "M9-raw@1", Fill(kCycleTimeRaw, "{closed}", kClosed)},
      {METRIC_ID_OVERDUE_STOCK, "M10@1", std::string(kOverdue)},
      {METRIC_ID_EXCLUDED, "M11@1", std::string(kExcluded)},
      {METRIC_ID_REFUSED, "M31@1", std::string(kRefused)},
      {METRIC_ID_REFUSALS_REVERSED, "M31-reversed@1", std::string(kRefusalsReversed)},
      {METRIC_ID_INTAKE_ON_TIME, "M32@1", std::string(kIntakeOnTime)},
      // Not over complaints.
      {METRIC_ID_PARTICIPATION_BREADTH, "M13@1", ""},
      {METRIC_ID_NEW_PARTICIPANTS, "M14@1", ""},
      {METRIC_ID_SYSTEM_COMPLETENESS, "M24@1", ""},
  };
  return formulas;
}

const Formula& FormulaOf(views::v1::MetricId id) {
  static const Formula& none = *new Formula{id, "", ""};
  for (const Formula& formula : Formulas()) {
    if (formula.id == id) return formula;
  }
  return none;
}

// Asks what is said of the metric's cases.
absl::Status AskCases(Rows& rows, views::v1::MetricId id, std::string_view of_cases,
                      const Window& window, const Scope& scope,
                      const std::function<void(const Row&)>& each) {
  return Ask(rows, Fill(of_cases, "{cases}", FormulaOf(id).cases), window, scope, each);
}

using projections::SetRatio;

void SetRatio(MetricPart& part) {
  if (part.denominator() > 0) part.set_value(part.numerator() * kMillion / part.denominator());
}

absl::Status Satisfaction(Rows& rows, const Window& window, const Scope& scope, Metric& metric) {
  const auto add = [&](const Row& row) {
    MetricPart& part = *metric.add_parts();
    part.set_category(static_cast<complaint::v1::Category>(row.Int(0)));
    part.set_numerator(row.Int(1));
    part.set_denominator(row.Int(2));
    SetRatio(part);
    metric.set_numerator(metric.numerator() + row.Int(1));
    metric.set_denominator(metric.denominator() + part.denominator());
    metric.set_population(metric.population() + row.Int(3));
  };
  absl::Status status = AskCases(rows, metric.id(), kByCategory, window, scope, add);
  SetRatio(metric);
  return status;
}

absl::Status AverageScore(Rows& rows, const Window& window, const Scope& scope, Metric& metric) {
  using views::v1::SurveyDimension;
  // Basis points; without a rating scheme all dimensions count alike, the odd one goes to the
  // result.
  constexpr std::array<std::pair<SurveyDimension, std::int64_t>, 3> kWeights = {
      {{views::v1::SURVEY_DIMENSION_RESPONSE, 3333},
       {views::v1::SURVEY_DIMENSION_RESULT, 3334},
       {views::v1::SURVEY_DIMENSION_ATTITUDE, 3333}}};
  constexpr std::int64_t kWhole = 10'000;
  metric.set_unit(views::v1::METRIC_UNIT_MILLI_POINTS);
  std::int64_t weighted = 0;
  const auto add = [&](const Row& row) {
    for (std::size_t i = 0; i < kWeights.size(); ++i) {
      MetricPart& part = *metric.add_parts();
      part.set_dimension(kWeights[i].first);
      part.set_numerator(row.Int(static_cast<int>(2 * i)));
      part.set_denominator(row.Int(static_cast<int>(2 * i + 1)));
      if (part.denominator() < kGroupMin) {
        part.set_masked(part.denominator() > 0);
        metric.set_masked(metric.masked() || part.masked());
        part.clear_numerator();
        part.clear_denominator();
        continue;
      }
      part.set_value(part.numerator() * 1000 / part.denominator());
      weighted += kWeights[i].second * part.value();
      metric.set_denominator(metric.denominator() + kWeights[i].second);
    }
  };
  absl::Status status = AskCases(rows, metric.id(), kScores, window, scope, add);
  metric.set_population(metric.denominator());
  if (metric.denominator() == kWhole) {
    metric.set_numerator(weighted);
    metric.set_value(weighted / kWhole);
  } else {
    metric.clear_denominator();
    metric.clear_population();
  }
  return status;
}

// The value that `share` parts of `of` are not above, by nearest rank.
std::int64_t Quantile(const std::vector<std::int64_t>& sorted, std::int64_t share,
                      std::int64_t of) {
  const auto count = static_cast<std::int64_t>(sorted.size());
  const std::int64_t rank = (count * share + of - 1) / of;
  return sorted[static_cast<std::size_t>(rank - 1)];
}

absl::Status CycleTime(Rows& rows, const Window& window, const Scope& scope, Metric& metric) {
  metric.set_unit(views::v1::METRIC_UNIT_MILLISECONDS);
  std::vector<std::int64_t> sorted;  // 8 bytes for each closing in the window.
  absl::Status status = AskCases(rows, metric.id(), kInOrder, window, scope,
                                 [&](const Row& row) { sorted.push_back(row.Int(0)); });
  if (!status.ok() || sorted.empty()) return status;
  const auto count = static_cast<std::int64_t>(sorted.size());
  metric.set_numerator(count);
  metric.set_denominator(count);
  metric.set_population(count);
  metric.set_value(Median(sorted));
  metric.set_p90(Quantile(sorted, 9, 10));
  metric.set_p99(Quantile(sorted, 99, 100));
  return absl::OkStatus();
}

absl::Status OverdueStock(Rows& rows, const Window& window, const Scope& scope, Metric& metric) {
  const absl::StatusOr<Stock> stock = OpenStock(rows, window.to, scope);
  if (!stock.ok()) return stock.status();
  metric.set_unit(views::v1::METRIC_UNIT_COMPLAINTS);
  metric.set_numerator(stock->overdue);
  metric.set_denominator(stock->open);
  metric.set_population(stock->open);
  metric.set_value(stock->overdue);
  return absl::OkStatus();
}

absl::Status Excluded(Rows& rows, const Window& window, const Scope& scope, Metric& metric) {
  absl::Status status =
      AskCases(rows, metric.id(), kByApprover, window, scope, [&](const Row& row) {
        metric.set_denominator(metric.denominator() + row.Int(2));
        metric.set_numerator(metric.numerator() + row.Int(1));
        metric.set_population(metric.population() + row.Int(1) + row.Int(2));
        if (row.Int(1) == 0) return;
        MetricPart& part = *metric.add_parts();
        part.set_body(std::string(row.Text(0)));
        part.set_numerator(row.Int(1));
      });
  for (MetricPart& part : *metric.mutable_parts()) {
    part.set_denominator(metric.denominator());
    SetRatio(part);
  }
  SetRatio(metric);
  return status;
}

absl::Status Refused(Rows& rows, const Window& window, const Scope& scope, Metric& metric) {
  absl::Status status = AskCases(rows, metric.id(), kByRefusal, window, scope, [&](const Row& row) {
    metric.set_denominator(metric.denominator() + row.Int(3));
    if (row.Int(0) == 0) return;
    metric.set_numerator(metric.numerator() + row.Int(3));
    MetricPart& part = *metric.add_parts();
    part.set_body(std::string(row.Text(1)));
    part.set_refusal_reason(static_cast<complaint::v1::RefusalReason>(row.Int(2)));
    part.set_numerator(row.Int(3));
  });
  metric.set_population(metric.denominator());
  for (MetricPart& part : *metric.mutable_parts()) {
    part.set_denominator(metric.denominator());
    SetRatio(part);
  }
  SetRatio(metric);
  return status;
}

absl::Status Compute(Rows& rows, const Window& window, const Scope& scope, Metric& metric) {
  switch (metric.id()) {
    case METRIC_ID_SATISFIED:
    case METRIC_ID_SATISFIED_LOWER_BOUND:
      return Satisfaction(rows, window, scope, metric);
    case METRIC_ID_AVERAGE_SCORE:
      return AverageScore(rows, window, scope, metric);
    case METRIC_ID_CYCLE_TIME:
    case METRIC_ID_CYCLE_TIME_RAW:
      return CycleTime(rows, window, scope, metric);
    case METRIC_ID_OVERDUE_STOCK:
      return OverdueStock(rows, window, scope, metric);
    case METRIC_ID_EXCLUDED:
      return Excluded(rows, window, scope, metric);
    case METRIC_ID_REFUSED:
      return Refused(rows, window, scope, metric);
    default:
      break;
  }
  const std::string& cases = FormulaOf(metric.id()).cases;
  if (cases.empty()) {
    return absl::InternalError(absl::StrCat("no formula for metric ", int{metric.id()}));
  }
  return Ratio(rows, Fill(kSums, "{cases}", cases), window, scope, metric);
}

}  // namespace

absl::StatusOr<Window> WindowOf(const views::v1::MetricsQuery& query) {
  const Window window{wire::ToTime(query.from()), wire::ToTime(query.to())};
  if (window.from < window.to) return window;
  return wire::RefuseShape({{"query.to", "must be after query.from"}});
}

absl::StatusOr<Metric> MetricOf(Rows& rows, views::v1::MetricId id, const Window& window,
                                const Scope& scope) {
  Metric metric;
  metric.set_id(id);
  metric.set_formula(std::string(FormulaOf(id).name));
  absl::Status status = Compute(rows, window, scope, metric);
  if (!status.ok()) return status;
  return metric;
}

Metric RatioOf(views::v1::MetricId id, std::int64_t numerator, std::int64_t denominator) {
  Metric metric;
  metric.set_id(id);
  metric.set_formula(std::string(FormulaOf(id).name));
  metric.set_numerator(numerator);
  metric.set_denominator(denominator);
  metric.set_population(denominator);
  SetRatio(metric);
  return metric;
}

absl::StatusOr<std::vector<Metric>> Metrics(Rows& rows, const Window& window, const Scope& scope) {
  std::vector<Metric> metrics;
  for (int id = kFirst; id <= kLast; ++id) {
    absl::StatusOr<Metric> metric =
        MetricOf(rows, static_cast<views::v1::MetricId>(id), window, scope);
    if (!metric.ok()) return metric.status();
    metrics.push_back(*std::move(metric));
  }
  return metrics;
}

absl::StatusOr<ListQuery> CasesOf(views::v1::MetricId id, const Window& window,
                                  const Scope& scope) {
  const std::string& cases = FormulaOf(id).cases;
  if (cases.empty()) return wire::RefuseShape({{"metric", "must be one that counts complaints"}});
  return CasesQuery(cases, window, scope);
}

absl::StatusOr<Stock> OpenStock(Rows& rows, absl::Time at, const Scope& scope) {
  Stock stock;
  const auto set = [&](const Row& row) {
    stock.overdue = row.Int(0);
    stock.open = row.Int(1);
  };
  absl::Status status = AskCases(rows, METRIC_ID_OVERDUE_STOCK, kSums, {at, at}, scope, set);
  if (!status.ok()) return status;
  return stock;
}

void Mask(Metric& metric) {
  const auto few = [](std::int64_t count) { return count > 0 && count < kGroupMin; };
  if (few(metric.denominator())) {
    const Metric shown = metric;
    metric.Clear();
    metric.set_id(shown.id());
    metric.set_formula(shown.formula());
    metric.set_unit(shown.unit());
    metric.set_masked(true);
    return;
  }
  // Nor how many were left out, if they are few.
  if (few(metric.population() - metric.denominator())) {
    metric.set_population(metric.denominator());
  }
  std::int64_t groups = 0;
  std::int64_t persons = 0;
  for (MetricPart& part : *metric.mutable_parts()) {
    // For M11 and M31 the group is what counts, not what it is counted against.
    const std::int64_t group = part.body().empty() ? part.denominator() : part.numerator();
    if (!few(group)) continue;
    ++groups;
    persons += group;
    part.set_masked(true);
    part.clear_numerator();
    part.clear_denominator();
    part.clear_value();
  }
  // What is hidden could be worked out from the whole and the other parts.
  if (groups == 1 || few(persons)) metric.clear_parts();
}

}  // namespace sanzhang::projections
