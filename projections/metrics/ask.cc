#include "projections/metrics/ask.h"

#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/str_replace.h"

namespace sanzhang::projections {

absl::Status Ask(Rows& rows, std::string_view formula, const Window& window, const Scope& scope,
                 const std::function<void(const Row&)>& each) {
  const std::string sql = absl::StrReplaceAll(absl::string_view(formula.data(), formula.size()),
                                              {{"{scope}", scope.Sql(3)}});
  return rows.Query(sql, scope.Values({TimeValue(window.from), TimeValue(window.to)}), each);
}

absl::Status Ratio(Rows& rows, std::string_view formula, const Window& window, const Scope& scope,
                   views::v1::Metric& metric) {
  absl::Status status = Ask(rows, formula, window, scope, [&](const Row& row) {
    metric.set_numerator(row.Int(0));
    metric.set_denominator(row.Int(1));
    metric.set_population(row.Int(2));
  });
  SetRatio(metric);
  return status;
}

ListQuery CasesQuery(std::string_view cases, const Window& window, const Scope& scope) {
  // One key for a case of either kind; names have no control characters.
  ListQuery query{.name = "metrics.cases",
                  .select = "name, number, numerator, denominator",
                  .values = scope.Values({TimeValue(window.from), TimeValue(window.to)}),
                  .key = "(name || char(9) || number)"};
  query.from = absl::StrReplaceAll(absl::string_view(cases.data(), cases.size()),
                                   {{"{scope}", scope.Sql(3)}});
  query.from = "(" + query.from + ")";
  return query;
}

void ReadCase(const Row& row, views::v1::MetricCase& found) {
  found.set_name(std::string(row.Text(0)));
  found.set_round(static_cast<std::int32_t>(row.Int(1)));
  found.set_numerator(row.Int(2));
  found.set_denominator(row.Int(3));
}

void SetRatio(views::v1::Metric& metric) {
  constexpr absl::int128 kMillion = 1'000'000;  // Areas times a million may need more than 64 bits.
  metric.set_unit(views::v1::METRIC_UNIT_PPM);
  if (metric.denominator() > 0) {
    metric.set_value(
        static_cast<std::int64_t>(kMillion * metric.numerator() / metric.denominator()));
  }
}

std::int64_t Median(const std::vector<std::int64_t>& sorted) {
  const std::size_t middle = sorted.size() / 2;
  if (sorted.size() % 2 == 1) return sorted[middle];
  return (sorted[middle - 1] + sorted[middle]) / 2;
}

}  // namespace sanzhang::projections
