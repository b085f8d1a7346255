// Bounds of one notice.
#pragma once

#include <cstddef>

namespace sanzhang::notice {

// Objections to one notice, and questions about it, over all of its versions: its state stays small
// enough to keep thousands in memory. More than these are a matter for a meeting.
inline constexpr std::size_t kObjectionsMax = 2000;
inline constexpr std::size_t kInquiriesMax = 2000;

}  // namespace sanzhang::notice
