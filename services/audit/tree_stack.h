// The root of a tree of RFC 6962 that only grows, in memory that does not: the hashes of the whole
// subtrees that its leaves so far make up.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sanzhang::audit {

class TreeStack {
 public:
  // `leaf`: 32 bytes, as LeafHash makes them.
  void Add(std::string_view leaf);
  std::uint64_t size() const { return size_; }
  // 32 bytes; of no leaves the hash of nothing.
  std::string Root() const;

  // As one text, and back; false if it is none.
  std::string Save() const;
  bool Load(std::uint64_t size, std::string_view saved);

 private:
  std::uint64_t size_ = 0;
  std::vector<std::string> whole_;  // From the largest subtree to the smallest.
};

}  // namespace sanzhang::audit
