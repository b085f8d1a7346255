// Bounds of one complaint. Those that a community may want to change are in its policy instead.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sanzhang::complaint {

// Supporters of one complaint: its state stays small enough to keep thousands in memory. More
// people than this are a matter for a meeting, not for one more name.
inline constexpr std::size_t kSupportersMax = 1000;

// Departments whistled for over a complaint's life.
inline constexpr std::size_t kDepartmentsMax = 100;

// Days after closing in which it may be opened again; metric M6 counts the same days.
inline constexpr std::int32_t kReopenDays = 30;

}  // namespace sanzhang::complaint
