// The rows behind what the Party organisation sees: the community at a glance, and its chiefs. No
// words of complaints; names of chiefs, sealed; pseudonyms only to count each person once.
#pragma once

#include <memory>

#include "projections/engine/projection.h"

namespace sanzhang::projections {

// View `party-org`.
std::unique_ptr<Projection> MakePartyOrgViews();

}  // namespace sanzhang::projections
