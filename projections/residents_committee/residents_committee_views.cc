#include "projections/residents_committee/residents_committee_views.h"

#include "projections/complaints/complaint_rows.h"
#include "projections/complaints/timeline_rows.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"
#include "projections/notices/notice_rows.h"
#include "projections/privacy/privacy_rows.h"
#include "projections/ratings/appraisal_rows.h"
#include "projections/ratings/campaign_rows.h"
#include "projections/ratings/side_rows.h"
#include "projections/registry/body_rows.h"
#include "projections/registry/constituency_rows.h"
#include "projections/registry/dwelling_rows.h"
#include "projections/registry/resident_rows.h"
#include "projections/resolutions/resolution_rows.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakeResidentsCommitteeViews() {
  return MakeView(
      "residents-committee", 6,
      Parts(DirectoryRows(DirectoryRows::People::kPseudonyms), BodyRows(), DwellingRows(),
            ResidentRows(), ConstituencyRows(), Resolutions(ResolutionRows({})),
            Complaints(ComplaintRows({.words = true, .complainants = true}), EventRows(), HopRows(),
                       PauseRows()),
            Ratings(CampaignRows({.intake = true}), ServiceRatingRows(), AppraisalRows()),
            NoticeRows({.body = false, .words = true, .persons = false}), PrivacyRows()),
      "CREATE INDEX complaint_by_due ON complaint (community, next_due_us);"
      "CREATE INDEX complaint_by_body ON complaint (responsible_body, filed_us);");
}

}  // namespace sanzhang::projections
