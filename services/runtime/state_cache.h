// The states of streams that were folded lately, so that a command reads only what came since.
//
// A copy of what the log says at some revision, never ahead of it: whoever takes a state from here
// still asks the log what came after. Holds at most `states_max`; the one not used for longest
// goes. Threads: all methods may be called from any thread; shards keep them out of each other's
// way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "services/runtime/limits.h"

namespace sanzhang::runtime {

struct AggregateType;

// A stream's state at a revision; revision 0: the stream does not exist, and `state` is a fresh
// one.
struct Folded {
  std::uint64_t revision = 0;
  std::shared_ptr<const void> state;
};

class StateCache {
 public:
  explicit StateCache(std::size_t states_max = kStatesCachedMax, std::size_t shards = kStateShards);
  StateCache(const StateCache&) = delete;
  StateCache& operator=(const StateCache&) = delete;

  // What is kept for the stream under this type; a null state: nothing.
  Folded Find(std::string_view stream, const AggregateType& type);
  // Keeps it, unless what is kept is newer.
  void Put(std::string_view stream, const AggregateType& type, Folded folded);

  std::size_t size() const;

 private:
  struct Entry {
    std::string stream;
    const AggregateType* type;
    Folded folded;
  };
  struct Shard {
    mutable absl::Mutex mutex;
    std::list<Entry> entries ABSL_GUARDED_BY(mutex);  // The one used last stands first.
    // Keys are views into the entries.
    absl::flat_hash_map<std::string_view, std::list<Entry>::iterator> found ABSL_GUARDED_BY(mutex);
  };
  Shard& ShardOf(std::string_view stream);

  const std::size_t states_per_shard_max_;
  std::vector<Shard> shards_;
};

}  // namespace sanzhang::runtime
