// What a good calendar is: days that exist, each once, and none but weekend days made up for.
#pragma once

#include "sanzhang/policy/v1/sla_policy.pb.h"
#include "services/policy/policy_kind.h"

namespace sanzhang::policy {

void CheckCalendar(const v1::CalendarVersion& calendar, Report wrong);

}  // namespace sanzhang::policy
