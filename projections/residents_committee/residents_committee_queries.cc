#include "projections/residents_committee/residents_committee_queries.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/complaints/personal_text.h"
#include "projections/engine/list_query.h"
#include "projections/engine/words.h"
#include "projections/metrics/metrics.h"
#include "projections/residents_committee/sight.h"
#include "proto/wire/etag.h"
#include "proto/wire/names.h"
#include "proto/wire/refusal.h"

namespace sanzhang::projections::residents_committee {
namespace {

using views::v1::ComplaintRow;

const std::vector<Column>& Columns() {
  static const auto* const columns = new std::vector<Column>(
      ComplaintColumns({"name",           "filed_time",    "demand_type",  "category",
                        "sub_category",   "property_area", "grid",         "building",
                        "entrance",       "urgency",       "level",        "state",
                        "open",           "outcome",       "confirmation", "responsible_body",
                        "first_receiver", "about_body",    "external_ref", "intake_due",
                        "ack_due",        "answer_due",    "next_due",     "ended_time",
                        "paused",         "hops",          "supporters",   "reopenings",
                        "extensions",     "breaches",      "exclusion"}));
  return *columns;
}

void SetWhat(const ComplaintCells& c, const Shown& shown, ComplaintRow& row) {
  row.set_name(c.name);
  row.set_etag(wire::EtagOf(c.revision));
  row.set_last_position(static_cast<std::uint64_t>(c.position));
  row.set_last_event_id(c.event_id);
  row.set_demand_type(c.demand_type);
  row.set_category(c.category);
  row.set_sub_category(c.sub_category);
  *row.mutable_place() = c.place;
  row.set_urgency(c.urgency);
  row.set_visibility(c.visibility);
  row.set_anonymity(c.anonymity);
  row.set_external_ref(c.external_ref);
  row.set_about_body(c.about_body);
  *row.mutable_text() = shown.words ? ComplaintWords(c.text, c.redacted) : Withheld(c.text);
  *row.mutable_answer() = shown.words ? WordsOf(c.answer) : Withheld(c.answer);
  *row.mutable_contact() = shown.complainant ? WordsOf(c.contact) : Withheld(c.contact);
  if (shown.complainant) row.set_complainant(c.complainant);
}

void SetStanding(const ComplaintCells& c, ComplaintRow& row) {
  row.set_state(c.state);
  row.set_level(c.level);
  row.set_outcome(c.outcome);
  row.set_confirmation(c.confirmation);
  row.set_responsible_body(c.responsible_body);
  row.set_assignee_membership(c.assignee_membership);
  row.set_main(c.main);
  row.set_refusal_reason(c.refusal_reason);
  row.set_hops(c.hops);
  row.set_supporters(c.supporters);
  row.set_followers(c.followers);
  row.set_reopenings(c.reopenings);
  row.set_extensions(c.extensions);
  row.set_mass(c.Mass());
  row.set_repeat(c.repeat);
  row.set_exclusion(c.exclusion);
}

void SetClocks(const ComplaintCells& c, absl::Time now, ComplaintRow& row) {
  SetStamp(c.filed, row, &ComplaintRow::mutable_filed_at);
  SetStamp(c.intake_due, row, &ComplaintRow::mutable_intake_due);
  SetStamp(c.ack_due, row, &ComplaintRow::mutable_ack_due);
  SetStamp(c.answer_due, row, &ComplaintRow::mutable_answer_due);
  SetStamp(c.paused_until, row, &ComplaintRow::mutable_paused_until);
  SetStamp(c.accepted, row, &ComplaintRow::mutable_accepted_at);
  SetStamp(c.acked, row, &ComplaintRow::mutable_acknowledged_at);
  SetStamp(c.answered, row, &ComplaintRow::mutable_answered_at);
  SetStamp(c.ended, row, &ComplaintRow::mutable_ended_at);
  SetStamp(c.appeal_until, row, &ComplaintRow::mutable_appeal_until);
  row.set_paused(c.Paused());
  row.set_paused_ms(c.paused_ms);
  row.set_breaches(c.breaches);
  row.set_overdue(c.Overdue(now));
  if (const auto remaining = c.RemainingMs(now)) row.set_remaining_ms(*remaining);
}

// Reads a row of `SELECT {HandlesSql}, {ComplaintSelect}`.
ComplaintRow ToRow(const Sight& sight, const Row& row, absl::Time now) {
  const bool handles = row.Int(0) != 0;
  const ComplaintCells cells = ReadComplaint(row.From(1));
  ComplaintRow complaint;
  SetWhat(cells, sight.Shows(cells, handles), complaint);
  SetStanding(cells, complaint);
  SetClocks(cells, now, complaint);
  return complaint;
}

// A complaint that the viewer sees; PERMISSION_DENIED if there is none.
struct Seen {
  ComplaintCells cells;
  Shown shown;
};
absl::StatusOr<Seen> See(const QueryContext& context, const google::protobuf::Message& request,
                         std::string_view name) {
  const absl::StatusOr<Sight> sight = Sight::Of(context, request, wire::CommunityOf(name));
  if (!sight.ok()) return sight.status();
  const Scope scope = sight->rows().Where("name", name);
  std::optional<Seen> seen;
  absl::Status status = context.snapshot.rows().Query(
      absl::StrCat("SELECT ", sight->HandlesSql(), ", ", ComplaintSelect(),
                   " FROM complaint c WHERE ", scope.Sql(1)),
      scope.Values({}), [&](const Row& row) {
        ComplaintCells cells = ReadComplaint(row.From(1));
        const Shown shown = sight->Shows(cells, row.Int(0) != 0);
        seen = Seen{std::move(cells), shown};
      });
  if (!status.ok()) return status;
  if (!seen) return Denied();
  return *std::move(seen);
}

template <class Request, class Response>
absl::StatusOr<std::string> ListInto(const QueryContext& context, const Request& request,
                                     Response& response) {
  const absl::StatusOr<Sight> sight = Sight::Of(context, request, request.parent());
  if (!sight.ok()) return sight.status();
  const Scope scope = sight->rows();
  const ListQuery query{.name = "residents-committee.complaints",
                        .select = absl::StrCat(sight->HandlesSql(), ", ", ComplaintSelect()),
                        .from = "complaint c",
                        .where = scope.Sql(1),
                        .values = scope.Values({}),
                        .columns = Columns(),
                        .key = "c.name",
                        .default_order = "filed_time desc"};
  return List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_complaints() = ToRow(*sight, row, context.now);
  });
}

std::int64_t Milliseconds(absl::Time from, absl::Time to, absl::Time now) {
  return absl::ToInt64Milliseconds((to == absl::InfinitePast() ? now : to) - from);
}

}  // namespace

absl::Status ListComplaints(const QueryContext& context,
                            const views::v1::ListComplaintsRequest& request,
                            views::v1::ListComplaintsResponse& response) {
  absl::StatusOr<std::string> next = ListInto(context, request, response);
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status WatchComplaints(const QueryContext& context,
                             const views::v1::WatchComplaintsRequest& request,
                             views::v1::WatchComplaintsResponse& response) {
  absl::StatusOr<std::string> next = ListInto(context, request, response);
  if (!next.ok()) return next.status();
  for (ComplaintRow& row : *response.mutable_complaints()) row.clear_remaining_ms();
  return absl::OkStatus();
}

absl::Status GetComplaint(const QueryContext& context,
                          const views::v1::GetComplaintRequest& request,
                          views::v1::GetComplaintResponse& response) {
  const absl::StatusOr<Seen> seen = See(context, request, request.name());
  if (!seen.ok()) return seen.status();
  ComplaintRow& row = *response.mutable_complaint();
  SetWhat(seen->cells, seen->shown, row);
  SetStanding(seen->cells, row);
  SetClocks(seen->cells, context.now, row);
  return absl::OkStatus();
}

absl::Status ListComplaintEvents(const QueryContext& context,
                                 const views::v1::ListComplaintEventsRequest& request,
                                 views::v1::ListComplaintEventsResponse& response) {
  const absl::StatusOr<Seen> seen = See(context, request, request.parent());
  if (!seen.ok()) return seen.status();
  const ListQuery query{
      .name = "residents-committee.events",
      .select =
          "e.revision, e.position, e.event_id, e.occurred_us, e.recorded_us, e.actor_kind, "
          "e.actor_role, e.actor_body, e.type, e.payload, (SELECT b.occurred_us FROM event b "
          "WHERE b.complaint = e.complaint AND b.revision = e.revision - 1)",
      .from = "event e",
      .where = "e.complaint = ?1",
      .values = {request.parent()},
      .columns = {},
      .key = "e.revision",
      .default_order = ""};
  absl::Status readable;
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    views::v1::ComplaintHistoryEntry& entry = *response.add_events();
    entry.set_revision(static_cast<std::uint64_t>(row.Int(0)));
    entry.set_position(static_cast<std::uint64_t>(row.Int(1)));
    entry.set_event_id(std::string(row.Bytes(2)));
    *entry.mutable_occurred_at() = wire::ToStamp(row.Time(3));
    *entry.mutable_recorded_at() = wire::ToStamp(row.Time(4));
    entry.set_actor_kind(static_cast<log::v1::Actor::Kind>(row.Int(5)));
    entry.set_actor_role(static_cast<type::v1::Role>(row.Int(6)));
    entry.set_actor_body(std::string(row.Text(7)));
    if (!row.IsNull(10)) {
      entry.set_since_previous_ms(absl::ToInt64Milliseconds(row.Time(3) - row.Time(10)));
    }
    readable.Update(wire::ReadFact(row.Text(8), row.Bytes(9), *entry.mutable_fact()));
    log::v1::Record record;  // As much of it as tells where its words stand.
    record.set_stream(request.parent());
    record.set_event_id(entry.event_id());
    record.set_type(std::string(row.Text(8)));
    Show(seen->shown, seen->cells.redacted, record, entry);
  });
  if (!readable.ok()) return readable;
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status GetComplaintHistory(const QueryContext& context,
                                 const views::v1::GetComplaintHistoryRequest& request,
                                 views::v1::GetComplaintHistoryResponse& response) {
  const absl::StatusOr<Seen> seen = See(context, request, request.name());
  if (!seen.ok()) return seen.status();
  Rows& rows = context.snapshot.rows();
  const Value values[] = {request.name()};
  absl::Status status = rows.Query(
      "SELECT assignment, body, since_us, until_us FROM hop WHERE complaint = ?1 ORDER BY number",
      values, [&](const Row& row) {
        views::v1::ComplaintHop& hop = *response.add_hops();
        hop.set_number(static_cast<std::int32_t>(row.Int(0)));
        hop.set_body(std::string(row.Text(1)));
        SetStamp(row.Time(2), hop, &views::v1::ComplaintHop::mutable_since);
        SetStamp(row.Time(3), hop, &views::v1::ComplaintHop::mutable_until);
        hop.set_duration_ms(Milliseconds(row.Time(2), row.Time(3), context.now));
      });
  if (!status.ok()) return status;
  return rows.Query(
      "SELECT reason, since_us, until_us, ended_us FROM pause WHERE complaint = ?1 ORDER BY number",
      values, [&](const Row& row) {
        views::v1::ComplaintPause& pause = *response.add_pauses();
        pause.set_reason(static_cast<complaint::v1::SuspensionReason>(row.Int(0)));
        SetStamp(row.Time(1), pause, &views::v1::ComplaintPause::mutable_since);
        SetStamp(row.Time(2), pause, &views::v1::ComplaintPause::mutable_until);
        SetStamp(row.Time(3), pause, &views::v1::ComplaintPause::mutable_ended_at);
        pause.set_duration_ms(Milliseconds(row.Time(1), row.Time(3), context.now));
      });
}

absl::Status GetMetrics(const QueryContext& context, const views::v1::GetMetricsRequest& request,
                        views::v1::GetMetricsResponse& response) {
  const absl::StatusOr<Sight> sight = Sight::Of(context, request, request.parent());
  if (!sight.ok()) return sight.status();
  return AnswerMetrics(context.snapshot.rows(), request, sight->rows(), response);
}

absl::Status ListMetricCases(const QueryContext& context,
                             const views::v1::ListMetricCasesRequest& request,
                             views::v1::ListMetricCasesResponse& response) {
  const absl::StatusOr<Sight> sight = Sight::Of(context, request, request.parent());
  if (!sight.ok()) return sight.status();
  const absl::StatusOr<Window> window = WindowOf(request.query());
  if (!window.ok()) return window.status();
  Scope scope = sight->rows();
  scope.Where(request.query());
  absl::StatusOr<ListQuery> query = CasesOf(request.metric(), *window, scope);
  if (!query.ok()) return query.status();
  query->name = "committee.metric-cases";
  auto next = List(context, *query, PageOf(request),
                   [&](const Row& row) { ReadCase(row, *response.add_cases()); });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status GetOpenStock(const QueryContext& context,
                          const views::v1::GetOpenStockRequest& request,
                          views::v1::GetOpenStockResponse& response) {
  const absl::StatusOr<Sight> sight = Sight::Of(context, request, request.parent());
  if (!sight.ok()) return sight.status();
  Scope scope = sight->rows();
  if (request.category() != 0) scope.Where("category", std::int64_t{request.category()});
  scope.Where("responsible_body", request.body());
  const absl::StatusOr<Stock> stock =
      OpenStock(context.snapshot.rows(), wire::ToTime(request.at()), scope);
  if (!stock.ok()) return stock.status();
  response.set_open(stock->open);
  response.set_overdue(stock->overdue);
  return absl::OkStatus();
}

absl::Status CountComplaints(const QueryContext& context,
                             const views::v1::CountComplaintsRequest& request,
                             views::v1::CountComplaintsResponse& response) {
  const absl::StatusOr<Sight> sight = Sight::Of(context, request, request.parent());
  if (!sight.ok()) return sight.status();
  const Scope scope = sight->rows();
  std::vector<Value> values = scope.Values({});
  const absl::StatusOr<Condition> filter =
      CompileFilter(request.filter(), Columns(), static_cast<int>(values.size()) + 1);
  if (!filter.ok()) return filter.status();
  for (const Literal& literal : filter->values) values.push_back(AsValue(literal));

  // Columns that are not asked for are constants: they make no groups.
  std::string body = "''", category = "0", sub_category = "''", state = "0", month = "''";
  std::string key = "''";
  for (const int column : request.group_by()) {
    switch (column) {
      case views::v1::COUNT_COLUMN_RESPONSIBLE_BODY:
        body = "c.responsible_body";
        absl::StrAppend(&key, " || char(1) || body");
        break;
      case views::v1::COUNT_COLUMN_CATEGORY:
        category = "c.category";
        absl::StrAppend(&key, " || char(1) || printf('%04d', category)");
        break;
      case views::v1::COUNT_COLUMN_SUB_CATEGORY:
        sub_category = "c.sub_category";
        absl::StrAppend(&key, " || char(1) || sub_category");
        break;
      case views::v1::COUNT_COLUMN_STATE:
        state = "c.state";
        absl::StrAppend(&key, " || char(1) || printf('%04d', state)");
        break;
      case views::v1::COUNT_COLUMN_MONTH_FILED:
        // Asia/Shanghai is eight hours ahead all year.
        month = "strftime('%Y-%m', c.filed_us / 1000000 + 28800, 'unixepoch')";
        absl::StrAppend(&key, " || char(1) || month");
        break;
      default:
        return wire::RefuseShape({{"group_by", "must name columns"}});
    }
  }
  const std::string groups = absl::StrCat(
      "(SELECT ", body, " AS body, ", category, " AS category, ", sub_category,
      " AS sub_category, ", state, " AS state, ", month, " AS month, count(*) AS complaints ",
      "FROM complaint c WHERE ", scope.Sql(1), " AND (", filter->sql, ") GROUP BY 1, 2, 3, 4, 5)");
  const ListQuery query{.name = "residents-committee.counts",
                        .select = "body, category, sub_category, state, month, complaints",
                        .from = absl::StrCat("(SELECT *, ", key, " AS key FROM ", groups, ") g"),
                        .where = "",
                        .values = std::move(values),
                        .columns = {},
                        .key = "g.key",
                        .default_order = ""};
  PageRequest page;
  page.page_size = request.page_size();
  page.page_token = request.page_token();
  absl::StatusOr<std::string> next = List(context, query, page, [&](const Row& row) {
    views::v1::ComplaintCount& count = *response.add_counts();
    count.set_responsible_body(std::string(row.Text(0)));
    count.set_category(static_cast<complaint::v1::Category>(row.Int(1)));
    count.set_sub_category(std::string(row.Text(2)));
    count.set_state(static_cast<complaint::v1::State>(row.Int(3)));
    count.set_month_filed(std::string(row.Text(4)));
    count.set_complaints(row.Int(5));
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::residents_committee
