// Dwellings with their areas and how far their ownership is known, and the households in them, for
// counts. No owners and no members of households: who they are, no count needs.
//
// Errors and threads: as every part (engine/part.h).
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "projections/engine/part.h"

namespace sanzhang::projections {

class DwellingRows final : public Part {
 public:
  std::string_view package() const override { return "sanzhang.registry.v1"; }
  std::string_view schema() const override;
  absl::Status Apply(const Envelope& envelope, Rows& rows) const override;
};

}  // namespace sanzhang::projections
