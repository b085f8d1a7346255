#include "services/audit/tree_stack.h"

#include <bit>

#include "absl/strings/escaping.h"
#include "proto/wire/sha256.h"
#include "services/audit/export_format.h"

namespace sanzhang::audit {
void TreeStack::Add(std::string_view leaf) {
  std::string hash(leaf);
  // Each subtree that becomes whole joins the one to its left.
  for (std::uint64_t size = size_; (size & 1) != 0; size >>= 1) {
    hash = NodeHash(whole_.back(), hash);
    whole_.pop_back();
  }
  whole_.push_back(std::move(hash));
  ++size_;
}

std::string TreeStack::Root() const {
  if (whole_.empty()) return EmptyRoot();
  std::string root = whole_.back();
  for (std::size_t i = whole_.size() - 1; i > 0; --i) root = NodeHash(whole_[i - 1], root);
  return root;
}

std::string TreeStack::Save() const {
  std::string all;
  for (const std::string& hash : whole_) all += hash;
  return absl::BytesToHexString(all);
}

bool TreeStack::Load(std::uint64_t size, std::string_view saved) {
  const std::string all = absl::HexStringToBytes(absl::string_view(saved.data(), saved.size()));
  if (all.size() != wire::kSha256Bytes * static_cast<std::size_t>(std::popcount(size)))
    return false;
  size_ = size;
  whole_.clear();
  for (std::size_t i = 0; i < all.size(); i += wire::kSha256Bytes) {
    whole_.push_back(all.substr(i, wire::kSha256Bytes));
  }
  return true;
}

}  // namespace sanzhang::audit
