#include "services/sanzhang/toml_file.h"

#include <fstream>
#include <sstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace sanzhang::app {

absl::StatusOr<toml::table> ReadTomlFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    return absl::NotFoundError(absl::StrCat(path, ": can't be read"));
  }
  try {
    return toml::parse(text.str(), path);
  } catch (const toml::parse_error& error) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ":", error.source().begin.line, ": ", std::string(error.description())));
  }
}

std::string WhereIs(std::string_view path, const toml::node& node) {
  return absl::StrCat(std::string(path), ":", node.source().begin.line);
}

}  // namespace sanzhang::app
