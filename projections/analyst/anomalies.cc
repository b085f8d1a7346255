// V-Z6: one list over the minutes of votes and surveys and the rounds of complaints. README.md says
// why the thresholds are what they are.
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "projections/analyst/analyst_queries.h"
#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "sanzhang/complaint/v1/complaint.pb.h"

namespace sanzhang::projections::analyst {
namespace {

using views::v1::Anomaly;

static_assert(views::v1::ANOMALY_KIND_BALLOT_BURST == 1 &&
              views::v1::ANOMALY_KIND_MANY_BY_ONE == 2 &&
              views::v1::ANOMALY_KIND_RATING_BURST == 3);
static_assert(views::v1::ANOMALY_KIND_ANSWERED_JUST_IN_TIME == 4 &&
              views::v1::ANOMALY_KIND_REOPENED == 5 && views::v1::ANOMALY_KIND_EXCLUDED == 6 &&
              complaint::v1::STATE_CLOSED == 12);

// Half an hour is 1,800,000,000 microseconds, 30 days are 2,592,000,000,000.
constexpr std::string_view kAnomalies = R"((
SELECT 1 AS kind, community, resolution AS subject, '' AS person, minute_us AS at_us,
  ballots AS count, 0 AS total, 20 AS threshold, first_position, last_position, '' AS complaints
FROM ballot_minute WHERE ballots >= 20
UNION ALL
SELECT 2, community, resolution, person, max(cast_us), count(*), 0, 4, min(position),
  max(position), ''
FROM cast_for GROUP BY community, resolution, person HAVING count(*) >= 4
UNION ALL
SELECT 3, community, campaign, '', minute_us, ratings, 0, 20, first_position, last_position, ''
FROM rating_minute WHERE ratings >= 20
UNION ALL
SELECT 4, community, responsible_body, '', max(CASE WHEN late THEN answered_us END), sum(late),
  count(*), 5, min(CASE WHEN late THEN position END), max(CASE WHEN late THEN position END),
  COALESCE(group_concat(CASE WHEN late AND place <= 20 THEN complaint END, ' '), '')
FROM (SELECT *, row_number() OVER (PARTITION BY community, responsible_body, late
        ORDER BY complaint, number) AS place
  FROM (SELECT r.community, r.responsible_body, r.complaint, r.number, r.answered_us, c.position,
      r.answer_due_us - r.answered_us BETWEEN 0 AND 1800000000 AS late
    FROM round r JOIN complaint c ON c.name = r.complaint
    WHERE r.answered_us IS NOT NULL AND r.answer_due_us IS NOT NULL
    ORDER BY r.complaint, r.number))
GROUP BY community, responsible_body HAVING sum(late) >= 5 AND sum(late) * 5 >= count(*)
UNION ALL
SELECT 5, community, responsible_body, '', max(CASE WHEN again THEN reopened_us END), sum(again),
  count(*), 5, min(CASE WHEN again THEN position END), max(CASE WHEN again THEN position END),
  COALESCE(group_concat(CASE WHEN again AND place <= 20 THEN complaint END, ' '), '')
FROM (SELECT *, row_number() OVER (PARTITION BY community, responsible_body, again
        ORDER BY complaint, number) AS place
  FROM (SELECT r.community, r.responsible_body, r.complaint, r.number, r.reopened_us, c.position,
      COALESCE(r.reopened_us <= r.ended_us + 2592000000000, 0) AS again
    FROM round r JOIN complaint c ON c.name = r.complaint WHERE r.ended_as = 12
    ORDER BY r.complaint, r.number))
GROUP BY community, responsible_body HAVING sum(again) >= 5 AND sum(again) * 5 >= count(*)
UNION ALL
SELECT 6, community, responsible_body, '', max(CASE WHEN out THEN filed_us END), sum(out),
  count(*), 3, min(CASE WHEN out THEN position END), max(CASE WHEN out THEN position END),
  COALESCE(group_concat(CASE WHEN out AND place <= 20 THEN name END, ' '), '')
FROM (SELECT *, row_number() OVER (PARTITION BY community, responsible_body, out
        ORDER BY name) AS place
  FROM (SELECT community, responsible_body, name, filed_us, position, exclusion = 2 AS out
    FROM complaint ORDER BY name))
GROUP BY community, responsible_body HAVING sum(out) >= 3 AND sum(out) * 10 >= count(*)
) a)";

Anomaly ToAnomaly(const Row& row) {
  Anomaly anomaly;
  anomaly.set_kind(static_cast<views::v1::AnomalyKind>(row.Int(0)));
  anomaly.set_subject(std::string(row.Text(1)));
  anomaly.set_person(std::string(row.Text(2)));
  SetStamp(row.Time(3), anomaly, &Anomaly::mutable_at);
  anomaly.set_count(row.Int(4));
  anomaly.set_total(row.Int(5));
  anomaly.set_threshold(row.Int(6));
  anomaly.set_first_position(static_cast<std::uint64_t>(row.Int(7)));
  anomaly.set_last_position(static_cast<std::uint64_t>(row.Int(8)));
  const std::string names(row.Text(9));
  for (const auto name : absl::StrSplit(names, ' ', absl::SkipEmpty())) {
    anomaly.add_complaints(std::string(name));
  }
  return anomaly;
}

}  // namespace

absl::Status ListAnomalies(const QueryContext& context,
                           const views::v1::ListAnomaliesRequest& request,
                           views::v1::ListAnomaliesResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"kind", "a.kind", ColumnType::kEnum, views::v1::AnomalyKind_descriptor()},
      {"subject", "a.subject"},
      {"person", "a.person"},
      {"at", "a.at_us", ColumnType::kTime},
      {"count", "a.count", ColumnType::kInt},
      {"total", "a.total", ColumnType::kInt}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{.name = "analyst.anomalies",
                        .select =
                            "a.kind, a.subject, a.person, a.at_us, a.count, a.total, a.threshold, "
                            "a.first_position, a.last_position, a.complaints",
                        .from = std::string(kAnomalies),
                        .where = "a.community = ?1",
                        .values = {request.parent()},
                        .columns = *columns,
                        .key = "(a.kind || ' ' || a.subject || ' ' || a.person || ' ' || a.at_us)",
                        .default_order = "at desc"};
  auto next = List(context, query, PageOf(request),
                   [&](const Row& row) { *response.add_anomalies() = ToAnomaly(row); });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::analyst
