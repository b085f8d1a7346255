// SHA-256 (FIPS 180-4), in one place for all rings.
#pragma once

#include <string>
#include <string_view>

namespace sanzhang::wire {

inline constexpr std::size_t kSha256Bytes = 32;

// 32 bytes, not hexadecimal.
std::string Sha256(std::string_view bytes);

}  // namespace sanzhang::wire
