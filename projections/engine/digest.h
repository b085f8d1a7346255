// BLAKE2b-256, as bytes.
#pragma once

#include <string>
#include <string_view>

namespace sanzhang::projections {

std::string DigestOf(std::string_view bytes);

}  // namespace sanzhang::projections
