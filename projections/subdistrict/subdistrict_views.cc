#include "projections/subdistrict/subdistrict_views.h"

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

std::unique_ptr<Projection> MakeSubdistrictViews() {
  return MakeView(
      "subdistrict", 4,
      Join(Parts(DirectoryRows(DirectoryRows::People::kPseudonyms), BodyRows(), ConstituencyRows(),
                 Resolutions(ResolutionRows({})), NoticeRows({}), Ratings(AppraisalRows()),
                 Complaints(ComplaintRows({.words = false, .complainants = false}), WhistleRows())),
           Participation()));
}

}  // namespace sanzhang::projections
