// The tree as RFC 6962 writes it down, over leaves that are all in memory: slow, and plain to read.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eventstore/check.h"
#include "eventstore/transparency/merkle.h"

namespace sanzhang::transparency {

class NaiveTree : public HashSource {
 public:
  void Add(const Hash& leaf) { leaves_.push_back(leaf); }
  std::uint64_t size() const { return leaves_.size(); }

  // MTH(D[begin:end]).
  Hash Root(std::uint64_t begin, std::uint64_t end) const {
    if (begin == end) return EmptyRoot();
    if (end - begin == 1) return leaves_[begin];
    const std::uint64_t k = std::bit_floor(end - begin - 1);
    return NodeHash(Root(begin, begin + k), Root(begin + k, end));
  }
  absl::StatusOr<Hash> Subtree(int level, std::uint64_t index) const override {
    SANZHANG_CHECK((index + 1) << level <= leaves_.size());
    return Root(index << level, (index + 1) << level);
  }

 private:
  std::vector<Hash> leaves_;
};

inline NaiveTree NaiveTreeOf(std::uint64_t size) {
  NaiveTree tree;
  for (std::uint64_t i = 0; i < size; ++i) tree.Add(LeafHash(absl::StrCat("leaf ", i)));
  return tree;
}

}  // namespace sanzhang::transparency
