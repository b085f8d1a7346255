#include "services/audit/leaf_tree.h"

#include <algorithm>
#include <bit>

#include "services/audit/export_format.h"

namespace sanzhang::audit {

void LeafTree::Add(std::string_view leaf) {
  std::string hash(leaf);
  for (std::size_t level = 0;; ++level) {
    if (levels_.size() == level) levels_.emplace_back();
    std::string& hashes = levels_[level];
    hashes += hash;
    const std::size_t count = hashes.size() / kHashBytes;
    if (count % 2 != 0) return;
    const std::string_view pair = std::string_view(hashes).substr((count - 2) * kHashBytes);
    hash = NodeHash(pair.substr(0, kHashBytes), pair.substr(kHashBytes));
  }
}

std::string LeafTree::Range(std::uint64_t begin, std::uint64_t end) const {
  const std::uint64_t size = end - begin;
  if (std::has_single_bit(size)) {
    const auto level = static_cast<std::size_t>(std::countr_zero(size));
    return levels_[level].substr((begin >> level) * kHashBytes, kHashBytes);
  }
  const std::uint64_t middle = begin + std::bit_floor(size - 1);
  return NodeHash(Range(begin, middle), Range(middle, end));
}

std::string LeafTree::Root() const { return size() == 0 ? EmptyRoot() : Range(0, size()); }

std::vector<std::string> LeafTree::Path(std::uint64_t index) const {
  std::vector<std::string> path;
  std::uint64_t begin = 0;
  std::uint64_t end = size();
  while (end - begin > 1) {
    const std::uint64_t middle = begin + std::bit_floor(end - begin - 1);
    if (index < middle) {
      path.push_back(Range(middle, end));
      end = middle;
    } else {
      path.push_back(Range(begin, middle));
      begin = middle;
    }
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace sanzhang::audit
