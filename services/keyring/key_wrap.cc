#include "services/keyring/key_wrap.h"

#include <sodium.h>

#include <algorithm>

namespace sanzhang::keyring {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string BoundTo(std::string_view whose) {
  return std::string("sanzhang key 1\n").append(whose);
}

}  // namespace

SecretKey::SecretKey(std::string_view bytes) {
  std::copy_n(bytes.begin(), std::min(bytes.size(), kBytes), bytes_.begin());
}

SecretKey::~SecretKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

std::string Wrap(const SecretKey& under, std::string_view whose, const SecretKey& key) {
  const std::string bound_to = BoundTo(whose);
  std::string wrapped(kNonceBytes + SecretKey::kBytes + kTagBytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(wrapped.data());
  randombytes_buf(out, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out + kNonceBytes, nullptr, Bytes(key.view()),
                                             SecretKey::kBytes, Bytes(bound_to), bound_to.size(),
                                             nullptr, out, Bytes(under.view()));
  return wrapped;
}

bool Unwrap(const SecretKey& under, std::string_view whose, std::string_view wrapped,
            SecretKey& key) {
  if (wrapped.size() != kNonceBytes + SecretKey::kBytes + kTagBytes) return false;
  const std::string bound_to = BoundTo(whose);
  SecretKey open;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          open.data(), nullptr, nullptr, Bytes(wrapped.substr(kNonceBytes)),
          wrapped.size() - kNonceBytes, Bytes(bound_to), bound_to.size(), Bytes(wrapped),
          Bytes(under.view())) != 0) {
    return false;
  }
  key = open;
  return true;
}

}  // namespace sanzhang::keyring
