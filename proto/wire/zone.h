// The zone in which days are counted, by people and by the law: Asia/Shanghai, UTC+8 all the year.
#pragma once

#include "absl/time/time.h"

namespace sanzhang::wire {

inline absl::TimeZone Shanghai() { return absl::FixedTimeZone(8 * 60 * 60); }

}  // namespace sanzhang::wire
