#include "projections/party_org/party_org_views.h"

#include "projections/complaints/complaint_rows.h"
#include "projections/complaints/side_rows.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"
#include "projections/metrics/participation_rows.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakePartyOrgViews() {
  return MakeView("party-org", 2,
                  Join(Parts(DirectoryRows(DirectoryRows::People::kNames),
                             Complaints(ComplaintRows({.words = false, .complainants = true}),
                                        ChiefActionRows())),
                       Participation()),
                  "CREATE INDEX complaint_by_body ON complaint (responsible_body);"
                  "CREATE INDEX open_by_grid ON complaint (grid) WHERE ended_us IS NULL;"
                  "CREATE INDEX open_by_building ON complaint (building) WHERE ended_us IS NULL;"
                  "CREATE INDEX open_by_entrance ON complaint (entrance) WHERE ended_us IS NULL;");
}

}  // namespace sanzhang::projections
