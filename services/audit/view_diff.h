// What differs between two files of one view: rows added, removed and changed, by table and key.
// The tables of the engine itself (`engine_*`) are left out.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace sanzhang::audit {

struct RowChange {
  enum class Kind { kAdded, kRemoved, kChanged };
  // A column and its value, quoted as in SQL.
  using Cells = std::vector<std::pair<std::string, std::string>>;

  Kind kind = Kind::kAdded;
  std::string table = {};
  Cells key = {};
  // The columns that differ, with what they held before and after; all others of a row that was
  // added or removed.
  Cells before = {};
  Cells after = {};
};

// By table, then key. `each` returns false to stop. DATA_LOSS if a file can't be read, or the two
// have not the same tables. No byte of either changes.
absl::Status DiffViews(const std::filesystem::path& before, const std::filesystem::path& after,
                       const std::function<bool(const RowChange&)>& each);

}  // namespace sanzhang::audit
