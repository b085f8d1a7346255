// Facts of the register that other rules rest on: each with the streams that say so.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "eventstore/event_store.h"
#include "services/registry/register_memory.h"
#include "services/runtime/decider.h"

namespace sanzhang::registry {

// Fills `facts` with what is needed and found (peers excepted), as it stands at `now`, and adds the
// streams read to `conditions`, each once.
absl::Status ResolveNeeds(const RegisterView& view, std::string_view community,
                          const runtime::Needs& needs, absl::Time now, runtime::Facts& facts,
                          std::vector<eventstore::Condition>& conditions);

}  // namespace sanzhang::registry
