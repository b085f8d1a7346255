// UUIDs in their canonical text form, in lower case.
#pragma once

#include <string>
#include <string_view>

namespace sanzhang::app {

// Version 4, from the system's random numbers.
std::string RandomUuid();

// Version 5: the same name always makes the same UUID. `name` is taken within the product's own
// namespace.
std::string NamedUuid(std::string_view name);

}  // namespace sanzhang::app
