#include "eventstore/transparency/signer.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "eventstore/transparency/files.h"
#include "eventstore/transparency/limits.h"

namespace sanzhang::transparency {
namespace {

constexpr char kKeyFile[] = "log.key";
constexpr char kStateFile[] = "log.signed";
constexpr std::size_t kKeyFileBytesMax = 1024;

absl::Status In(const std::string& file, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(file, ": ", std::string(status.message())));
}

absl::Status Damaged(const std::string& file, const absl::Status& status) {
  return absl::DataLossError(absl::StrCat(file, ": ", std::string(status.message())));
}

// By chance, in a form that nobody takes for an address. Of the key itself, so that it needs no
// other randomness: a name is fixed before its key is made.
absl::StatusOr<SigningKey> MakeKey(const std::string& origin) {
  if (!origin.empty()) return SigningKey::Make(origin, KeyKind::kEd25519);
  const absl::StatusOr<SigningKey> chance = SigningKey::Make("chance", KeyKind::kEd25519);
  if (!chance.ok()) return chance.status();
  const std::string name = chance->verifier().public_key.substr(0, 8);
  return SigningKey::Make(absl::StrCat("sanzhang.invalid/", absl::BytesToHexString(name)),
                          KeyKind::kEd25519);
}

// What was published last, and by whom it says it is. A file that the last power cut has emptied
// says nothing.
absl::StatusOr<std::optional<SignedNote>> ReadPublished(const std::string& file) {
  const auto text = GetFile(file, kNoteBytesMax);
  if (!text.ok()) return text.status();
  if (!text->has_value()) return std::optional<SignedNote>();
  absl::StatusOr<SignedNote> note = SignedNote::Parse(**text);
  if (!note.ok()) return std::optional<SignedNote>();
  return *std::move(note);
}

// That the tree of this head goes on from an earlier one.
absl::Status GoesOn(const TreeHead& before, const TreeHead& next, const HashSource& tree) {
  Proof proof;
  if (before.size > 0) {
    const absl::StatusOr<Proof> made = ConsistencyProof(tree, before.size, next.size);
    if (!made.ok()) return made.status();
    proof = *made;
  }
  const absl::Status proven =
      VerifyConsistency(before.size, before.root, next.size, next.root, proof);
  if (proven.ok()) return proven;
  return absl::DataLossError(absl::StrCat(
      "a tree of ", next.size, " records can't be signed: it does not go on from the one of ",
      before.size, " that was: ", std::string(proven.message())));
}

std::string StateFile(const TreeSigner::Options& options) {
  return absl::StrCat(options.keys, "/", kStateFile);
}
std::string PublishedFile(const TreeSigner::Options& options) {
  return absl::StrCat(options.tree, "/", kCheckpointFile);
}

std::string KeyFile(const std::string& keys) { return absl::StrCat(keys, "/", kKeyFile); }

// Nothing: there is no key.
absl::StatusOr<std::optional<SigningKey>> ReadKey(const std::string& keys) {
  const auto text = GetFile(KeyFile(keys), kKeyFileBytesMax);
  if (!text.ok()) return text.status();
  if (!text->has_value()) return std::optional<SigningKey>();
  absl::StatusOr<SigningKey> key =
      SigningKey::Parse(std::string(absl::StripAsciiWhitespace(**text)));
  if (!key.ok()) return Damaged(KeyFile(keys), key.status());
  return *std::move(key);
}

}  // namespace

absl::StatusOr<VerifierKey> VerifierIn(const std::string& keys) {
  const auto key = ReadKey(keys);
  if (!key.ok()) return key.status();
  if (!key->has_value()) return absl::NotFoundError(absl::StrCat(KeyFile(keys), ": not there"));
  return (*key)->verifier();
}

absl::StatusOr<TreeSigner::Signed> TreeSigner::ReadSigned(const Options& options,
                                                          const VerifierKey& key) {
  const std::string state_file = StateFile(options);
  const std::string published_file = PublishedFile(options);
  Signed before;
  const auto state = GetFile(state_file, kNoteBytesMax);
  if (!state.ok()) return state.status();
  if (state->has_value()) {
    const absl::StatusOr<Checkpoint> checkpoint = Checkpoint::Parse(**state);
    if (!checkpoint.ok()) return Damaged(state_file, checkpoint.status());
    if (checkpoint->origin != key.name) {
      return absl::DataLossError(
          absl::StrCat(state_file, ": of ", checkpoint->origin, ", but the key is of ", key.name));
    }
    before.last = checkpoint->head;
  }
  const absl::StatusOr<std::optional<SignedNote>> published = ReadPublished(published_file);
  if (!published.ok()) return published.status();
  if (!published->has_value()) return before;
  const absl::StatusOr<Checkpoint> checkpoint = OpenCheckpoint(**published, key);
  if (!checkpoint.ok()) {
    return absl::DataLossError(absl::StrCat(published_file, ": not signed with this log's key ",
                                            key.Encode(), " (",
                                            std::string(checkpoint.status().message()), ")"));
  }
  before.earlier = checkpoint->head;
  if (before.earlier.size == before.last.size && before.earlier.root != before.last.root) {
    return absl::DataLossError(absl::StrCat(published_file, " and ", state_file, ": two roots of ",
                                            before.last.size, " records"));
  }
  if (before.earlier.size > before.last.size) std::swap(before.earlier, before.last);
  return before;
}

absl::StatusOr<std::unique_ptr<TreeSigner>> TreeSigner::Open(const Options& options) {
  const std::string key_file = KeyFile(options.keys);
  auto found = ReadKey(options.keys);
  if (!found.ok()) return found.status();
  const bool key_is_new = !found->has_value();
  if (key_is_new) {
    const auto published = ReadPublished(PublishedFile(options));
    const auto state = GetFile(StateFile(options), kNoteBytesMax);
    if (!published.ok() || published->has_value() || !state.ok() || state->has_value()) {
      return absl::NotFoundError(absl::StrCat(
          key_file,
          ": the key that has signed this log is not there. Put it back from its backup. ",
          "A new key would be a new log: whoever holds a receipt would have to be told. See "
          "deploy/runbooks/tree-stopped.md"));
    }
  }
  absl::StatusOr<SigningKey> key = key_is_new ? MakeKey(options.origin) : **std::move(found);
  if (!key.ok()) return In("origin", key.status());
  if (!options.origin.empty() && options.origin != key->verifier().name) {
    return absl::InvalidArgumentError(
        absl::StrCat("origin = \"", options.origin, "\", but this log is called \"",
                     key->verifier().name, "\" in all that it has signed (", key_file, ")"));
  }
  if (key_is_new) {
    absl::Status kept = MakeFolder(options.keys, 0700);
    if (kept.ok()) kept = PutFile(key_file, key->Encode() + "\n", Durable::kYes, 0600);
    if (!kept.ok()) return kept;
  }
  const absl::StatusOr<Signed> before = ReadSigned(options, key->verifier());
  if (!before.ok()) return before.status();
  return std::unique_ptr<TreeSigner>(
      new TreeSigner(*std::move(key), StateFile(options), *before, key_is_new));
}

TreeHead TreeSigner::last() const {
  absl::MutexLock lock(&mutex_);
  return last_;
}

absl::Status TreeSigner::Check(const TreeHead& next, const HashSource& tree) const {
  const TreeHead last = this->last();
  if (next.size < last.size) {
    return absl::DataLossError(absl::StrCat(
        "a tree of ", next.size, " records can't be signed: one of ", last.size, " was"));
  }
  const absl::StatusOr<Hash> root = RootOf(tree, next.size);
  if (!root.ok()) return root.status();
  if (*root != next.root) {
    return absl::InternalError(
        absl::StrCat("the tiles of ", next.size, " records do not have the root of the tree"));
  }
  const absl::Status goes_on = GoesOn(last, next, tree);
  return goes_on.ok() ? GoesOn(earlier_, next, tree) : goes_on;
}

absl::StatusOr<SignedNote> TreeSigner::Sign(const TreeHead& next, const HashSource& tree) {
  if (!stopped_.ok()) return stopped_;
  if (absl::Status checked = Check(next, tree); !checked.ok()) {
    if (absl::IsDataLoss(checked)) stopped_ = checked;
    return checked;
  }
  const Checkpoint checkpoint{verifier().name, next};
  const absl::Status kept = PutFile(state_file_, checkpoint.Text(), Durable::kYes, 0600);
  if (!kept.ok()) return kept;
  {
    absl::MutexLock lock(&mutex_);
    last_ = next;
  }
  return SignCheckpoint(checkpoint, key_);
}

}  // namespace sanzhang::transparency
