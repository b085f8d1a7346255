// Who is who in a community, from the register in the log: the runtime's Directory.
//
// Standings hold at the time asked for: a term's at its instants, a seat's while it is neither
// suspended nor ended and its body is active, a chief's from the confirmation to the end, a
// resident's once confirmed and until moved out, an owner's by the last record of a dwelling; none
// after death. Errors: LOG_CORRUPT for a stream that can't be folded; else the store's. Between
// changes of a community's register answers cost no read of the log (register_memory.h). Threads:
// all methods may be called from any thread. Bounds: limits.h.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "eventstore/event_store.h"
#include "services/registry/register_memory.h"
#include "services/registry/register_watch.h"
#include "services/runtime/directory.h"
#include "services/runtime/state_cache.h"
#include "services/runtime/stream_loader.h"

namespace sanzhang::registry {

class RegistryDirectory final : public runtime::Directory {
 public:
  struct Options {
    std::function<absl::Time()> now = absl::Now;  // For facts that depend on time.
    std::size_t remembered_max = kRememberedMax;
    std::size_t states_cached_max = runtime::kStatesCachedMax;
  };

  // Neither is owned; both must outlive the directory. The watch must be told of the store's
  // records, and the store's index be DeriveIndex's: both by RegisterWatch::Derive.
  RegistryDirectory(const eventstore::EventStore& store, const RegisterWatch& watch);
  RegistryDirectory(const eventstore::EventStore& store, const RegisterWatch& watch,
                    Options options);

  absl::StatusOr<std::vector<runtime::GroundedStanding>> StandingsOf(
      std::string_view community, const runtime::Principal& principal, absl::Time now) override;

  absl::Status Resolve(std::string_view community, const runtime::Needs& needs,
                       runtime::Facts& facts,
                       std::vector<eventstore::Condition>& conditions) override;

 private:
  RegisterView ViewOf(std::string_view community);

  const eventstore::EventStore& store_;
  const Options options_;
  runtime::StateCache cache_;
  const runtime::StreamLoader loader_;
  RegisterMemory memory_;
};

}  // namespace sanzhang::registry
