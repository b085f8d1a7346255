#include "services/policy/calendar_check.h"

#include <set>

#include "services/policy/day_count.h"

namespace sanzhang::policy {

void CheckCalendar(const v1::CalendarVersion& calendar, Report wrong) {
  std::set<absl::CivilDay> given;
  const auto check = [&](const char* field, int index, const std::string& text, bool worked) {
    const std::optional<absl::CivilDay> day = ParseDay(text);
    if (!day) return wrong(field, index, "must be a day as in 2026-01-01");
    if (!given.insert(*day).second) return wrong(field, index, "is given twice");
    if (worked && !IsWeekend(*day)) wrong(field, index, "is no weekend day");
  };
  for (int i = 0; i < calendar.holidays_size(); ++i) {
    check("holidays", i, calendar.holidays(i), false);
  }
  for (int i = 0; i < calendar.make_up_days_size(); ++i) {
    check("make_up_days", i, calendar.make_up_days(i), true);
  }
}

}  // namespace sanzhang::policy
