#include "projections/owners_committee/owners_committee_views.h"

#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"
#include "projections/notices/notice_rows.h"
#include "projections/registry/body_rows.h"
#include "projections/resolutions/area_rows.h"
#include "projections/resolutions/resolution_rows.h"
#include "projections/resolutions/result_rows.h"
#include "projections/resolutions/voter_rows.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakeOwnersCommitteeViews() {
  return MakeView("owners-committee", 4,
                  Parts(DirectoryRows(DirectoryRows::People::kNames), BodyRows(), AreaRows(),
                        Resolutions(ResolutionRows({.persons = true}),
                                    VoterRows({.dwellings = true, .area_sources = true}),
                                    ResultRows({.persons = true})),
                        NoticeRows({.body = false, .words = true, .persons = false})),
                  "CREATE INDEX counter_by_person ON counter (person);"
                  "CREATE INDEX resolution_by_certification ON resolution (certified_us);");
}

}  // namespace sanzhang::projections
