// Persons of the register as counts need them: where they say to live, whether that is confirmed,
// and whether they are known to be of age. Pseudonyms only; a date of birth is nowhere.
//
// Errors and threads: as every part (engine/part.h).
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "projections/engine/part.h"

namespace sanzhang::projections {

// Of `resident r`: a natural person, living, whose residence is confirmed and has not ended.
inline constexpr char kIsResident[] = "r.residence = 2 AND NOT r.deceased AND NOT r.organisation";
// Of `resident r` who is one: known to be 18 or older.
inline constexpr char kIsAdult[] = "r.majority = 1";

class ResidentRows final : public Part {
 public:
  std::string_view package() const override { return "sanzhang.registry.v1"; }
  std::string_view schema() const override;
  absl::Status Apply(const Envelope& envelope, Rows& rows) const override;
};

}  // namespace sanzhang::projections
