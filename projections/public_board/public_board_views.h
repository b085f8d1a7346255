// The rows behind what everyone sees: no person, not even a pseudonym, and no word of a complaint,
// an objection or a question.
#pragma once

#include <memory>

#include "projections/engine/projection.h"

namespace sanzhang::projections {

// View `public-board`.
std::unique_ptr<Projection> MakePublicBoardViews();

}  // namespace sanzhang::projections
