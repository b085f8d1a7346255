// Where each dwelling's area is from (SPC-1 Art. 8), as the register has it now: what a roll entry
// is read with when it is enrolled (voter_rows.h). Owners are not here, nor is the area itself.
#pragma once

#include <string_view>

#include "projections/engine/part.h"

namespace sanzhang::projections {

class AreaRows final : public Part {
 public:
  std::string_view package() const override { return "sanzhang.registry.v1"; }
  std::string_view schema() const override;
  absl::Status Apply(const Envelope& envelope, Rows& rows) const override;
};

}  // namespace sanzhang::projections
