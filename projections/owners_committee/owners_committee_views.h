// The rows behind what the owners' committee sees: votes, their rolls without persons, and their
// results. Names are kept sealed, to show those who count masked.
#pragma once

#include <memory>

#include "projections/engine/projection.h"

namespace sanzhang::projections {

// View `owners-committee`.
std::unique_ptr<Projection> MakeOwnersCommitteeViews();

}  // namespace sanzhang::projections
