#include "projections/complaints/complaint_cells.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace sanzhang::projections {
namespace {

namespace v1 = complaint::v1;

constexpr std::string_view kSelect =
    "c.name, c.revision, c.position, c.event_id, c.property_area, c.grid, c.building, c.entrance, "
    "c.dwelling, c.spot, c.demand_type, c.category, c.sub_category, c.urgency, c.visibility, "
    "c.anonymity, c.external_ref, c.about_body, c.complainant, c.text, c.contact, c.answer, "
    "c.redacted, c.state, c.level, c.outcome, c.confirmation, c.responsible_body, "
    "c.assignee_membership, c.main, c.refusal_reason, c.redirected_to, c.hops, c.extensions, "
    "c.reopenings, c.supporters, c.followers, c.breaches, c.filed_us, c.intake_due_us, "
    "c.accepted_us, c.ack_due_us, c.acked_us, c.answer_due_us, c.answered_us, c.silence_until_us, "
    "c.ended_us, c.appeal_until_us, c.paused_us, c.paused_until_us, c.next_due_us, c.paused_ms, "
    "c.exclusion, ";

void ReadWhat(Cells& cells, ComplaintCells& c) {
  c.name = cells.Text();
  c.revision = cells.Int();
  c.position = cells.Int();
  c.event_id = cells.Bytes();
  c.place.set_property_area(cells.Text());
  c.place.set_grid(cells.Text());
  c.place.set_building(cells.Text());
  c.place.set_entrance(cells.Text());
  c.place.set_dwelling(cells.Text());
  c.spot = cells.Text();
  cells.Read(c.demand_type);
  cells.Read(c.category);
  c.sub_category = cells.Text();
  cells.Read(c.urgency);
  cells.Read(c.visibility);
  cells.Read(c.anonymity);
  c.external_ref = cells.Text();
  c.about_body = cells.Text();
  c.complainant = cells.Text();
  c.text = cells.Bytes();
  c.contact = cells.Bytes();
  c.answer = cells.Bytes();
  c.redacted = cells.Bytes();
}

void ReadStanding(Cells& cells, ComplaintCells& c) {
  cells.Read(c.state);
  cells.Read(c.level);
  cells.Read(c.outcome);
  cells.Read(c.confirmation);
  c.responsible_body = cells.Text();
  c.assignee_membership = cells.Text();
  c.main = cells.Text();
  cells.Read(c.refusal_reason);
  c.redirected_to = cells.Text();
  c.hops = cells.Int32();
  c.extensions = cells.Int32();
  c.reopenings = cells.Int32();
  c.supporters = cells.Int32();
  c.followers = cells.Int32();
  c.breaches = cells.Int32();
}

void ReadTimes(Cells& cells, ComplaintCells& c) {
  for (absl::Time* time :
       {&c.filed, &c.intake_due, &c.accepted, &c.ack_due, &c.acked, &c.answer_due, &c.answered,
        &c.silence_until, &c.ended, &c.appeal_until, &c.paused, &c.paused_until, &c.next_due}) {
    *time = cells.Time();
  }
  c.paused_ms = cells.Int();
  cells.Read(c.exclusion);
  c.repeat = cells.Int() != 0;
}

const std::vector<Column>& AllColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"name", "c.name"},
      {"filed_time", "c.filed_us", ColumnType::kTime},
      {"demand_type", "c.demand_type", ColumnType::kEnum, v1::DemandType_descriptor()},
      {"category", "c.category", ColumnType::kEnum, v1::Category_descriptor()},
      {"sub_category", "c.sub_category"},
      {"property_area", "c.property_area"},
      {"grid", "c.grid"},
      {"building", "c.building"},
      {"entrance", "c.entrance"},
      {"urgency", "c.urgency", ColumnType::kEnum, v1::Urgency_descriptor()},
      {"level", "c.level", ColumnType::kEnum, v1::Level_descriptor()},
      {"state", "c.state", ColumnType::kEnum, v1::State_descriptor()},
      {"open", "(c.ended_us IS NULL)", ColumnType::kBool},
      {"outcome", "c.outcome", ColumnType::kEnum, v1::Outcome_descriptor()},
      {"confirmation", "c.confirmation", ColumnType::kEnum, v1::Confirmation_descriptor()},
      {"responsible_body", "c.responsible_body"},
      {"assignee_membership", "c.assignee_membership"},
      {"first_receiver", "c.first_receiver"},
      {"about_body", "c.about_body"},
      {"external_ref", "c.external_ref"},
      {"intake_due", "c.intake_due_us", ColumnType::kTime},
      {"ack_due", "c.ack_due_us", ColumnType::kTime},
      {"answer_due", "c.answer_due_us", ColumnType::kTime},
      {"next_due", "c.next_due_us", ColumnType::kTime},
      {"ended_time", "c.ended_us", ColumnType::kTime},
      {"paused", "(c.paused_us IS NOT NULL)", ColumnType::kBool},
      {"hops", "c.hops", ColumnType::kInt},
      {"supporters", "c.supporters", ColumnType::kInt},
      {"reopenings", "c.reopenings", ColumnType::kInt},
      {"extensions", "c.extensions", ColumnType::kInt},
      {"breaches", "c.breaches", ColumnType::kInt},
      {"exclusion", "c.exclusion", ColumnType::kEnum, views::v1::ExclusionState_descriptor()},
  };
  return *columns;
}

}  // namespace

std::optional<std::int64_t> ComplaintCells::RemainingMs(absl::Time now) const {
  if (next_due == absl::InfinitePast()) return std::nullopt;
  return absl::ToInt64Milliseconds(next_due - now);
}

std::string ComplaintSelect() {
  return absl::StrCat(absl::string_view(kSelect.data(), kSelect.size()),
                      absl::string_view(kIsRepeat.data(), kIsRepeat.size()));
}

ComplaintCells ReadComplaint(const Row& row) {
  ComplaintCells complaint;
  Cells cells(row);
  ReadWhat(cells, complaint);
  ReadStanding(cells, complaint);
  ReadTimes(cells, complaint);
  return complaint;
}

std::vector<Column> ComplaintColumns(std::initializer_list<std::string_view> names) {
  std::vector<Column> columns;
  for (const Column& column : AllColumns()) {
    if (std::find(names.begin(), names.end(), column.name) != names.end()) {
      columns.push_back(column);
    }
  }
  return columns;
}

}  // namespace sanzhang::projections
