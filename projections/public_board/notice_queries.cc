#include "projections/public_board/notice_queries.h"

#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/notices/notice_cells.h"
#include "projections/notices/reply_cells.h"
#include "projections/public_board/known.h"
#include "proto/wire/etag.h"
#include "proto/wire/names.h"

namespace sanzhang::projections::public_board {
namespace {

using views::v1::NoticeRow;
using views::v1::NoticeVersion;

void SetWhat(const NoticeCells& n, NoticeRow& row) {
  row.set_name(n.name);
  row.set_etag(wire::EtagOf(n.revision));
  row.set_last_position(static_cast<std::uint64_t>(n.position));
  row.set_last_event_id(n.event_id);
  row.set_kind(n.kind);
  row.set_about(n.about);
  *row.mutable_place() = n.place;
  row.set_audience(n.audience);
  row.set_publisher(n.publisher);
  row.set_state(n.state);
  row.set_version(n.version);
  row.set_masked(n.masked);
  if (n.IsUp()) row.set_title(n.title);
  row.set_content_sha256(n.sha256);
  row.set_rule(n.rule);
  row.set_law_ref(n.law_ref);
  row.set_days_min(n.days_min);
}

void SetTimes(const NoticeCells& n, NoticeRow& row) {
  SetStamp(n.fact, row, &NoticeRow::mutable_fact_at);
  SetStamp(n.publish_due, row, &NoticeRow::mutable_publish_due);
  SetStamp(n.first_published, row, &NoticeRow::mutable_first_published_at);
  row.set_late(n.Late());
  SetStamp(n.published, row, &NoticeRow::mutable_published_at);
  if (!n.DownEarly()) {
    SetStamp(n.min_until, row, &NoticeRow::mutable_min_until);
    SetStamp(n.objections_until, row, &NoticeRow::mutable_objections_until);
    SetStamp(n.earliest_event, row, &NoticeRow::mutable_earliest_event);
  }
  SetStamp(n.elapsed, row, &NoticeRow::mutable_elapsed_at);
  SetStamp(n.taken_down, row, &NoticeRow::mutable_taken_down_at);
  row.set_taken_down_reason(n.taken_down_reason);
  row.set_objections(n.objections);
  row.set_objections_open(n.objections_open);
  row.set_inquiries(n.inquiries);
  row.set_inquiries_open(n.inquiries_open);
}

// Words are shown while they are up, in answers about the past too: what was taken down or replaced
// since does not come back by asking for the day before.
absl::StatusOr<bool> IsStillUp(const QueryContext& context, std::string_view notice,
                               std::int32_t version) {
  bool up = false;
  const Value values[] = {notice, std::int64_t{version}};
  const absl::Status status = context.present_rows().Query(
      absl::StrCat(
          "SELECT EXISTS (SELECT 1 FROM notice n WHERE n.name = ?1 AND n.version = ?2 AND ",
          kNoticeIsUp.data(), ")"),
      values, [&](const Row& row) { up = row.Int(0) != 0; });
  if (!status.ok()) return status;
  return up;
}

// Takes the words out of a row of the past that are not to be seen today.
absl::Status HideWhatCameDown(const QueryContext& context, NoticeRow& row) {
  if (context.as_of() == 0) return absl::OkStatus();
  const absl::StatusOr<bool> up = IsStillUp(context, row.name(), row.version());
  if (!up.ok()) return up.status();
  if (!*up) {
    row.clear_title();
    row.clear_body();
    row.clear_attachments();
  }
  return absl::OkStatus();
}

// A row of `SELECT {Select()} FROM notice n`.
std::string Select() {
  return absl::StrCat(
      "COALESCE((SELECT b.display_name FROM body b WHERE b.name = n.publisher), "
      "''), ",
      NoticeSelect().data());
}

struct Read {
  NoticeCells cells;
  NoticeRow row;
};
Read ReadRow(const Row& row) {
  Read read{.cells = ReadNotice(row.From(1)), .row = {}};
  SetWhat(read.cells, read.row);
  SetTimes(read.cells, read.row);
  read.row.set_publisher_name(std::string(row.Text(0)));
  return read;
}

template <class Request, class Response>
absl::StatusOr<std::string> ListInto(const QueryContext& context, const Request& request,
                                     Response& response) {
  const absl::StatusOr<std::string> known = KnownCommunity(context, request, request.parent());
  if (!known.ok()) return known.status();
  const ListQuery query{.name = "public-board.notices",
                        .select = Select(),
                        .from = "notice n",
                        .where = "n.community = ?1",
                        .values = {request.parent()},
                        .columns = NoticeColumns(),
                        .key = "n.name",
                        .default_order = "published_time desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_notices() = ReadRow(row).row;
  });
  if (!next.ok()) return next;
  for (NoticeRow& row : *response.mutable_notices()) {
    if (absl::Status hidden = HideWhatCameDown(context, row); !hidden.ok()) return hidden;
  }
  return next;
}

// A list of objections or questions of a community.
template <class Request>
absl::StatusOr<std::string> ListReplies(const QueryContext& context, const Request& request,
                                        std::string_view name, std::string_view select,
                                        std::string_view from,
                                        const std::function<void(const Row&)>& each) {
  const absl::StatusOr<std::string> known = KnownCommunity(context, request, request.parent());
  if (!known.ok()) return known.status();
  const ListQuery query{.name = name,
                        .select = std::string(select),
                        .from = std::string(from),
                        .where = "n.community = ?1",
                        .values = {request.parent()},
                        .columns = ReplyColumns(),
                        .key = kReplyKey,
                        .default_order = "made_time desc"};
  return List(context, query, PageOf(request), each);
}

}  // namespace

absl::Status ListNotices(const QueryContext& context, const views::v1::ListNoticesRequest& request,
                         views::v1::ListNoticesResponse& response) {
  absl::StatusOr<std::string> next = ListInto(context, request, response);
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status WatchNotices(const QueryContext& context,
                          const views::v1::WatchNoticesRequest& request,
                          views::v1::WatchNoticesResponse& response) {
  return ListInto(context, request, response).status();
}

absl::Status GetNotice(const QueryContext& context, const views::v1::GetNoticeRequest& request,
                       views::v1::GetNoticeResponse& response) {
  const absl::StatusOr<std::string> known =
      KnownCommunity(context, request, wire::CommunityOf(request.name()));
  if (!known.ok()) return known.status();
  const Value name[] = {request.name()};
  bool readable = true;
  const absl::Status status = context.snapshot.rows().Query(
      absl::StrCat("SELECT ", Select(), " FROM notice n WHERE n.name = ?1"), name,
      [&](const Row& row) {
        Read read = ReadRow(row);
        if (read.cells.IsUp()) {
          notice::v1::Content papers;
          readable = papers.ParseFromString(read.cells.attachments);
          read.row.mutable_attachments()->Swap(papers.mutable_attachments());
          read.row.set_body(std::move(read.cells.body));
        }
        *response.mutable_notice() = std::move(read.row);
      });
  if (!status.ok()) return status;
  if (!readable) return absl::DataLossError("papers of a notice can't be read");
  if (!response.has_notice()) return NotFound(request.name());
  return HideWhatCameDown(context, *response.mutable_notice());
}

absl::Status ListNoticeVersions(const QueryContext& context,
                                const views::v1::ListNoticeVersionsRequest& request,
                                views::v1::ListNoticeVersionsResponse& response) {
  const absl::StatusOr<std::string> known =
      KnownCommunity(context, request, wire::CommunityOf(request.parent()));
  if (!known.ok()) return known.status();
  const ListQuery query{
      .name = "public-board.notice-versions",
      .select =
          "v.version, v.cause, v.reason, v.masked, v.sha256, v.rule, v.law_ref, v.days_min, "
          "v.published_us, v.min_until_us, v.objections_until_us, v.elapsed_us, v.until_us, "
          "v.taken_down, v.early, v.taken_down_reason",
      .from = "notice_version v",
      .where = "v.notice = ?1",
      .values = {request.parent()},
      .columns = {},
      .key = "v.version",
      .default_order = ""};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    NoticeVersion& version = *response.add_versions();
    Cells cells(row);
    version.set_version(cells.Int32());
    version.set_cause(static_cast<views::v1::NoticeVersionCause>(cells.Int()));
    version.set_reason(cells.Text());
    version.set_masked(cells.Bool());
    version.set_content_sha256(cells.Bytes());
    version.set_rule(cells.Text());
    version.set_law_ref(cells.Text());
    version.set_days_min(cells.Int32());
    SetStamp(cells.Time(), version, &NoticeVersion::mutable_published_at);
    SetStamp(cells.Time(), version, &NoticeVersion::mutable_min_until);
    SetStamp(cells.Time(), version, &NoticeVersion::mutable_objections_until);
    SetStamp(cells.Time(), version, &NoticeVersion::mutable_elapsed_at);
    SetStamp(cells.Time(), version, &NoticeVersion::mutable_until);
    version.set_taken_down(cells.Bool());
    version.set_early(cells.Bool());
    version.set_taken_down_reason(cells.Text());
  });
  if (!next.ok()) return next.status();
  // Every notice has a version.
  if (response.versions().empty() && request.page_token().empty()) {
    return NotFound(request.parent());
  }
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status ListNoticeObjections(const QueryContext& context,
                                  const views::v1::ListNoticeObjectionsRequest& request,
                                  views::v1::ListNoticeObjectionsResponse& response) {
  absl::StatusOr<std::string> next = ListReplies(
      context, request, "public-board.objections", NoticeObjectionSelect(), kNoticeObjectionFrom,
      [&](const Row& row) { *response.add_objections() = ReadNoticeObjection(row, false); });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status ListInquiries(const QueryContext& context,
                           const views::v1::ListInquiriesRequest& request,
                           views::v1::ListInquiriesResponse& response) {
  absl::StatusOr<std::string> next =
      ListReplies(context, request, "public-board.inquiries", InquirySelect(), kInquiryFrom,
                  [&](const Row& row) { *response.add_inquiries() = ReadInquiry(row, false); });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::public_board
