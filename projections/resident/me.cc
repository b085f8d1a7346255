#include "projections/resident/me.h"

#include <utility>
#include <vector>

namespace sanzhang::projections::resident {

absl::StatusOr<Viewer> Me(const QueryContext& context, const google::protobuf::Message& request,
                          std::string_view community) {
  absl::StatusOr<Viewer> viewer = ViewerOf(context, request, community);
  if (!viewer.ok()) return viewer.status();
  if (viewer->person.empty()) return Denied();
  if (!viewer->standings.empty()) return viewer;
  bool related = false;
  const Value values[] = {viewer->person};
  const absl::Status status = context.present_rows().Query(
      "SELECT EXISTS (SELECT 1 FROM complaint WHERE complainant = ?1) OR "
      "EXISTS (SELECT 1 FROM supporter WHERE person = ?1)",
      values, [&](const Row& row) { related = row.Int(0) != 0; });
  if (!status.ok()) return status;
  if (!related) return Denied();
  return viewer;
}

absl::StatusOr<Viewer> KnownMe(const QueryContext& context,
                               const google::protobuf::Message& request,
                               std::string_view community) {
  absl::StatusOr<Viewer> viewer = ViewerOf(context, request, community);
  if (!viewer.ok()) return viewer.status();
  Rows& rows = context.present_rows();
  bool known = false;
  const Value values[] = {viewer->person};
  const absl::Status status = rows.Query("SELECT NOT deceased FROM person WHERE name = ?1", values,
                                         [&](const Row& row) { known = row.Int(0) != 0; });
  if (!status.ok()) return status;
  if (!known) return Denied();
  absl::StatusOr<std::vector<Standing>> standings =
      StandingsOf(rows, context.caller, community, context.present_time());
  if (!standings.ok()) return standings.status();
  viewer->standings = *std::move(standings);
  return viewer;
}

}  // namespace sanzhang::projections::resident
