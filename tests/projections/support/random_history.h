// Random lives of complaints that keep the state machine (domain rules, complaint), interleaved by
// time as a log would have them.
#pragma once

#include <cstdint>

#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::bench {

// Adds that many complaints, filed from 2026-01-05 on over 60 days, to the history. The same seed
// makes the same history.
void AddRandomComplaints(std::uint64_t seed, int complaints, History& history);

}  // namespace sanzhang::projections::bench
