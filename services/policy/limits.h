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

// Days that something must stay published. A notice of more than a year is a slip of the pen too.
inline constexpr std::int32_t kPublicationDaysMax = 366;

// Largest term of a threshold of votes, and how often a vote may be extended.
inline constexpr std::int32_t kThresholdTermMax = 1'000'000;
inline constexpr std::int32_t kExtensionsMax = 10;

// Proxies that one person may hold in a vote, where rules bound them: each has a place in the log.
inline constexpr std::int32_t kProxiesMax = 50;

// Longest time to answer what a person asks about their own data (GB/T 35273-2020 8.7), and to keep
// the words of a closed complaint.
inline constexpr std::int32_t kSubjectRightsDaysMax = 30;
inline constexpr std::int32_t kRetentionYearsMax = 30;

// Versions of one policy of a community.
inline constexpr int kVersionsMax = 1000;

}  // namespace sanzhang::policy
