#include "projections/complaints/complaint_part.h"

namespace sanzhang::projections {

absl::Status ComplaintGroup::Apply(const Members<ComplaintPart>& members, const Envelope& envelope,
                                   Rows& rows) {
  complaint::v1::ComplaintEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  const ComplaintFact fact{envelope.record, event};
  return ApplyEach(members, fact, rows);
}

}  // namespace sanzhang::projections
