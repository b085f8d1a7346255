#include "eventstore/transparency/checkpoint.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace sanzhang::transparency {
namespace {

constexpr std::size_t kTimeBytes = 8;

std::string CosignedMessage(std::string_view text, std::uint64_t time) {
  return absl::StrCat("cosignature/v1\ntime ", time, "\n", std::string(text));
}

}  // namespace

absl::StatusOr<std::uint64_t> ParseDecimal(std::string_view text) {
  std::uint64_t number = 0;
  if (!absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &number) ||
      absl::StrCat(number) != text) {
    return absl::InvalidArgumentError("not a decimal number");
  }
  return number;
}

std::string Checkpoint::Text() const {
  return absl::StrCat(origin, "\n", head.size, "\n", ToBase64(head.root), "\n");
}

absl::StatusOr<Checkpoint> Checkpoint::Parse(std::string_view text) {
  const std::vector<std::string> lines = absl::StrSplit(std::string(text), '\n');
  // Behind the last newline there is nothing.
  if (lines.size() < 4 || !lines.back().empty() ||
      std::any_of(lines.begin(), lines.end() - 1, [](const auto& line) { return line.empty(); })) {
    return absl::InvalidArgumentError("a checkpoint is origin, size and root, each on a line");
  }
  const absl::StatusOr<std::uint64_t> size = ParseDecimal(lines[1]);
  if (!size.ok()) return absl::InvalidArgumentError("the size of the checkpoint is not a number");
  const absl::StatusOr<Hash> root = HashFromBase64(lines[2]);
  if (!root.ok()) return absl::InvalidArgumentError("the root of the checkpoint is not a hash");
  return Checkpoint{lines[0], {*size, *root}};
}

absl::StatusOr<Checkpoint> Checkpoint::Unverified(std::string_view note) {
  const absl::StatusOr<SignedNote> parsed = SignedNote::Parse(note);
  return parsed.ok() ? Parse(parsed->text) : parsed.status();
}

absl::Status Checkpoint::CheckRoot(const Hash& root) const {
  if (root == head.root) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("the first ", head.size,
                                          " records are not those that the checkpoint of ", origin,
                                          " was signed for"));
}

SignedNote SignCheckpoint(const Checkpoint& checkpoint, const SigningKey& key) {
  return SignNote(checkpoint.Text(), key);
}

absl::StatusOr<Checkpoint> OpenCheckpoint(const SignedNote& note, const VerifierKey& key) {
  if (absl::Status verified = VerifyNote(note, key); !verified.ok()) return verified;
  absl::StatusOr<Checkpoint> checkpoint = Checkpoint::Parse(note.text);
  if (checkpoint.ok() && checkpoint->origin != key.name) {
    return absl::DataLossError(
        absl::StrCat("the checkpoint is that of ", checkpoint->origin, ", not of ", key.name));
  }
  return checkpoint;
}

NoteSignature Cosign(std::string_view text, const SigningKey& key, std::int64_t unix_seconds) {
  const std::uint64_t time = static_cast<std::uint64_t>(std::max<std::int64_t>(unix_seconds, 0));
  std::string bytes(kTimeBytes, '\0');
  for (std::size_t i = 0; i < kTimeBytes; ++i) {
    bytes[i] = static_cast<char>(time >> (8 * (kTimeBytes - 1 - i)));
  }
  bytes += key.Sign(CosignedMessage(text, time));
  return {key.verifier().name, key.verifier().id, bytes};
}

absl::StatusOr<std::int64_t> VerifyCosignature(const SignedNote& note, const VerifierKey& key) {
  constexpr std::uint64_t kTimeMax = std::numeric_limits<std::int64_t>::max();
  std::int64_t latest = -1;
  for (const NoteSignature& signature : note.signatures) {
    if (!signature.IsOf(key)) continue;
    std::uint64_t time = 0;
    for (const char c : signature.bytes.substr(0, kTimeBytes)) {
      time = time << 8 | static_cast<unsigned char>(c);
    }
    if (signature.bytes.size() <= kTimeBytes || time > kTimeMax ||
        !key.Verifies(CosignedMessage(note.text, time), signature.bytes.substr(kTimeBytes))) {
      return absl::DataLossError(absl::StrCat("the cosignature of ", key.name, " is wrong"));
    }
    latest = std::max(latest, static_cast<std::int64_t>(time));
  }
  if (latest < 0) return absl::NotFoundError(absl::StrCat("not cosigned by ", key.Encode()));
  return latest;
}

}  // namespace sanzhang::transparency
