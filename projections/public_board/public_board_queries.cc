#include "projections/public_board/public_board_queries.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "projections/metrics/days.h"
#include "projections/metrics/metrics.h"
#include "projections/public_board/known.h"
#include "proto/wire/refusal.h"

namespace sanzhang::projections::public_board {
namespace {

using views::v1::CategoryIndicator;

// `2026-01` in Asia/Shanghai.
std::optional<Window> MonthOf(const std::string& text) {
  const absl::string_view digits(text);
  int year = 0;
  int month = 0;
  const bool is_month =
      text.size() == 7 && text[4] == '-' && absl::SimpleAtoi(digits.substr(0, 4), &year) &&
      absl::SimpleAtoi(digits.substr(5), &month) && year >= 1 && month >= 1 && month <= 12;
  if (!is_month) return std::nullopt;
  const absl::CivilMonth first(year, month);
  return Window{absl::FromCivil(first, Shanghai()), absl::FromCivil(first + 1, Shanghai())};
}

// Counts by category, without those that are few. What is hidden could be worked out from the total
// and the rest: so at least two are hidden, and together they are not few either.
void AddCategories(const std::vector<std::pair<int, std::int64_t>>& counts,
                   views::v1::GetOpenIndicatorsResponse& response) {
  std::int64_t total = 0;
  std::int64_t hidden = 0;
  std::multimap<std::int64_t, int> shown;  // By count, the least first.
  for (const auto& [category, count] : counts) {
    total += count;
    if (count < kGroupMin) {
      hidden += count;
    } else {
      shown.emplace(count, category);
    }
  }
  if (total >= kGroupMin) response.set_filed(total);
  while (hidden > 0 && !shown.empty() && (hidden < kGroupMin || counts.size() - shown.size() < 2)) {
    hidden += shown.begin()->first;
    shown.erase(shown.begin());
  }
  std::map<int, std::int64_t> by_category;
  for (const auto& [count, category] : shown) by_category[category] = count;
  for (const auto& [category, count] : counts) {
    CategoryIndicator& indicator = *response.add_categories();
    indicator.set_category(static_cast<complaint::v1::Category>(category));
    if (by_category.contains(category)) indicator.set_filed(count);
  }
}

}  // namespace

absl::Status GetOpenIndicators(const QueryContext& context,
                               const views::v1::GetOpenIndicatorsRequest& request,
                               views::v1::GetOpenIndicatorsResponse& response) {
  const std::optional<Window> window = MonthOf(request.month());
  if (!window) return wire::RefuseShape({{"month", "must be a month, as in 2026-01"}});
  // From one moment to the next one person's doing: the difference would tell what it was.
  if (context.as_of() != 0) {
    return wire::RefuseShape({{"as_of_position", "indicators are shown as they stand only"}});
  }
  absl::StatusOr<std::string> display_name = KnownCommunity(context, request, request.parent());
  if (!display_name.ok()) return display_name.status();
  response.set_display_name(*std::move(display_name));
  Rows& rows = context.snapshot.rows();
  Scope scope;
  scope.Where("community", request.parent());
  absl::StatusOr<std::vector<views::v1::Metric>> metrics = Metrics(rows, *window, scope);
  if (!metrics.ok()) return metrics.status();
  for (views::v1::Metric& metric : *metrics) {
    Mask(metric);
    response.add_metrics()->Swap(&metric);
  }
  const absl::StatusOr<Stock> stock = OpenStock(rows, window->to, scope);
  if (!stock.ok()) return stock.status();
  if (stock->open >= kGroupMin) response.set_open(stock->open);
  std::vector<std::pair<int, std::int64_t>> counts;
  const Value month[] = {request.parent(), TimeValue(window->from), TimeValue(window->to)};
  const absl::Status status = rows.Query(
      "SELECT category, count(*) FROM complaint WHERE community = ?1 AND filed_us >= ?2 "
      "AND filed_us < ?3 GROUP BY category ORDER BY category",
      month,
      [&](const Row& row) { counts.emplace_back(static_cast<int>(row.Int(0)), row.Int(1)); });
  if (status.ok()) AddCategories(counts, response);
  return status;
}

}  // namespace sanzhang::projections::public_board
