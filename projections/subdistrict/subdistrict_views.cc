#include "projections/subdistrict/subdistrict_views.h"

#include "projections/body/body_projection.h"
#include "projections/complaints/complaint_rows.h"
#include "projections/complaints/side_rows.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakeSubdistrictViews() {
  return std::make_unique<BodyProjection>(
      "subdistrict", 1, DirectoryRows(DirectoryRows::People::kPseudonyms),
      PartsOf(ComplaintRows({.words = false, .complainants = false}), WhistleRows()), "");
}

}  // namespace sanzhang::projections
