#include "services/runtime/ids.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "eventstore/check.h"

namespace sanzhang::runtime {
namespace {

constexpr std::size_t kRandomBytesPerId = 8;

}  // namespace

void SystemRandomness(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t drawn = getrandom(bytes.data(), bytes.size(), 0);
    SANZHANG_CHECK(drawn > 0 || errno == EINTR);
    if (drawn > 0) bytes = bytes.subspan(static_cast<std::size_t>(drawn));
  }
}

Ids::Ids(std::function<absl::Time()> now, Randomness randomness)
    : now_(std::move(now)), randomness_(std::move(randomness)) {}

Ids::Bytes Ids::Next() {
  const std::int64_t us = std::max<std::int64_t>(absl::ToUnixMicros(now_()), 0);
  Bytes bytes;
  absl::MutexLock lock(&mutex_);
  const auto ticks = static_cast<std::uint64_t>(us / 1000) * 4096 +
                     static_cast<std::uint64_t>(us % 1000) * 4096 / 1000;
  last_ticks_ = std::max(ticks, last_ticks_ + 1);
  if (pool_used_ + kRandomBytesPerId > pool_.size()) {
    randomness_(pool_);
    pool_used_ = 0;
  }
  const std::uint64_t ms = last_ticks_ >> 12;
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>(0x70 | ((last_ticks_ >> 8) & 0x0F));
  bytes[7] = static_cast<std::uint8_t>(last_ticks_);
  for (std::size_t i = 8; i < 16; ++i) bytes[i] = std::exchange(pool_[pool_used_++], 0);
  bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3F));
  return bytes;
}

std::string Ids::EventId() {
  const Bytes bytes = Next();
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::string Ids::ResourceId() {
  static constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";
  const Bytes bytes = Next();
  std::string id(26, '0');
  // 128 bits are 26 digits of 5 bits, the first of which has 3: digits are cut from the end.
  unsigned rest = 0;
  int bits = 0;
  std::size_t at = id.size();
  for (std::size_t i = bytes.size(); i-- > 0;) {
    rest |= static_cast<unsigned>(bytes[i]) << bits;
    for (bits += 8; bits >= 5; bits -= 5) {
      id[--at] = kDigits[rest & 31];
      rest >>= 5;
    }
  }
  id[--at] = kDigits[rest & 31];
  return id;
}

}  // namespace sanzhang::runtime
