#include "projections/property_company/property_company_queries.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/complaints/complaint_cells.h"
#include "projections/complaints/personal_text.h"
#include "projections/directory/viewer.h"
#include "projections/engine/list_query.h"
#include "projections/engine/words.h"
#include "projections/metrics/metrics.h"
#include "proto/wire/etag.h"
#include "proto/wire/names.h"

namespace sanzhang::projections::property_company {
namespace {

using views::v1::DispatchDisputeRow;
using views::v1::WorkItem;

// The complaints of the viewer's bodies.
absl::StatusOr<Scope> OwnWork(const QueryContext& context, const google::protobuf::Message& request,
                              std::string_view community) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, community);
  if (!viewer.ok()) return viewer.status();
  Scope scope;
  scope.Where("community", community).WhereIn("responsible_body", viewer->Bodies());
  return scope;
}

WorkItem ToItem(const ComplaintCells& c, absl::Time now) {
  WorkItem item;
  item.set_name(c.name);
  item.set_etag(wire::EtagOf(c.revision));
  item.set_last_position(static_cast<std::uint64_t>(c.position));
  item.set_last_event_id(c.event_id);
  SetStamp(c.filed, item, &WorkItem::mutable_filed_at);
  item.set_category(c.category);
  item.set_sub_category(c.sub_category);
  *item.mutable_place() = c.place;
  item.set_urgency(c.urgency);
  *item.mutable_text() = ComplaintWords(c.text, c.redacted);
  const bool named = c.anonymity != complaint::v1::ANONYMITY_HANDLER;
  *item.mutable_contact() = named ? WordsOf(c.contact) : Withheld(c.contact);
  item.set_state(c.state);
  item.set_level(c.level);
  item.set_outcome(c.outcome);
  item.set_responsible_body(c.responsible_body);
  item.set_assignee_membership(c.assignee_membership);
  SetStamp(c.ack_due, item, &WorkItem::mutable_ack_due);
  SetStamp(c.answer_due, item, &WorkItem::mutable_answer_due);
  item.set_paused(c.Paused());
  SetStamp(c.paused_until, item, &WorkItem::mutable_paused_until);
  if (const auto remaining = c.RemainingMs(now)) item.set_remaining_ms(*remaining);
  item.set_overdue(c.Overdue(now));
  item.set_hops(c.hops);
  item.set_reopenings(c.reopenings);
  return item;
}

template <class Request, class Response>
absl::StatusOr<std::string> ListInto(const QueryContext& context, const Request& request,
                                     Response& response) {
  static const auto* const columns =
      new std::vector<Column>(ComplaintColumns({"name",
                                                "filed_time",
                                                "category",
                                                "sub_category",
                                                "property_area",
                                                "grid",
                                                "building",
                                                "entrance",
                                                "urgency",
                                                "level",
                                                "state",
                                                "open",
                                                "responsible_body",
                                                "assignee_membership",
                                                "ack_due",
                                                "answer_due",
                                                "next_due",
                                                "paused",
                                                "hops",
                                                "reopenings"}));
  absl::StatusOr<Scope> scope = OwnWork(context, request, request.parent());
  if (!scope.ok()) return scope.status();
  if (request.filter().empty()) scope->WhereSql("c.ended_us IS NULL", {});
  const ListQuery query{.name = "property-company.work",
                        .select = ComplaintSelect(),
                        .from = "complaint c",
                        .where = scope->Sql(1),
                        .values = scope->Values({}),
                        .columns = *columns,
                        .key = "c.name",
                        .default_order = "next_due"};
  return List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_items() = ToItem(ReadComplaint(row), context.now);
  });
}

}  // namespace

absl::Status ListWorkQueue(const QueryContext& context,
                           const views::v1::ListWorkQueueRequest& request,
                           views::v1::ListWorkQueueResponse& response) {
  absl::StatusOr<std::string> next = ListInto(context, request, response);
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status WatchWorkQueue(const QueryContext& context,
                            const views::v1::WatchWorkQueueRequest& request,
                            views::v1::WatchWorkQueueResponse& response) {
  const absl::StatusOr<std::string> next = ListInto(context, request, response);
  for (WorkItem& item : *response.mutable_items()) item.clear_remaining_ms();
  return next.status();
}

absl::Status GetWorkItem(const QueryContext& context, const views::v1::GetWorkItemRequest& request,
                         views::v1::GetWorkItemResponse& response) {
  absl::StatusOr<Scope> scope = OwnWork(context, request, wire::CommunityOf(request.name()));
  if (!scope.ok()) return scope.status();
  scope->Where("name", request.name());
  absl::Status status = context.snapshot.rows().Query(
      absl::StrCat("SELECT ", ComplaintSelect(), " FROM complaint c WHERE ", scope->Sql(1)),
      scope->Values({}),
      [&](const Row& row) { *response.mutable_item() = ToItem(ReadComplaint(row), context.now); });
  if (!status.ok()) return status;
  return response.has_item() ? absl::OkStatus() : Denied();
}

absl::Status ListDispatchDisputes(const QueryContext& context,
                                  const views::v1::ListDispatchDisputesRequest& request,
                                  views::v1::ListDispatchDisputesResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"complaint", "c.complaint"},
      {"category", "o.category", ColumnType::kEnum, complaint::v1::Category_descriptor()},
      {"body", "c.body"},
      {"disputed_time", "c.disputed_us", ColumnType::kTime, nullptr, true, false},
      {"ruled_time", "c.ruled_us", ColumnType::kTime},
      {"upheld", "c.upheld", ColumnType::kBool}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  Scope scope;
  scope.Where("community", request.parent()).WhereIn("body", viewer->Bodies());
  const ListQuery query{
      .name = "property-company.disputes",
      .select =
          "c.complaint, o.category, c.body, c.reason, c.disputed_us, c.ruled_us, c.upheld, "
          "c.ruling",
      .from = "dispute c JOIN complaint o ON o.name = c.complaint",
      .where = scope.Sql(1),
      .values = scope.Values({}),
      .columns = *columns,
      .key = "(c.complaint || printf('.%09d', c.number))",
      .default_order = "disputed_time desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    DispatchDisputeRow& dispute = *response.add_disputes();
    dispute.set_complaint(std::string(row.Text(0)));
    dispute.set_category(static_cast<complaint::v1::Category>(row.Int(1)));
    dispute.set_body(std::string(row.Text(2)));
    dispute.set_reason(std::string(row.Text(3)));
    SetStamp(row.Time(4), dispute, &DispatchDisputeRow::mutable_disputed_at);
    SetStamp(row.Time(5), dispute, &DispatchDisputeRow::mutable_ruled_at);
    dispute.set_upheld(row.Int(6) != 0);
    dispute.set_ruling(std::string(row.Text(7)));
    const absl::Time end = row.IsNull(5) ? context.now : row.Time(5);
    dispute.set_waiting_ms(absl::ToInt64Milliseconds(end - row.Time(4)));
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status GetOwnMetrics(const QueryContext& context,
                           const views::v1::GetOwnMetricsRequest& request,
                           views::v1::GetOwnMetricsResponse& response) {
  const absl::StatusOr<Scope> scope = OwnWork(context, request, request.parent());
  if (!scope.ok()) return scope.status();
  absl::Status status = AnswerMetrics(context.snapshot.rows(), request, *scope, response);
  // Who is rated sees ratings only where they can't point at one who rated.
  for (views::v1::Metric& metric : *response.mutable_metrics()) {
    if (metric.id() == views::v1::METRIC_ID_SATISFIED ||
        metric.id() == views::v1::METRIC_ID_SATISFIED_LOWER_BOUND) {
      Mask(metric);
    }
  }
  return status;
}

}  // namespace sanzhang::projections::property_company
