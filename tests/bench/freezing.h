// Measures how long an electorate takes that is frozen from a register in a log: the reading and
// grouping of it, beside the same records read and thrown away; and the whole command, with roll,
// hash and every voter's enrolment on disk. One line of JSON a figure.
#pragma once

#include <string>
#include <vector>

#include "eventstore/event_store.h"

namespace sanzhang::bench {

struct FreezingScope {
  std::string label;                   // As in `one building`.
  std::vector<std::string> buildings;  // None: the whole community.
};

// `turns` times each scope, in turns. Ends the program if something fails.
void MeasureFreezing(eventstore::EventStore& store, const std::string& community,
                     const std::vector<FreezingScope>& scopes, int turns);

}  // namespace sanzhang::bench
