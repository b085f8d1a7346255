#include "eventstore/transparency/tile.h"

#include <algorithm>
#include <cstdio>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "eventstore/check.h"

namespace sanzhang::transparency {
namespace {

// A decimal number without leading zeroes, at most `max`.
std::optional<std::uint64_t> NumberIn(std::string_view text, std::uint64_t max) {
  std::uint64_t number = 0;
  if (!absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &number) || number > max ||
      absl::StrCat(number) != text) {
    return std::nullopt;
  }
  return number;
}

// Takes what stands before the next slash, or all.
std::string_view TakePart(std::string_view& path) {
  const std::string_view part = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(part.size() + 1, path.size()));
  return part;
}

// Three digits; -1 if it is not that.
int DigitsIn(std::string_view text) {
  int number = 0;
  if (text.size() != 3) return -1;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

std::string PathOf(const TileId& tile) {
  std::string index = absl::StrFormat("%03d", tile.index % 1000);
  for (std::uint64_t rest = tile.index / 1000; rest > 0; rest /= 1000) {
    index = absl::StrCat(absl::StrFormat("x%03d/", rest % 1000), index);
  }
  const std::string partial = tile.width < kTileWidth ? absl::StrCat(".p/", tile.width) : "";
  return absl::StrCat("tile/", tile.level, "/", index, partial);
}

std::optional<TileId> TileAt(std::string_view path) {
  TileId tile;
  std::string_view rest = path;
  if (TakePart(rest) != "tile") return std::nullopt;
  const std::optional<std::uint64_t> level = NumberIn(TakePart(rest), kTileLevelMax);
  if (!level) return std::nullopt;
  tile.level = static_cast<int>(*level);
  constexpr int kPartsMax = 7;  // 1000^7 > 2^64.
  std::string_view part = TakePart(rest);
  for (int parts = 1; part.starts_with('x') && parts < kPartsMax; ++parts) {
    const int digits = DigitsIn(part.substr(1));
    if (digits < 0) return std::nullopt;
    tile.index = tile.index * 1000 + static_cast<std::uint64_t>(digits);
    part = TakePart(rest);
  }
  const bool partial = part.ends_with(".p");
  const int digits = DigitsIn(partial ? part.substr(0, part.size() - 2) : part);
  if (digits < 0) return std::nullopt;
  tile.index = tile.index * 1000 + static_cast<std::uint64_t>(digits);
  if (partial) {
    const std::optional<std::uint64_t> width = NumberIn(rest, kTileWidth - 1);
    tile.width = static_cast<int>(width.value_or(0));
  }
  // Whatever was read in another way than it is written is not a path.
  if (tile.width == 0 || PathOf(tile) != path) return std::nullopt;
  return tile;
}

std::uint64_t HashesAt(int level, std::uint64_t size) {
  return level > kTileLevelMax ? 0 : size >> (kTileHeight * level);
}

TileId TileIn(int level, std::uint64_t index, std::uint64_t size) {
  const std::uint64_t hashes = HashesAt(level, size);
  const std::uint64_t before = index * kTileWidth;
  const std::uint64_t width =
      hashes <= before ? 0 : std::min<std::uint64_t>(hashes - before, kTileWidth);
  return {level, index, static_cast<int>(width)};
}

std::vector<TileId> TilesOf(std::uint64_t size) {
  std::vector<TileId> tiles;
  for (int level = 0; HashesAt(level, size) > 0; ++level) {
    for (std::uint64_t index = 0; TileIn(level, index, size).width > 0; ++index) {
      tiles.push_back(TileIn(level, index, size));
    }
  }
  return tiles;
}

absl::StatusOr<Hash> TiledHashes::Subtree(int level, std::uint64_t index) const {
  const int tile_level = level / kTileHeight;
  const int within = level % kTileHeight;
  const std::uint64_t first = index << within;
  const TileId id = TileIn(tile_level, first / kTileWidth, size_);
  std::string& hashes = read_[{id.level, id.index}];
  if (hashes.empty()) {
    if (id.width == 0) return absl::NotFoundError("the tree has no such tile");
    absl::StatusOr<std::string> read = tiles_.Read(id);
    if (!read.ok()) return read.status();
    hashes = *std::move(read);
  }
  const std::size_t begin = first % kTileWidth * kHashBytes;
  const std::size_t count = (std::size_t{1} << within) * kHashBytes;
  SANZHANG_CHECK(begin + count <= hashes.size());
  return RootOfWhole(std::string_view(hashes).substr(begin, count));
}

}  // namespace sanzhang::transparency
