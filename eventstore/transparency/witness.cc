#include "eventstore/transparency/witness.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "eventstore/transparency/files.h"
#include "proto/wire/sha256.h"

namespace sanzhang::transparency {
namespace {

constexpr char kText[] = "text/plain; charset=utf-8";
constexpr char kSize[] = "text/x.tlog.size";
constexpr std::string_view kOld = "old ";

absl::Status Invalid(std::string_view why) {
  return absl::InvalidArgumentError(absl::string_view(why.data(), why.size()));
}

Witness::Answer Refuse(int code, std::string_view why) {
  return {code, kText, absl::StrCat(std::string(why), "\n")};
}

// The size that the log must go on from.
Witness::Answer Conflict(std::uint64_t size) { return {409, kSize, absl::StrCat(size, "\n")}; }

}  // namespace

std::string AddCheckpoint::Encode() const {
  std::string body = absl::StrCat(std::string(kOld), old_size, "\n");
  for (const Hash& hash : proof) absl::StrAppend(&body, ToBase64(hash), "\n");
  return absl::StrCat(body, "\n", checkpoint);
}

absl::StatusOr<AddCheckpoint> AddCheckpoint::Parse(std::string_view body) {
  if (body.size() > kNoteBytesMax) return Invalid("the request is too large");
  AddCheckpoint add;
  for (bool first = true;; first = false) {
    const std::size_t end = body.find('\n');
    if (end == body.npos) return Invalid("the checkpoint is missing");
    const std::string_view line = body.substr(0, end);
    body.remove_prefix(end + 1);
    if (first) {
      const absl::StatusOr<std::uint64_t> size =
          ParseDecimal(line.starts_with(kOld) ? line.substr(kOld.size()) : "");
      if (!size.ok()) return Invalid("the old size is missing");
      add.old_size = *size;
      continue;
    }
    if (line.empty()) break;
    const absl::StatusOr<Hash> hash = HashFromBase64(line);
    if (!hash.ok()) return Invalid("a line of the proof is not a hash");
    if (add.proof.size() == kProofHashesMax) return Invalid("the proof is too long");
    add.proof.push_back(*hash);
  }
  add.checkpoint = body;
  return add;
}

absl::StatusOr<std::unique_ptr<Witness>> Witness::Open(SigningKey key, Options options) {
  if (key.verifier().kind != KeyKind::kCosignature) return Invalid("not the key of a witness");
  std::unique_ptr<Witness> witness(new Witness(std::move(key), std::move(options)));
  if (absl::Status made = MakeFolder(witness->options_.folder, 0700); !made.ok()) return made;
  for (const VerifierKey& log : witness->options_.logs) {
    if (log.kind != KeyKind::kEd25519)
      return Invalid(absl::StrCat(log.Encode(), ": not a log's key"));
    const std::string file = witness->FileOf(log.name);
    const auto text = GetFile(file, kNoteBytesMax);
    if (!text.ok()) return text.status();
    TreeHead seen;
    if (text->has_value()) {
      const absl::StatusOr<Checkpoint> checkpoint = Checkpoint::Parse(**text);
      if (!checkpoint.ok() || checkpoint->origin != log.name) {
        return absl::DataLossError(absl::StrCat(file, ": not what was seen of ", log.name));
      }
      seen = checkpoint->head;
    }
    absl::MutexLock lock(&witness->mutex_);
    witness->seen_[log.name] = seen;
  }
  return witness;
}

std::string Witness::FileOf(const std::string& origin) const {
  return absl::StrCat(options_.folder, "/",
                      absl::BytesToHexString(wire::Sha256(origin).substr(0, 16)), ".seen");
}

absl::StatusOr<Checkpoint> Witness::Known(const SignedNote& note, Answer& refusal) const {
  absl::StatusOr<Checkpoint> checkpoint = Checkpoint::Parse(note.text);
  if (!checkpoint.ok()) {
    refusal = Refuse(400, std::string(checkpoint.status().message()));
    return checkpoint;
  }
  bool known = false;
  for (const VerifierKey& log : options_.logs) {
    if (log.name != checkpoint->origin) continue;
    known = true;
    if (VerifyNote(note, log).ok()) return checkpoint;
  }
  refusal = known ? Refuse(403, "not signed by a key that is known of this log")
                  : Refuse(404, "this log is not known");
  return absl::NotFoundError("refused");
}

Witness::Answer Witness::Add(std::string_view body) {
  const absl::StatusOr<AddCheckpoint> add = AddCheckpoint::Parse(body);
  if (!add.ok()) return Refuse(400, std::string(add.status().message()));
  const absl::StatusOr<SignedNote> note = SignedNote::Parse(add->checkpoint);
  if (!note.ok()) return Refuse(400, std::string(note.status().message()));
  Answer refusal;
  const absl::StatusOr<Checkpoint> checkpoint = Known(*note, refusal);
  if (!checkpoint.ok()) return refusal;
  const TreeHead& head = checkpoint->head;
  if (add->old_size > head.size) return Refuse(400, "the old size is larger than the checkpoint's");
  absl::MutexLock lock(&mutex_);
  TreeHead& seen = seen_[checkpoint->origin];
  if (add->old_size != seen.size) return Conflict(seen.size);
  if (head.size == seen.size && head.root != seen.root) return Conflict(seen.size);
  const absl::Status proven =
      VerifyConsistency(seen.size, seen.root, head.size, head.root, add->proof);
  if (!proven.ok()) return Refuse(422, std::string(proven.message()));
  const absl::Status kept =
      PutFile(FileOf(checkpoint->origin), checkpoint->Text(), Durable::kYes, 0600);
  if (!kept.ok()) return Refuse(500, "what was seen can't be kept");
  seen = head;
  return {200, kText, Cosign(note->text, key_, absl::ToUnixSeconds(options_.now())).Line()};
}

}  // namespace sanzhang::transparency
