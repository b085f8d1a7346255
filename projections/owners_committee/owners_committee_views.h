// The rows behind what the owners' committee sees.
#pragma once

#include <memory>

#include "projections/engine/projection.h"

namespace sanzhang::projections {

// View `owners-committee`.
std::unique_ptr<Projection> MakeOwnersCommitteeViews();

}  // namespace sanzhang::projections
