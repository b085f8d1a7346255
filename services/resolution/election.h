// Who is elected, of candidates whose votes are counted (rules T17, T18). Those who meet what is
// asked for are ranked by heads, then by area where that is a measure; the first ones fill the
// seats. A tie at the last seat leads to a second ballot among those tied; seats that nobody
// reached lead to one too, where the rules say so, or stay empty. Pure.
#pragma once

#include <vector>

#include "services/resolution/tally_input.h"

namespace sanzhang::resolution {

// `items` are the candidates' tallies, with outcome, measures and candidate set. Sets standing and
// rank of each.
v1::ElectionTally DecideElection(const TallyCase& tally, std::vector<v1::ItemTally*> items);

}  // namespace sanzhang::resolution
