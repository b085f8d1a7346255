#include "projections/ratings/survey_view.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/metrics/metrics.h"
#include "projections/ratings/coverage.h"
#include "proto/wire/etag.h"
#include "proto/wire/time.h"

namespace sanzhang::projections {
namespace {

using views::v1::RectificationRow;
using views::v1::SurveyRow;
using views::v1::SurveyScore;

constexpr std::int64_t kWholeBp = 10'000;

// Halves rounded up; the denominator is more than 0.
std::int64_t Rounded(std::int64_t numerator, std::int64_t denominator) {
  return (2 * numerator + denominator) / (2 * denominator);
}

absl::Status AddResult(Rows& rows, SurveyRow& survey) {
  rating::v1::RatingResult result;
  bool found = false;
  const Value values[] = {survey.name(), std::int64_t{survey.corrections()} + 1};
  absl::Status status =
      rows.Query("SELECT result FROM rating_result WHERE campaign = ?1 AND number = ?2", values,
                 [&](const Row& row) {
                   const std::string_view bytes = row.Bytes(0);
                   found = result.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
                 });
  if (!status.ok()) return status;
  if (!found) return absl::DataLossError(absl::StrCat("no result of ", survey.name()));
  survey.set_eligible(result.eligible());
  survey.set_answered(result.n());
  survey.set_coverage_bp(result.coverage_bp());
  survey.mutable_buildings()->Swap(result.mutable_buildings());
  survey.set_biased(result.biased());
  if (result.has_total_milli()) survey.set_total_milli(result.total_milli());
  survey.set_formula(result.formula());
  return absl::OkStatus();
}

absl::Status AddIntake(Rows& rows, SurveyRow& survey) {
  absl::StatusOr<std::vector<rating::v1::BuildingCoverage>> buildings =
      CoverageSoFar(rows, survey.name());
  if (!buildings.ok()) return buildings.status();
  for (rating::v1::BuildingCoverage& building : *buildings) {
    survey.add_buildings()->Swap(&building);
  }
  if (survey.eligible() > 0) {
    survey.set_coverage_bp(
        static_cast<std::int32_t>(Rounded(kWholeBp * survey.answered(), survey.eligible())));
  }
  return absl::OkStatus();
}

google::protobuf::Timestamp Stamp(const Row& row, int column) {
  return wire::ToStamp(row.Time(column));
}

std::int32_t Int(const Row& row, int column) { return static_cast<std::int32_t>(row.Int(column)); }

}  // namespace

const std::string_view kSurveySelect =
    "c.name, c.revision, c.position, c.event_id, c.state, c.scheme, "
    "c.scheme_version, "
    "c.target_kind, c.eligibility, c.min_n, c.target, c.property_area, "
    "c.convener, "
    "c.period_begins_us, c.period_ends_us, c.opens_us, c.closes_us, "
    "c.extensions, c.eligible, "
    "c.electorate_ref, c.received, c.voided, c.published_us, c.results, "
    "c.replied_us";

SurveyRow ReadSurvey(const Row& row) {
  SurveyRow survey;
  survey.set_name(std::string(row.Text(0)));
  survey.set_etag(wire::EtagOf(static_cast<std::uint64_t>(row.Int(1))));
  survey.set_last_position(static_cast<std::uint64_t>(row.Int(2)));
  survey.set_last_event_id(std::string(row.Bytes(3)));
  survey.set_state(static_cast<rating::v1::CampaignState>(row.Int(4)));
  survey.set_scheme(std::string(row.Text(5)));
  survey.set_scheme_version(Int(row, 6));
  survey.set_target_kind(static_cast<rating::v1::TargetKind>(row.Int(7)));
  survey.set_eligibility(static_cast<rating::v1::Eligibility>(row.Int(8)));
  survey.set_min_n(Int(row, 9));
  survey.set_target(std::string(row.Text(10)));
  survey.set_property_area(std::string(row.Text(11)));
  survey.set_convener(std::string(row.Text(12)));
  *survey.mutable_period_begins() = Stamp(row, 13);
  *survey.mutable_period_ends() = Stamp(row, 14);
  *survey.mutable_opens() = Stamp(row, 15);
  *survey.mutable_closes() = Stamp(row, 16);
  survey.set_extensions(Int(row, 17));
  survey.set_eligible(Int(row, 18));
  survey.set_electorate_ref(std::string(row.Text(19)));
  survey.set_answered(Int(row, 20));
  survey.set_voided(Int(row, 21));
  if (!row.IsNull(22)) *survey.mutable_published_at() = Stamp(row, 22);
  if (row.Int(23) > 0) survey.set_corrections(Int(row, 23) - 1);
  if (!row.IsNull(24)) *survey.mutable_replied_at() = Stamp(row, 24);
  return survey;
}

std::span<const Column> SurveyColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"name", "c.name", ColumnType::kText, nullptr, true, false},
      {"state", "c.state", ColumnType::kEnum, rating::v1::CampaignState_descriptor()},
      {"scheme", "c.scheme"},
      {"target_kind", "c.target_kind", ColumnType::kEnum, rating::v1::TargetKind_descriptor()},
      {"target", "c.target"},
      {"property_area", "c.property_area"},
      {"convener", "c.convener"},
      {"opens", "c.opens_us", ColumnType::kTime, nullptr, true, false},
      {"closes", "c.closes_us", ColumnType::kTime, nullptr, true, false},
      {"period_begins", "c.period_begins_us", ColumnType::kTime, nullptr, true, false},
      {"period_ends", "c.period_ends_us", ColumnType::kTime, nullptr, true, false},
      {"published_time", "c.published_us", ColumnType::kTime},
      {"eligible", "c.eligible", ColumnType::kInt, nullptr, true, false},
      {"answered", "c.received", ColumnType::kInt, nullptr, true, false}};
  return *columns;
}

absl::Status AddNumbers(Rows& rows, SurveyRow& survey) {
  const Value name[] = {survey.name()};
  absl::Status status =
      rows.Query(absl::StrCat("SELECT ", std::string(kScoreSelect), " FROM ",
                              std::string(kScoreFrom), " WHERE c.name = ?1 ORDER BY d.number"),
                 name, [&](const Row& row) { *survey.add_scores() = ReadScore(row); });
  if (!status.ok()) return status;
  return survey.has_published_at() ? AddResult(rows, survey) : AddIntake(rows, survey);
}

SurveyScore ReadScore(const Row& row) {
  SurveyScore score;
  score.set_dimension(std::string(row.Text(0)));
  score.set_display_name(std::string(row.Text(1)));
  score.set_clause_ref(std::string(row.Text(2)));
  score.set_weight_bp(Int(row, 3));
  if (!row.IsNull(4)) score.set_n(Int(row, 4));
  if (!row.IsNull(5)) score.set_average_milli(Int(row, 5));
  if (!row.IsNull(6)) score.set_satisfied(Int(row, 6));
  score.set_suppressed(row.Int(7) != 0);
  return score;
}

RectificationRow ReadRectification(const Row& row) {
  RectificationRow rectification;
  rectification.set_campaign(std::string(row.Text(0)));
  rectification.set_number(Int(row, 1));
  rectification.set_target(std::string(row.Text(2)));
  rectification.set_dimension(std::string(row.Text(3)));
  rectification.set_clause_ref(std::string(row.Text(4)));
  rectification.set_task(std::string(row.Text(5)));
  rectification.set_body(std::string(row.Text(6)));
  *rectification.mutable_opened_at() = Stamp(row, 7);
  *rectification.mutable_due() = Stamp(row, 8);
  return rectification;
}

views::v1::ServiceScores ReadServices(const Row& row) {
  views::v1::ServiceScores services;
  const std::int64_t n = row.Int(0);
  services.set_masked(n > 0 && n < kGroupMin);
  if (services.masked()) return services;
  services.set_n(n);
  if (n == 0) return services;
  services.set_average_milli(static_cast<std::int32_t>(Rounded(1000 * row.Int(1), n)));
  services.set_satisfied(row.Int(2));
  return services;
}

}  // namespace sanzhang::projections
