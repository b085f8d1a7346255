#include "projections/privacy/request_cells.h"

#include "projections/engine/cells.h"
#include "proto/wire/etag.h"
#include "sanzhang/privacy/v1/events.pb.h"

namespace sanzhang::projections {

std::string SubjectRequestSelect() {
  return "c.name, c.revision, c.position, c.kind, c.subject, c.asker, c.asked_as, c.state, "
         "c.received_us, c.due_us, c.breached, c.ended_us, c.answer, c.files, c.reason, c.law_ref, "
         "c.explanation, c.remedy, c.proposed, d.restricted_us IS NOT NULL, "
         "(SELECT count(*) FROM legal_hold h WHERE h.person = c.subject AND h.lifted_us IS NULL)";
}

std::string SubjectRequestFrom() {
  return "subject_request c LEFT JOIN data_subject d ON d.person = c.subject";
}

views::v1::SubjectRequestRow ReadSubjectRequest(const Row& row, absl::Time now) {
  using views::v1::SubjectRequestRow;
  SubjectRequestRow request;
  Cells cells(row);
  request.set_name(cells.Text());
  request.set_etag(wire::EtagOf(static_cast<std::uint64_t>(cells.Int())));
  request.set_last_position(static_cast<std::uint64_t>(cells.Int()));
  request.set_kind(static_cast<privacy::v1::SubjectRequestKind>(cells.Int()));
  request.set_subject(cells.Text());
  request.set_asker(cells.Text());
  request.set_asked_as(static_cast<privacy::v1::AskedAs>(cells.Int()));
  request.set_state(static_cast<views::v1::SubjectRequestState>(cells.Int()));
  SetStamp(cells.Time(), request, &SubjectRequestRow::mutable_received_at);
  const absl::Time due = cells.Time();
  SetStamp(due, request, &SubjectRequestRow::mutable_answer_due);
  request.set_breached(cells.Bool());
  SetStamp(cells.Time(), request, &SubjectRequestRow::mutable_ended_at);
  request.set_overdue(!request.has_ended_at() && now > due);
  request.set_answer(cells.Text());
  privacy::v1::SubjectRequestFulfilled files;
  if (files.ParseFromString(cells.Bytes())) *request.mutable_files() = files.files();
  request.set_refusal_reason(static_cast<privacy::v1::RefusalReason>(cells.Int()));
  request.set_law_ref(cells.Text());
  request.set_explanation(cells.Text());
  request.set_remedy(cells.Text());
  request.set_erasure_proposed(cells.Bool());
  request.set_restricted(cells.Bool());
  request.set_legal_holds(cells.Int32());
  return request;
}

const std::vector<Column>& SubjectRequestColumns() {
  static const auto* const columns = new std::vector<Column>{
      {"name", "c.name"},
      {"kind", "c.kind", ColumnType::kEnum, privacy::v1::SubjectRequestKind_descriptor()},
      {"state", "c.state", ColumnType::kEnum, views::v1::SubjectRequestState_descriptor()},
      {"open", "(c.ended_us IS NULL)", ColumnType::kBool},
      {"received_time", "c.received_us", ColumnType::kTime, nullptr, true, false},
      {"answer_due", "c.due_us", ColumnType::kTime, nullptr, true, false},
      {"ended_time", "c.ended_us", ColumnType::kTime},
      {"breached", "c.breached", ColumnType::kBool},
      {"erasure_proposed", "c.proposed", ColumnType::kBool},
      {"restricted", "(d.restricted_us IS NOT NULL)", ColumnType::kBool},
  };
  return *columns;
}

}  // namespace sanzhang::projections
