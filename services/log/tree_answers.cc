#include "services/log/tree_answers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "eventstore/transparency/receipt.h"
#include "proto/wire/refusal.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/log/calls.h"

namespace sanzhang::log {

using enum type::v1::ErrorReason;
using transparency::BytesOf;
using transparency::Hash;
using transparency::Proof;
using transparency::VerifyConsistency;
using transparency::VerifyInclusion;

namespace {

// When a checkpoint that holds what is asked for will be there.
constexpr absl::Duration kRetryDelay = absl::Milliseconds(transparency::kSignPauseMs);

std::string Number(std::uint64_t number) { return absl::StrCat(number); }

absl::Status SizeInvalid(std::uint64_t tree_size) {
  return wire::Refuse(ERROR_REASON_TREE_SIZE_INVALID, {{"tree_size", Number(tree_size)}});
}

// What tiles say that can't be read, or do not prove what they must. The log itself is not touched.
absl::Status FromTiles(const absl::Status& status) {
  if (status.ok()) return status;
  return wire::Refuse(
      ERROR_REASON_LOG_CORRUPT, {},
      absl::StrCat("the tiles of the log's tree are damaged: ", std::string(status.message())));
}

template <class Field>
void AddHashes(const Proof& proof, Field& to) {
  for (const Hash& hash : proof) to.Add(std::string(BytesOf(hash)));
}

bool MaySee(const log::v1::Record& record, const runtime::Principal& caller) {
  const auto& roles = caller.installation_roles;
  return std::any_of(roles.begin(), roles.end(),
                     [](type::v1::Role role) {
                       return role == type::v1::ROLE_AUDITOR || role == type::v1::ROLE_OPERATOR;
                     }) ||
         (!record.actor().subject().empty() &&
          record.actor().subject() == caller.SubjectIn(record.community()));
}

// That the tree of `size` leads on to what is published: so its root is one that was, or could have
// been, signed.
absl::Status LeadsTo(const transparency::HashSource& hashes, std::uint64_t size, const Hash& root,
                     const transparency::TreeHead& published) {
  const absl::StatusOr<Proof> proof = transparency::ConsistencyProof(hashes, size, published.size);
  if (!proof.ok()) return proof.status();
  return VerifyConsistency(size, root, published.size, published.root, *proof);
}

}  // namespace

absl::StatusOr<TreeAnswers::PublishedPtr> TreeAnswers::Last(std::uint64_t position) const {
  PublishedPtr published = keeper_.published();
  const std::uint64_t size = published == nullptr ? 0 : published->head.size;
  if (absl::Status health = keeper_.health(); !health.ok()) {
    return wire::Refuse(ERROR_REASON_TREE_STOPPED, {{"tree_size", Number(size)}},
                        std::string(health.message()));
  }
  if (position > store_.head().position) return SizeInvalid(size);
  if (published == nullptr || position > size) {
    return wire::RefuseForNow(ERROR_REASON_RECEIPT_PENDING, kRetryDelay,
                              {{"position", Number(position)}, {"tree_size", Number(size)}});
  }
  return published;
}

absl::StatusOr<TreeAnswers::PublishedPtr> TreeAnswers::Holding(std::uint64_t position) const {
  absl::StatusOr<PublishedPtr> last = Last(position);
  if (!last.ok()) return last;
  PublishedPtr cosigned = keeper_.cosigned();
  return cosigned != nullptr && cosigned->head.size >= position ? cosigned : last;
}

absl::StatusOr<std::string> TreeAnswers::RecordAt(std::uint64_t position) const {
  auto page = store_.ReadLog(position, eventstore::Direction::kForwards, {}, {.records_max = 1});
  if (!page.ok()) return FromStore(page.status());
  if (page->records.empty()) return FromStore(absl::DataLossError("the record is not there"));
  return std::move(page->records[0].bytes);
}

absl::StatusOr<v1::GetCheckpointResponse> TreeAnswers::Checkpoint() const {
  const absl::StatusOr<PublishedPtr> last = Last(0);
  if (!last.ok()) return last.status();
  v1::GetCheckpointResponse response;
  response.set_checkpoint((*last)->note.Encode());
  response.set_tree_size((*last)->head.size);
  response.set_root_hash(std::string(BytesOf((*last)->head.root)));
  response.set_verifier_key(keeper_.verifier().Encode());
  return response;
}

absl::StatusOr<v1::GetInclusionProofResponse> TreeAnswers::Inclusion(
    const v1::GetInclusionProofRequest& request) const {
  const absl::StatusOr<PublishedPtr> last = Last(request.position());
  if (!last.ok()) return last.status();
  const transparency::TreeHead& head = (*last)->head;
  const std::uint64_t size = request.tree_size() == 0 ? head.size : request.tree_size();
  if (size > head.size || request.position() > size) return SizeInvalid(head.size);
  const std::uint64_t index = request.position() - 1;
  const transparency::TiledHashes hashes(keeper_.tiles(), head.size);
  const absl::StatusOr<Hash> root = transparency::RootOf(hashes, size);
  const absl::StatusOr<Hash> leaf = hashes.Subtree(0, index);
  const absl::StatusOr<Proof> proof = transparency::InclusionProof(hashes, index, size);
  absl::Status checked = root.status();
  checked.Update(leaf.status());
  checked.Update(proof.status());
  if (checked.ok()) checked = VerifyInclusion(*leaf, index, size, *proof, *root);
  if (checked.ok()) checked = LeadsTo(hashes, size, *root, head);
  if (!checked.ok()) return FromTiles(checked);
  v1::GetInclusionProofResponse response;
  response.set_leaf_index(index);
  response.set_tree_size(size);
  response.set_leaf_hash(std::string(BytesOf(*leaf)));
  AddHashes(*proof, *response.mutable_hashes());
  response.set_root_hash(std::string(BytesOf(*root)));
  return response;
}

absl::StatusOr<v1::GetConsistencyProofResponse> TreeAnswers::Consistency(
    const v1::GetConsistencyProofRequest& request) const {
  const absl::StatusOr<PublishedPtr> last = Last(0);
  if (!last.ok()) return last.status();
  const transparency::TreeHead& head = (*last)->head;
  const std::uint64_t first = request.first_tree_size();
  const std::uint64_t second =
      request.second_tree_size() == 0 ? head.size : request.second_tree_size();
  if (second > head.size || first > second) return SizeInvalid(head.size);
  const transparency::TiledHashes hashes(keeper_.tiles(), head.size);
  const absl::StatusOr<Hash> first_root = transparency::RootOf(hashes, first);
  const absl::StatusOr<Hash> second_root = transparency::RootOf(hashes, second);
  const absl::StatusOr<Proof> proof = transparency::ConsistencyProof(hashes, first, second);
  absl::Status checked = first_root.status();
  checked.Update(second_root.status());
  checked.Update(proof.status());
  if (checked.ok()) checked = VerifyConsistency(first, *first_root, second, *second_root, *proof);
  if (checked.ok()) checked = LeadsTo(hashes, second, *second_root, head);
  if (!checked.ok()) return FromTiles(checked);
  v1::GetConsistencyProofResponse response;
  response.set_first_tree_size(first);
  response.set_second_tree_size(second);
  AddHashes(*proof, *response.mutable_hashes());
  response.set_first_root_hash(std::string(BytesOf(*first_root)));
  response.set_second_root_hash(std::string(BytesOf(*second_root)));
  return response;
}

absl::StatusOr<v1::GetReceiptResponse> TreeAnswers::Receipt(
    const v1::GetReceiptRequest& request, const runtime::Principal& caller) const {
  const absl::StatusOr<PublishedPtr> holding = Holding(request.position());
  if (!holding.ok()) return holding.status();
  const transparency::TreeHead& head = (*holding)->head;
  const std::uint64_t index = request.position() - 1;
  const absl::StatusOr<std::string> bytes = RecordAt(request.position());
  if (!bytes.ok()) return bytes.status();
  const transparency::TiledHashes hashes(keeper_.tiles(), head.size);
  const absl::StatusOr<Proof> path = transparency::InclusionProof(hashes, index, head.size);
  if (!path.ok()) return FromTiles(path.status());
  const Hash leaf = transparency::LeafHash(*bytes);
  const absl::Status checked = VerifyInclusion(leaf, index, head.size, *path, head.root);
  if (!checked.ok()) return FromTiles(checked);
  log::v1::Record record;
  const bool whole = record.ParseFromString(*bytes) && MaySee(record, caller);
  transparency::TlogProof proof;
  proof.extra = whole ? transparency::ExtraOfRecord(*bytes) : transparency::ExtraOfLeaf(leaf);
  proof.index = index;
  proof.path = *path;
  proof.checkpoint = (*holding)->note.Encode();
  v1::GetReceiptResponse response;
  response.set_receipt(proof.Encode());
  return response;
}

}  // namespace sanzhang::log
