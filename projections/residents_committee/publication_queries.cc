#include "projections/residents_committee/publication_queries.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/metrics/days.h"
#include "projections/notices/publication_gaps.h"
#include "projections/notices/received.h"
#include "sanzhang/policy/v1/publication_rule.pb.h"

namespace sanzhang::projections::residents_committee {
namespace {

using policy::v1::PublicationKind;
using views::v1::PublicationDuty;
using views::v1::PublicationGap;

// By kind, in the order of the kinds.
using Duties = std::map<std::int64_t, PublicationDuty>;

// Every kind that there is.
Duties AllKinds() {
  Duties duties;
  const auto* kinds = policy::v1::PublicationKind_descriptor();
  for (int i = 0; i < kinds->value_count(); ++i) {
    const int number = kinds->value(i)->number();
    if (number != policy::v1::PUBLICATION_KIND_UNSPECIFIED) {
      duties[number].set_kind(static_cast<PublicationKind>(number));
    }
  }
  return duties;
}

// Counts, and until when one must stay up. ?1 the community, ?2 now.
constexpr std::string_view kOfNotices =
    "SELECT n.kind, sum(n.state IN (1, 2)), "
    "max(CASE WHEN n.state IN (1, 2) AND n.min_until_us >= ?2 THEN n.min_until_us END), "
    "sum(n.first_published_us > n.publish_due_us), sum(n.objections_open), sum(n.inquiries_open) "
    "FROM notice n WHERE n.community = ?1 GROUP BY n.kind";

// The last of each kind: SQLite takes the other columns from the row of the maximum.
constexpr std::string_view kLast =
    "SELECT n.kind, n.rule, n.law_ref, n.days_min, n.name, max(n.published_us) FROM notice n "
    "WHERE n.community = ?1 GROUP BY n.kind";

std::string OfGaps() {
  return absl::StrCat(
      "SELECT g.kind, count(*), sum(COALESCE(g.due_us < ?2, 0)), min(g.due_us) FROM ",
      kPublicationGaps.data(), " g WHERE g.community = ?1 GROUP BY g.kind");
}

void SetNotices(Cells& cells, absl::Time now, PublicationDuty& duty) {
  duty.set_up(cells.Int32());
  const absl::Time until = cells.Time();
  SetStamp(until, duty, &PublicationDuty::mutable_min_until);
  // A period ends with its last day, at 24:00.
  if (until != absl::InfinitePast()) {
    duty.set_days_left(DaysBetween(now, until - absl::Microseconds(1)));
  }
  duty.set_late(cells.Int32());
  duty.set_objections_open(cells.Int32());
  duty.set_inquiries_open(cells.Int32());
}

void SetLast(Cells& cells, PublicationDuty& duty) {
  duty.set_rule(cells.Text());
  duty.set_law_ref(cells.Text());
  duty.set_days_min(cells.Int32());
  duty.set_last_notice(cells.Text());
  SetStamp(cells.Time(), duty, &PublicationDuty::mutable_last_published_at);
}

void SetGaps(Cells& cells, PublicationDuty& duty) {
  duty.set_gaps(cells.Int32());
  duty.set_overdue(cells.Int32());
  SetStamp(cells.Time(), duty, &PublicationDuty::mutable_next_due);
}

}  // namespace

absl::Status ListPublicationDuties(const QueryContext& context,
                                   const views::v1::ListPublicationDutiesRequest& request,
                                   views::v1::ListPublicationDutiesResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  Duties duties = AllKinds();
  Rows& rows = context.snapshot.rows();
  const Value timed[] = {request.parent(), TimeValue(context.now)};
  const Value named[] = {request.parent()};
  absl::Status status = rows.Query(kOfNotices, timed, [&](const Row& row) {
    Cells cells(row);
    SetNotices(cells, context.now, duties[cells.Int()]);
  });
  if (!status.ok()) return status;
  status = rows.Query(kLast, named, [&](const Row& row) {
    Cells cells(row);
    SetLast(cells, duties[cells.Int()]);
  });
  if (!status.ok()) return status;
  status = rows.Query(OfGaps(), timed, [&](const Row& row) {
    Cells cells(row);
    SetGaps(cells, duties[cells.Int()]);
  });
  if (!status.ok()) return status;
  for (auto& [kind, duty] : duties) *response.add_duties() = std::move(duty);
  return absl::OkStatus();
}

absl::Status ListPublicationGaps(const QueryContext& context,
                                 const views::v1::ListPublicationGapsRequest& request,
                                 views::v1::ListPublicationGapsResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"kind", "g.kind", ColumnType::kEnum, policy::v1::PublicationKind_descriptor()},
      {"about", "g.about"},
      {"notice", "g.notice"},
      {.name = "since_time", .sql = "g.since_us", .type = ColumnType::kTime, .nullable = false},
      {"due", "g.due_us", ColumnType::kTime},
  };
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{.name = "residents-committee.publication-gaps",
                        .select = "g.kind, g.about, g.notice, g.title, g.since_us, g.due_us",
                        .from = absl::StrCat(kPublicationGaps.data(), " g"),
                        .where = "g.community = ?1",
                        .values = {request.parent()},
                        .columns = *columns,
                        .key = "(g.kind || ' ' || g.about || ' ' || g.notice)",
                        .default_order = "since_time"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    PublicationGap& gap = *response.add_gaps();
    Cells cells(row);
    gap.set_kind(static_cast<PublicationKind>(cells.Int()));
    gap.set_about(cells.Text());
    gap.set_notice(cells.Text());
    gap.set_title(cells.Text());
    SetStamp(cells.Time(), gap, &PublicationGap::mutable_since);
    const absl::Time due = cells.Time();
    SetStamp(due, gap, &PublicationGap::mutable_due);
    gap.set_overdue(due != absl::InfinitePast() && due < context.now);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status ListReceivedInquiries(const QueryContext& context,
                                   const views::v1::ListReceivedInquiriesRequest& request,
                                   views::v1::ListReceivedInquiriesResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  absl::StatusOr<std::string> next = projections::ListReceivedInquiries(
      context,
      {.query_name = "residents-committee.inquiries",
       .community = request.parent(),
       .publishers = viewer->Bodies()},
      PageOf(request),
      [&](views::v1::InquiryRow row) { *response.add_inquiries() = std::move(row); });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status ListReceivedObjections(const QueryContext& context,
                                    const views::v1::ListReceivedObjectionsRequest& request,
                                    views::v1::ListReceivedObjectionsResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  absl::StatusOr<std::string> next = projections::ListReceivedObjections(
      context,
      {.query_name = "residents-committee.objections",
       .community = request.parent(),
       .publishers = viewer->Bodies()},
      PageOf(request),
      [&](views::v1::NoticeObjectionRow row) { *response.add_objections() = std::move(row); });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::residents_committee
