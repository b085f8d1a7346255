// Random lives of votes that keep the phases of a resolution (services/resolution), interleaved by
// time as a log would have them: announced anew, withdrawn, without quorum, recounted and certified
// again, challenged, revoked, carried out in time or late.
#pragma once

#include <cstdint>

#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::bench {

// Adds that many votes `resolutions/x0` and so on, drafted from 2026-01-05 on over 60 days, to the
// history. The same seed makes the same history.
void AddRandomVotes(std::uint64_t seed, int votes, History& history);

}  // namespace sanzhang::projections::bench
