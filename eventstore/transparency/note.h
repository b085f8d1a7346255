// Signed notes (C2SP signed-note) and the keys that sign and verify them, as Go's
// golang.org/x/mod/sumdb/note writes them.
//
// A note is a text that ends with a newline, an empty line, and lines `— name base64(id, bytes)`.
// A verifier key is `name+id+base64(kind, public key)`, a signing key `PRIVATE+KEY+` before the
// same with the seed. Threads: everything may be called from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sanzhang::transparency {

// What a key's signatures sign. The number is part of keys and their ids.
enum class KeyKind : std::uint8_t {
  kEd25519 = 1,      // The text itself.
  kCosignature = 4,  // A checkpoint and the time (tlog-cosignature, cosignature/v1).
};

struct VerifierKey {
  std::string name = {};
  std::uint32_t id = 0;
  KeyKind kind = KeyKind::kEd25519;
  std::string public_key = {};  // 32 bytes.

  // INVALID_ARGUMENT, saying why.
  static absl::StatusOr<VerifierKey> Parse(std::string_view text);
  std::string Encode() const;
  // Of the very message, whatever the kind makes of a text.
  bool Verifies(std::string_view message, std::string_view signature) const;
  bool operator==(const VerifierKey&) const = default;
};

class SigningKey {
 public:
  // From the system's randomness. INVALID_ARGUMENT if that is no name for a key.
  static absl::StatusOr<SigningKey> Make(std::string_view name, KeyKind kind);
  // INVALID_ARGUMENT, without the text.
  static absl::StatusOr<SigningKey> Parse(std::string_view text);
  ~SigningKey();
  SigningKey(const SigningKey&) = default;
  SigningKey& operator=(const SigningKey&) = delete;

  std::string Encode() const;
  const VerifierKey& verifier() const { return verifier_; }
  // 64 bytes. The same message always has the same signature.
  std::string Sign(std::string_view message) const;

 private:
  SigningKey(std::string_view name, KeyKind kind, std::string seed);

  std::string seed_;    // 32 bytes.
  std::string secret_;  // As libsodium wants it: seed and public key.
  VerifierKey verifier_;
};

struct NoteSignature {
  std::string name = {};
  std::uint32_t id = 0;
  std::string bytes = {};

  bool IsOf(const VerifierKey& key) const { return name == key.name && id == key.id; }
  // With its newline.
  std::string Line() const;
  bool operator==(const NoteSignature&) const = default;
};

struct SignedNote {
  std::string text = {};  // With its last newline.
  std::vector<NoteSignature> signatures = {};

  // INVALID_ARGUMENT, saying why. Nothing is verified.
  static absl::StatusOr<SignedNote> Parse(std::string_view note);
  std::string Encode() const;
};

// Lines `— name base64`, nothing else, as a witness answers them. INVALID_ARGUMENT, saying why.
absl::StatusOr<std::vector<NoteSignature>> ParseSignatures(std::string_view lines);

// The text, signed by a key of the kind kEd25519.
SignedNote SignNote(std::string_view text, const SigningKey& key);
// Whether the key has signed the text. NOT_FOUND: it has not. DATA_LOSS: its signature is wrong.
absl::Status VerifyNote(const SignedNote& note, const VerifierKey& key);

}  // namespace sanzhang::transparency
