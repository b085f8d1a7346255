#include "projections/residents_committee/residents_committee_views.h"

#include "projections/complaints/complaint_rows.h"
#include "projections/complaints/timeline_rows.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakeResidentsCommitteeViews() {
  return MakeView("residents-committee", 1,
                  Parts(DirectoryRows(DirectoryRows::People::kPseudonyms),
                        Complaints(ComplaintRows({.words = true, .complainants = true}),
                                   EventRows(), HopRows(), PauseRows())),
                  "CREATE INDEX complaint_by_due ON complaint (community, next_due_us);");
}

}  // namespace sanzhang::projections
