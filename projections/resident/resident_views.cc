#include "projections/resident/resident_views.h"

#include "projections/complaints/complaint_rows.h"
#include "projections/complaints/side_rows.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakeResidentViews() {
  return MakeView(
      "resident", 1,
      Parts(DirectoryRows(DirectoryRows::People::kPseudonyms),
            Complaints(ComplaintRows({.words = true, .complainants = true}), SupporterRows())),
      "CREATE INDEX complaint_by_complainant ON complaint (complainant, filed_us);");
}

}  // namespace sanzhang::projections
