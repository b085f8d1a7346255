#include "projections/subdistrict/oversight_queries.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/metrics/completeness.h"
#include "projections/notices/notice_cells.h"
#include "projections/registry/body_terms.h"
#include "projections/registry/filings.h"
#include "sanzhang/policy/v1/publication_rule.pb.h"
#include "sanzhang/resolution/v1/resolution.pb.h"
#include "sanzhang/type/v1/body.pb.h"

namespace sanzhang::projections::subdistrict {

using views::v1::FilingRow;
using views::v1::RevocationRow;

absl::Status ListFilingsInbox(const QueryContext& context,
                              const views::v1::ListFilingsInboxRequest& request,
                              views::v1::ListFilingsInboxResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{.name = "subdistrict.filings",
                        .select = std::string(FilingSelect()),
                        .from = FilingFrom(),
                        .where = "",
                        .values = {request.parent()},
                        .columns = FilingColumns(),
                        .key = FilingKey(),
                        .default_order = "since desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_filings() = ReadFiling(row, context.now);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  for (FilingRow& filing : *response.mutable_filings()) {
    absl::Status status = AddChecks(context.snapshot.rows(), context.now, filing);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ListTermCalendar(const QueryContext& context,
                              const views::v1::ListTermCalendarRequest& request,
                              views::v1::ListTermCalendarResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"body", "b.name", ColumnType::kText, nullptr, true, false},
      {"kind", "b.kind", ColumnType::kEnum, type::v1::BodyKind_descriptor()},
      {"property_area", "b.property_area"},
      // Of the last term that is recorded.
      {"ends", "(SELECT max(t.ends_us) FROM term_life t WHERE t.body = b.name)",
       ColumnType::kTime}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{.name = "subdistrict.terms",
                        .where = "b.community = ?1 AND NOT b.dissolved",
                        .values = {request.parent()},
                        .columns = *columns,
                        .default_order = "ends"};
  return ListBodyTerms(context, query, request, response);
}

namespace {

// A correction is complied with when the resolution is certified anew, or its result published
// anew; a revocation, when it was published that there is one (PMR Art. 19).
constexpr char kComplied[] =
    "(SELECT min(at_us) FROM (SELECT r.certified_us AS at_us WHERE c.ruling = 3 UNION ALL "
    "SELECT n.published_us FROM notice n WHERE n.about = c.resolution AND {up} "
    "AND iif(c.ruling = 3, n.kind = 8 AND n.version > 1, n.kind = 20)) WHERE at_us > c.ruled_us)";
static_assert(resolution::v1::CHALLENGE_RULING_CORRECTION_ORDERED == 3 &&
              resolution::v1::CHALLENGE_RULING_REVOKED == 2 &&
              policy::v1::PUBLICATION_KIND_RESULT == 8 &&
              policy::v1::PUBLICATION_KIND_REVOCATION == 20);

RevocationRow ReadRevocation(const Row& row, absl::Time now) {
  Cells cells(row);
  RevocationRow revocation;
  revocation.set_resolution(cells.Text());
  revocation.set_title(cells.Text());
  revocation.set_body(cells.Text());
  revocation.set_ruling(static_cast<resolution::v1::ChallengeRuling>(cells.Int()));
  revocation.set_revoked_by(static_cast<resolution::v1::RevokedBy>(cells.Int()));
  revocation.set_challenge(cells.Text());
  revocation.set_forum(cells.Text());
  revocation.set_case_number(cells.Text());
  revocation.set_ground(cells.Text());
  SetStamp(cells.Time(), revocation, &RevocationRow::mutable_ordered_at);
  const absl::Time due = cells.Time();
  const absl::Time complied = cells.Time();
  SetStamp(due, revocation, &RevocationRow::mutable_due);
  SetStamp(complied, revocation, &RevocationRow::mutable_complied_at);
  revocation.set_late(due != absl::InfinitePast() &&
                      due < (complied == absl::InfinitePast() ? now : complied));
  return revocation;
}

}  // namespace

absl::Status ListRevocations(const QueryContext& context,
                             const views::v1::ListRevocationsRequest& request,
                             views::v1::ListRevocationsResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"resolution", "c.resolution"},
      {"body", "r.convener"},
      {"ruling", "c.ruling", ColumnType::kEnum, resolution::v1::ChallengeRuling_descriptor()},
      {"revoked_by", "c.revoked_by", ColumnType::kEnum, resolution::v1::RevokedBy_descriptor()},
      {"ordered_time", "c.ruled_us", ColumnType::kTime, nullptr, true, false},
      {"due", "c.due_us", ColumnType::kTime}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{
      .name = "subdistrict.revocations",
      .select = absl::StrCat("c.resolution, r.title, r.convener, c.ruling, c.revoked_by, c.id, "
                             "c.forum, c.case_number, c.ground, c.ruled_us, c.due_us, ",
                             absl::StrReplaceAll(kComplied, {{"{up}", std::string(kNoticeIsUp)}})),
      .from = "challenge c JOIN resolution r ON r.name = c.resolution",
      .where = "r.community = ?1 AND c.ruling IN (2, 3)",
      .values = {request.parent()},
      .columns = *columns,
      .key = "(c.resolution || printf('.%09d', c.revision))",
      .default_order = "ordered_time desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_revocations() = ReadRevocation(row, context.now);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status GetSubdistrictCompleteness(const QueryContext& context,
                                        const views::v1::GetSubdistrictCompletenessRequest& request,
                                        views::v1::GetSubdistrictCompletenessResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  return ComputeCompleteness(context.snapshot.rows(), request.parent(), context.now,
                             *response.mutable_completeness());
}

}  // namespace sanzhang::projections::subdistrict
