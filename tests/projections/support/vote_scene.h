// A community that votes: that of view_bench.h, with owners' committees in both property areas
// (p-oc1 in oc1, p-oc2 in oc2), an election committee (p-elc in elc), the owner p-own of dwellings
// d1 and d2, p-agent who votes for others, and p-cnt, p-cnt2 and p-cnt3 who count.
#pragma once

#include <string>
#include <string_view>

#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::bench {

History VoteCommunity();

// A vote that is open: drafted on 1 March with those fields, announced on 2 March, its roll frozen
// on 3 March, opened on 20 March until 30 March. Voters: v1 is p-own with d1 and d2 (200 dm2), v2
// two co-owners (100), v3 nobody known (60). v1 has got its ballot with the warning and returned it
// on 21 March; p-agent holds a power of v2.
void AddVote(History& history, std::string_view id, std::string_view motion);
// Closes it on 30 March, p-cnt2 and p-cnt3 count it; certified on 5 April: v1 for, others silent.
void CountVote(History& history, std::string_view id);

}  // namespace sanzhang::projections::bench
