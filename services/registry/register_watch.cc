#include "services/registry/register_watch.h"

#include <algorithm>

#include "services/registry/registry_index.h"

namespace sanzhang::registry {

std::vector<eventstore::IndexEntry> RegisterWatch::Derive(const log::v1::Record& record) {
  if (IsRegisterFact(record)) {
    absl::MutexLock lock(&mutex_);
    if (changed_.size() >= communities_max_ && !changed_.contains(record.community())) {
      for (const auto& [community, position] : changed_) {
        forgotten_ = std::max(forgotten_, position);
      }
      changed_.clear();
    }
    std::uint64_t& last = changed_[record.community()];
    last = std::max(last, record.position());
  }
  // One committer tells of all records, so that there is nothing to lose between these two.
  if (record.position() > seen_.load()) seen_.store(record.position());
  return DeriveIndex(record);
}

bool RegisterWatch::Unchanged(std::string_view community, std::uint64_t since,
                              std::uint64_t head) const {
  if (head == since) return true;
  if (seen_.load() < head) return false;
  absl::MutexLock lock(&mutex_);
  const auto found = changed_.find(absl::string_view(community.data(), community.size()));
  return (found == changed_.end() ? forgotten_ : found->second) <= since;
}

}  // namespace sanzhang::registry
