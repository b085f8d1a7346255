// A tree of RFC 6962 with all its hashes, for the paths of any of its leaves: 64 bytes of memory
// for each of them. Where there are tiles, a server answers instead.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sanzhang::audit {

class LeafTree {
 public:
  // `leaf`: 32 bytes, as LeafHash makes them.
  void Add(std::string_view leaf);
  std::uint64_t size() const { return levels_.empty() ? 0 : levels_[0].size() / kHashBytes; }
  // Of all leaves, 32 bytes.
  std::string Root() const;
  // From the leaf to the root, as in RFC 6962, 2.1.1; `index` is below size().
  std::vector<std::string> Path(std::uint64_t index) const;

 private:
  static constexpr std::size_t kHashBytes = 32;
  std::string Range(std::uint64_t begin, std::uint64_t end) const;

  std::vector<std::string> levels_;  // Hashes of whole subtrees of 1, 2, 4 … leaves, side by side.
};

}  // namespace sanzhang::audit
