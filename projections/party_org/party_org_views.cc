#include "projections/party_org/party_org_views.h"

#include "projections/complaints/complaint_rows.h"
#include "projections/complaints/side_rows.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"
#include "projections/metrics/participation_rows.h"
#include "projections/notices/notice_rows.h"
#include "projections/ratings/appraisal_rows.h"
#include "projections/registry/body_rows.h"
#include "projections/registry/constituency_rows.h"
#include "projections/resolutions/resolution_rows.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakePartyOrgViews() {
  return MakeView(
      "party-org", 4,
      Join(Parts(DirectoryRows(DirectoryRows::People::kNames), BodyRows(), ConstituencyRows(),
                 Resolutions(ResolutionRows({})), NoticeRows({}), Ratings(AppraisalRows()),
                 Complaints(ComplaintRows({.words = false, .complainants = true}),
                            ChiefActionRows())),
           Participation()),
      "CREATE INDEX complaint_by_body ON complaint (responsible_body);"
      "CREATE INDEX open_by_grid ON complaint (grid) WHERE ended_us IS NULL;"
      "CREATE INDEX open_by_building ON complaint (building) WHERE ended_us IS NULL;"
      "CREATE INDEX open_by_entrance ON complaint (entrance) WHERE ended_us IS NULL;");
}

}  // namespace sanzhang::projections
