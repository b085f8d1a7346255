// The rows behind what the residents' representative assembly sees: its sessions and resolutions,
// constituencies, and how many complaints and questions wait in them. No words and no complainants.
#pragma once

#include <memory>

#include "projections/engine/projection.h"

namespace sanzhang::projections {

// View `rep-assembly`.
std::unique_ptr<Projection> MakeRepAssemblyViews();

}  // namespace sanzhang::projections
