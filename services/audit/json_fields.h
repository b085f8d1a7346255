// Reads the small JSON files of an export as they were written: numbers stand as texts, since they
// may be larger than a double holds.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/numbers.h"
namespace sanzhang::audit {

// Empty if there is no such text. `Json`: nlohmann's, ordered or not.
template <class Json>
std::string TextIn(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->template get<std::string>()
                                                   : std::string();
}

// 0 if there is no such number.
template <class Json>
std::uint64_t NumberIn(const Json& json, const char* name) {
  std::uint64_t number = 0;
  return absl::SimpleAtoi(TextIn(json, name), &number) ? number : 0;
}

}  // namespace sanzhang::audit
