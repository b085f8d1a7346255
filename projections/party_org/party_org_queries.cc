#include "projections/party_org/party_org_queries.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "projections/complaints/complaint_cells.h"
#include "projections/directory/viewer.h"
#include "projections/engine/list_query.h"
#include "projections/engine/words.h"
#include "projections/metrics/completeness.h"
#include "projections/metrics/days.h"
#include "projections/metrics/metrics.h"
#include "projections/metrics/participation.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"

namespace sanzhang::projections::party_org {
namespace {

using views::v1::BodyOverview;
using views::v1::ChiefRow;
using views::v1::HotSpot;

constexpr absl::Duration kRecent = absl::Hours(24 * 30);
constexpr absl::Duration kDormantAfter = absl::Hours(24 * 60);

constexpr std::string_view kBodies =
    "SELECT b.name, b.kind, b.display_name, b.property_area, "
    "(SELECT max(t.ends_us) FROM term t WHERE t.body = b.name AND NOT t.expired "
    "AND t.begins_us <= ?2 AND ?2 < t.ends_us), "
    "(SELECT count(DISTINCT m.person) FROM membership m LEFT JOIN term t ON t.name = m.term "
    "WHERE m.body = b.name AND NOT m.ended AND (m.term = '' OR "
    "(NOT t.expired AND t.begins_us <= ?2 AND ?2 < t.ends_us))), "
    "(SELECT count(*) FROM complaint c WHERE c.responsible_body = b.name AND c.ended_us IS NULL), "
    "(SELECT count(*) FROM complaint c WHERE c.responsible_body = b.name AND c.next_due_us < ?2) "
    "FROM body b WHERE b.community = ?1 AND NOT b.dissolved ORDER BY b.kind, b.name";

absl::Status AddMetrics(const QueryContext& context, const Window& window, BodyOverview& body) {
  Scope scope;
  scope.Where("responsible_body", body.body());
  Rows& rows = context.snapshot.rows();
  auto on_time = MetricOf(rows, views::v1::METRIC_ID_ANSWERED_ON_TIME, window, scope);
  if (!on_time.ok()) return on_time.status();
  auto satisfied = MetricOf(rows, views::v1::METRIC_ID_SATISFIED, window, scope);
  if (!satisfied.ok()) return satisfied.status();
  *body.mutable_answered_on_time() = *std::move(on_time);
  *body.mutable_satisfied() = *std::move(satisfied);
  return absl::OkStatus();
}

// ?1 the community, ?2 and ?3 the 30 days.
constexpr std::string_view kHotSpots =
    "(SELECT c.community, c.spot, c.category, count(*) AS complaints, "
    "count(DISTINCT NULLIF(c.complainant, '')) AS persons, "
    "sum({repeat}) AS repeated, max(1 + c.supporters + c.followers) AS behind_one, "
    "max(c.level) AS level, max(c.filed_us) AS last_filed_us, sum(c.ended_us IS NULL) AS open "
    "FROM complaint c WHERE c.community = ?1 AND c.filed_us >= ?2 AND c.filed_us < ?3 "
    "GROUP BY c.spot, c.category) h";

std::string HotSpots() {
  std::string sql(kHotSpots);
  const std::string_view hole = "{repeat}";
  return sql.replace(sql.find(hole), hole.size(), kIsRepeat);
}

HotSpot ToHotSpot(const Row& row) {
  HotSpot spot;
  spot.set_place(std::string(row.Text(0)));
  spot.set_category(static_cast<complaint::v1::Category>(row.Int(1)));
  spot.set_complaints(row.Int(2));
  spot.set_distinct_complainants(row.Int(3));
  *spot.mutable_repeated() = RatioOf(views::v1::METRIC_ID_REPEATED, row.Int(4), row.Int(2));
  spot.set_mass(row.Int(5) >= kMassPersonsMin || row.Int(3) >= kMassPersonsMin);
  spot.set_level(static_cast<complaint::v1::Level>(row.Int(6)));
  SetStamp(row.Time(7), spot, &HotSpot::mutable_last_filed_at);
  spot.set_open(row.Int(8));
  spot.set_responsible_body(std::string(row.Text(9)));
  return spot;
}

// ?1 the community, ?2 30 days ago. A unit and the chief in office there, if any.
constexpr std::string_view kUnits =
    "(SELECT p.name AS unit, p.display_name, CASE p.collection WHEN 'grids' THEN 1 "
    "WHEN 'buildings' THEN 2 ELSE 3 END AS kind, k.name AS chief, k.person, k.since_us "
    "FROM place p LEFT JOIN chief k ON k.unit = p.name AND NOT k.ended AND k.since_us IS NOT NULL "
    "WHERE p.community = ?1 AND NOT p.retired "
    "AND p.collection IN ('grids', 'buildings', 'entrances')) u";
static_assert(type::v1::CHIEF_KIND_GRID == 1 && type::v1::CHIEF_KIND_BUILDING == 2 &&
              type::v1::CHIEF_KIND_ENTRANCE == 3);
constexpr std::string_view kUnitColumns =
    "u.unit, u.display_name, u.kind, u.chief, u.since_us, "
    "(SELECT full_name FROM person WHERE name = u.person), "
    "(SELECT count(*) FROM chief_action a WHERE a.chief = u.chief AND a.at_us >= ?2), "
    "(SELECT count(DISTINCT a.complaint) FROM chief_action a WHERE a.chief = u.chief), "
    "(SELECT max(a.at_us) FROM chief_action a WHERE a.chief = u.chief), "
    "CASE u.kind WHEN 1 THEN "
    "(SELECT count(*) FROM complaint c WHERE c.grid = u.unit AND c.ended_us IS NULL) WHEN 2 THEN "
    "(SELECT count(*) FROM complaint c WHERE c.building = u.unit AND c.ended_us IS NULL) ELSE "
    "(SELECT count(*) FROM complaint c WHERE c.entrance = u.unit AND c.ended_us IS NULL) END";

ChiefRow ToChief(const Row& row, absl::Time now) {
  ChiefRow chief;
  chief.set_unit(std::string(row.Text(0)));
  chief.set_display_name(std::string(row.Text(1)));
  chief.set_kind(static_cast<type::v1::ChiefKind>(row.Int(2)));
  chief.set_open_complaints(row.Int(9));
  if (row.IsNull(3)) {
    chief.set_status(views::v1::CHIEF_STATUS_VACANT);
    return chief;
  }
  chief.set_chief(std::string(row.Text(3)));
  SetStamp(row.Time(4), chief, &ChiefRow::mutable_since);
  *chief.mutable_masked_name() = MaskedWordsOf(row.Bytes(5));
  chief.set_actions_30d(row.Int(6));
  chief.set_complaints_handled(row.Int(7));
  SetStamp(row.Time(8), chief, &ChiefRow::mutable_last_action_at);
  const absl::Time sign = std::max(row.Time(4), row.Time(8));
  chief.set_status(now - sign < kDormantAfter ? views::v1::CHIEF_STATUS_ACTIVE
                                              : views::v1::CHIEF_STATUS_DORMANT);
  return chief;
}

}  // namespace

absl::Status GetOverview(const QueryContext& context, const views::v1::GetOverviewRequest& request,
                         views::v1::GetOverviewResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  Window window{.from = {}, .to = context.now};
  if (request.has_to()) window.to = wire::ToTime(request.to());
  window.from = request.has_from() ? wire::ToTime(request.from()) : window.to - kRecent;
  if (window.from >= window.to) return wire::RefuseShape({{"to", "must be after from"}});
  const Value values[] = {request.parent(), TimeValue(context.now)};
  absl::Status status = context.snapshot.rows().Query(kBodies, values, [&](const Row& row) {
    BodyOverview& body = *response.add_bodies();
    body.set_body(std::string(row.Text(0)));
    body.set_kind(static_cast<type::v1::BodyKind>(row.Int(1)));
    body.set_display_name(std::string(row.Text(2)));
    body.set_property_area(std::string(row.Text(3)));
    SetStamp(row.Time(4), body, &BodyOverview::mutable_term_ends_at);
    body.set_members(static_cast<std::int32_t>(row.Int(5)));
    body.set_open_complaints(row.Int(6));
    body.set_overdue_complaints(row.Int(7));
  });
  for (BodyOverview& body : *response.mutable_bodies()) {
    if (!status.ok()) break;
    status = AddMetrics(context, window, body);
  }
  if (!status.ok()) return status;
  views::v1::Completeness completeness;
  status =
      ComputeCompleteness(context.snapshot.rows(), request.parent(), context.now, completeness);
  *response.mutable_completeness() = std::move(*completeness.mutable_metric());
  return status;
}

absl::Status GetCompleteness(const QueryContext& context,
                             const views::v1::GetCompletenessRequest& request,
                             views::v1::GetCompletenessResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  return ComputeCompleteness(context.snapshot.rows(), request.parent(), context.now,
                             *response.mutable_completeness());
}

absl::Status ListStabilityWatch(const QueryContext& context,
                                const views::v1::ListStabilityWatchRequest& request,
                                views::v1::ListStabilityWatchResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"place", "h.spot"},
      {"category", "h.category", ColumnType::kEnum, complaint::v1::Category_descriptor()},
      {"complaints", "h.complaints", ColumnType::kInt},
      {"distinct_complainants", "h.persons", ColumnType::kInt},
      {"level", "h.level", ColumnType::kEnum, complaint::v1::Level_descriptor()},
      {"open", "h.open", ColumnType::kInt}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const absl::Time to = request.has_to() ? wire::ToTime(request.to()) : EndOfDay(context.now);
  const Window window{to - kRecent, to};
  const ListQuery query{
      .name = "party-org.stability",
      .select =
          "h.spot, h.category, h.complaints, h.persons, h.repeated, h.behind_one, h.level, "
          "h.last_filed_us, h.open, (SELECT l.responsible_body FROM complaint l "
          "WHERE l.community = h.community AND l.spot = h.spot AND l.category = h.category "
          "AND l.filed_us = h.last_filed_us ORDER BY l.name DESC LIMIT 1)",
      .from = HotSpots(),
      .where = "",
      .values = {request.parent(), TimeValue(window.from), TimeValue(window.to)},
      .columns = *columns,
      .key = "(h.spot || printf('.%04d', h.category))",
      .default_order = "complaints desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_hot_spots() = ToHotSpot(row);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status ListChiefs(const QueryContext& context, const views::v1::ListChiefsRequest& request,
                        views::v1::ListChiefsResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"unit", "u.unit"},
      {"kind", "u.kind", ColumnType::kEnum, type::v1::ChiefKind_descriptor()},
      {"chief", "u.chief"},
      {"vacant", "(u.chief IS NULL)", ColumnType::kBool}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{.name = "party-org.chiefs",
                        .select = std::string(kUnitColumns),
                        .from = std::string(kUnits),
                        .where = "",
                        // Whole days: the same for every page.
                        .values = {request.parent(), TimeValue(EndOfDay(context.now) - kRecent)},
                        .columns = *columns,
                        .key = "u.unit",
                        .default_order = "kind"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_chiefs() = ToChief(row, context.now);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status GetParticipation(const QueryContext& context,
                              const views::v1::GetParticipationRequest& request,
                              views::v1::GetParticipationResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const Window window{wire::ToTime(request.from()), wire::ToTime(request.to())};
  if (window.from >= window.to) return wire::RefuseShape({{"to", "must be after from"}});
  const absl::StatusOr<ParticipationCount> count =
      CountParticipation(context.snapshot.rows(), request.parent(), window);
  if (!count.ok()) return count.status();
  Show(*count, *response.mutable_summary());
  return absl::OkStatus();
}

absl::Status GetCommunityMetrics(const QueryContext& context,
                                 const views::v1::GetCommunityMetricsRequest& request,
                                 views::v1::GetCommunityMetricsResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  Scope scope;
  scope.Where("community", request.parent());
  return AnswerMetrics(context.snapshot.rows(), request, scope, response);
}

}  // namespace sanzhang::projections::party_org
