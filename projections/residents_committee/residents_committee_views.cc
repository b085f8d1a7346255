#include "projections/residents_committee/residents_committee_views.h"

#include "projections/body/body_projection.h"
#include "projections/complaints/complaint_rows.h"
#include "projections/complaints/timeline_rows.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakeResidentsCommitteeViews() {
  return std::make_unique<BodyProjection>(
      "residents-committee", 1, DirectoryRows(DirectoryRows::People::kPseudonyms),
      PartsOf(ComplaintRows({.words = true, .complainants = true}), EventRows(), HopRows(),
              PauseRows()),
      "CREATE INDEX complaint_by_due ON complaint (community, next_due_us);");
}

}  // namespace sanzhang::projections
