// SHA-256 of what comes in pieces.
#pragma once

#include <openssl/evp.h>

#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "proto/wire/sha256.h"

namespace sanzhang::audit {

class Hasher {
 public:
  Hasher() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_, EVP_sha256(), nullptr); }
  ~Hasher() { EVP_MD_CTX_free(context_); }
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  void Add(std::string_view bytes) { EVP_DigestUpdate(context_, bytes.data(), bytes.size()); }
  // In hexadecimal; once.
  std::string Hex() {
    std::string digest(wire::kSha256Bytes, '\0');
    EVP_DigestFinal_ex(context_, reinterpret_cast<unsigned char*>(digest.data()), nullptr);
    return absl::BytesToHexString(digest);
  }

 private:
  EVP_MD_CTX* const context_;
};

}  // namespace sanzhang::audit
