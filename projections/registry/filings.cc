#include "projections/registry/filings.h"

#include "absl/strings/str_cat.h"
#include "projections/engine/cells.h"
#include "projections/registry/body_terms.h"
#include "sanzhang/resolution/v1/resolution.pb.h"
#include "sanzhang/type/v1/body.pb.h"

namespace sanzhang::projections {
namespace {

using views::v1::FilingRow;

constexpr char kOfBodies[] =
    "SELECT g.body, g.cause, g.term, '' AS resolution, g.since_us, g.due_us, g.filed_us, "
    "g.receipt, iif(g.filed_us IS NULL, 1, 2) AS decision, printf('/%06d', g.number) AS part "
    "FROM filing g JOIN body_life l ON l.name = g.body WHERE l.community = ?1 "
    "AND (g.filed_us IS NOT NULL OR l.dissolved_us IS NULL)";
constexpr char kOfResolutions[] =
    "SELECT r.convener, 4, '', r.name, r.certified_us, NULL, r.filed_us, r.filing_receipt, "
    "CASE WHEN r.revoked_us IS NOT NULL THEN 4 "
    "WHEN EXISTS (SELECT 1 FROM challenge x WHERE x.resolution = r.name AND x.ruling = 3 "
    "AND x.ruled_us >= r.certified_us) THEN 3 "
    "WHEN r.filed_us IS NULL THEN 1 ELSE 2 END, r.name "
    "FROM resolution r WHERE r.community = ?1 AND (r.filed_us IS NOT NULL OR "
    "(r.certified_us IS NOT NULL AND r.passed AND r.matter IN (1, 2, 20)))";
static_assert(views::v1::FILING_CAUSE_RESOLUTION == 4 && views::v1::FILING_DECISION_AWAITED == 1 &&
              views::v1::FILING_DECISION_RECEIVED == 2 &&
              views::v1::FILING_DECISION_CORRECTION_ORDERED == 3 &&
              views::v1::FILING_DECISION_REVOKED == 4 && resolution::v1::MATTER_CODE_CC278_1 == 1 &&
              resolution::v1::MATTER_CODE_CC278_2 == 2 &&
              resolution::v1::MATTER_CODE_URC30_CHARTER == 20);

void AddCheck(views::v1::FilingCheck check, bool met, FilingRow& filing) {
  views::v1::FilingCheckResult& result = *filing.add_checks();
  result.set_check(check);
  result.set_met(met);
}

}  // namespace

std::string FilingFrom() {
  return absl::StrCat("(", kOfBodies, " UNION ALL ", kOfResolutions,
                      ") f JOIN body b ON b.name = f.body");
}

std::string_view FilingSelect() {
  return "f.body, b.kind, b.property_area, f.cause, f.term, f.resolution, f.since_us, f.due_us, "
         "f.filed_us, f.receipt, f.decision";
}

std::string_view FilingKey() { return "(f.body || f.part)"; }

FilingRow ReadFiling(const Row& row, absl::Time now) {
  FilingRow filing;
  filing.set_body(std::string(row.Text(0)));
  filing.set_body_kind(static_cast<type::v1::BodyKind>(row.Int(1)));
  filing.set_property_area(std::string(row.Text(2)));
  filing.set_cause(static_cast<views::v1::FilingCause>(row.Int(3)));
  filing.set_term(std::string(row.Text(4)));
  filing.set_resolution(std::string(row.Text(5)));
  SetStamp(row.Time(6), filing, &FilingRow::mutable_since);
  SetStamp(row.Time(7), filing, &FilingRow::mutable_due);
  SetStamp(row.Time(8), filing, &FilingRow::mutable_filed_at);
  filing.set_receipt(std::string(row.Text(9)));
  filing.set_late(!row.IsNull(7) && row.Time(7) < (row.IsNull(8) ? now : row.Time(8)));
  filing.set_decision(static_cast<views::v1::FilingDecision>(row.Int(10)));
  return filing;
}

const std::vector<Column>& FilingColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"body", "f.body", ColumnType::kText, nullptr, true, false},
      {"body_kind", "b.kind", ColumnType::kEnum, type::v1::BodyKind_descriptor()},
      {"property_area", "b.property_area"},
      {"cause", "f.cause", ColumnType::kEnum, views::v1::FilingCause_descriptor()},
      {"resolution", "f.resolution"},
      {"since", "f.since_us", ColumnType::kTime},
      {"due", "f.due_us", ColumnType::kTime},
      {"filed_time", "f.filed_us", ColumnType::kTime},
      {"filed", "(f.filed_us IS NOT NULL)", ColumnType::kBool},
      {"decision", "f.decision", ColumnType::kEnum, views::v1::FilingDecision_descriptor()}};
  return *columns;
}

absl::Status AddChecks(Rows& rows, absl::Time now, FilingRow& filing) {
  if (filing.has_due() && (filing.has_filed_at() || filing.late())) {
    AddCheck(views::v1::FILING_CHECK_IN_TIME, !filing.late(), filing);
  }
  if (filing.cause() != views::v1::FILING_CAUSE_RESOLUTION) {
    views::v1::BodyTermRow body;
    body.set_body(filing.body());
    absl::Status status = FillBodyTerm(rows, now, body);
    if (!status.ok()) return status;
    AddCheck(views::v1::FILING_CHECK_TERM_RECORDED, !body.term().empty(), filing);
    bool headed = true;
    for (const int blocker : body.blockers()) {
      headed = headed && blocker != views::v1::TERM_BLOCKER_NO_CHAIR;
    }
    AddCheck(views::v1::FILING_CHECK_CHAIR_SEATED, headed, filing);
    return absl::OkStatus();
  }
  const Value values[] = {filing.resolution()};
  return rows.Query(
      "SELECT published_us IS NOT NULL, challenges_open = 0 FROM resolution WHERE name = ?1",
      values, [&](const Row& row) {
        AddCheck(views::v1::FILING_CHECK_PUBLISHED, row.Int(0) != 0, filing);
        AddCheck(views::v1::FILING_CHECK_UNCHALLENGED, row.Int(1) != 0, filing);
      });
}

}  // namespace sanzhang::projections
