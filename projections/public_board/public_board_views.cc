#include "projections/public_board/public_board_views.h"

#include "projections/body/body_projection.h"
#include "projections/complaints/complaint_rows.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakePublicBoardViews() {
  return std::make_unique<BodyProjection>(
      "public-board", 1, DirectoryRows(DirectoryRows::People::kNone),
      PartsOf(ComplaintRows({.words = false, .complainants = false})), "");
}

}  // namespace sanzhang::projections
