// V-S1: the docket, as one list over the tables of several contexts.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/notices/publication_gaps.h"
#include "projections/resolutions/resolution_rows.h"
#include "projections/supervision_committee/supervision_committee_queries.h"
#include "sanzhang/policy/v1/publication_rule.pb.h"
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
              views::v1::DOCKET_KIND_RATING_CONTESTED == 9);
static_assert(views::v1::DOCKET_KIND_COUNT_OBJECTED == 10 &&
              views::v1::DOCKET_KIND_INTEREST == 11 && views::v1::DOCKET_KIND_MEMBER_ABSENT == 12);

// kind, community, subject, part (of the subject, to tell items apart), body, membership, since,
// due, open, detail
constexpr std::string_view kNotices = R"(
SELECT 1 AS kind, community, name AS subject, '' AS part, publisher AS body, '' AS membership,
  first_published_us AS since_us, publish_due_us AS due_us, 0 AS open, title AS detail
FROM notice WHERE first_published_us > publish_due_us
UNION ALL
SELECT 3, n.community, n.name, printf('o%06d', o.number), n.publisher, '', o.made_us,
  o.answer_due_us, 1, n.title
FROM notice_objection o JOIN notice n ON n.name = o.notice WHERE o.answered_us IS NULL
UNION ALL
SELECT 3, n.community, n.name, printf('q%06d', q.number), n.publisher, '', q.made_us,
  q.answer_due_us, 1, n.title
FROM inquiry q JOIN notice n ON n.name = q.notice WHERE q.answered_us IS NULL
)";

// What should be public and is not, as for everyone: {gaps} is kPublicationGaps.
constexpr std::string_view kUnpublished = R"(
SELECT iif(g.notice <> '', 2, CASE g.kind WHEN 18 THEN 5 WHEN 15 THEN 6 ELSE 4 END) AS kind,
  g.community, iif(g.notice <> '', g.notice, g.about) AS subject, printf('%02d', g.kind) AS part,
  g.body, '' AS membership, g.since_us, g.due_us, 1 AS open, g.title AS detail
FROM {gaps} g
)";
static_assert(policy::v1::PUBLICATION_KIND_APPRAISAL == 15 &&
              policy::v1::PUBLICATION_KIND_RATING_RESULT == 18);

constexpr std::string_view kRatings = R"(
SELECT 8 AS kind, c.community, v.rating AS subject, '' AS part, v.body, v.approver AS membership,
  v.voided_us AS since_us, NULL AS due_us, 0 AS open, v.evidence AS detail
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
SELECT 10 AS kind, r.community, r.name AS subject, o.id AS part, r.convener AS body,
  '' AS membership, o.objected_us AS since_us, NULL AS due_us, 1 AS open, r.title AS detail
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
  const std::string unpublished =
      absl::StrReplaceAll(absl::string_view(kUnpublished.data(), kUnpublished.size()),
                          {{"{gaps}", std::string(kPublicationGaps)}});
  for (const std::string_view some :
       {kNotices, std::string_view(unpublished), kRatings, kComplaints, kVotes}) {
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
