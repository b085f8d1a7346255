#include "eventstore/transparency/leaf_tree.h"

#include <string_view>

namespace sanzhang::transparency {

void LeafTree::Add(const Hash& leaf) {
  Hash hash = leaf;
  for (std::size_t level = 0;; ++level) {
    if (levels_.size() == level) levels_.emplace_back();
    std::string& hashes = levels_[level];
    hashes += BytesOf(hash);
    const std::size_t count = hashes.size() / kHashBytes;
    if (count % 2 != 0) return;
    const std::string_view pair = std::string_view(hashes).substr((count - 2) * kHashBytes);
    hash = NodeHash(HashOf(pair), HashOf(pair.substr(kHashBytes)));
  }
}

absl::StatusOr<Hash> LeafTree::Subtree(int level, std::uint64_t index) const {
  const auto at = static_cast<std::size_t>(level);
  if (at >= levels_.size() || index >= levels_[at].size() / kHashBytes) {
    return absl::OutOfRangeError("no such subtree");
  }
  return HashOf(std::string_view(levels_[at]).substr(index * kHashBytes));
}

}  // namespace sanzhang::transparency
