// Parts about complaints (projections/engine/part.h): several of them share one reading of each
// event.
//
//   Complaints(ComplaintRows({.words = true}), HopRows())
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "projections/engine/cells.h"
#include "projections/engine/part.h"
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

class ComplaintParts final : public Part {
 public:
  using List = std::vector<std::unique_ptr<const ComplaintPart>>;
  explicit ComplaintParts(List parts);

  std::string_view package() const override { return "sanzhang.complaint.v1"; }
  std::string_view schema() const override { return schema_; }
  absl::Status Apply(const Envelope& envelope, Rows& rows) const override;

 private:
  List parts_;
  std::string schema_;
};

template <class... Some>
ComplaintParts Complaints(Some... parts) {
  ComplaintParts::List all;
  (all.push_back(std::make_unique<const Some>(std::move(parts))), ...);
  return ComplaintParts(std::move(all));
}

}  // namespace sanzhang::projections
