// Tiles on disk, in the layout of tlog-tiles below a folder: a web server can serve it as it is.
//
// Derived from the log and not synced at each write: after a power cut tiles may be missing or
// empty, never half a hash. A partial tile stays until the full one is there. Whatever width is
// asked for is cut from the full tile, or from a wider partial one.
// Threads: Put, Sync and Clear one at a time; Read from any thread, at any time.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/transparency/tile.h"

namespace sanzhang::transparency {

class TileStore : public TileReader {
 public:
  // The folder that has `tile`; made when something is put there.
  explicit TileStore(std::string folder) : folder_(std::move(folder)) {}

  // Of the same bytes, does nothing. UNAVAILABLE: the file system's error.
  absl::Status Put(const Tile& tile);
  absl::StatusOr<std::string> Read(const TileId& tile) const override;
  // Full tiles of level 0 for the leaves begin .. end, and those above that end with them, survive
  // a power cut.
  absl::Status Sync(std::uint64_t begin, std::uint64_t end) const;
  // Removes all tiles.
  absl::Status Clear();

 private:
  std::string FileOf(const TileId& tile) const { return folder_ + "/" + PathOf(tile); }
  absl::StatusOr<std::string> ReadFile(const TileId& tile, int width) const;
  // The narrowest partial tile that is at least that wide.
  absl::StatusOr<std::string> ReadWider(const TileId& tile) const;

  const std::string folder_;
};

}  // namespace sanzhang::transparency
