#include "eventstore/transparency/tile_store.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "eventstore/transparency/files.h"

namespace sanzhang::transparency {
namespace {

namespace fs = std::filesystem;

std::string FolderOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

absl::Status TileStore::Put(const Tile& tile) {
  const std::string file = FileOf(tile.id);
  const auto there = GetFile(file, kTileWidth * kHashBytes);
  if (there.ok() && *there == tile.hashes) return absl::OkStatus();
  absl::Status put = PutFile(file, tile.hashes, Durable::kNo);
  if (!put.ok()) {
    if (absl::Status made = MakeFolder(FolderOf(file)); !made.ok()) return made;
    put = PutFile(file, tile.hashes, Durable::kNo);
  }
  if (!put.ok() || tile.id.width < kTileWidth) return put;
  std::error_code ignored;  // Partial tiles that stay do no harm.
  fs::remove_all(file + ".p", ignored);
  return absl::OkStatus();
}

absl::StatusOr<std::string> TileStore::ReadFile(const TileId& tile, int width) const {
  const std::string file = FileOf({tile.level, tile.index, width});
  auto bytes = GetFile(file, kTileWidth * kHashBytes);
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return absl::NotFoundError(absl::StrCat(file, ": not there"));
  const std::size_t size = static_cast<std::size_t>(width) * kHashBytes;
  if ((*bytes)->size() != size) return absl::DataLossError(absl::StrCat(file, ": not a tile"));
  return (*bytes)->substr(0, static_cast<std::size_t>(tile.width) * kHashBytes);
}

absl::StatusOr<std::string> TileStore::ReadWider(const TileId& tile) const {
  const std::string folder = FileOf({tile.level, tile.index, kTileWidth}) + ".p";
  std::vector<int> widths;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    int width = 0;
    if (absl::SimpleAtoi(entry.path().filename().string(), &width) && width >= tile.width &&
        width < kTileWidth) {
      widths.push_back(width);
    }
  }
  std::sort(widths.begin(), widths.end());
  for (const int width : widths) {
    absl::StatusOr<std::string> read = ReadFile(tile, width);
    if (read.ok()) return read;
  }
  return absl::NotFoundError(absl::StrCat(PathOf(tile), ": not there"));
}

absl::StatusOr<std::string> TileStore::Read(const TileId& tile) const {
  // Once more: between two looks the full tile may have taken the place of the partial ones.
  for (int look = 0;; ++look) {
    const absl::StatusOr<std::string> full = ReadFile(tile, kTileWidth);
    if (full.ok() || tile.width == kTileWidth) return full;
    absl::StatusOr<std::string> partial = ReadWider(tile);
    if (partial.ok() || look == 1) return partial;
  }
}

absl::Status TileStore::Sync(std::uint64_t begin, std::uint64_t end) const {
  std::set<std::string> folders;
  for (int level = 0; HashesAt(level, end) > 0; ++level) {
    for (std::uint64_t index = HashesAt(level, begin) / kTileWidth;
         TileIn(level, index, end).width == kTileWidth; ++index) {
      const std::string file = FileOf({level, index, kTileWidth});
      if (absl::Status synced = SyncPath(file); !synced.ok()) return synced;
      // Its folder, and those above up to ours.
      for (std::string folder = FolderOf(file); folder.size() >= folder_.size();
           folder = FolderOf(folder)) {
        folders.insert(folder);
      }
    }
  }
  for (const std::string& folder : folders) {
    if (absl::Status synced = SyncPath(folder); !synced.ok()) return synced;
  }
  return absl::OkStatus();
}

absl::Status TileStore::Clear() {
  std::error_code error;
  fs::remove_all(folder_ + "/tile", error);
  if (error) return absl::UnavailableError(absl::StrCat(folder_, ": ", error.message()));
  return absl::OkStatus();
}

}  // namespace sanzhang::transparency
