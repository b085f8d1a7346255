// One table, or a few that belong together, made from the events of complaints. A body's view is
// composed of the parts that its viewers need, and holds nothing else.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
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
  static constexpr std::string_view kPackage = "sanzhang.complaint.v1";

  virtual ~ComplaintPart() = default;
  virtual std::string_view schema() const = 0;
  // As Projection::Apply: no state of its own, and an error stops the projection.
  virtual absl::Status Apply(const ComplaintFact& fact, Rows& rows) const = 0;
};

// Runs a statement with as many values as it needs.
inline absl::Status Write(Rows& rows, std::string_view sql, std::span<const Value> values) {
  return rows.Query(sql, values, [](const Row&) {});
}

// Text that a Value may refer to for as long as it lives; the time that is not set is NULL.
template <class Message>
Value StampValue(const Message& stamp, bool set) {
  return set ? TimeValue(wire::ToTime(stamp)) : Value(Null{});
}

}  // namespace sanzhang::projections
