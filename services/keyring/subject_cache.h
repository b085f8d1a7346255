// Data keys that were used lately, unwrapped, in one block of locked memory that is never larger.
//
// The one put in longest ago goes first; what goes is wiped. Threads: any.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/keyring/subject_keyring.h"

namespace sanzhang::keyring {

class SubjectCache {
 public:
  explicit SubjectCache(std::size_t keys_max);  // At least one.
  ~SubjectCache();
  SubjectCache(const SubjectCache&) = delete;
  SubjectCache& operator=(const SubjectCache&) = delete;

  std::optional<SubjectKey> Find(std::string_view subject) const;
  void Put(std::string_view subject, const SubjectKey& key);
  void Drop(std::string_view subject);
  void Clear();

 private:
  struct Slot {
    std::string subject;  // Empty: free.
    SubjectState state = SubjectState::kAbsent;
    std::uint32_t version = 0;
  };
  unsigned char* KeyAt(std::size_t slot) const { return keys_ + slot * SecretKey::kBytes; }
  void Free(std::size_t slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  unsigned char* const keys_;  // sodium_malloc: locked, guarded, kept out of dumps.
  std::vector<Slot> slots_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::size_t, std::less<>> found_ ABSL_GUARDED_BY(mutex_);
  std::size_t next_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace sanzhang::keyring
