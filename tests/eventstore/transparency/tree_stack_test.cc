#include "eventstore/transparency/tree_stack.h"

#include <string>

#include "eventstore/transparency/leaf_tree.h"
#include "gtest/gtest.h"

namespace sanzhang::transparency {
namespace {

// Beside the tree in memory, whose roots and proofs follow the RFC (merkle_test.cc), at every size.
TEST(TreeStack, HasTheRootOfTheTreeAtEverySize) {
  TreeStack stack;
  LeafTree tree;
  EXPECT_EQ(stack.Root(), EmptyRoot());
  for (int size = 1; size <= 300; ++size) {
    TreeStack again;
    ASSERT_TRUE(again.Load(stack.size(), stack.Save()));
    const Hash leaf = LeafHash(std::to_string(size));
    stack.Add(leaf);
    again.Add(leaf);
    tree.Add(leaf);
    const auto root = RootOf(tree, tree.size());
    ASSERT_TRUE(root.ok());
    EXPECT_EQ(stack.Root(), *root) << size;
    EXPECT_EQ(again.Root(), *root) << size;
  }
  EXPECT_FALSE(stack.Load(3, "00"));
}

TEST(LeafTree, ProvesEachOfItsLeaves) {
  LeafTree tree;
  TreeStack stack;
  for (std::uint64_t size = 1; size <= 70; ++size) {
    tree.Add(LeafHash(std::to_string(size)));
    stack.Add(LeafHash(std::to_string(size)));
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto proof = InclusionProof(tree, index, size);
      ASSERT_TRUE(proof.ok()) << proof.status();
      EXPECT_TRUE(
          VerifyInclusion(LeafHash(std::to_string(index + 1)), index, size, *proof, stack.Root())
              .ok());
    }
  }
  EXPECT_FALSE(tree.Subtree(0, 70).ok());
  EXPECT_FALSE(tree.Subtree(9, 0).ok());
}

}  // namespace
}  // namespace sanzhang::transparency
