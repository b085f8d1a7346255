// Who is who in a community, now: what the register's events say, as commands need it.
//
// Answers rest on streams; each stream read is added to `conditions` at the revision read, so that
// an append made on the answer fails if the stream has moved since: a revoked role is dead from its
// event's position on.
// Threads: all methods may be called from any thread. Reads are bounded by limits.h.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "eventstore/event_store.h"
#include "services/runtime/decider.h"
#include "services/runtime/principal.h"

namespace sanzhang::runtime {

// A capacity and the streams that it rests on.
struct GroundedStanding {
  Standing standing;
  std::vector<eventstore::Condition> grounds;
};

class Directory {
 public:
  virtual ~Directory() = default;

  // All capacities of the principal in the community at `now`; none is not an error. What the
  // installation granted (Principal::installation_roles) is not among them: the runner adds it.
  virtual absl::StatusOr<std::vector<GroundedStanding>> StandingsOf(std::string_view community,
                                                                    const Principal& principal,
                                                                    absl::Time now) = 0;

  // Fills `facts` with what is needed (peers excepted, which the runner loads).
  virtual absl::Status Resolve(std::string_view community, const Needs& needs, Facts& facts,
                               std::vector<eventstore::Condition>& conditions) = 0;
};

}  // namespace sanzhang::runtime
