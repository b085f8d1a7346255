#include "services/policy/day_count.h"

namespace sanzhang::policy {
namespace {

absl::Time EndOf(absl::CivilDay day) { return absl::FromCivil(day + 1, Shanghai()); }

absl::CivilDay WorkedFrom(absl::CivilDay day, const Calendar& calendar) {
  while (!calendar.IsWorked(day)) ++day;
  return day;
}

}  // namespace

bool IsWeekend(absl::CivilDay day) {
  const absl::Weekday weekday = absl::GetWeekday(day);
  return weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
}

bool Calendar::IsWorked(absl::CivilDay day) const {
  return !IsHoliday(day) && (!IsWeekend(day) || IsMakeUpDay(day));
}

absl::Time DueAfter(const v1::Period& period, absl::Time from, const Calendar& calendar) {
  absl::CivilDay day = absl::ToCivilDay(from, Shanghai());
  switch (period.length_case()) {
    case v1::Period::kHours:
      return from + absl::Hours(period.hours());
    case v1::Period::kDays:
      return EndOf(WorkedFrom(day + period.days(), calendar));
    case v1::Period::kWorkingDays:
      for (int left = period.working_days(); left > 0; --left) {
        day = WorkedFrom(day + 1, calendar);
      }
      return EndOf(day);
    case v1::Period::LENGTH_NOT_SET:
      break;
  }
  return from;
}

}  // namespace sanzhang::policy
