// The rows behind what the supervision committee sees: states, dates and reasons of what it has to
// look at. No person but by the seat, no word of a resident, no rating, and no appraisal's counts
// before they are public.
#pragma once

#include <memory>

#include "projections/engine/projection.h"

namespace sanzhang::projections {

// View `supervision-committee`.
std::unique_ptr<Projection> MakeSupervisionCommitteeViews();

}  // namespace sanzhang::projections
