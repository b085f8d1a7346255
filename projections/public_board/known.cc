#include "projections/public_board/known.h"

#include <optional>

#include "projections/directory/viewer.h"
#include "proto/wire/refusal.h"

namespace sanzhang::projections::public_board {

absl::StatusOr<std::string> KnownCommunity(const QueryContext& context,
                                           const google::protobuf::Message& request,
                                           std::string_view community) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, community);
  if (!viewer.ok()) return viewer.status();
  std::optional<std::string> display_name;
  const Value values[] = {community};
  const absl::Status status = context.snapshot.rows().Query(
      "SELECT display_name FROM community WHERE name = ?1", values,
      [&](const Row& row) { display_name = std::string(row.Text(0)); });
  if (!status.ok()) return status;
  if (!display_name) return NotFound(community);
  return *std::move(display_name);
}

absl::Status NotFound(std::string_view name) {
  return wire::Refuse(type::v1::ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", std::string(name)}});
}

}  // namespace sanzhang::projections::public_board
