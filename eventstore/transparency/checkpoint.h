// Checkpoints (C2SP tlog-checkpoint): what a log says its tree is, as the text of a signed note;
// and what witnesses add to it (tlog-cosignature, cosignature/v1).
//
// Threads: everything may be called from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/transparency/merkle.h"
#include "eventstore/transparency/note.h"

namespace sanzhang::transparency {

struct TreeHead {
  std::uint64_t size = 0;
  Hash root = EmptyRoot();
  bool operator==(const TreeHead&) const = default;
};

struct Checkpoint {
  std::string origin = {};  // Which log.
  TreeHead head = {};

  // The text that is signed.
  std::string Text() const;
  // INVALID_ARGUMENT, saying why. Lines that extend it are passed over.
  static absl::StatusOr<Checkpoint> Parse(std::string_view text);
  // What a signed note says, without asking who signed it.
  static absl::StatusOr<Checkpoint> Unverified(std::string_view note);
  // Of the first `head.size` records that somebody has. DATA_LOSS: they are not those of the head.
  absl::Status CheckRoot(const Hash& root) const;
  bool operator==(const Checkpoint&) const = default;
};

SignedNote SignCheckpoint(const Checkpoint& checkpoint, const SigningKey& key);
// What the key's own log says. The statuses of Parse and VerifyNote; DATA_LOSS if it is another
// log's.
absl::StatusOr<Checkpoint> OpenCheckpoint(const SignedNote& note, const VerifierKey& key);

// A witness's word that at this time, in seconds since 1970, it knew of no larger tree of the log.
NoteSignature Cosign(std::string_view text, const SigningKey& key, std::int64_t unix_seconds);
// The latest time that the witness gives. NOT_FOUND: it has not cosigned. DATA_LOSS: its
// cosignature is wrong.
absl::StatusOr<std::int64_t> VerifyCosignature(const SignedNote& note, const VerifierKey& key);

// A decimal number as these formats write one: no sign, no leading zero.
absl::StatusOr<std::uint64_t> ParseDecimal(std::string_view text);

}  // namespace sanzhang::transparency
