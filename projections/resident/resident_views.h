// The rows behind what residents see of their own: words, complainants and supporters.
#pragma once

#include <memory>

#include "projections/engine/projection.h"

namespace sanzhang::projections {

// View `resident`.
std::unique_ptr<Projection> MakeResidentViews();

}  // namespace sanzhang::projections
