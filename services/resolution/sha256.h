// Hashes as they stand in facts and texts.
#pragma once

#include <string>
#include <string_view>

namespace sanzhang::resolution {

// SHA-256 in lower-case hexadecimal.
std::string Sha256Hex(std::string_view bytes);

}  // namespace sanzhang::resolution
