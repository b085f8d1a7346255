// A random UUID (version 4), as clients make one for each command.
#pragma once

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>

namespace sanzhang::support {

inline std::string RandomUuid(std::mt19937_64& random) {
  char text[37];
  const std::uint64_t high = random();
  const std::uint64_t low = random();
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-a%03x-%012llx",
                static_cast<unsigned>(high >> 32), static_cast<unsigned>(high >> 16) & 0xffff,
                static_cast<unsigned>(high) & 0xfff, static_cast<unsigned>(low >> 48) & 0xfff,
                static_cast<unsigned long long>(low & 0xffff'ffff'ffffULL));
  return text;
}

}  // namespace sanzhang::support
