// Says whether a community's register has changed since a position, without asking the log: so that
// what was read once stays known for as long as it is true.
//
// It is told of every record just before its commit, by being the store's `derive`:
//
//   RegisterWatch watch;
//   options.derive = [&watch](const log::v1::Record& record) { return watch.Derive(record); };
//
// A watch that is not told says that it does not know: slow, never wrong.
// Threads: all methods may be called from any thread. Must outlive the store.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "eventstore/event_store.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/registry/limits.h"

namespace sanzhang::registry {

class RegisterWatch {
 public:
  explicit RegisterWatch(std::size_t communities_max = kCommunitiesWatchedMax)
      : communities_max_(communities_max) {}

  // The record's index entries (registry_index.h), and takes note of the record.
  std::vector<eventstore::IndexEntry> Derive(const log::v1::Record& record);

  // Whether no fact of the community's register was committed after position `since`, when the
  // log's durable end is `head`. False if that is not known. `since` must have been the durable end
  // at some time of this process.
  bool Unchanged(std::string_view community, std::uint64_t since, std::uint64_t head) const;

 private:
  const std::size_t communities_max_;
  std::atomic<std::uint64_t> seen_ = 0;  // The last position told.
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::uint64_t> changed_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t forgotten_ ABSL_GUARDED_BY(mutex_) = 0;  // The last change that was dropped.
};

}  // namespace sanzhang::registry
