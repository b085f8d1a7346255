// Names that only one resource may have: a claim is a stream of its own, whose last fact says who
// has the name. It is taken and given up in the append of the decision that does so.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "eventstore/event_store.h"
#include "services/runtime/decider.h"
#include "services/runtime/recorder.h"

namespace sanzhang::runtime {

// Adds to `append` what takes and gives up these names for `owner`, each write resting on what its
// stream says now. A name that another has is refused with the claim's reason, as Claim says. A
// name that the owner has already, or no longer has, needs no write. LOG_CORRUPT: a stream of a
// name holds something else. Other errors: the store's, the recorder's.
absl::Status AddClaims(const eventstore::EventStore& store, std::string_view owner,
                       const std::vector<Claim>& claims, Recorder& recorder,
                       eventstore::Append& append);

}  // namespace sanzhang::runtime
