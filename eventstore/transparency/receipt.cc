#include "eventstore/transparency/receipt.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "eventstore/transparency/checkpoint.h"
#include "eventstore/transparency/limits.h"
#include "sanzhang/log/v1/transparency_service.pb.h"

namespace sanzhang::transparency {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";

absl::Status Invalid(std::string_view why) {
  return absl::InvalidArgumentError(absl::string_view(why.data(), why.size()));
}

// Takes a line with its newline; nothing if none ends.
std::optional<std::string_view> TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == text.npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

// The leaf that `extra` speaks of.
absl::StatusOr<Hash> LeafOf(const log::v1::ReceiptExtra& extra) {
  switch (extra.proven_case()) {
    case log::v1::ReceiptExtra::kRecord:
      return LeafHash(extra.record());
    case log::v1::ReceiptExtra::kLeafHash:
      if (extra.leaf_hash().size() != kHashBytes) return Invalid("the leaf's hash is not one");
      return HashOf(extra.leaf_hash());
    case log::v1::ReceiptExtra::PROVEN_NOT_SET:
      break;
  }
  return Invalid("the receipt does not say what it is about");
}

absl::Status At(std::uint64_t position, std::string_view what) {
  return absl::DataLossError(absl::StrCat("position ", position, ": ", std::string(what)));
}

}  // namespace

std::string TlogProof::Encode() const {
  std::string text = absl::StrCat(std::string(kFirstLine), "\n");
  if (!extra.empty()) {
    absl::StrAppend(&text, std::string(kExtra), absl::Base64Escape(extra), "\n");
  }
  absl::StrAppend(&text, std::string(kIndex), index, "\n");
  for (const Hash& hash : path) absl::StrAppend(&text, ToBase64(hash), "\n");
  return absl::StrCat(text, "\n", checkpoint);
}

bool TlogProof::Begins(std::string_view text) { return TakeLine(text) == kFirstLine; }

absl::StatusOr<TlogProof> TlogProof::Parse(std::string_view text) {
  if (text.size() > kReceiptBytesMax) return Invalid("the receipt is too large");
  TlogProof proof;
  if (TakeLine(text) != kFirstLine)
    return Invalid("not a receipt: it does not begin as a tlog-proof");
  std::optional<std::string_view> line = TakeLine(text);
  if (line && line->starts_with(kExtra)) {
    const std::string_view base64 = line->substr(kExtra.size());
    if (!absl::Base64Unescape(absl::string_view(base64.data(), base64.size()), &proof.extra)) {
      return Invalid("the extra line is not base64");
    }
    line = TakeLine(text);
  }
  if (!line || !line->starts_with(kIndex)) return Invalid("the index line is missing");
  const absl::StatusOr<std::uint64_t> index = ParseDecimal(line->substr(kIndex.size()));
  if (!index.ok()) return Invalid("the index is not a number");
  proof.index = *index;
  for (line = TakeLine(text); line && !line->empty(); line = TakeLine(text)) {
    const absl::StatusOr<Hash> hash = HashFromBase64(*line);
    if (!hash.ok()) return Invalid("a line of the path is not a hash");
    if (proof.path.size() == kProofHashesMax) return Invalid("the path is too long");
    proof.path.push_back(*hash);
  }
  if (!line) return Invalid("the checkpoint is missing");
  proof.checkpoint = text;
  return proof;
}

std::string ExtraOfRecord(std::string_view record) {
  log::v1::ReceiptExtra extra;
  extra.set_record(record.data(), record.size());
  return extra.SerializeAsString();
}

std::string ExtraOfLeaf(const Hash& leaf) {
  log::v1::ReceiptExtra extra;
  extra.set_leaf_hash(leaf.data(), leaf.size());
  return extra.SerializeAsString();
}

absl::StatusOr<Proven> VerifyReceipt(std::string_view text, const Policy& policy) {
  const absl::StatusOr<TlogProof> proof = TlogProof::Parse(text);
  if (!proof.ok()) return proof.status();
  const absl::StatusOr<SignedNote> note = SignedNote::Parse(proof->checkpoint);
  if (!note.ok()) return note.status();
  absl::StatusOr<Policy::Verdict> verdict = policy.Check(*note);
  if (!verdict.ok()) return verdict.status();
  log::v1::ReceiptExtra extra;
  if (!extra.ParseFromString(proof->extra))
    return Invalid("what the receipt is about can't be read");
  const absl::StatusOr<Hash> leaf = LeafOf(extra);
  if (!leaf.ok()) return leaf.status();
  Proven proven{*std::move(verdict), proof->index + 1, *leaf, {}};
  const TreeHead& head = proven.verdict.checkpoint.head;
  const absl::Status included =
      VerifyInclusion(proven.leaf, proof->index, head.size, proof->path, head.root);
  if (!included.ok()) return At(proven.position, std::string(included.message()));
  if (!extra.has_record()) return proven;
  log::v1::Record record;
  if (!record.ParseFromString(extra.record()))
    return At(proven.position, "the record can't be read");
  if (record.position() != proven.position) {
    return At(proven.position, absl::StrCat("the record says it is ", record.position()));
  }
  proven.record = std::move(record);
  return proven;
}

}  // namespace sanzhang::transparency
