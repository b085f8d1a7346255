#include "projections/public_board/public_board_views.h"

#include "projections/complaints/complaint_rows.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"
#include "projections/notices/notice_rows.h"

namespace sanzhang::projections {

std::unique_ptr<Projection> MakePublicBoardViews() {
  return MakeView("public-board", 3,
                  Parts(DirectoryRows(DirectoryRows::People::kNone),
                        Complaints(ComplaintRows({.words = false, .complainants = false})),
                        NoticeRows({.body = true, .words = false, .persons = false})));
}

}  // namespace sanzhang::projections
