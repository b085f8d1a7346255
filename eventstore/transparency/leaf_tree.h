// A tree in memory, with the hashes of all its whole subtrees, for the proofs of any of its leaves:
// 64 bytes of memory for each of them. Where there are tiles, they answer instead.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eventstore/transparency/merkle.h"

namespace sanzhang::transparency {

class LeafTree final : public HashSource {
 public:
  void Add(const Hash& leaf);
  std::uint64_t size() const { return levels_.empty() ? 0 : levels_[0].size() / kHashBytes; }
  absl::StatusOr<Hash> Subtree(int level, std::uint64_t index) const override;

 private:
  std::vector<std::string> levels_;  // Hashes of whole subtrees of 1, 2, 4 … leaves, side by side.
};

}  // namespace sanzhang::transparency
