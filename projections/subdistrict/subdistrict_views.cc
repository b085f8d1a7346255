#include "projections/subdistrict/subdistrict_views.h"

#include "projections/complaints/complaint_rows.h"
#include "projections/complaints/side_rows.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakeSubdistrictViews() {
  return MakeView(
      "subdistrict", 1,
      Parts(DirectoryRows(DirectoryRows::People::kPseudonyms),
            Complaints(ComplaintRows({.words = false, .complainants = false}), WhistleRows())));
}

}  // namespace sanzhang::projections
