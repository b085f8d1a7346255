#include "projections/property_company/property_company_views.h"

#include "projections/complaints/complaint_rows.h"
#include "projections/complaints/side_rows.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"
#include "projections/ratings/campaign_rows.h"
#include "projections/ratings/side_rows.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakePropertyCompanyViews() {
  return MakeView(
      "property-company", 3,
      Parts(DirectoryRows(DirectoryRows::People::kPseudonyms),
            Complaints(ComplaintRows({.words = true, .complainants = false}), DisputeRows()),
            Ratings(CampaignRows({.intake = false}), ServiceRatingRows())),
      "CREATE INDEX complaint_by_body ON complaint (responsible_body, next_due_us);"
      "CREATE INDEX dispute_by_body ON dispute (body, disputed_us);");
}

}  // namespace sanzhang::projections
