// Time as the law counts it (Civil Code Art. 200-203, 1259), in Asia/Shanghai, which is UTC+8 all
// year for every date that this system meets: no time zone data is read.
//
//   hours         run from the moment.
//   days          start on the next day and end at 24:00 of the last one; if that is not worked, at
//                 24:00 of the next working day.
//   working days  the same, but only days that are worked are counted.
//
// The moment that is answered still belongs to the period; what comes after it is late. When what a
// notice announces may happen follows from its days: runtime::Policies::EarliestAfterNotice. Pure.
// Threads: a calendar that does not change may be used from any thread.
#pragma once

#include <set>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "proto/wire/zone.h"
#include "sanzhang/policy/v1/sla_policy.pb.h"

namespace sanzhang::policy {

using wire::Shanghai;

// Which days are worked: weekdays but for the holidays, and the weekend days that make up for them.
// Of a year whose holidays were not published, only the weekends are known.
class Calendar {
 public:
  void AddHoliday(absl::CivilDay day) { holidays_.insert(day); }
  void AddMakeUpDay(absl::CivilDay day) { make_up_days_.insert(day); }
  bool IsHoliday(absl::CivilDay day) const { return holidays_.contains(day); }
  bool IsMakeUpDay(absl::CivilDay day) const { return make_up_days_.contains(day); }
  bool IsWorked(absl::CivilDay day) const;

 private:
  std::set<absl::CivilDay> holidays_;
  std::set<absl::CivilDay> make_up_days_;
};

bool IsWeekend(absl::CivilDay day);

// The last moment of the period that begins at `from`; `from` itself if no length is set.
absl::Time DueAfter(const v1::Period& period, absl::Time from, const Calendar& calendar);

}  // namespace sanzhang::policy
