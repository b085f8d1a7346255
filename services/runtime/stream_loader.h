// Folds streams: what a resource is now, from the facts in its stream.
//
// DATA_LOSS (LOG_CORRUPT): a record that can't be read, a fact that the decider does not know, or a
// hole. Nothing is skipped: a state that ignores a fact is a wrong state.
// Other errors are the store's.
// Threads: Load may be called from any thread.
#pragma once

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/event_store.h"
#include "services/runtime/command_type.h"
#include "services/runtime/state_cache.h"

namespace sanzhang::runtime {

class StreamLoader {
 public:
  // Neither is owned; both must outlive the loader.
  StreamLoader(const eventstore::EventStore& store, StateCache& cache)
      : store_(store), cache_(cache) {}

  // The state that the log had at some moment of the call. Reads only what the cache does not have.
  absl::StatusOr<Folded> Load(const AggregateType& type, std::string_view stream) const;

 private:
  const eventstore::EventStore& store_;
  StateCache& cache_;
};

}  // namespace sanzhang::runtime
