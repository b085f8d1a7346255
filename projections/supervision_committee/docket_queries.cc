// V-S1: the docket, as one list over the tables of several contexts.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/resolutions/resolution_rows.h"
#include "projections/supervision_committee/supervision_committee_queries.h"
#include "sanzhang/notice/v1/notice.pb.h"
#include "sanzhang/rating/v1/rating.pb.h"
#include "sanzhang/resolution/v1/resolution.pb.h"

namespace sanzhang::projections::supervision_committee {
namespace {

using views::v1::DocketItem;

// Numbers stand for enums, which these tie.
static_assert(views::v1::DOCKET_KIND_NOTICE_LATE == 1 &&
              views::v1::DOCKET_KIND_NOTICE_DOWN_EARLY == 2 &&
              views::v1::DOCKET_KIND_NOTICE_UNANSWERED == 3);
static_assert(views::v1::DOCKET_KIND_RESOLUTION_UNPUBLISHED == 4 &&
              views::v1::DOCKET_KIND_SURVEY_UNPUBLISHED == 5 &&
              views::v1::DOCKET_KIND_APPRAISAL_UNPUBLISHED == 6);
static_assert(views::v1::DOCKET_KIND_EXCLUSION_PROPOSED == 7 &&
              views::v1::DOCKET_KIND_RATING_VOIDED == 8 &&
              views::v1::DOCKET_KIND_RATING_CONTESTED == 9 &&
              rating::v1::CAMPAIGN_STATE_CLOSED == 3);
static_assert(views::v1::DOCKET_KIND_COUNT_OBJECTED == 10 &&
              views::v1::DOCKET_KIND_INTEREST == 11 && views::v1::DOCKET_KIND_MEMBER_ABSENT == 12);

// kind, community, subject, part (of the subject, to tell items apart), body, membership, since,
// due, open, detail
constexpr std::string_view kNotices = R"(
SELECT 1 AS kind, community, name AS subject, '' AS part, publisher AS body, '' AS membership,
  first_published_us AS since_us, publish_due_us AS due_us, 0 AS open, title AS detail
FROM notice WHERE first_published_us > publish_due_us
UNION ALL
SELECT 2, n.community, n.name, '', n.publisher, '', n.taken_down_us, NULL, 1, n.title
FROM notice n JOIN notice_version v ON v.notice = n.name AND v.version = n.version
WHERE n.state = 3 AND v.early
UNION ALL
SELECT 3, n.community, n.name, printf('o%06d', o.number), n.publisher, '', o.made_us,
  o.answer_due_us, 1, n.title
FROM notice_objection o JOIN notice n ON n.name = o.notice WHERE o.answered_us IS NULL
UNION ALL
SELECT 3, n.community, n.name, printf('q%06d', q.number), n.publisher, '', q.made_us,
  q.answer_due_us, 1, n.title
FROM inquiry q JOIN notice n ON n.name = q.notice WHERE q.answered_us IS NULL
)";
static_assert(notice::v1::STATE_TAKEN_DOWN == 3);

constexpr std::string_view kRatings = R"(
SELECT 5 AS kind, community, name AS subject, '' AS part, convener AS body, '' AS membership,
  closed_us AS since_us, NULL AS due_us, 1 AS open, '' AS detail
FROM rating_campaign WHERE state = 3
UNION ALL
SELECT 6, community, name, '', body, '', closed_us, NULL, 1, CAST(year AS TEXT)
FROM appraisal WHERE closed_us IS NOT NULL AND published_us IS NULL
UNION ALL
SELECT 8, c.community, v.rating, '', v.body, v.approver, v.voided_us, NULL, 0, v.evidence
FROM rating_void v JOIN rating_campaign c ON c.name = v.campaign
UNION ALL
SELECT 9, c.community, c.name, printf('%06d', t.number), t.body, '', t.contested_us, NULL, 1,
  t.grounds
FROM rating_contest t JOIN rating_campaign c ON c.name = t.campaign WHERE t.ruled_us IS NULL
)";

constexpr std::string_view kComplaints = R"(
SELECT 7 AS kind, community, complaint AS subject, printf('%06d', number) AS part, body,
  '' AS membership, proposed_us AS since_us, NULL AS due_us, 1 AS open, evidence AS detail
FROM score_exclusion WHERE ruled_us IS NULL
)";

constexpr std::string_view kVotes = R"(
SELECT 4 AS kind, community, name AS subject, '' AS part, convener AS body, '' AS membership,
  certified_us AS since_us, NULL AS due_us, 1 AS open, title AS detail
FROM resolution
WHERE certified_us IS NOT NULL AND published_us IS NULL AND revoked_us IS NULL
UNION ALL
SELECT 4, community, name, 'execution', executor, '', executed_us, NULL, 1, title
FROM resolution
WHERE executed_us IS NOT NULL AND execution_published_us IS NULL AND revoked_us IS NULL
UNION ALL
SELECT 10, r.community, r.name, o.id, r.convener, '', o.objected_us, NULL, 1, r.title
FROM objection o JOIN resolution r ON r.name = o.resolution
WHERE o.about = 2 AND o.ruled_us IS NULL
UNION ALL
SELECT 11, r.community, r.name, printf('%06d', i.revision),
  CASE r.body WHEN '' THEN r.convener ELSE r.body END, COALESCE(v.membership, ''), i.at_us, NULL,
  0, i.reason
FROM interest i JOIN resolution r ON r.name = i.resolution LEFT JOIN voter v ON v.name = i.voter
UNION ALL
SELECT 12, r.community, r.name, v.name, r.body, v.membership, r.closed_us, NULL, 0, r.title
FROM resolution r JOIN roll v ON v.resolution = r.name
WHERE r.mode = 1 AND r.closed_us IS NOT NULL AND v.membership <> '' AND NOT EXISTS (
  SELECT 1 FROM attendance a WHERE a.resolution = r.name AND a.voter = v.name)
)";
static_assert(kAboutCount == 2 && resolution::v1::VOTE_MODE_MEETING == 1);

std::string Docket() {
  std::string all;
  for (const std::string_view some : {kNotices, kRatings, kComplaints, kVotes}) {
    absl::StrAppend(&all, all.empty() ? "(" : " UNION ALL ", std::string(some));
  }
  return absl::StrCat(all, ") d");
}

DocketItem ToItem(const Row& row, absl::Time now) {
  DocketItem item;
  item.set_kind(static_cast<views::v1::DocketKind>(row.Int(0)));
  item.set_subject(std::string(row.Text(1)));
  item.set_body(std::string(row.Text(2)));
  item.set_membership(std::string(row.Text(3)));
  SetStamp(row.Time(4), item, &DocketItem::mutable_since);
  SetStamp(row.Time(5), item, &DocketItem::mutable_due);
  item.set_open(row.Int(6) != 0);
  item.set_overdue(item.open() && !row.IsNull(5) && row.Time(5) < now);
  item.set_detail(std::string(row.Text(7)));
  return item;
}

}  // namespace

absl::Status ListDocket(const QueryContext& context, const views::v1::ListDocketRequest& request,
                        views::v1::ListDocketResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"kind", "d.kind", ColumnType::kEnum, views::v1::DocketKind_descriptor()},
      {"subject", "d.subject"},
      {"body", "d.body"},
      {"membership", "d.membership"},
      {"since", "d.since_us", ColumnType::kTime},
      {"due", "d.due_us", ColumnType::kTime},
      {"open", "d.open", ColumnType::kBool}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{
      .name = "supervision-committee.docket",
      .select = "d.kind, d.subject, d.body, d.membership, d.since_us, d.due_us, d.open, d.detail",
      .from = Docket(),
      .where = "d.community = ?1",
      .values = {request.parent()},
      .columns = *columns,
      .key = "(printf('%02d ', d.kind) || d.subject || ' ' || d.part)",
      .default_order = "since desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_items() = ToItem(row, context.now);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::supervision_committee
