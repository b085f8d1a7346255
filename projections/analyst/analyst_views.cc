#include "projections/analyst/analyst_views.h"

#include "projections/analyst/intake_rows.h"
#include "projections/complaints/complaint_rows.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakeAnalystViews() {
  return MakeView(
      "analyst", 1,
      Parts(DirectoryRows(DirectoryRows::People::kPseudonyms), Complaints(ComplaintRows({})),
            Resolutions(BallotIntakeRows()), Ratings(RatingIntakeRows())));
}

}  // namespace sanzhang::projections
