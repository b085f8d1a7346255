// Days as people here count them: in Asia/Shanghai, which is eight hours ahead all year.
#pragma once

#include <cstdint>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "proto/wire/zone.h"

namespace sanzhang::projections {

using wire::Shanghai;

// The first moment of the day in which `time` lies.
inline absl::Time DayOf(absl::Time time) {
  return absl::FromCivil(absl::ToCivilDay(time, Shanghai()), Shanghai());
}

// From one day to another: 0 on the same day, less than 0 if `to` lies on an earlier one.
inline std::int32_t DaysBetween(absl::Time from, absl::Time to) {
  return static_cast<std::int32_t>(absl::ToCivilDay(to, Shanghai()) -
                                   absl::ToCivilDay(from, Shanghai()));
}

// 24:00 of the day that is so many days after that of `time` (Civil Code Art. 201, 203). A holiday
// moves the end of a legal period to the next working day; a view has no calendar, and where that
// matters takes the day from the event that states it.
inline absl::Time EndOfDay(absl::Time time, int days = 0) {
  return absl::FromCivil(absl::ToCivilDay(time, Shanghai()) + days + 1, Shanghai());
}

}  // namespace sanzhang::projections
