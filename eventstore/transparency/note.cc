#include "eventstore/transparency/note.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "eventstore/check.h"
#include "eventstore/transparency/limits.h"
#include "eventstore/utf8.h"
#include "proto/wire/sha256.h"

namespace sanzhang::transparency {
namespace {

constexpr std::string_view kPrivate = "PRIVATE+KEY+";
constexpr std::string_view kSignatureStart = "\xe2\x80\x94 ";  // U+2014 and a space.
constexpr std::size_t kIdBytes = 4;
// White space beyond ASCII, as Unicode has it.
constexpr std::array<std::string_view, 19> kSpaces = {
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
    "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
    "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

absl::Status Invalid(std::string_view why) {
  return absl::InvalidArgumentError(absl::string_view(why.data(), why.size()));
}

// Neither empty nor with spaces, pluses or control characters.
bool IsKeyName(std::string_view name) {
  return !name.empty() && name.size() <= kKeyNameBytesMax && eventstore::IsUtf8(name) &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return (c >= 0 && c <= ' ') || c == '+' || c == 0x7f; }) &&
         std::none_of(kSpaces.begin(), kSpaces.end(), [&](std::string_view space) {
           return name.find(space) != std::string_view::npos;
         });
}

std::uint32_t NumberOf(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char c : bytes.substr(0, kIdBytes)) {
    number = number << 8 | static_cast<unsigned char>(c);
  }
  return number;
}

std::string BytesOfNumber(std::uint32_t number) {
  std::string bytes(kIdBytes, '\0');
  for (std::size_t i = 0; i < kIdBytes; ++i) {
    bytes[i] = static_cast<char>(number >> (8 * (kIdBytes - 1 - i)));
  }
  return bytes;
}

std::string KeyBytes(KeyKind kind, std::string_view key) {
  return absl::StrCat(std::string(1, static_cast<char>(kind)), std::string(key));
}

std::uint32_t IdOf(std::string_view name, KeyKind kind, std::string_view public_key) {
  return NumberOf(wire::Sha256(absl::StrCat(std::string(name), "\n", KeyBytes(kind, public_key))));
}

struct KeyParts {
  std::string_view name;
  std::uint32_t id = 0;
  KeyKind kind = KeyKind::kEd25519;
  std::string key;
};

// `name+id+base64(kind, 32 bytes)`.
absl::StatusOr<KeyParts> SplitKey(std::string_view text) {
  KeyParts parts;
  const std::size_t first = text.find('+');
  const std::size_t second = first == text.npos ? text.npos : text.find('+', first + 1);
  if (second == text.npos) return Invalid("not a key: name+id+base64 is wanted");
  parts.name = text.substr(0, first);
  if (!IsKeyName(parts.name)) return Invalid("the name of the key is not one");
  const std::string_view id = text.substr(first + 1, second - first - 1);
  std::string bytes;
  if (id.size() != 2 * kIdBytes ||
      !absl::SimpleHexAtoi(absl::string_view(id.data(), id.size()), &parts.id)) {
    return Invalid("the id of the key is not one");
  }
  const std::string_view base64 = text.substr(second + 1);
  if (!absl::Base64Unescape(absl::string_view(base64.data(), base64.size()), &bytes) ||
      bytes.size() != 1 + crypto_sign_PUBLICKEYBYTES || absl::Base64Escape(bytes) != base64) {
    return Invalid("the key is not the base64 of a kind and 32 bytes");
  }
  parts.kind = static_cast<KeyKind>(bytes[0]);
  if (parts.kind != KeyKind::kEd25519 && parts.kind != KeyKind::kCosignature) {
    return Invalid("the key is of an unknown kind");
  }
  parts.key = bytes.substr(1);
  return parts;
}

std::string EncodeKey(const VerifierKey& key, std::string_view bytes) {
  return absl::StrCat(key.name, "+", absl::StrFormat("%08x", key.id), "+",
                      absl::Base64Escape(KeyBytes(key.kind, bytes)));
}

absl::StatusOr<NoteSignature> ParseSignature(std::string_view line) {
  if (!line.starts_with(kSignatureStart)) return Invalid("a signature line does not begin as one");
  line.remove_prefix(kSignatureStart.size());
  const std::size_t space = line.find(' ');
  if (space == line.npos) return Invalid("a signature line has no signature");
  NoteSignature signature;
  signature.name = line.substr(0, space);
  const std::string_view base64 = line.substr(space + 1);
  std::string bytes;
  if (!IsKeyName(signature.name) ||
      !absl::Base64Unescape(absl::string_view(base64.data(), base64.size()), &bytes) ||
      bytes.size() <= kIdBytes || absl::Base64Escape(bytes) != base64) {
    return Invalid("a signature line is malformed");
  }
  signature.id = NumberOf(bytes);
  signature.bytes = bytes.substr(kIdBytes);
  return signature;
}

}  // namespace

absl::StatusOr<VerifierKey> VerifierKey::Parse(std::string_view text) {
  absl::StatusOr<KeyParts> parts = SplitKey(text);
  if (!parts.ok()) return parts.status();
  VerifierKey key{std::string(parts->name), parts->id, parts->kind, std::move(parts->key)};
  if (key.id != IdOf(key.name, key.kind, key.public_key)) {
    return Invalid("the id of the key does not go with it");
  }
  return key;
}

std::string VerifierKey::Encode() const { return EncodeKey(*this, public_key); }

bool VerifierKey::Verifies(std::string_view message, std::string_view signature) const {
  return signature.size() == crypto_sign_BYTES && public_key.size() == crypto_sign_PUBLICKEYBYTES &&
         crypto_sign_verify_detached(Bytes(signature), Bytes(message), message.size(),
                                     Bytes(public_key)) == 0;
}

SigningKey::SigningKey(std::string_view name, KeyKind kind, std::string seed)
    : seed_(std::move(seed)), secret_(crypto_sign_SECRETKEYBYTES, '\0') {
  verifier_ = {std::string(name), 0, kind, std::string(crypto_sign_PUBLICKEYBYTES, '\0')};
  SANZHANG_CHECK(
      seed_.size() == crypto_sign_SEEDBYTES &&
      crypto_sign_seed_keypair(Bytes(verifier_.public_key), Bytes(secret_), Bytes(seed_)) == 0);
  verifier_.id = IdOf(name, kind, verifier_.public_key);
}

SigningKey::~SigningKey() {
  sodium_memzero(seed_.data(), seed_.size());
  sodium_memzero(secret_.data(), secret_.size());
}

absl::StatusOr<SigningKey> SigningKey::Make(std::string_view name, KeyKind kind) {
  if (!IsKeyName(name)) {
    return Invalid(absl::StrCat("\"", std::string(name), "\" can't be the name of a key"));
  }
  if (sodium_init() < 0) return absl::FailedPreconditionError("no source of randomness");
  std::string seed(crypto_sign_SEEDBYTES, '\0');
  randombytes_buf(seed.data(), seed.size());
  return SigningKey(name, kind, std::move(seed));
}

absl::StatusOr<SigningKey> SigningKey::Parse(std::string_view text) {
  if (!text.starts_with(kPrivate)) return Invalid("not a signing key");
  absl::StatusOr<KeyParts> parts = SplitKey(text.substr(kPrivate.size()));
  if (!parts.ok()) return parts.status();
  SigningKey key(parts->name, parts->kind, std::move(parts->key));
  if (key.verifier_.id != parts->id) return Invalid("the id of the key does not go with it");
  return key;
}

std::string SigningKey::Encode() const {
  return absl::StrCat(std::string(kPrivate), EncodeKey(verifier_, seed_));
}

std::string SigningKey::Sign(std::string_view message) const {
  std::string signature(crypto_sign_BYTES, '\0');
  SANZHANG_CHECK(crypto_sign_detached(Bytes(signature), nullptr, Bytes(message), message.size(),
                                      Bytes(secret_)) == 0);
  return signature;
}

std::string NoteSignature::Line() const {
  return absl::StrCat(std::string(kSignatureStart), name, " ",
                      absl::Base64Escape(BytesOfNumber(id) + bytes), "\n");
}

absl::StatusOr<std::vector<NoteSignature>> ParseSignatures(std::string_view lines) {
  std::vector<NoteSignature> signatures;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (end == lines.npos) return Invalid("a signature line does not end");
    if (signatures.size() == kNoteSignaturesMax) return Invalid("there are too many signatures");
    absl::StatusOr<NoteSignature> signature = ParseSignature(lines.substr(0, end));
    if (!signature.ok()) return signature.status();
    signatures.push_back(*std::move(signature));
    lines.remove_prefix(end + 1);
  }
  return signatures;
}

absl::StatusOr<SignedNote> SignedNote::Parse(std::string_view note) {
  if (note.size() > kNoteBytesMax) return Invalid("the note is too large");
  if (!eventstore::IsUtf8(note)) return Invalid("the note is not UTF-8");
  for (const char c : note) {
    if (c >= 0 && c < ' ' && c != '\n') return Invalid("the note has control characters");
  }
  const std::size_t split = note.rfind("\n\n");
  if (split == note.npos) return Invalid("the note has no signatures");
  absl::StatusOr<std::vector<NoteSignature>> signatures = ParseSignatures(note.substr(split + 2));
  if (!signatures.ok()) return signatures.status();
  if (signatures->empty()) return Invalid("the note has no signatures");
  return SignedNote{std::string(note.substr(0, split + 1)), *std::move(signatures)};
}

std::string SignedNote::Encode() const {
  std::string note = absl::StrCat(text, "\n");
  for (const NoteSignature& signature : signatures) note += signature.Line();
  return note;
}

SignedNote SignNote(std::string_view text, const SigningKey& key) {
  const VerifierKey& verifier = key.verifier();
  return {std::string(text), {{verifier.name, verifier.id, key.Sign(text)}}};
}

absl::Status VerifyNote(const SignedNote& note, const VerifierKey& key) {
  bool found = false;
  for (const NoteSignature& signature : note.signatures) {
    if (!signature.IsOf(key)) continue;
    if (!key.Verifies(note.text, signature.bytes)) {
      return absl::DataLossError(absl::StrCat("the signature of ", key.name, " is wrong"));
    }
    found = true;
  }
  if (!found) return absl::NotFoundError(absl::StrCat("not signed by ", key.Encode()));
  return absl::OkStatus();
}

}  // namespace sanzhang::transparency
