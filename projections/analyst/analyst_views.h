// The rows behind what an analyst looks for.
#pragma once

#include <memory>

#include "projections/engine/projection.h"

namespace sanzhang::projections {

// View `analyst`.
std::unique_ptr<Projection> MakeAnalystViews();

}  // namespace sanzhang::projections
