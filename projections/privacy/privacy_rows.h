// Personal data as rows: one for each request, for each person of whose data something was decided,
// for each consent and each legal hold. What a request says is personal and is not kept here.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "projections/engine/part.h"
#include "projections/engine/projection.h"
#include "projections/engine/rows.h"

namespace sanzhang::projections {

class PrivacyRows final : public Part {
 public:
  std::string_view package() const override { return "sanzhang.privacy.v1"; }
  std::string_view schema() const override;
  absl::Status Apply(const Envelope& envelope, Rows& rows) const override;
};

}  // namespace sanzhang::projections
