#include "services/keyring/subject_cache.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>

namespace sanzhang::keyring {

SubjectCache::SubjectCache(std::size_t keys_max)
    : keys_(static_cast<unsigned char*>(
          sodium_malloc(std::max<std::size_t>(1, keys_max) * SecretKey::kBytes))),
      slots_(keys_ == nullptr ? 0 : std::max<std::size_t>(1, keys_max)) {}

SubjectCache::~SubjectCache() { sodium_free(keys_); }

std::optional<SubjectKey> SubjectCache::Find(std::string_view subject) const {
  absl::MutexLock lock(&mutex_);
  const auto found = found_.find(subject);
  if (found == found_.end()) return std::nullopt;
  const Slot& slot = slots_[found->second];
  SubjectKey key{.state = slot.state, .version = slot.version, .key = {}};
  std::memcpy(key.key.data(), KeyAt(found->second), SecretKey::kBytes);
  return key;
}

void SubjectCache::Put(std::string_view subject, const SubjectKey& key) {
  absl::MutexLock lock(&mutex_);
  if (slots_.empty() || found_.contains(subject)) return;
  const std::size_t slot = next_;
  next_ = (next_ + 1) % slots_.size();
  Free(slot);
  slots_[slot] = {std::string(subject), key.state, key.version};
  std::memcpy(KeyAt(slot), key.key.view().data(), SecretKey::kBytes);
  found_.emplace(subject, slot);
}

void SubjectCache::Drop(std::string_view subject) {
  absl::MutexLock lock(&mutex_);
  if (const auto found = found_.find(subject); found != found_.end()) Free(found->second);
}

void SubjectCache::Clear() {
  absl::MutexLock lock(&mutex_);
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) Free(slot);
}

void SubjectCache::Free(std::size_t slot) {
  found_.erase(slots_[slot].subject);
  slots_[slot] = Slot();
  sodium_memzero(KeyAt(slot), SecretKey::kBytes);
}

}  // namespace sanzhang::keyring
