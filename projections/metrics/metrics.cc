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

// Runs a formula over complaints: it may have `{closed}`.
absl::Status AskComplaints(Rows& rows, std::string_view formula, const Window& window,
                           const Scope& scope, const std::function<void(const Row&)>& each) {
  const std::string with_closed = absl::StrReplaceAll(
      absl::string_view(formula.data(), formula.size()), {{"{closed}", std::string(kClosed)}});
  return Ask(rows, with_closed, window, scope, each);
}

using projections::SetRatio;

void SetRatio(MetricPart& part) {
  if (part.denominator() > 0) part.set_value(part.numerator() * kMillion / part.denominator());
}

absl::Status Satisfaction(Rows& rows, const Window& window, const Scope& scope, bool lower_bound,
                          Metric& metric) {
  absl::Status status = AskComplaints(rows, kSatisfaction, window, scope, [&](const Row& row) {
    MetricPart& part = *metric.add_parts();
    part.set_category(static_cast<complaint::v1::Category>(row.Int(0)));
    part.set_numerator(row.Int(1));
    part.set_denominator(row.Int(lower_bound ? 3 : 2));
    SetRatio(part);
    metric.set_numerator(metric.numerator() + row.Int(1));
    metric.set_denominator(metric.denominator() + part.denominator());
    metric.set_population(metric.population() + row.Int(3));
  });
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
  absl::Status status = AskComplaints(rows, kScores, window, scope, [&](const Row& row) {
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
  });
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

absl::Status CycleTime(Rows& rows, std::string_view formula, const Window& window,
                       const Scope& scope, Metric& metric) {
  metric.set_unit(views::v1::METRIC_UNIT_MILLISECONDS);
  std::vector<std::int64_t> sorted;  // 8 bytes for each closing in the window.
  absl::Status status = AskComplaints(rows, formula, window, scope,
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
  absl::Status status = AskComplaints(rows, kExcluded, window, scope, [&](const Row& row) {
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
  absl::Status status = AskComplaints(rows, kRefused, window, scope, [&](const Row& row) {
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

// The clock formula for one clock.
std::string ClockFormula(std::string_view due, std::string_view met) {
  return absl::StrReplaceAll(absl::string_view(kOnTime.data(), kOnTime.size()),
                             {{"{due}", std::string(due)}, {"{met}", std::string(met)}});
}

std::string_view FormulaName(views::v1::MetricId id) {
  switch (id) {
    case METRIC_ID_ACKNOWLEDGED_ON_TIME:
      return "M1@1";
    case METRIC_ID_ANSWERED_ON_TIME:
      return "M2@1";
    case METRIC_ID_ANSWERED_ON_TIME_UNEXTENDED:
      return "M2'@1";
    case METRIC_ID_RESOLVED:
      return "M3@1";
    case METRIC_ID_RESOLVED_CONFIRMED:
      return "M3-strict@1";
    case METRIC_ID_SATISFIED:
      return "M4@1";
    case METRIC_ID_SATISFIED_LOWER_BOUND:
      return "M4-lower@1";
    case METRIC_ID_AVERAGE_SCORE:
      return "M5@1";
    case METRIC_ID_REOPENED:
      return "M6@1";
    case METRIC_ID_FIRST_TIME_FIX:
      return "M7@1";
    case METRIC_ID_REPEATED:
      return "M8@1";
    case METRIC_ID_CYCLE_TIME:
      return "M9@1";
    case METRIC_ID_CYCLE_TIME_RAW:
      return "M9-raw@1";
    case METRIC_ID_OVERDUE_STOCK:
      return "M10@1";
    case METRIC_ID_EXCLUDED:
      return "M11@1";
    case METRIC_ID_REFUSED:
      return "M31@1";
    case METRIC_ID_REFUSALS_REVERSED:
      return "M31-reversed@1";
    case METRIC_ID_INTAKE_ON_TIME:
      return "M32@1";
    case METRIC_ID_PARTICIPATION_BREADTH:
      return "M13@1";
    case METRIC_ID_NEW_PARTICIPANTS:
      return "M14@1";
    case METRIC_ID_SYSTEM_COMPLETENESS:
      return "M24@1";
    default:
      return "";
  }
}

absl::Status Compute(Rows& rows, const Window& window, const Scope& scope, Metric& metric) {
  const auto ratio = [&](std::string_view formula) {
    const std::string with_closed = absl::StrReplaceAll(
        absl::string_view(formula.data(), formula.size()), {{"{closed}", std::string(kClosed)}});
    return Ratio(rows, with_closed, window, scope, metric);
  };
  switch (metric.id()) {
    case METRIC_ID_ACKNOWLEDGED_ON_TIME:
      return ratio(ClockFormula("ack_due_us", "acked_us"));
    case METRIC_ID_ANSWERED_ON_TIME:
      return ratio(ClockFormula("answer_due_us", "answered_us"));
    case METRIC_ID_ANSWERED_ON_TIME_UNEXTENDED:
      return ratio(ClockFormula("answer_due_first_us", "answered_us"));
    case METRIC_ID_RESOLVED:
      return ratio(kResolved);
    case METRIC_ID_RESOLVED_CONFIRMED:
      return ratio(kResolvedConfirmed);
    case METRIC_ID_SATISFIED:
      return Satisfaction(rows, window, scope, false, metric);
    case METRIC_ID_SATISFIED_LOWER_BOUND:
      return Satisfaction(rows, window, scope, true, metric);
    case METRIC_ID_AVERAGE_SCORE:
      return AverageScore(rows, window, scope, metric);
    case METRIC_ID_REOPENED:
      return ratio(kReopened);
    case METRIC_ID_FIRST_TIME_FIX:
      return ratio(kFirstTimeFix);
    case METRIC_ID_REPEATED:
      return ratio(absl::StrReplaceAll(absl::string_view(kRepeated.data(), kRepeated.size()),
                                       {{"{repeat}", std::string(kIsRepeat)}}));
    case METRIC_ID_CYCLE_TIME:
      return CycleTime(rows, kCycleTime, window, scope, metric);
    case METRIC_ID_CYCLE_TIME_RAW:
      return CycleTime(rows, kCycleTimeRaw, window, scope, metric);
    case METRIC_ID_OVERDUE_STOCK:
      return OverdueStock(rows, window, scope, metric);
    case METRIC_ID_EXCLUDED:
      return Excluded(rows, window, scope, metric);
    case METRIC_ID_REFUSED:
      return Refused(rows, window, scope, metric);
    case METRIC_ID_REFUSALS_REVERSED:
      return ratio(kRefusalsReversed);
    case METRIC_ID_INTAKE_ON_TIME:
      return ratio(kIntakeOnTime);
    default:
      return absl::InternalError(absl::StrCat("no formula for metric ", int{metric.id()}));
  }
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
  metric.set_formula(std::string(FormulaName(id)));
  absl::Status status = Compute(rows, window, scope, metric);
  if (!status.ok()) return status;
  return metric;
}

Metric RatioOf(views::v1::MetricId id, std::int64_t numerator, std::int64_t denominator) {
  Metric metric;
  metric.set_id(id);
  metric.set_formula(std::string(FormulaName(id)));
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

absl::StatusOr<Stock> OpenStock(Rows& rows, absl::Time at, const Scope& scope) {
  Stock stock;
  absl::Status status = AskComplaints(rows, kStock, {at, at}, scope, [&](const Row& row) {
    stock.open = row.Int(0);
    stock.overdue = row.Int(1);
  });
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
