// How far the files of a folder have followed their log. A view only ever sees what is durable, so
// a log that ends before one of these positions has lost something.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sanzhang::projections {

struct FilePosition {
  std::string file = {};  // Its name.
  std::uint64_t position = 0;
};

// By name. Nothing of a file that can't be read: it says nothing, and is built anew. Files that
// another process writes may be read.
std::vector<FilePosition> PositionsIn(const std::filesystem::path& folder);

}  // namespace sanzhang::projections
