// Surveys on the bench: campaigns of a community (view_bench.h), with their ratings and results.
#pragma once

#include <string>
#include <string_view>

#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::bench {

// A survey of that id, announced by the residents' committee about `target` (as in `bodies/pc1`),
// with the dimensions `clean` (clause c7) and `guard`, for the year, open in the January after:
// 10 may rate in building b1 and 20 in b2.
void Announce(History& history, std::string_view id, std::string_view target, int year);
// Ratings of that survey from a building, as in `b1`.
void Rate(History& history, std::string_view id, std::string_view building, int count);
// It closes, and its result is public: averages in thousandths of a point, less than 0: suppressed.
void Publish(History& history, std::string_view id, int year, int n, int clean, int guard);

}  // namespace sanzhang::projections::bench
