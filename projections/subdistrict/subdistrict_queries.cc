#include "projections/subdistrict/subdistrict_queries.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/complaints/complaint_cells.h"
#include "projections/directory/viewer.h"
#include "projections/engine/list_query.h"
#include "projections/metrics/completeness.h"
#include "projections/metrics/metrics.h"
#include "projections/metrics/participation.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"

namespace sanzhang::projections::subdistrict {
namespace {

using views::v1::CommunityComparison;
using views::v1::WhistledDepartment;
using views::v1::WhistleRow;

constexpr std::int64_t kMillion = 1'000'000;

absl::Status AddNumbers(Rows& rows, const Window& window, CommunityComparison& community) {
  Scope scope;
  scope.Where("community", community.community());
  const Value values[] = {community.community(), TimeValue(window.from), TimeValue(window.to)};
  absl::Status status = rows.Query(
      "SELECT count(*) FROM complaint WHERE community = ?1 AND filed_us >= ?2 AND filed_us < ?3",
      values, [&](const Row& row) { community.set_complaints(row.Int(0)); });
  if (!status.ok()) return status;
  community.set_rankable(community.complaints() >= kRankMin);
  if (community.households() > 0) {
    community.set_complaints_per_million_households(community.complaints() * kMillion /
                                                    community.households());
  }
  const std::pair<views::v1::MetricId, views::v1::Metric*> wanted[] = {
      {views::v1::METRIC_ID_ACKNOWLEDGED_ON_TIME, community.mutable_acknowledged_on_time()},
      {views::v1::METRIC_ID_RESOLVED, community.mutable_resolved()},
      {views::v1::METRIC_ID_SATISFIED, community.mutable_satisfied()}};
  for (const auto& [id, metric] : wanted) {
    absl::StatusOr<views::v1::Metric> computed = MetricOf(rows, id, window, scope);
    if (!computed.ok()) return computed.status();
    *metric = *std::move(computed);
  }
  const absl::StatusOr<ParticipationCount> participation =
      CountParticipation(rows, community.community(), window);
  if (!participation.ok()) return participation.status();
  *community.mutable_participation() = ParticipationBreadth(participation->all);
  Mask(*community.mutable_participation());
  const absl::StatusOr<Stock> stock = OpenStock(rows, window.to, scope);
  if (!stock.ok()) return stock.status();
  community.set_open(stock->open);
  community.set_overdue(stock->overdue);
  return absl::OkStatus();
}

absl::Status AddCompleteness(Rows& rows, absl::Time now, CommunityComparison& community) {
  views::v1::Completeness completeness;
  absl::Status status = ComputeCompleteness(rows, community.community(), now, completeness);
  *community.mutable_completeness() = std::move(*completeness.mutable_metric());
  return status;
}

absl::Status AddDepartments(Rows& rows, absl::Time now, WhistleRow& whistle) {
  const absl::Time whistled = wire::ToTime(whistle.whistled_at());
  const absl::Time due =
      whistle.has_report_in_due() ? wire::ToTime(whistle.report_in_due()) : absl::InfiniteFuture();
  bool solved = true;
  const Value values[] = {whistle.complaint(), std::int64_t{whistle.number()}};
  absl::Status status = rows.Query(
      "SELECT department, reported_us, result, joint_solved FROM whistled "
      "WHERE complaint = ?1 AND number = ?2 ORDER BY department",
      values, [&](const Row& row) {
        WhistledDepartment& department = *whistle.add_departments();
        department.set_department(std::string(row.Text(0)));
        SetStamp(row.Time(1), department, &WhistledDepartment::mutable_reported_in_at);
        const absl::Time until = row.IsNull(1) ? now : row.Time(1);
        department.set_after_ms(absl::ToInt64Milliseconds(until - whistled));
        department.set_late(until > due);
        department.set_result(std::string(row.Text(2)));
        department.set_joint_solved(row.Int(3) != 0);
        solved = solved && department.joint_solved();
      });
  whistle.set_joint_solved(solved && whistle.departments_size() > 0);
  return status;
}

}  // namespace

absl::Status ListCommunityComparison(const QueryContext& context,
                                     const views::v1::ListCommunityComparisonRequest& request,
                                     views::v1::ListCommunityComparisonResponse& response) {
  static const auto* const columns =
      new std::vector<Column>{{"community", "c.name", ColumnType::kText, nullptr, true, false},
                              {"subdistrict", "c.subdistrict"},
                              {"households", "c.households", ColumnType::kInt}};
  const absl::StatusOr<std::vector<std::string>> communities = CommunitiesOf(context, request);
  if (!communities.ok()) return communities.status();
  const Window window{wire::ToTime(request.from()), wire::ToTime(request.to())};
  if (window.from >= window.to) return wire::RefuseShape({{"to", "must be after from"}});
  Scope scope;
  scope.WhereIn("name", *communities);
  const ListQuery query{.name = "subdistrict.comparison",
                        .select = "c.name, c.display_name, c.subdistrict, c.households",
                        .from = "community c",
                        .where = scope.Sql(1),
                        .values = scope.Values({}),
                        .columns = *columns,
                        .key = "c.name",
                        .default_order = "community"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    CommunityComparison& community = *response.add_communities();
    community.set_community(std::string(row.Text(0)));
    community.set_display_name(std::string(row.Text(1)));
    community.set_subdistrict(std::string(row.Text(2)));
    community.set_households(static_cast<std::int32_t>(row.Int(3)));
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  for (CommunityComparison& community : *response.mutable_communities()) {
    absl::Status status = AddNumbers(context.snapshot.rows(), window, community);
    if (status.ok()) status = AddCompleteness(context.snapshot.rows(), context.now, community);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ListWhistles(const QueryContext& context,
                          const views::v1::ListWhistlesRequest& request,
                          views::v1::ListWhistlesResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"complaint", "w.complaint"},
      {"category", "c.category", ColumnType::kEnum, complaint::v1::Category_descriptor()},
      {"state", "c.state", ColumnType::kEnum, complaint::v1::State_descriptor()},
      {"whistled_time", "w.whistled_us", ColumnType::kTime, nullptr, true, false},
      {"report_in_due", "w.report_in_due_us", ColumnType::kTime}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  Scope scope;
  scope.Where("community", request.parent());
  if (!viewer->Is(type::v1::ROLE_SUBDISTRICT_OFFICER)) {
    std::string departments;
    const std::vector<std::string> bodies = viewer->Bodies();
    for (std::size_t i = 0; i < bodies.size(); ++i) departments.append(i == 0 ? "{}" : ", {}");
    scope.WhereSql(absl::StrCat("EXISTS (SELECT 1 FROM whistled d WHERE d.complaint = w.complaint "
                                "AND d.number = w.number AND d.department IN (",
                                departments, "))"),
                   bodies);
  }
  const ListQuery query{
      .name = "subdistrict.whistles",
      .select =
          "w.complaint, w.number, c.category, w.matter, w.whistled_us, w.report_in_due_us, "
          "c.state",
      .from = "whistle w JOIN complaint c ON c.name = w.complaint",
      .where = scope.Sql(1),
      .values = scope.Values({}),
      .columns = *columns,
      .key = "(w.complaint || printf('.%09d', w.number))",
      .default_order = "whistled_time desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    WhistleRow& whistle = *response.add_whistles();
    whistle.set_complaint(std::string(row.Text(0)));
    whistle.set_number(static_cast<std::int32_t>(row.Int(1)));
    whistle.set_category(static_cast<complaint::v1::Category>(row.Int(2)));
    whistle.set_matter(std::string(row.Text(3)));
    SetStamp(row.Time(4), whistle, &WhistleRow::mutable_whistled_at);
    SetStamp(row.Time(5), whistle, &WhistleRow::mutable_report_in_due);
    whistle.set_age_ms(absl::ToInt64Milliseconds(context.now - row.Time(4)));
    whistle.set_state(static_cast<complaint::v1::State>(row.Int(6)));
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  for (WhistleRow& whistle : *response.mutable_whistles()) {
    absl::Status status = AddDepartments(context.snapshot.rows(), context.now, whistle);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status GetSubdistrictMetrics(const QueryContext& context,
                                   const views::v1::GetSubdistrictMetricsRequest& request,
                                   views::v1::GetSubdistrictMetricsResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  Scope scope;
  scope.Where("community", request.parent());
  return AnswerMetrics(context.snapshot.rows(), request, scope, response);
}

}  // namespace sanzhang::projections::subdistrict
