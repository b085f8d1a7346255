#include "projections/owners_committee/filing_queries.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/directory/viewer.h"
#include "projections/engine/list_query.h"
#include "projections/registry/body_terms.h"
#include "projections/registry/filings.h"
#include "sanzhang/type/v1/body.pb.h"

namespace sanzhang::projections::owners_committee {
namespace {

using type::v1::ROLE_OWNERS_COMMITTEE;

// The owners' bodies `b` that the viewer sees, of the community ?1.
struct Bodies {
  std::string where;
  std::vector<std::string> names;  // What its parameters from ?2 on are bound to.

  std::vector<Value> Values(std::string_view community) const {
    std::vector<Value> values = {community};
    values.insert(values.end(), names.begin(), names.end());
    return values;
  }
};

absl::StatusOr<Bodies> BodiesOf(const QueryContext& context,
                                const google::protobuf::Message& request,
                                std::string_view community) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, community);
  if (!viewer.ok()) return viewer.status();
  static_assert(type::v1::BODY_KIND_OWNERS_COMMITTEE == 7 &&
                type::v1::BODY_KIND_PROPERTY_MGMT_COMMITTEE == 8);
  Bodies bodies{.where = "b.community = ?1 AND b.kind IN (7, 8)", .names = {}};
  const bool own =
      std::all_of(viewer->standings.begin(), viewer->standings.end(),
                  [](const Standing& standing) { return standing.role == ROLE_OWNERS_COMMITTEE; });
  if (!own) return bodies;
  bodies.names = viewer->Bodies();
  std::string list;
  for (std::size_t i = 0; i < bodies.names.size(); ++i) {
    absl::StrAppend(&list, i == 0 ? "?" : ", ?", i + 2);
  }
  absl::StrAppend(&bodies.where, " AND b.name IN (", list, ")");
  return bodies;
}

}  // namespace

absl::Status ListFilings(const QueryContext& context, const views::v1::ListFilingsRequest& request,
                         views::v1::ListFilingsResponse& response) {
  const absl::StatusOr<Bodies> bodies = BodiesOf(context, request, request.parent());
  if (!bodies.ok()) return bodies.status();
  const ListQuery query{.name = "owners-committee.filings",
                        .select = std::string(FilingSelect()),
                        .from = FilingFrom(),
                        .where = bodies->where,
                        .values = bodies->Values(request.parent()),
                        .columns = FilingColumns(),
                        .key = FilingKey(),
                        .default_order = "since desc"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_filings() = ReadFiling(row, context.now);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

absl::Status ListCommitteeTerms(const QueryContext& context,
                                const views::v1::ListCommitteeTermsRequest& request,
                                views::v1::ListCommitteeTermsResponse& response) {
  static const auto* const columns = new std::vector<Column>{
      {"body", "b.name", ColumnType::kText, nullptr, true, false},
      {"kind", "b.kind", ColumnType::kEnum, type::v1::BodyKind_descriptor()},
      {"property_area", "b.property_area"}};
  const absl::StatusOr<Bodies> bodies = BodiesOf(context, request, request.parent());
  if (!bodies.ok()) return bodies.status();
  const ListQuery query{.name = "owners-committee.terms",
                        .where = absl::StrCat(bodies->where, " AND NOT b.dissolved"),
                        .values = bodies->Values(request.parent()),
                        .columns = *columns,
                        .default_order = "body"};
  return ListBodyTerms(context, query, request, response);
}

}  // namespace sanzhang::projections::owners_committee
