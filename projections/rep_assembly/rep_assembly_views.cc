#include "projections/rep_assembly/rep_assembly_views.h"

#include "projections/complaints/complaint_rows.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"
#include "projections/notices/notice_rows.h"
#include "projections/registry/constituency_rows.h"
#include "projections/resolutions/resolution_rows.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakeRepAssemblyViews() {
  return MakeView("rep-assembly", 2,
                  Parts(DirectoryRows(DirectoryRows::People::kPseudonyms), ConstituencyRows(),
                        Resolutions(ResolutionRows({})), NoticeRows({}),
                        Complaints(ComplaintRows({.words = false, .complainants = false}))),
                  "CREATE INDEX constituency_by_seat ON constituency (membership);");
}

}  // namespace sanzhang::projections
