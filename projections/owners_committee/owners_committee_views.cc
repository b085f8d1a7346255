#include "projections/owners_committee/owners_committee_views.h"

#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"
#include "projections/registry/body_rows.h"
#include "projections/resolutions/resolution_rows.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakeOwnersCommitteeViews() {
  return MakeView("owners-committee", 1,
                  Parts(DirectoryRows(DirectoryRows::People::kPseudonyms), BodyRows(),
                        Resolutions(ResolutionRows({}))));
}

}  // namespace sanzhang::projections
