#include "projections/resident/resident_views.h"

#include "projections/body/body_projection.h"
#include "projections/complaints/complaint_rows.h"
#include "projections/complaints/side_rows.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakeResidentViews() {
  return std::make_unique<BodyProjection>(
      "resident", 1, DirectoryRows(DirectoryRows::People::kPseudonyms),
      PartsOf(ComplaintRows({.words = true, .complainants = true}), SupporterRows()),
      "CREATE INDEX complaint_by_complainant ON complaint (complainant, filed_us);");
}

}  // namespace sanzhang::projections
