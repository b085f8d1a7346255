#include "services/keyring/keyring.h"

#include <sodium.h>

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/keyring/key_files.h"

namespace sanzhang::keyring {
namespace {

constexpr std::size_t kSaltBytes = 32;
constexpr std::size_t kFileBytes = crypto_box_SECRETKEYBYTES + kSaltBytes;
// As type/v1/sealed_box.proto says.
constexpr std::size_t kPaddingBytes = 256;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string Hash(std::string_view text, std::string_view key, std::size_t bytes) {
  std::string hash(bytes, '\0');
  crypto_generichash(Bytes(hash), hash.size(), Bytes(text), text.size(), Bytes(key), key.size());
  return absl::BytesToHexString(hash);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Keyring>> Keyring::Open(std::string folder) {
  if (sodium_init() < 0) return absl::FailedPreconditionError("no source of randomness");
  if (absl::Status made = MakeKeyFolder(folder); !made.ok()) return made;
  return std::unique_ptr<Keyring>(new Keyring(std::move(folder)));
}

// Names of resources are no names of files; and nobody needs to read there what is voted on.
std::string Keyring::PathOf(std::string_view resource) const {
  return absl::StrCat(folder_, "/", Hash(resource, {}, 16), ".key");
}

absl::StatusOr<std::optional<KeySet>> Keyring::Load(std::string_view resource) const {
  if (const auto known = keys_.find(resource); known != keys_.end()) return known->second;
  const auto file = ReadKeyFile(PathOf(resource), kFileBytes);
  if (!file.ok()) return file.status();
  if (!file->has_value()) return std::optional<KeySet>();
  const std::string& text = **file;
  KeySet keys;
  keys.secret_key = text.substr(0, crypto_box_SECRETKEYBYTES);
  keys.salt = text.substr(crypto_box_SECRETKEYBYTES);
  keys.public_key = PublicKeyOf(keys.secret_key);
  keys_.insert_or_assign(std::string(resource), keys);
  return keys;
}

absl::StatusOr<KeySet> Keyring::Make(std::string_view resource) {
  absl::MutexLock lock(&mutex_);
  absl::StatusOr<std::optional<KeySet>> there = Load(resource);
  if (!there.ok()) return there.status();
  if (there->has_value()) return **std::move(there);
  std::string text(kFileBytes, '\0');
  randombytes_buf(text.data(), text.size());
  if (absl::Status written = WriteKeyFile(PathOf(resource), text); !written.ok()) return written;
  there = Load(resource);
  if (!there.ok()) return there.status();
  return **std::move(there);
}

absl::StatusOr<std::optional<KeySet>> Keyring::Find(std::string_view resource) const {
  absl::MutexLock lock(&mutex_);
  return Load(resource);
}

absl::Status Keyring::Destroy(std::string_view resource) {
  absl::MutexLock lock(&mutex_);
  keys_.erase(std::string(resource));
  const std::string path = PathOf(resource);
  if (absl::Status gone = OverwriteKeyFile(path); !gone.ok()) return gone;
  if (absl::Status gone = RemoveFile(path); !gone.ok()) return gone;
  return SyncFolder(folder_);
}

std::string Pseudonym(std::string_view salt, std::string_view who) { return Hash(who, salt, 16); }

std::optional<std::string> OpenBox(std::string_view sealed, std::string_view secret_key) {
  const std::string public_key = PublicKeyOf(secret_key);
  if (public_key.empty() || sealed.size() < crypto_box_SEALBYTES) return std::nullopt;
  std::string padded(sealed.size() - crypto_box_SEALBYTES, '\0');
  if (crypto_box_seal_open(Bytes(padded), Bytes(sealed), sealed.size(), Bytes(public_key),
                           Bytes(secret_key)) != 0) {
    return std::nullopt;
  }
  std::size_t size = 0;
  if (sodium_unpad(&size, Bytes(padded), padded.size(), kPaddingBytes) != 0) return std::nullopt;
  padded.resize(size);
  return padded;
}

std::string PublicKeyOf(std::string_view secret_key) {
  if (secret_key.size() != crypto_box_SECRETKEYBYTES) return {};
  std::string public_key(crypto_box_PUBLICKEYBYTES, '\0');
  crypto_scalarmult_base(Bytes(public_key), Bytes(secret_key));
  return public_key;
}

}  // namespace sanzhang::keyring
