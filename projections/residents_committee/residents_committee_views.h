// The rows behind what the residents' committee sees: complaints with their words and whole
// history; notices, and what people say about them.
#pragma once

#include <memory>

#include "projections/engine/projection.h"

namespace sanzhang::projections {

// View `residents-committee`.
std::unique_ptr<Projection> MakeResidentsCommitteeViews();

}  // namespace sanzhang::projections
