#include "services/opening/looks.h"

#include <sodium.h>

#include <cstring>
#include <string>

namespace sanzhang::opening {
namespace {

constexpr int kUtcOffsetS = 8 * 60 * 60;

}  // namespace

Looks::Looks(std::size_t looks_max) : looks_max_(looks_max) {
  randombytes_buf(key_.data(), key_.size());
}

bool Looks::Recorded(std::string_view viewer, std::string_view method, std::string_view subject,
                     absl::Time now) {
  const Digest digest = DigestOf(viewer, method, subject);
  absl::MutexLock lock(&mutex_);
  Turn(now);
  return recorded_.contains(digest);
}

void Looks::Remember(std::string_view viewer, std::string_view method, std::string_view subject,
                     absl::Time now) {
  const Digest digest = DigestOf(viewer, method, subject);
  absl::MutexLock lock(&mutex_);
  Turn(now);
  if (recorded_.size() >= looks_max_) recorded_.clear();
  recorded_.insert(digest);
}

void Looks::Turn(absl::Time now) {
  const absl::CivilDay today = absl::ToCivilDay(now, absl::FixedTimeZone(kUtcOffsetS));
  if (today == day_) return;
  day_ = today;
  recorded_.clear();
}

Looks::Digest Looks::DigestOf(std::string_view viewer, std::string_view method,
                              std::string_view subject) const {
  std::string all;
  for (const std::string_view part : {viewer, method, subject}) all.append(part).push_back('\0');
  unsigned char bytes[crypto_shorthash_siphashx24_BYTES];
  crypto_shorthash_siphashx24(bytes, reinterpret_cast<const unsigned char*>(all.data()), all.size(),
                              key_.data());
  Digest digest;
  std::memcpy(&digest.first, bytes, 8);
  std::memcpy(&digest.second, bytes + 8, 8);
  return digest;
}

}  // namespace sanzhang::opening
