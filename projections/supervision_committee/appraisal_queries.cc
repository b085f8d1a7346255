// V-S2: appraisals by member.
#include <string>
#include <utility>
#include <vector>

#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/metrics/metrics.h"
#include "projections/supervision_committee/supervision_committee_queries.h"

namespace sanzhang::projections::supervision_committee {
namespace {

using views::v1::EarlierGrade;
using views::v1::MemberAppraisal;

views::v1::AppraisalStage StageOf(const Row& opened_closed_published) {
  if (!opened_closed_published.IsNull(2)) return views::v1::APPRAISAL_STAGE_PUBLISHED;
  if (!opened_closed_published.IsNull(1)) return views::v1::APPRAISAL_STAGE_CLOSED;
  if (!opened_closed_published.IsNull(0)) return views::v1::APPRAISAL_STAGE_OPEN;
  return views::v1::APPRAISAL_STAGE_ANNOUNCED;
}

// excellent, competent, basic, unfit, result; NULL before they are public.
void SetGrades(const Row& row, MemberAppraisal& member) {
  if (row.IsNull(0)) return;
  const auto count = [&](int column) { return static_cast<std::int32_t>(row.Int(column)); };
  const std::int32_t n = count(0) + count(1) + count(2) + count(3);
  member.set_suppressed(n < kGroupMin);
  if (member.suppressed()) return;
  member.set_n(n);
  member.set_excellent(count(0));
  member.set_competent(count(1));
  member.set_basic(count(2));
  member.set_unfit(count(3));
  member.set_result(static_cast<rating::v1::Grade>(row.Int(4)));
}

MemberAppraisal ToMember(const Row& row) {
  MemberAppraisal member;
  member.set_appraisal(std::string(row.Text(0)));
  member.set_body(std::string(row.Text(1)));
  member.set_membership(std::string(row.Text(2)));
  member.set_year(static_cast<std::int32_t>(row.Int(3)));
  member.set_appraisers(static_cast<rating::v1::Appraisers>(row.Int(4)));
  SetStamp(row.Time(5), member, &MemberAppraisal::mutable_opens);
  SetStamp(row.Time(6), member, &MemberAppraisal::mutable_closes);
  member.set_took_part(static_cast<std::int32_t>(row.Int(7)));
  SetStamp(row.Time(8), member, &MemberAppraisal::mutable_office_ended_at);
  SetStamp(row.Time(11), member, &MemberAppraisal::mutable_published_at);
  member.set_stage(StageOf(row.From(9)));
  SetGrades(row.From(12), member);
  return member;
}

// The last two of the seat that were public before it. A result that was suppressed is none.
absl::Status AddEarlier(Rows& rows, MemberAppraisal& member) {
  const Value values[] = {member.membership(), member.appraisal()};
  return rows.Query(
      "SELECT a.name, a.year, m.result FROM appraisal_member m JOIN appraisal a "
      "ON a.name = m.appraisal JOIN appraisal t ON t.name = ?2 WHERE m.membership = ?1 "
      "AND a.published_us IS NOT NULL AND (a.closes_us, a.name) < (t.closes_us, t.name) "
      "ORDER BY a.closes_us DESC, a.name DESC LIMIT 2",
      values, [&](const Row& row) {
        EarlierGrade& earlier = *member.add_earlier();
        earlier.set_appraisal(std::string(row.Text(0)));
        earlier.set_year(static_cast<std::int32_t>(row.Int(1)));
        earlier.set_result(static_cast<rating::v1::Grade>(row.Int(2)));
      });
}

}  // namespace

absl::Status ListMemberAppraisals(const QueryContext& context,
                                  const views::v1::ListMemberAppraisalsRequest& request,
                                  views::v1::ListMemberAppraisalsResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"appraisal", "a.name"},
      {"body", "a.body"},
      {"membership", "m.membership"},
      {"year", "a.year", ColumnType::kInt, nullptr, true, false},
      {"result", "m.result", ColumnType::kEnum, rating::v1::Grade_descriptor()},
      {"opens", "a.opens_us", ColumnType::kTime, nullptr, true, false},
      {"closes", "a.closes_us", ColumnType::kTime, nullptr, true, false}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{
      .name = "supervision-committee.appraisals",
      .select =
          "a.name, a.body, m.membership, a.year, a.appraisers, a.opens_us, a.closes_us, "
          "a.took_part, m.office_ended_us, a.opened_us, a.closed_us, a.published_us, m.excellent, "
          "m.competent, m.basic, m.unfit, m.result",
      .from = "appraisal a JOIN appraisal_member m ON m.appraisal = a.name",
      .where = "a.community = ?1",
      .values = {request.parent()},
      .columns = *columns,
      .key = "(a.name || printf('.%02d', m.number))",
      .default_order = "year desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_members() = ToMember(row);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  for (MemberAppraisal& member : *response.mutable_members()) {
    absl::Status status = AddEarlier(context.snapshot.rows(), member);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::supervision_committee
