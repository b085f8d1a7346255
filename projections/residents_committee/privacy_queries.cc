#include "projections/residents_committee/privacy_queries.h"

#include <string>
#include <utility>

#include "projections/directory/viewer.h"
#include "projections/engine/list_query.h"
#include "projections/privacy/request_cells.h"

namespace sanzhang::projections::residents_committee {

absl::Status ListSubjectRequests(const QueryContext& context,
                                 const views::v1::ListSubjectRequestsRequest& request,
                                 views::v1::ListSubjectRequestsResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{.name = "residents-committee.subject-requests",
                        .select = SubjectRequestSelect(),
                        .from = SubjectRequestFrom(),
                        .where = "c.community = ?1",
                        .values = {request.parent()},
                        .columns = SubjectRequestColumns(),
                        .key = "c.name",
                        .default_order = "answer_due"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_requests() = ReadSubjectRequest(row, context.now);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::residents_committee
