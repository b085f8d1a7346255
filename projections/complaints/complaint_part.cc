#include "projections/complaints/complaint_part.h"

namespace sanzhang::projections {

ComplaintParts::ComplaintParts(List parts) : parts_(std::move(parts)) {
  for (const auto& part : parts_) schema_.append(part->schema());
}

absl::Status ComplaintParts::Apply(const Envelope& envelope, Rows& rows) const {
  complaint::v1::ComplaintEvent event;
  absl::Status status = envelope.Read(event);
  const ComplaintFact fact{envelope.record, event};
  for (const auto& part : parts_) {
    if (!status.ok()) break;
    status = part->Apply(fact, rows);
  }
  return status;
}

}  // namespace sanzhang::projections
