// The root of a tree that only grows, in memory that does not: the hashes of the whole subtrees
// that its leaves so far make up. It can be put aside and gone on with.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/transparency/merkle.h"

namespace sanzhang::transparency {

class TreeStack {
 public:
  void Add(const Hash& leaf);
  std::uint64_t size() const { return size_; }
  Hash Root() const;

  // As one text, and back; false if it is none.
  std::string Save() const;
  bool Load(std::uint64_t size, std::string_view saved);

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> whole_;  // From the largest subtree to the smallest.
};

}  // namespace sanzhang::transparency
