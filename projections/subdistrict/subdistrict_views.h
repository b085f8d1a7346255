// The rows behind what the sub-district sees: communities beside each other, and whistles. No words
// of complaints and no complainants.
#pragma once

#include <memory>

#include "projections/engine/projection.h"

namespace sanzhang::projections {

// View `subdistrict`.
std::unique_ptr<Projection> MakeSubdistrictViews();

}  // namespace sanzhang::projections
