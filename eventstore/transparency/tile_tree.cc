#include "eventstore/transparency/tile_tree.h"

#include <bit>
#include <utility>

namespace sanzhang::transparency {

absl::StatusOr<TileTree> TileTree::Load(const TileReader& tiles, std::uint64_t size) {
  TileTree tree;
  tree.size_ = size;
  for (int level = 0; HashesAt(level, size) > 0; ++level) {
    const std::uint64_t hashes = HashesAt(level, size);
    std::string& open = tree.open_.emplace_back();
    const TileId last = TileIn(level, hashes / kTileWidth, size);
    if (last.width == 0) continue;
    absl::StatusOr<std::string> read = tiles.Read(last);
    if (!read.ok()) return read.status();
    open = *std::move(read);
  }
  return tree;
}

void TileTree::Add(const Hash& leaf) {
  AddAt(0, leaf);
  ++size_;
}

void TileTree::AddAt(std::size_t level, const Hash& hash) {
  if (level == open_.size()) open_.emplace_back().reserve(kTileWidth * kHashBytes);
  std::string& open = open_[level];
  open.append(BytesOf(hash));
  if (open.size() < kTileWidth * kHashBytes) return;
  const Hash root = RootOfWhole(open);
  const std::uint64_t index = size_ >> (kTileHeight * (static_cast<int>(level) + 1));
  full_.push_back({{static_cast<int>(level), index, kTileWidth}, std::exchange(open, {})});
  AddAt(level + 1, root);
}

Hash TileTree::Root() const {
  // Whole subtrees from left to right, each larger than the next; joined from the right.
  std::vector<Hash> wholes;
  for (auto open = open_.rbegin(); open != open_.rend(); ++open) {
    std::string_view hashes = *open;
    while (!hashes.empty()) {
      const std::size_t count = std::bit_floor(hashes.size() / kHashBytes);
      wholes.push_back(RootOfWhole(hashes.substr(0, count * kHashBytes)));
      hashes.remove_prefix(count * kHashBytes);
    }
  }
  if (wholes.empty()) return EmptyRoot();
  Hash root = wholes.back();
  for (auto whole = wholes.rbegin() + 1; whole != wholes.rend(); ++whole) {
    root = NodeHash(*whole, root);
  }
  return root;
}

std::vector<Tile> TileTree::TakeFull() { return std::exchange(full_, {}); }

std::vector<Tile> TileTree::Partial() const {
  std::vector<Tile> tiles;
  for (std::size_t level = 0; level < open_.size(); ++level) {
    if (open_[level].empty()) continue;
    const int at = static_cast<int>(level);
    tiles.push_back({TileIn(at, HashesAt(at, size_) / kTileWidth, size_), open_[level]});
  }
  return tiles;
}

}  // namespace sanzhang::transparency
