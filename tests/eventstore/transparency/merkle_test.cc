// Hashes and proofs against the vectors of Certificate Transparency, against the naive tree for all
// small sizes, and against every small change.
#include "eventstore/transparency/merkle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "tests/eventstore/transparency/naive_tree.h"

namespace sanzhang::transparency {
namespace {

std::string Hex(const Hash& hash) { return absl::BytesToHexString(std::string(BytesOf(hash))); }
std::vector<std::string> Hexes(const Proof& proof) {
  std::vector<std::string> hexes;
  for (const Hash& hash : proof) hexes.push_back(Hex(hash));
  return hexes;
}

// Leaves and roots of the reference implementation's tests.
const std::vector<std::string> kLeaves = {"",
                                          "00",
                                          "10",
                                          "2021",
                                          "3031",
                                          "40414243",
                                          "5051525354555657",
                                          "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> kRoots = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

TEST(Merkle, HasTheRootsOfTheReference) {
  NaiveTree tree;
  for (std::size_t size = 0; size < kRoots.size(); ++size) {
    EXPECT_EQ(Hex(*RootOf(tree, size)), kRoots[size]) << size;
    if (size < kLeaves.size()) tree.Add(LeafHash(absl::HexStringToBytes(kLeaves[size])));
  }
}

TEST(Merkle, HasTheProofsOfTheReference) {
  NaiveTree tree;
  for (const std::string& leaf : kLeaves) tree.Add(LeafHash(absl::HexStringToBytes(leaf)));
  EXPECT_THAT(
      Hexes(*InclusionProof(tree, 5, 8)),
      testing::ElementsAre("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                           "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                           "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
  EXPECT_THAT(
      Hexes(*ConsistencyProof(tree, 6, 8)),
      testing::ElementsAre("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                           "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                           "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
}

constexpr std::uint64_t kSizeMax = 70;

TEST(Merkle, EveryInclusionProofProvesItsLeafOnly) {
  const NaiveTree tree = NaiveTreeOf(kSizeMax);
  for (std::uint64_t size = 1; size <= kSizeMax; ++size) {
    const Hash root = *RootOf(tree, size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const Proof proof = *InclusionProof(tree, index, size);
      const Hash leaf = *tree.Subtree(0, index);
      ASSERT_TRUE(VerifyInclusion(leaf, index, size, proof, root).ok()) << index << " in " << size;
      for (std::uint64_t other = 0; other < size + 2; ++other) {
        if (other == index) continue;
        ASSERT_FALSE(VerifyInclusion(leaf, other, size, proof, root).ok()) << other;
      }
      const Hash wrong = LeafHash("another");
      ASSERT_FALSE(VerifyInclusion(wrong, index, size, proof, root).ok());
      ASSERT_FALSE(VerifyInclusion(leaf, index, size, proof, wrong).ok());
    }
    EXPECT_EQ(InclusionProof(tree, size, size).status().code(), absl::StatusCode::kOutOfRange);
  }
}

TEST(Merkle, EveryConsistencyProofProvesItsTreesOnly) {
  const NaiveTree tree = NaiveTreeOf(kSizeMax);
  const Hash wrong = LeafHash("another");
  for (std::uint64_t second = 1; second <= kSizeMax; ++second) {
    const Hash second_root = *RootOf(tree, second);
    for (std::uint64_t first = 1; first <= second; ++first) {
      const Hash first_root = *RootOf(tree, first);
      const Proof proof = *ConsistencyProof(tree, first, second);
      ASSERT_TRUE(VerifyConsistency(first, first_root, second, second_root, proof).ok())
          << first << " in " << second;
      EXPECT_FALSE(VerifyConsistency(first, wrong, second, second_root, proof).ok());
      EXPECT_FALSE(VerifyConsistency(first, first_root, second, wrong, proof).ok());
      if (first == second) continue;
      EXPECT_FALSE(VerifyConsistency(second, second_root, first, first_root, proof).ok());
      for (std::size_t i = 0; i < proof.size(); ++i) {
        Proof changed = proof;
        changed[i][i % kHashBytes] ^= 1;
        EXPECT_FALSE(VerifyConsistency(first, first_root, second, second_root, changed).ok());
      }
      Proof shorter(proof.begin(), proof.end() - 1);
      EXPECT_FALSE(VerifyConsistency(first, first_root, second, second_root, shorter).ok());
      Proof longer = proof;
      longer.push_back(wrong);
      EXPECT_FALSE(VerifyConsistency(first, first_root, second, second_root, longer).ok());
    }
  }
  EXPECT_FALSE(ConsistencyProof(tree, 0, 5).ok());
  EXPECT_FALSE(ConsistencyProof(tree, 6, 5).ok());
}

TEST(Merkle, PathsThatAreChangedProveNothing) {
  const NaiveTree tree = NaiveTreeOf(21);
  const Hash root = *RootOf(tree, 21);
  for (std::uint64_t index = 0; index < 21; ++index) {
    const Hash leaf = *tree.Subtree(0, index);
    const Proof proof = *InclusionProof(tree, index, 21);
    for (std::size_t i = 0; i < proof.size(); ++i) {
      Proof changed = proof;
      changed[i][31] ^= 0x80;
      EXPECT_FALSE(VerifyInclusion(leaf, index, 21, changed, root).ok());
      changed = proof;
      changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_FALSE(VerifyInclusion(leaf, index, 21, changed, root).ok());
    }
    Proof longer = proof;
    longer.push_back(root);
    EXPECT_FALSE(VerifyInclusion(leaf, index, 21, longer, root).ok());
  }
}

// A second preimage: a node is never a leaf.
TEST(Merkle, LeavesAndNodesAreHashedApart) {
  const Hash a = LeafHash("a");
  const Hash b = LeafHash("b");
  EXPECT_NE(NodeHash(a, b), LeafHash(std::string(BytesOf(a)) + std::string(BytesOf(b))));
  EXPECT_NE(NodeHash(a, b), NodeHash(b, a));
}

TEST(Merkle, Base64IsOfOneForm) {
  const Hash hash = LeafHash("a");
  EXPECT_EQ(*HashFromBase64(ToBase64(hash)), hash);
  const std::string text = ToBase64(hash);
  for (const std::string& wrong : {text.substr(0, 43), text + "=", " " + text, text + "\n",
                                   std::string("AAAA"), std::string()}) {
    EXPECT_FALSE(HashFromBase64(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace sanzhang::transparency
