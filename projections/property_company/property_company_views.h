// The rows behind what a body that handles complaints sees: the words of the work, no complainant.
#pragma once

#include <memory>

#include "projections/engine/projection.h"

namespace sanzhang::projections {

// View `property-company`.
std::unique_ptr<Projection> MakePropertyCompanyViews();

}  // namespace sanzhang::projections
