#include "services/sanzhang/uuid.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "openssl/evp.h"
#include "sodium.h"

namespace sanzhang::app {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

// 6ba7b812-9dad-11d1-80b4-00c04fd430c8, the namespace of OIDs, under which ours has this name.
constexpr Bytes kOidNamespace = {0x6b, 0xa7, 0xb8, 0x12, 0x9d, 0xad, 0x11, 0xd1,
                                 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
constexpr std::string_view kOurName = "sanzhang";

Bytes Marked(Bytes bytes, std::uint8_t version) {
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | (version << 4));
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  return bytes;
}

std::string Text(const Bytes& bytes) {
  const std::string hex = absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20));
}

// Version 5 as RFC 4122 has it, the first 16 bytes of SHA-1 over both: a name, not a safeguard.
Bytes Hash(const Bytes& space, std::string_view name) {
  std::string text(reinterpret_cast<const char*>(space.data()), space.size());
  text += name;
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
  Bytes bytes;
  std::copy_n(digest.begin(), bytes.size(), bytes.begin());
  return Marked(bytes, 5);
}

}  // namespace

std::string RandomUuid() {
  Bytes bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return Text(Marked(bytes, 4));
}

std::string NamedUuid(std::string_view name) {
  static const Bytes ours = Hash(kOidNamespace, kOurName);
  return Text(Hash(ours, name));
}

}  // namespace sanzhang::app
