// Tiles: their paths, their widths, and that a tree read from tiles is the tree.
#include "eventstore/transparency/tile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "absl/strings/str_cat.h"
#include "eventstore/transparency/tile_store.h"
#include "eventstore/transparency/tile_tree.h"
#include "tests/eventstore/transparency/naive_tree.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::transparency {
namespace {

TEST(TilePath, IsAsTheFormatSays) {
  const std::vector<std::pair<TileId, std::string>> cases = {
      {{0, 0, 256}, "tile/0/000"},
      {{0, 273, 112}, "tile/0/273.p/112"},
      {{1, 1, 17}, "tile/1/001.p/17"},
      {{2, 0, 1}, "tile/2/000.p/1"},
      {{0, 1234067, 256}, "tile/0/x001/x234/067"},
      {{3, 1000, 255}, "tile/3/x001/000.p/255"},
  };
  for (const auto& [tile, path] : cases) {
    EXPECT_EQ(PathOf(tile), path);
    EXPECT_EQ(TileAt(path), tile) << path;
  }
}

TEST(TilePath, NothingElseIsOne) {
  for (const char* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/0/0",
                           "tile/0/00",
                           "tile/0/0000",
                           "tile/00/000",
                           "tile/-1/000",
                           "tile/8/000",
                           "tile/64/000",
                           "tile/0/000.p",
                           "tile/0/000.p/",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/1/",
                           "tile/0/x000/001",
                           "tile/0/x01/001",
                           "tile/0/001/",
                           "tile/0/x001",
                           "tile/0/../../../etc/passwd",
                           "tile/0/..%2f",
                           "tile/entries/000",
                           "/tile/0/000",
                           "tile/0/000 ",
                           "tile/0/x1111/000",
                           "tile/0/+01",
                           "tile/ 0/000",
                           "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999"}) {
    EXPECT_EQ(TileAt(path), std::nullopt) << path;
  }
}

// Full tiles at a level, and the width of the one that is not; 0: none.
std::vector<std::pair<int, int>> Counts(std::uint64_t size) {
  std::vector<std::pair<int, int>> counts;
  for (const TileId& tile : TilesOf(size)) {
    counts.resize(std::max(counts.size(), static_cast<std::size_t>(tile.level) + 1));
    auto& [full, partial] = counts[static_cast<std::size_t>(tile.level)];
    if (tile.width == kTileWidth) ++full;
    if (tile.width < kTileWidth) partial = tile.width;
  }
  return counts;
}

TEST(Tiles, AreThoseOfTheFormatsExamples) {
  using testing::ElementsAre;
  using testing::Pair;
  EXPECT_THAT(Counts(0), ElementsAre());
  EXPECT_THAT(Counts(1), ElementsAre(Pair(0, 1)));
  EXPECT_THAT(Counts(255), ElementsAre(Pair(0, 255)));
  EXPECT_THAT(Counts(256), ElementsAre(Pair(1, 0), Pair(0, 1)));
  EXPECT_THAT(Counts(257), ElementsAre(Pair(1, 1), Pair(0, 1)));
  EXPECT_THAT(Counts(70'000), ElementsAre(Pair(273, 112), Pair(1, 17), Pair(0, 1)));
}

// Grows a tree with its tiles on disk.
class TileTreeTest : public testing::Test {
 protected:
  void GrowTo(std::uint64_t size) {
    while (tree_.size() < size) {
      const Hash leaf = LeafHash(absl::StrCat("leaf ", tree_.size()));
      tree_.Add(leaf);
      naive_.Add(leaf);
    }
    for (const Tile& tile : tree_.TakeFull()) ASSERT_TRUE(store_.Put(tile).ok());
    for (const Tile& tile : tree_.Partial()) ASSERT_TRUE(store_.Put(tile).ok());
  }
  std::string FileOf(const TileId& tile) const { return dir_.File(PathOf(tile)); }

  support::TempDir dir_;
  TileStore store_{dir_.path()};
  TileTree tree_;
  NaiveTree naive_;
};

TEST_F(TileTreeTest, IsTheNaiveTreeAtEverySize) {
  for (std::uint64_t size = 0; size <= 1100; ++size) {
    GrowTo(size);
    ASSERT_EQ(tree_.Root(), naive_.Root(0, size)) << size;
  }
}

TEST_F(TileTreeTest, ReadsTheSameFromTilesAtSizesGoneBy) {
  GrowTo(600);
  GrowTo(70'000);
  for (const TileId& tile : TilesOf(70'000)) {
    ASSERT_TRUE(std::filesystem::exists(FileOf(tile))) << PathOf(tile);
  }
  std::mt19937_64 random(testing::UnitTest::GetInstance()->random_seed());
  for (int i = 0; i < 60; ++i) {
    const std::uint64_t size = 1 + random() % 70'000;
    const std::uint64_t index = random() % size;
    const std::uint64_t smaller = 1 + random() % size;
    const TiledHashes tiles(store_, size);
    EXPECT_EQ(*RootOf(tiles, size), naive_.Root(0, size));
    EXPECT_EQ(*InclusionProof(tiles, index, size), *InclusionProof(naive_, index, size));
    EXPECT_EQ(*ConsistencyProof(tiles, smaller, size), *ConsistencyProof(naive_, smaller, size));
  }
}

TEST_F(TileTreeTest, GoesOnFromItsTiles) {
  for (const std::uint64_t size : {1, 255, 256, 257, 65'535, 65'536, 65'537, 66'000}) {
    GrowTo(size);
    absl::StatusOr<TileTree> loaded = TileTree::Load(store_, size);
    ASSERT_TRUE(loaded.ok()) << size << loaded.status();
    EXPECT_EQ(loaded->Root(), naive_.Root(0, size)) << size;
    loaded->Add(LeafHash("more"));
    NaiveTree more = naive_;
    more.Add(LeafHash("more"));
    EXPECT_EQ(loaded->Root(), more.Root(0, size + 1)) << size;
  }
}

TEST_F(TileTreeTest, KeepsPartialTilesUntilTheFullOneIsThere) {
  GrowTo(10);
  GrowTo(20);
  EXPECT_TRUE(std::filesystem::exists(FileOf({0, 0, 10})));
  EXPECT_TRUE(std::filesystem::exists(FileOf({0, 0, 20})));
  EXPECT_EQ(store_.Read({0, 0, 7})->size(), 7 * kHashBytes) << "cut from a wider one";
  EXPECT_TRUE(absl::IsNotFound(store_.Read({0, 0, 21}).status()));
  GrowTo(256);
  EXPECT_FALSE(std::filesystem::exists(FileOf({0, 0, 10})));
  EXPECT_EQ(store_.Read({0, 0, 21})->size(), 21 * kHashBytes);
}

TEST_F(TileTreeTest, WhatIsNoTileIsNotRead) {
  GrowTo(300);
  std::filesystem::resize_file(FileOf({0, 0, 256}), 100);
  EXPECT_TRUE(absl::IsDataLoss(store_.Read({0, 0, 256}).status()));
  std::filesystem::resize_file(FileOf({0, 1, 44}), 0);
  EXPECT_FALSE(store_.Read({0, 1, 44}).ok());
  EXPECT_FALSE(RootOf(TiledHashes(store_, 300), 300).ok());
}

}  // namespace
}  // namespace sanzhang::transparency
