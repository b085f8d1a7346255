// When bodies came to be, what they filed and have to file, their terms with what each had handed
// over to it, and their seats over time. Beside `body`, `term` and `membership` of the directory,
// which say what is so now; no persons.
//
// Filing: an owners' committee files within 30 days of its election (PMR Art. 16), which is the day
// of its establishment, and of each later term's beginning. A filing answers for all that was to be
// filed before it. Other bodies have filings and no due days. A term hands over within 10 days
// (URC-2025 Art. 25): the day of the hand-over's own fact counts, and up to then the day without
// holidays (metrics/days.h).
//
// Errors and threads: as every part (engine/part.h).
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "projections/engine/part.h"

namespace sanzhang::projections {

inline constexpr int kFilingDays = 30;
inline constexpr int kHandoverDays = 10;

class BodyRows final : public Part {
 public:
  std::string_view package() const override { return "sanzhang.registry.v1"; }
  std::string_view schema() const override;
  absl::Status Apply(const Envelope& envelope, Rows& rows) const override;
};

}  // namespace sanzhang::projections
