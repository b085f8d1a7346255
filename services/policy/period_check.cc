#include "services/policy/period_check.h"

#include "absl/strings/str_cat.h"
#include "services/policy/limits.h"

namespace sanzhang::policy {

std::string WrongPeriod(const v1::Period& period) {
  const auto outside = [](std::int32_t length, std::int32_t max) {
    return length >= 1 && length <= max ? "" : absl::StrCat("must be from 1 to ", max);
  };
  switch (period.length_case()) {
    case v1::Period::kHours:
      return outside(period.hours(), kPeriodHoursMax);
    case v1::Period::kDays:
      return outside(period.days(), kPeriodDaysMax);
    case v1::Period::kWorkingDays:
      return outside(period.working_days(), kPeriodDaysMax);
    case v1::Period::LENGTH_NOT_SET:
      break;
  }
  return "must be so many hours, days or working_days";
}

}  // namespace sanzhang::policy
