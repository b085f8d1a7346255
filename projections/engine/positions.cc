#include "projections/engine/positions.h"

#include <algorithm>
#include <memory>
#include <system_error>

#include "projections/engine/database.h"

namespace sanzhang::projections {

std::vector<FilePosition> PositionsIn(const std::filesystem::path& folder) {
  std::vector<FilePosition> positions;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() != ".sqlite") continue;
    const absl::StatusOr<std::unique_ptr<Connection>> file = Connection::Open(entry.path(), true);
    if (!file.ok()) continue;
    FilePosition position{.file = entry.path().filename()};
    const absl::Status read = (*file)->rows().Query(
        "SELECT position FROM engine_checkpoint", {},
        [&](const Row& row) { position.position = static_cast<std::uint64_t>(row.Int(0)); });
    if (read.ok()) positions.push_back(std::move(position));
  }
  std::sort(positions.begin(), positions.end(),
            [](const FilePosition& a, const FilePosition& b) { return a.file < b.file; });
  return positions;
}

}  // namespace sanzhang::projections
