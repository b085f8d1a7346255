// Constituencies: which units elect a representative, how many households they are, and the seat
// that stands for them. Who has the seat, the directory's `membership` says.
//
// Errors and threads: as every part (engine/part.h).
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "projections/engine/part.h"

namespace sanzhang::projections {

// One representative for so many households (URC-2025 Art. 13).
inline constexpr int kConstituencyHouseholdsMin = 20;
inline constexpr int kConstituencyHouseholdsMax = 50;

class ConstituencyRows final : public Part {
 public:
  std::string_view package() const override { return "sanzhang.registry.v1"; }
  std::string_view schema() const override;
  absl::Status Apply(const Envelope& envelope, Rows& rows) const override;
};

}  // namespace sanzhang::projections
