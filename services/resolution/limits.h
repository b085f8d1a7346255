// Bounds of votes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sanzhang::resolution {

// All areas of a vote together stay below this; products with a threshold's terms are of 128 bits.
inline constexpr std::int64_t kAreaTotalMax = std::int64_t{1} << 60;

// Largest term of a threshold.
inline constexpr std::int32_t kThresholdTermMax = 1'000'000;

}  // namespace sanzhang::resolution
