#include "services/audit/tree_stack.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "proto/wire/sha256.h"
#include "services/audit/export_format.h"
#include "services/audit/leaf_tree.h"

namespace sanzhang::audit {
namespace {

// RFC 6962, 2.1, word for word.
std::string RootOf(const std::vector<std::string>& leaves, std::size_t begin, std::size_t end) {
  if (begin == end) return wire::Sha256("");
  if (end - begin == 1) return leaves[begin];
  std::size_t k = 1;
  while (2 * k < end - begin) k *= 2;
  return wire::Sha256("\x01" + RootOf(leaves, begin, begin + k) + RootOf(leaves, begin + k, end));
}

TEST(TreeStack, HasTheRootOfTheRfcAtEverySize) {
  TreeStack tree;
  std::vector<std::string> leaves;
  for (int size = 0; size < 300; ++size) {
    EXPECT_EQ(tree.Root(), RootOf(leaves, 0, leaves.size())) << size;
    TreeStack again;
    ASSERT_TRUE(again.Load(tree.size(), tree.Save()));
    EXPECT_EQ(again.Root(), tree.Root());
    leaves.push_back(LeafHash(std::to_string(size)));
    tree.Add(leaves.back());
    again.Add(leaves.back());
    EXPECT_EQ(again.Root(), tree.Root());
  }
  EXPECT_FALSE(tree.Load(3, "00"));
}

// RFC 6962, 2.1.1, word for word.
std::vector<std::string> PathOf(const std::vector<std::string>& leaves, std::size_t m,
                                std::size_t begin, std::size_t end) {
  if (end - begin == 1) return {};
  std::size_t k = 1;
  while (2 * k < end - begin) k *= 2;
  const bool left = m < k;
  auto path = left ? PathOf(leaves, m, begin, begin + k) : PathOf(leaves, m - k, begin + k, end);
  path.push_back(left ? RootOf(leaves, begin + k, end) : RootOf(leaves, begin, begin + k));
  return path;
}

TEST(LeafTree, HasTheRootAndThePathsOfTheRfc) {
  LeafTree tree;
  EXPECT_EQ(tree.Root(), TreeStack().Root());
  std::vector<std::string> leaves;
  for (std::size_t size = 1; size <= 70; ++size) {
    leaves.push_back(LeafHash(std::to_string(size)));
    tree.Add(leaves.back());
    EXPECT_EQ(tree.Root(), RootOf(leaves, 0, size));
    for (std::size_t m = 0; m < size; ++m) EXPECT_EQ(tree.Path(m), PathOf(leaves, m, 0, size));
  }
}

TEST(TreeStack, KnownAnswers) {
  EXPECT_EQ(absl::BytesToHexString(TreeStack().Root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(absl::BytesToHexString(LeafHash("")),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

}  // namespace
}  // namespace sanzhang::audit
