// The numbers that views show, each defined once, by SQL and integers over the rows of complaints
// (projections/complaints). Which is which, in words: views/v1/metrics.proto.
//
// All numbers of one call come from one snapshot. What happened before the end of the window counts
// as known now: a complaint closed in the window and reopened after it counts as reopened.
//
// Errors: INVALID_REQUEST when a window does not end after it begins; else what the rows say.
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "projections/engine/list_query.h"
#include "projections/engine/rows.h"
#include "projections/metrics/scope.h"
#include "sanzhang/views/v1/metrics.pb.h"

namespace sanzhang::projections {

// Fewer than this are not shown where numbers must not point at persons.
inline constexpr std::int64_t kGroupMin = 5;
// Fewer complaints than this are shown, but not ranked by.
inline constexpr std::int64_t kRankMin = 30;

// [from, to)
struct Window {
  absl::Time from;
  absl::Time to;
};

// INVALID_REQUEST unless the window ends after it begins.
absl::StatusOr<Window> WindowOf(const views::v1::MetricsQuery& query);

// One of each that is about complaints, in the order of MetricId; those of votes are in
// vote_metrics.h.
absl::StatusOr<std::vector<views::v1::Metric>> Metrics(Rows& rows, const Window& window,
                                                       const Scope& scope);
// One of them.
absl::StatusOr<views::v1::Metric> MetricOf(Rows& rows, views::v1::MetricId id, const Window& window,
                                           const Scope& scope);

// Which complaints one of them counts, and each for how much: `ReadCase` reads a row of the list.
// INVALID_REQUEST for a metric that is not over complaints. `scope` must outlive the answer.
absl::StatusOr<ListQuery> CasesOf(views::v1::MetricId id, const Window& window, const Scope& scope);
void ReadCase(const Row& row, views::v1::MetricCase& found);

// A ratio of which both parts were counted already.
views::v1::Metric RatioOf(views::v1::MetricId id, std::int64_t numerator, std::int64_t denominator);

// Complaints open at a moment: what happened before it counts, what happened at it does not.
struct Stock {
  std::int64_t open = 0;
  std::int64_t overdue = 0;
};
absl::StatusOr<Stock> OpenStock(Rows& rows, absl::Time at, const Scope& scope);

// Hides numbers over fewer than kGroupMin, and the parts of a metric likewise.
void Mask(views::v1::Metric& metric);

// The metrics of a request with a `query`, over what the viewer sees, into a response.
template <class Request, class Response>
absl::Status AnswerMetrics(Rows& rows, const Request& request, Scope scope, Response& response) {
  const absl::StatusOr<Window> window = WindowOf(request.query());
  if (!window.ok()) return window.status();
  absl::StatusOr<std::vector<views::v1::Metric>> metrics =
      Metrics(rows, *window, scope.Where(request.query()));
  if (!metrics.ok()) return metrics.status();
  for (views::v1::Metric& metric : *metrics) response.add_metrics()->Swap(&metric);
  return absl::OkStatus();
}

}  // namespace sanzhang::projections
