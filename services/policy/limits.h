// Bounds of policy files.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sanzhang::policy {

// Files in a policy folder.
inline constexpr std::size_t kFilesMax = 200;

// Bytes of one file.
inline constexpr std::size_t kFileBytesMax = 256 << 10;

// Longest period, as hours or days: ten years. What is longer is a slip of the pen.
inline constexpr std::int32_t kPeriodHoursMax = 10 * 366 * 24;
inline constexpr std::int32_t kPeriodDaysMax = 10 * 366;

}  // namespace sanzhang::policy
