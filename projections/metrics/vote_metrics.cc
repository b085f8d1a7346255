#include "projections/metrics/vote_metrics.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "projections/metrics/ask.h"
#include "projections/metrics/days.h"
#include "proto/wire/refusal.h"
#include "sanzhang/resolution/v1/resolution.pb.h"

namespace sanzhang::projections {
namespace {

using views::v1::Metric;
using enum views::v1::MetricId;

static_assert(resolution::v1::OUTCOME_NO_QUORUM == 3 && resolution::v1::VOTE_MODE_MEETING == 1);

// As in formulas.h; a case says what it adds to the population too.
constexpr std::string_view kSums =
    "SELECT COALESCE(sum(numerator), 0), COALESCE(sum(denominator), 0), "
    "COALESCE(sum(population), 0) FROM (";

// M12: who took part in a vote is who took part in that of its items in which most did.
constexpr std::string_view kTurnoutHeads =
    "SELECT c.name AS name, 0 AS number, max(i.heads_participating) AS numerator, "
    "max(i.heads_total) AS denominator, max(i.heads_total) AS population FROM resolution c "
    "JOIN item_tally i ON i.resolution = c.name "
    "WHERE c.certified_us >= ?1 AND c.certified_us < ?2 AND {scope} GROUP BY c.name";
constexpr std::string_view kTurnoutArea =
    "SELECT c.name AS name, 0 AS number, max(i.area_participating) AS numerator, "
    "max(i.area_total) AS denominator, max(i.area_total) AS population FROM resolution c "
    "JOIN item_tally i ON i.resolution = c.name "
    "WHERE c.certified_us >= ?1 AND c.certified_us < ?2 AND {scope} GROUP BY c.name";

// M25: what was revoked before its due date did not have to be carried out.
constexpr std::string_view kExecuted =
    "SELECT name, 0 AS number, counts AND done IS NOT NULL AND done <= due AS numerator, "
    "counts AS denominator, 1 AS population FROM (SELECT c.name AS name, c.due_us AS due, "
    "c.executed_us AS done, (c.revoked_us IS NULL OR c.revoked_us >= c.due_us) AS counts "
    "FROM resolution c WHERE c.due_us >= ?1 AND c.due_us < ?2 AND c.passed AND {scope})";
constexpr std::string_view kPublishedTwice =
    "SELECT name, 0 AS number, counts AND twice AS numerator, counts AS denominator, "
    "1 AS population FROM (SELECT c.name AS name, "
    "(c.published_us IS NOT NULL AND c.execution_published_us IS NOT NULL) AS twice, "
    "(c.revoked_us IS NULL OR c.revoked_us >= c.due_us) AS counts FROM resolution c "
    "WHERE c.due_us >= ?1 AND c.due_us < ?2 AND c.passed AND {scope})";

// M26
constexpr std::string_view kNoQuorum =
    "SELECT c.name AS name, 0 AS number, c.outcome = 3 AS numerator, 1 AS denominator, "
    "1 AS population FROM resolution c "
    "WHERE c.certified_us >= ?1 AND c.certified_us < ?2 AND {scope}";
constexpr std::string_view kChallenged =
    "SELECT c.name AS name, 0 AS number, c.challenges > 0 AS numerator, 1 AS denominator, "
    "1 AS population FROM resolution c "
    "WHERE c.certified_us >= ?1 AND c.certified_us < ?2 AND {scope}";
constexpr std::string_view kRevoked =
    "SELECT c.name AS name, 0 AS number, c.revoked_us IS NOT NULL AS numerator, 1 AS denominator, "
    "1 AS population FROM resolution c "
    "WHERE c.certified_us >= ?1 AND c.certified_us < ?2 AND {scope}";
// When it was announced, and when it was opened.
constexpr std::string_view kNotices =
    "SELECT c.name AS name, 0 AS number, 1 AS numerator, 1 AS denominator, 1 AS population, "
    "c.noticed_us AS noticed, c.opened_us AS opened FROM resolution c "
    "WHERE c.certified_us >= ?1 AND c.certified_us < ?2 AND c.noticed_us IS NOT NULL "
    "AND c.opened_us IS NOT NULL AND {scope}";
// Nothing is handed over in a meeting.
constexpr std::string_view kDelivered =
    "SELECT c.name AS name, 0 AS number, CASE WHEN c.mode <> 1 THEN t.delivered ELSE 0 END "
    "AS numerator, CASE WHEN c.mode <> 1 THEN t.subjects ELSE 0 END AS denominator, "
    "t.subjects AS population "
    "FROM resolution c JOIN roll_turnout t ON t.resolution = c.name "
    "WHERE c.certified_us >= ?1 AND c.certified_us < ?2 AND {scope}";

struct Formula {
  views::v1::MetricId id;
  std::string_view name;
  std::string_view cases;
};
constexpr std::array<Formula, 9> kFormulas = {{
    {METRIC_ID_TURNOUT_HEADS, "M12-heads@1", kTurnoutHeads},
    {METRIC_ID_TURNOUT_AREA, "M12-area@1", kTurnoutArea},
    {METRIC_ID_RESOLUTIONS_EXECUTED, "M25@1", kExecuted},
    {METRIC_ID_RESOLUTIONS_PUBLISHED_TWICE, "M25-published@1", kPublishedTwice},
    {METRIC_ID_VOTES_WITHOUT_QUORUM, "M26-no-quorum@1", kNoQuorum},
    {METRIC_ID_VOTES_CHALLENGED, "M26-challenged@1", kChallenged},
    {METRIC_ID_VOTES_REVOKED, "M26-revoked@1", kRevoked},
    {METRIC_ID_NOTICE_DAYS, "M26-notice@1", kNotices},
    {METRIC_ID_BALLOTS_DELIVERED, "M26-delivered@1", kDelivered},
}};

// Days that lie wholly between two moments.
std::int64_t ClearDays(absl::Time from, absl::Time to) {
  return std::max(DaysBetween(from, to) - 1, 0);
}

absl::Status NoticeDays(Rows& rows, const Window& window, const Scope& scope, Metric& metric) {
  metric.set_unit(views::v1::METRIC_UNIT_DAYS);
  std::vector<std::int64_t> days;
  absl::Status status =
      Ask(rows, absl::StrCat("SELECT noticed, opened FROM (", std::string(kNotices), ")"), window,
          scope, [&](const Row& row) { days.push_back(ClearDays(row.Time(0), row.Time(1))); });
  if (!status.ok() || days.empty()) return status;
  std::sort(days.begin(), days.end());
  const auto count = static_cast<std::int64_t>(days.size());
  metric.set_numerator(count);
  metric.set_denominator(count);
  metric.set_population(count);
  metric.set_value(Median(days));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Metric>> VoteMetrics(Rows& rows, const Window& window,
                                                const Scope& scope) {
  std::vector<Metric> metrics;
  for (const Formula& formula : kFormulas) {
    Metric& metric = metrics.emplace_back();
    metric.set_id(formula.id);
    metric.set_formula(std::string(formula.name));
    absl::Status status = formula.id == METRIC_ID_NOTICE_DAYS
                              ? NoticeDays(rows, window, scope, metric)
                              : Ratio(rows, std::string(kSums) + std::string(formula.cases) + ")",
                                      window, scope, metric);
    if (!status.ok()) return status;
  }
  return metrics;
}

absl::StatusOr<ListQuery> VoteCasesOf(views::v1::MetricId id, const Window& window,
                                      const Scope& scope) {
  for (const Formula& formula : kFormulas) {
    if (formula.id == id) return CasesQuery(formula.cases, window, scope);
  }
  return wire::RefuseShape({{"metric", "must be one that counts votes"}});
}

}  // namespace sanzhang::projections
