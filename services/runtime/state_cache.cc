#include "services/runtime/state_cache.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace sanzhang::runtime {

StateCache::StateCache(std::size_t states_max, std::size_t shards)
    : states_per_shard_max_(std::max<std::size_t>(states_max / shards, 1)), shards_(shards) {}

StateCache::Shard& StateCache::ShardOf(std::string_view stream) {
  return shards_[std::hash<std::string_view>()(stream) % shards_.size()];
}

Folded StateCache::Find(std::string_view stream, const AggregateType& type) {
  Shard& shard = ShardOf(stream);
  absl::MutexLock lock(&shard.mutex);
  const auto found = shard.found.find(stream);
  if (found == shard.found.end() || found->second->type != &type) return {};
  shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
  return found->second->folded;
}

void StateCache::Put(std::string_view stream, const AggregateType& type, Folded folded) {
  // What is replaced or dropped is destroyed outside the lock.
  std::list<Entry> dropped;
  Shard& shard = ShardOf(stream);
  absl::MutexLock lock(&shard.mutex);
  if (const auto found = shard.found.find(stream); found != shard.found.end()) {
    const auto entry = found->second;
    if (entry->type == &type && entry->folded.revision > folded.revision) return;
    shard.found.erase(found);
    dropped.splice(dropped.begin(), shard.entries, entry);
  } else if (shard.entries.size() >= states_per_shard_max_) {
    const auto oldest = std::prev(shard.entries.end());
    shard.found.erase(oldest->stream);
    dropped.splice(dropped.begin(), shard.entries, oldest);
  }
  shard.entries.push_front({std::string(stream), &type, std::move(folded)});
  shard.found.emplace(shard.entries.front().stream, shard.entries.begin());
}

std::size_t StateCache::size() const {
  std::size_t size = 0;
  for (const Shard& shard : shards_) {
    absl::MutexLock lock(&shard.mutex);
    size += shard.entries.size();
  }
  return size;
}

}  // namespace sanzhang::runtime
