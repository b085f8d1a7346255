// The tree of RFC 6962, section 2.1, with SHA-256: hashes, proofs, and how proofs are checked.
//
// A leaf is SHA-256(0x00 || bytes), a node SHA-256(0x01 || left || right). Proofs are made from
// hashes of whole subtrees, wherever these come from; checking needs none. All pure.
// Threads: everything may be called from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/transparency/limits.h"

namespace sanzhang::transparency {

using Hash = std::array<std::uint8_t, kHashBytes>;
using Proof = std::vector<Hash>;

Hash LeafHash(std::string_view bytes);
Hash NodeHash(const Hash& left, const Hash& right);
// Of the tree without leaves: SHA-256 of nothing.
Hash EmptyRoot();
// Of 1, 2, 4 ... hashes side by side, 32 bytes each.
Hash RootOfWhole(std::string_view hashes);

std::string_view BytesOf(const Hash& hash);
// The first 32 bytes.
Hash HashOf(std::string_view bytes);
std::string ToBase64(const Hash& hash);
// INVALID_ARGUMENT unless it is standard base64 of 32 bytes.
absl::StatusOr<Hash> HashFromBase64(std::string_view text);

// Hashes of whole subtrees of one tree.
class HashSource {
 public:
  virtual ~HashSource() = default;
  // The root of the 2^level leaves from index * 2^level on; all of them are in the tree.
  virtual absl::StatusOr<Hash> Subtree(int level, std::uint64_t index) const = 0;
};

// Of the first `size` leaves. Errors: the source's.
absl::StatusOr<Hash> RootOf(const HashSource& source, std::uint64_t size);
// RFC 6962, 2.1.1. OUT_OF_RANGE unless index < size.
absl::StatusOr<Proof> InclusionProof(const HashSource& source, std::uint64_t index,
                                     std::uint64_t size);
// RFC 6962, 2.1.2. OUT_OF_RANGE unless 1 <= first <= second.
absl::StatusOr<Proof> ConsistencyProof(const HashSource& source, std::uint64_t first,
                                       std::uint64_t second);

// DATA_LOSS, saying why: the proof does not prove it.
absl::Status VerifyInclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                             const Proof& proof, const Hash& root);
// Every tree goes on from the empty one; of two of one size the roots must be the same.
absl::Status VerifyConsistency(std::uint64_t first, const Hash& first_root, std::uint64_t second,
                               const Hash& second_root, const Proof& proof);

}  // namespace sanzhang::transparency
