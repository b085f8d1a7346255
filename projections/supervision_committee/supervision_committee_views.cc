#include "projections/supervision_committee/supervision_committee_views.h"

#include "projections/complaints/side_rows.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"
#include "projections/notices/notice_rows.h"
#include "projections/ratings/appraisal_rows.h"
#include "projections/ratings/campaign_rows.h"
#include "projections/resolutions/resolution_rows.h"
#include "projections/resolutions/voter_rows.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakeSupervisionCommitteeViews() {
  return MakeView(
      "supervision-committee", 2,
      Parts(DirectoryRows(DirectoryRows::People::kPseudonyms), Complaints(ExclusionRows()),
            Ratings(CampaignRows({.intake = false}), AppraisalRows()),
            Resolutions(ResolutionRows({}), VoterRows({})), NoticeRows({})));
}

}  // namespace sanzhang::projections
