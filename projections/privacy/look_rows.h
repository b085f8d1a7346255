// Who looked at whose words: one row for each subject, day, viewer, capacity and query. A viewer
// who looks again on the day has no second row. Days are those of Asia/Shanghai.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "projections/engine/part.h"
#include "projections/engine/projection.h"
#include "projections/engine/rows.h"

namespace sanzhang::projections {

class LookRows final : public Part {
 public:
  std::string_view package() const override { return "sanzhang.privacy.v1"; }
  std::string_view schema() const override;
  absl::Status Apply(const Envelope& envelope, Rows& rows) const override;
};

}  // namespace sanzhang::projections
