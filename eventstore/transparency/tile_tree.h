// A tree that grows by leaves, in memory that does not grow: at each level the tile that is not
// full yet. Tiles that have become full are handed out, to be kept elsewhere.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/transparency/tile.h"

namespace sanzhang::transparency {

class TileTree {
 public:
  TileTree() = default;
  // A tree of that size, from the tiles that are not full in it. Errors: the reader's.
  static absl::StatusOr<TileTree> Load(const TileReader& tiles, std::uint64_t size);

  void Add(const Hash& leaf);

  std::uint64_t size() const { return size_; }
  Hash Root() const;

  // Those that have become full since it was last called, lower levels first.
  std::vector<Tile> TakeFull();
  // Those that are not full now.
  std::vector<Tile> Partial() const;

 private:
  // Appends to the open tile of that level; a full one becomes a hash of the next.
  void AddAt(std::size_t level, const Hash& hash);

  std::uint64_t size_ = 0;
  std::vector<std::string> open_;  // By level: hashes of the tile that is not full.
  std::vector<Tile> full_;
};

}  // namespace sanzhang::transparency
