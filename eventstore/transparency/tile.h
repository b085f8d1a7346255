// Tiles of the tree, as C2SP tlog-tiles has them: hashes of whole subtrees side by side, eight
// levels of the tree to a level of tiles, 256 hashes to a full tile.
//
// The n-th tile of level l holds, for i from 0 to 255, the root of the leaves from
// (n * 256 + i) * 256^l on, as far as they are there. A tile that is not full is never hashed into
// the level above.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/transparency/merkle.h"

namespace sanzhang::transparency {

struct TileId {
  int level = 0;
  std::uint64_t index = 0;
  int width = kTileWidth;  // 1 to 256; less than 256: a partial tile.
  auto operator<=>(const TileId&) const = default;
};

struct Tile {
  TileId id = {};
  std::string hashes = {};  // 32 bytes each.
};

// `tile/0/x001/x234/067.p/5`.
std::string PathOf(const TileId& tile);
// Nothing unless it is exactly so.
std::optional<TileId> TileAt(std::string_view path);

// How many hashes a tree of `size` leaves has at this level of tiles.
std::uint64_t HashesAt(int level, std::uint64_t size);
// The tile as it is in a tree of that size; width 0: it has none there.
TileId TileIn(int level, std::uint64_t index, std::uint64_t size);
// All tiles of a tree, by level and index.
std::vector<TileId> TilesOf(std::uint64_t size);

// Where tiles are read.
class TileReader {
 public:
  virtual ~TileReader() = default;
  // Its hashes. NOT_FOUND: it is not there. DATA_LOSS: it can't be a tile.
  virtual absl::StatusOr<std::string> Read(const TileId& tile) const = 0;
};

// The hashes of a tree of that size, from its tiles; each is read once. Not for several threads.
class TiledHashes : public HashSource {
 public:
  // `tiles` must outlive it.
  TiledHashes(const TileReader& tiles, std::uint64_t size) : tiles_(tiles), size_(size) {}
  absl::StatusOr<Hash> Subtree(int level, std::uint64_t index) const override;

 private:
  const TileReader& tiles_;
  const std::uint64_t size_;
  mutable std::map<std::pair<int, std::uint64_t>, std::string> read_;
};

}  // namespace sanzhang::transparency
