#include "eventstore/transparency/tree_stack.h"

#include <bit>

#include "absl/strings/escaping.h"

namespace sanzhang::transparency {

void TreeStack::Add(const Hash& leaf) {
  Hash hash = leaf;
  // Each subtree that becomes whole joins the one to its left.
  for (std::uint64_t size = size_; (size & 1) != 0; size >>= 1) {
    hash = NodeHash(whole_.back(), hash);
    whole_.pop_back();
  }
  whole_.push_back(hash);
  ++size_;
}

Hash TreeStack::Root() const {
  if (whole_.empty()) return EmptyRoot();
  Hash root = whole_.back();
  for (std::size_t i = whole_.size() - 1; i > 0; --i) root = NodeHash(whole_[i - 1], root);
  return root;
}

std::string TreeStack::Save() const {
  std::string all;
  for (const Hash& hash : whole_) all += BytesOf(hash);
  return absl::BytesToHexString(all);
}

bool TreeStack::Load(std::uint64_t size, std::string_view saved) {
  const std::string all = absl::HexStringToBytes(absl::string_view(saved.data(), saved.size()));
  if (all.size() != kHashBytes * static_cast<std::size_t>(std::popcount(size))) return false;
  size_ = size;
  whole_.clear();
  for (std::size_t i = 0; i < all.size(); i += kHashBytes) {
    whole_.push_back(HashOf(std::string_view(all).substr(i)));
  }
  return true;
}

}  // namespace sanzhang::transparency
