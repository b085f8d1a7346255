#include "services/keyring/text_cipher.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>

#include <cstdlib>
#include <memory>

namespace sanzhang::keyring {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kCommitmentBytes = 32;
constexpr char kInfo[] = "sanzhang personal text 1";

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// The key of one text, and what commits to it; wiped when they go.
struct TextKey {
  unsigned char bytes[kKeyBytes + kCommitmentBytes] = {};
  ~TextKey() { sodium_memzero(bytes, sizeof bytes); }
  const unsigned char* commitment() const { return bytes + kKeyBytes; }
};

// HKDF-SHA256 with the event's id as salt. False: the library can't.
bool Derive(const SecretKey& key, std::string_view event_id, TextKey& derived) {
  // Fetched once: looking an algorithm up costs more than using it.
  static EVP_KDF* const hkdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(
      hkdf == nullptr ? nullptr : EVP_KDF_CTX_new(hkdf), EVP_KDF_CTX_free);
  if (context == nullptr) return false;
  char sha256[] = "SHA256";
  const auto octets = [](const char* name, std::string_view bytes) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(bytes.data()), bytes.size());
  };
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, sha256, 0),
      octets(OSSL_KDF_PARAM_KEY, key.view()), octets(OSSL_KDF_PARAM_SALT, event_id),
      octets(OSSL_KDF_PARAM_INFO, kInfo), OSSL_PARAM_construct_end()};
  return EVP_KDF_derive(context.get(), derived.bytes, sizeof derived.bytes, parameters) == 1;
}

// Each part led by its length, so that no two places look the same.
std::string BoundTo(const TextPlace& place, std::uint32_t key_version) {
  std::string bound;
  const auto number = [&bound](std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bound.push_back(static_cast<char>(value >> shift));
  };
  for (const std::string_view part :
       {place.community, place.stream, place.event_id, place.type, place.field, place.subject}) {
    number(static_cast<std::uint32_t>(part.size()));
    bound.append(part);
  }
  number(key_version);
  return bound;
}

}  // namespace

type::v1::SealedText SealText(const SubjectKey& key, const TextPlace& place,
                              std::string_view words) {
  TextKey derived;
  // Only a broken installation of the library can't; nothing may then be stored.
  if (!Derive(key.key, place.event_id, derived)) std::abort();
  const std::string bound_to = BoundTo(place, key.version);
  type::v1::SealedText sealed;
  sealed.set_algorithm(type::v1::SealedText::ALGORITHM_XCHACHA20_POLY1305_HKDF_SHA256);
  sealed.set_key_version(key.version);
  sealed.mutable_commitment()->assign(reinterpret_cast<const char*>(derived.commitment()),
                                      kCommitmentBytes);
  std::string& nonce = *sealed.mutable_nonce();
  nonce.resize(kNonceBytes);
  randombytes_buf(nonce.data(), nonce.size());
  std::string& ciphertext = *sealed.mutable_ciphertext();
  ciphertext.resize(words.size() + kTagBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(ciphertext.data()),
                                             nullptr, Bytes(words), words.size(), Bytes(bound_to),
                                             bound_to.size(), nullptr, Bytes(nonce), derived.bytes);
  return sealed;
}

std::optional<std::string> OpenText(const SubjectKey& key, const TextPlace& place,
                                    const type::v1::SealedText& sealed) {
  TextKey derived;
  if (key.version == 0 || sealed.key_version() != key.version ||
      sealed.algorithm() != type::v1::SealedText::ALGORITHM_XCHACHA20_POLY1305_HKDF_SHA256 ||
      sealed.nonce().size() != kNonceBytes || sealed.commitment().size() != kCommitmentBytes ||
      sealed.ciphertext().size() < kTagBytes || !Derive(key.key, place.event_id, derived)) {
    return std::nullopt;
  }
  // First: the cipher alone would let one text be opened to other words under another key.
  if (sodium_memcmp(sealed.commitment().data(), derived.commitment(), kCommitmentBytes) != 0) {
    return std::nullopt;
  }
  const std::string bound_to = BoundTo(place, sealed.key_version());
  std::string words(sealed.ciphertext().size() - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          reinterpret_cast<unsigned char*>(words.data()), nullptr, nullptr,
          Bytes(sealed.ciphertext()), sealed.ciphertext().size(), Bytes(bound_to), bound_to.size(),
          Bytes(sealed.nonce()), derived.bytes) != 0) {
    return std::nullopt;
  }
  return words;
}

}  // namespace sanzhang::keyring
