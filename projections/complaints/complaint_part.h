// Parts about complaints (projections/engine/part.h): several of them share one reading of each
// event.
//
//   Complaints(ComplaintRows({.words = true}), HopRows())
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "projections/engine/cells.h"
#include "projections/engine/grouped_parts.h"
#include "projections/engine/projection.h"
#include "projections/engine/rows.h"
#include "sanzhang/complaint/v1/events.pb.h"

namespace sanzhang::projections {

// A fact about a complaint, read once for all parts.
struct ComplaintFact {
  const log::v1::Record& record;
  const complaint::v1::ComplaintEvent& event;

  std::string_view complaint() const { return record.stream(); }
  std::string_view community() const { return record.community(); }
  absl::Time at() const { return wire::ToTime(record.occurred_at()); }
};

class ComplaintPart {
 public:
  virtual ~ComplaintPart() = default;
  virtual std::string_view schema() const = 0;
  virtual absl::Status Apply(const ComplaintFact& fact, Rows& rows) const = 0;
};

struct ComplaintGroup {
  using Member = ComplaintPart;
  static constexpr std::string_view kPackage = "sanzhang.complaint.v1";
  static absl::Status Apply(const Members<ComplaintPart>& members, const Envelope& envelope,
                            Rows& rows);
};

template <class... Some>
GroupedParts<ComplaintGroup> Complaints(Some... parts) {
  return GroupedParts<ComplaintGroup>::Of(std::move(parts)...);
}

}  // namespace sanzhang::projections
