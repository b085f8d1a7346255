#include "projections/residents_committee/sight.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "projections/complaints/personal_text.h"
#include "projections/engine/words.h"
#include "proto/wire/fact.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/type/v1/personal_text.pb.h"

namespace sanzhang::projections::residents_committee {

using enum type::v1::Role;

absl::StatusOr<Sight> Sight::Of(const QueryContext& context,
                                const google::protobuf::Message& request,
                                std::string_view community) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, community);
  if (!viewer.ok()) return viewer.status();
  Sight sight;
  sight.community_ = std::string(community);
  sight.handles_ = viewer->Is(ROLE_RESIDENTS_COMMITTEE) || viewer->Is(ROLE_SUBDISTRICT_OFFICER);
  sight.oversees_ = viewer->Is(ROLE_PARTY_ORG) || viewer->Is(ROLE_SUPERVISION_COMMITTEE);
  sight.whole_ = sight.handles_ || sight.oversees_ || viewer->Is(ROLE_AUDITOR);
  for (const Standing& standing : viewer->standings) {
    if (!sight.handles_ && !standing.unit.empty()) {
      sight.units_.push_back({standing.role, standing.unit});
    }
  }
  return sight;
}

template <class Parameter>
std::string Sight::UnitsSql(Parameter parameter) const {
  std::string sql;
  int count = 0;
  for (const Unit& unit : units_) {
    const std::string value = parameter(++count);
    absl::StrAppend(&sql, sql.empty() ? "" : " OR ");
    if (unit.role == ROLE_GRID_CHIEF) {
      // A grid that was redrawn: facts keep the old place, the chief sees the buildings of today.
      absl::StrAppend(&sql, "c.grid = ", value,
                      " OR c.building IN (SELECT name FROM place WHERE grid = ", value, ")");
    } else if (unit.role == ROLE_BUILDING_CHIEF) {
      absl::StrAppend(&sql, "c.building = ", value);
    } else {
      absl::StrAppend(&sql, "c.entrance = ", value);
    }
  }
  return sql.empty() ? "FALSE" : absl::StrCat("(", sql, ")");
}

Scope Sight::rows() const {
  Scope scope;
  scope.Where("community", community_);
  if (units_.empty()) return scope;
  // Of those who see everything, the units tell where they handle; they are bound all the same.
  std::vector<std::string> values;
  for (const Unit& unit : units_) {
    values.push_back(unit.name);
    if (unit.role == ROLE_GRID_CHIEF) values.push_back(unit.name);
  }
  return scope.WhereSql(
      absl::StrCat(whole_ ? "TRUE OR " : "", UnitsSql([](int) { return std::string("{}"); })),
      values);
}

std::string Sight::HandlesSql() const {
  if (handles_) return "TRUE";
  int next = 2;  // ?1 is the community.
  std::vector<int> parameters;
  for (const Unit& unit : units_) {
    parameters.push_back(next);
    next += unit.role == ROLE_GRID_CHIEF ? 2 : 1;
  }
  return UnitsSql([&](int count) {
    return absl::StrCat("?", parameters[static_cast<std::size_t>(count - 1)]);
  });
}

Shown Sight::Shows(const ComplaintCells& complaint, bool handles) const {
  const bool escalated = complaint.level > complaint::v1::LEVEL_COMMUNITY ||
                         complaint.state == complaint::v1::STATE_APPEALED;
  return {.words = handles || (oversees_ && escalated),
          .complainant = handles && complaint.anonymity != complaint::v1::ANONYMITY_HANDLER};
}

namespace {

// Persons that a fact names, beside the subjects of its words.
void HidePersons(complaint::v1::ComplaintEvent& event) {
  if (event.has_filed()) event.mutable_filed()->clear_complainant();
  if (event.has_supported()) event.mutable_supported()->clear_supporter();
  if (event.has_suspension_requested()) {
    event.mutable_suspension_requested()->clear_requested_by();
  }
  if (event.has_suspended()) {
    event.mutable_suspended()->clear_requested_by();
    event.mutable_suspended()->clear_approved_by();
  }
  if (event.has_appeal_ruled()) event.mutable_appeal_ruled()->clear_ruler();
}

}  // namespace

void Show(const Shown& shown, std::string_view redacted, const log::v1::Record& record,
          views::v1::ComplaintHistoryEntry& entry) {
  namespace pb = google::protobuf;
  complaint::v1::ComplaintEvent& event = *entry.mutable_fact();
  if (!shown.complainant) HidePersons(event);
  const pb::Message* set = wire::FactOf(event);
  if (set == nullptr) return;
  auto& fact = const_cast<pb::Message&>(*set);  // A part of `event`, which is ours to change.
  const pb::Reflection& reflection = *fact.GetReflection();
  // Every field with personal words, those that are added later included.
  for (int i = 0; i < fact.GetDescriptor()->field_count(); ++i) {
    const pb::FieldDescriptor* field = fact.GetDescriptor()->field(i);
    if (field->message_type() != type::v1::PersonalText::descriptor() ||
        !reflection.HasField(fact, field)) {
      continue;
    }
    const auto& text =
        static_cast<const type::v1::PersonalText&>(reflection.GetMessage(fact, field));
    const std::string passage = PassageOf(record, field->name(), text);
    const bool contact = event.has_filed() && field->name() == "contact";
    views::v1::FactWords& words = *entry.add_words();
    words.set_field(field->name());
    if (!shown.words || (contact && !shown.complainant)) {
      *words.mutable_words() = Withheld(passage);
    } else if (event.has_filed() && field->name() == "text") {
      *words.mutable_words() = ComplaintWords(passage, redacted);
    } else {
      *words.mutable_words() = WordsOf(passage);
    }
    reflection.ClearField(&fact, field);
  }
}

}  // namespace sanzhang::projections::residents_committee
