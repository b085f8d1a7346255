#include "eventstore/transparency/merkle.h"

#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "eventstore/check.h"

namespace sanzhang::transparency {
namespace {

constexpr std::uint8_t kLeafPrefix = 0;
constexpr std::uint8_t kNodePrefix = 1;

// OpenSSL looks an algorithm up at each one-shot call, which costs more than hashing a node.
const EVP_MD* Sha256() {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  SANZHANG_CHECK(algorithm != nullptr);
  return algorithm;
}

EVP_MD_CTX* Context() {
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  static thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  return context.get();
}

Hash Digest(std::uint8_t prefix, std::string_view first, std::string_view second) {
  EVP_MD_CTX* const context = Context();
  Hash hash;
  SANZHANG_CHECK(EVP_DigestInit_ex2(context, Sha256(), nullptr) == 1 &&
                 EVP_DigestUpdate(context, &prefix, 1) == 1 &&
                 EVP_DigestUpdate(context, first.data(), first.size()) == 1 &&
                 EVP_DigestUpdate(context, second.data(), second.size()) == 1 &&
                 EVP_DigestFinal_ex(context, hash.data(), nullptr) == 1);
  return hash;
}

// Where a tree of `leaves` > 1 is split: the largest power of two below.
std::uint64_t SplitOf(std::uint64_t leaves) { return std::bit_floor(leaves - 1); }

// The root of the leaves begin .. begin + count; `begin` is a multiple of what it is split into.
absl::StatusOr<Hash> RangeRoot(const HashSource& source, std::uint64_t begin, std::uint64_t count) {
  if (std::has_single_bit(count)) {
    const int level = std::countr_zero(count);
    return source.Subtree(level, begin >> level);
  }
  const std::uint64_t split = SplitOf(count);
  const absl::StatusOr<Hash> left = RangeRoot(source, begin, split);
  if (!left.ok()) return left;
  const absl::StatusOr<Hash> right = RangeRoot(source, begin + split, count - split);
  if (!right.ok()) return right;
  return NodeHash(*left, *right);
}

absl::Status AddRoot(const HashSource& source, std::uint64_t begin, std::uint64_t count,
                     Proof& proof) {
  const absl::StatusOr<Hash> hash = RangeRoot(source, begin, count);
  if (hash.ok()) proof.push_back(*hash);
  return hash.status();
}

// PATH of RFC 6962, over the leaves begin .. begin + count.
absl::Status AddPath(const HashSource& source, std::uint64_t index, std::uint64_t begin,
                     std::uint64_t count, Proof& proof) {
  if (count == 1) return absl::OkStatus();
  const std::uint64_t split = SplitOf(count);
  const bool left = index < split;
  const absl::Status path =
      left ? AddPath(source, index, begin, split, proof)
           : AddPath(source, index - split, begin + split, count - split, proof);
  if (!path.ok()) return path;
  return left ? AddRoot(source, begin + split, count - split, proof)
              : AddRoot(source, begin, split, proof);
}

// SUBPROOF of RFC 6962. `known`: the smaller tree is this very subtree, and who checks has its
// root.
absl::Status AddSubproof(const HashSource& source, std::uint64_t first, std::uint64_t begin,
                         std::uint64_t count, bool known, Proof& proof) {
  if (first == count) return known ? absl::OkStatus() : AddRoot(source, begin, count, proof);
  const std::uint64_t split = SplitOf(count);
  if (first <= split) {
    const absl::Status left = AddSubproof(source, first, begin, split, known, proof);
    return left.ok() ? AddRoot(source, begin + split, count - split, proof) : left;
  }
  const absl::Status right =
      AddSubproof(source, first - split, begin + split, count - split, false, proof);
  return right.ok() ? AddRoot(source, begin, split, proof) : right;
}

absl::Status NotProven(std::string_view why) {
  return absl::DataLossError(absl::string_view(why.data(), why.size()));
}

// Both trees' roots, as they follow from a consistency proof.
struct Roots {
  Hash first;
  Hash second;
};

// RFC 9162, 2.1.4.2, for 0 < first < second.
absl::StatusOr<Roots> RootsFromProof(std::uint64_t first, const Hash& first_root,
                                     std::uint64_t second, const Proof& proof) {
  auto next = proof.begin();
  std::uint64_t left = first - 1;
  std::uint64_t last = second - 1;
  const int whole = std::countr_one(left);
  left >>= whole;
  last >>= whole;
  Roots roots{first_root, first_root};
  if (!std::has_single_bit(first)) {
    if (next == proof.end()) return NotProven("the proof is too short");
    roots = {*next, *next};
    ++next;
  }
  for (; next != proof.end(); ++next) {
    if (last == 0) return NotProven("the proof is too long");
    if ((left & 1) == 1 || left == last) {
      roots.first = NodeHash(*next, roots.first);
      roots.second = NodeHash(*next, roots.second);
      while ((left & 1) == 0 && left != 0) {
        left >>= 1;
        last >>= 1;
      }
    } else {
      roots.second = NodeHash(roots.second, *next);
    }
    left >>= 1;
    last >>= 1;
  }
  if (last != 0) return NotProven("the proof is too short");
  return roots;
}

}  // namespace

Hash LeafHash(std::string_view bytes) { return Digest(kLeafPrefix, bytes, {}); }

Hash NodeHash(const Hash& left, const Hash& right) {
  return Digest(kNodePrefix, BytesOf(left), BytesOf(right));
}

Hash EmptyRoot() {
  Hash hash;
  SANZHANG_CHECK(EVP_Digest("", 0, hash.data(), nullptr, Sha256(), nullptr) == 1);
  return hash;
}

Hash RootOfWhole(std::string_view hashes) {
  SANZHANG_CHECK(std::has_single_bit(hashes.size() / kHashBytes) &&
                 hashes.size() % kHashBytes == 0);
  std::vector<Hash> level(hashes.size() / kHashBytes);
  std::memcpy(level.data(), hashes.data(), hashes.size());
  for (std::size_t count = level.size(); count > 1; count /= 2) {
    for (std::size_t i = 0; i < count / 2; ++i) level[i] = NodeHash(level[2 * i], level[2 * i + 1]);
  }
  return level[0];
}

std::string_view BytesOf(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

Hash HashOf(std::string_view bytes) {
  SANZHANG_CHECK(bytes.size() >= kHashBytes);
  Hash hash;
  std::memcpy(hash.data(), bytes.data(), kHashBytes);
  return hash;
}

std::string ToBase64(const Hash& hash) {
  const std::string_view bytes = BytesOf(hash);
  return absl::Base64Escape(absl::string_view(bytes.data(), bytes.size()));
}

absl::StatusOr<Hash> HashFromBase64(std::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(absl::string_view(text.data(), text.size()), &bytes) ||
      bytes.size() != kHashBytes || absl::Base64Escape(bytes) != text) {
    return absl::InvalidArgumentError("not a hash in base64");
  }
  return HashOf(bytes);
}

absl::StatusOr<Hash> RootOf(const HashSource& source, std::uint64_t size) {
  if (size == 0) return EmptyRoot();
  return RangeRoot(source, 0, size);
}

absl::StatusOr<Proof> InclusionProof(const HashSource& source, std::uint64_t index,
                                     std::uint64_t size) {
  if (index >= size) return absl::OutOfRangeError("the tree has no such leaf");
  Proof proof;
  if (absl::Status path = AddPath(source, index, 0, size, proof); !path.ok()) return path;
  return proof;
}

absl::StatusOr<Proof> ConsistencyProof(const HashSource& source, std::uint64_t first,
                                       std::uint64_t second) {
  if (first == 0 || first > second) return absl::OutOfRangeError("not a smaller tree");
  Proof proof;
  const absl::Status sub = AddSubproof(source, first, 0, second, /*known=*/true, proof);
  if (!sub.ok()) return sub;
  return proof;
}

// RFC 9162, 2.1.3.2.
absl::Status VerifyInclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                             const Proof& proof, const Hash& root) {
  if (index >= size) return NotProven("the tree has no such leaf");
  std::uint64_t node = index;
  std::uint64_t last = size - 1;
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (last == 0) return NotProven("the proof is too long");
    if ((node & 1) == 1 || node == last) {
      hash = NodeHash(sibling, hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = NodeHash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return NotProven("the proof is too short");
  if (hash != root) return NotProven("the proof leads to another root");
  return absl::OkStatus();
}

absl::Status VerifyConsistency(std::uint64_t first, const Hash& first_root, std::uint64_t second,
                               const Hash& second_root, const Proof& proof) {
  if (first > second) return NotProven("the tree has become smaller");
  if (first == 0 || first == second) {
    if (!proof.empty()) return NotProven("the proof is too long");
    if (first == second && first_root != second_root) {
      return NotProven("two trees of one size have two roots");
    }
    return absl::OkStatus();
  }
  const absl::StatusOr<Roots> roots = RootsFromProof(first, first_root, second, proof);
  if (!roots.ok()) return roots.status();
  if (roots->first != first_root)
    return NotProven("the smaller tree is not part of the larger one");
  if (roots->second != second_root) return NotProven("the proof leads to another root");
  return absl::OkStatus();
}

}  // namespace sanzhang::transparency
