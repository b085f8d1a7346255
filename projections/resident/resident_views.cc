#include "projections/resident/resident_views.h"

#include "projections/complaints/complaint_rows.h"
#include "projections/complaints/side_rows.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"
#include "projections/resolutions/resolution_rows.h"
#include "projections/resolutions/voter_rows.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakeResidentViews() {
  return MakeView(
      "resident", 2,
      Parts(DirectoryRows(DirectoryRows::People::kPseudonyms),
            Complaints(ComplaintRows({.words = true, .complainants = true}), SupporterRows()),
            Resolutions(ResolutionRows({.persons = true}), VoterRows({.persons = true}))),
      "CREATE INDEX complaint_by_complainant ON complaint (complainant, filed_us);");
}

}  // namespace sanzhang::projections
