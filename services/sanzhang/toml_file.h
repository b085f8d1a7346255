// A TOML file whose errors say where they are.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "toml++/toml.h"

namespace sanzhang::app {

// NOT_FOUND if it can't be opened, INVALID_ARGUMENT `path:line: what` if it is not TOML.
absl::StatusOr<toml::table> ReadTomlFile(const std::string& path);

// `path:line` of a node.
std::string WhereIs(std::string_view path, const toml::node& node);

}  // namespace sanzhang::app
