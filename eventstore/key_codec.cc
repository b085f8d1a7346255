#include "eventstore/key_codec.h"

#include "eventstore/check.h"
#include "eventstore/limits.h"

namespace sanzhang::eventstore {
namespace {

void AppendNumber(std::string& to, std::uint64_t number) {
  char bytes[kNumberBytes];
  for (char& byte : bytes) {
    byte = static_cast<char>(number >> 56);
    number <<= 8;
  }
  to.append(bytes, kNumberBytes);
}

}  // namespace

std::string EncodeNumber(std::uint64_t number) {
  std::string bytes;
  AppendNumber(bytes, number);
  return bytes;
}

bool DecodeNumber(std::string_view bytes, std::uint64_t& number) {
  if (bytes.size() != kNumberBytes) return false;
  number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return true;
}

std::string StreamPrefix(std::string_view stream) {
  std::string key;
  key.reserve(stream.size() + 1 + kNumberBytes);
  key.append(stream).push_back('\0');
  return key;
}

std::string StreamKey(std::string_view stream, std::uint64_t revision) {
  std::string key = StreamPrefix(stream);
  AppendNumber(key, revision);
  return key;
}

bool DecodeStreamKey(std::string_view key, std::string_view& stream, std::uint64_t& revision) {
  if (key.size() < kNumberBytes + 2) return false;
  const std::size_t stream_bytes = key.size() - kNumberBytes - 1;
  if (key[stream_bytes] != '\0') return false;
  stream = key.substr(0, stream_bytes);
  return DecodeNumber(key.substr(stream_bytes + 1), revision);
}

std::string RequestRowKey(std::string_view principal, std::string_view request_id) {
  std::string key;
  key.reserve(principal.size() + 1 + request_id.size());
  key.append(principal).push_back('\0');
  key.append(request_id);
  return key;
}

// revision, position, one byte: how long the digest is, the digest, the receipt's stream.
std::string EncodeRequestRow(const RequestRow& row) {
  static_assert(kDigestBytesMax <= 255);
  SANZHANG_CHECK(row.digest.size() <= kDigestBytesMax);
  std::string bytes;
  bytes.reserve(2 * kNumberBytes + 1 + row.digest.size() + row.receipt.stream.size());
  AppendNumber(bytes, row.receipt.revision);
  AppendNumber(bytes, row.receipt.position);
  bytes.push_back(static_cast<char>(row.digest.size()));
  bytes.append(row.digest).append(row.receipt.stream);
  return bytes;
}

bool DecodeRequestRow(std::string_view bytes, RequestRow& row) {
  constexpr std::size_t kFixedBytes = 2 * kNumberBytes + 1;
  if (bytes.size() < kFixedBytes) return false;
  const std::size_t digest_bytes = static_cast<unsigned char>(bytes[kFixedBytes - 1]);
  if (bytes.size() < kFixedBytes + digest_bytes) return false;
  row.digest = bytes.substr(kFixedBytes, digest_bytes);
  row.receipt.stream = bytes.substr(kFixedBytes + digest_bytes);
  return DecodeNumber(bytes.substr(0, kNumberBytes), row.receipt.revision) &&
         DecodeNumber(bytes.substr(kNumberBytes, kNumberBytes), row.receipt.position);
}

bool SameBody(std::string_view seen, std::string_view asked) {
  // As RequestKey says: a digest, the name of a key, a digest under that key.
  constexpr std::size_t kOpen = 32;
  constexpr std::size_t kName = 8;
  constexpr std::size_t kKeyed = kOpen + kName + 16;
  if (seen.empty() || seen == asked) return true;
  return seen.size() == kKeyed && asked.size() == kKeyed &&
         seen.substr(0, kOpen) == asked.substr(0, kOpen) &&
         seen.substr(kOpen, kName) != asked.substr(kOpen, kName);
}

std::string EndOfPrefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) ++end.back();
  return end;
}

}  // namespace sanzhang::eventstore
