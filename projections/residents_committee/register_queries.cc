#include "projections/residents_committee/register_queries.h"

#include <utility>
#include <vector>

#include "projections/directory/viewer.h"
#include "projections/engine/list_query.h"
#include "projections/registry/constituency_rows.h"
#include "projections/registry/register_counts.h"

namespace sanzhang::projections::residents_committee {

using views::v1::ConstituencyRow;
using views::v1::RegisterBuilding;

absl::Status GetRegisterSummary(const QueryContext& context,
                                const views::v1::GetRegisterSummaryRequest& request,
                                views::v1::GetRegisterSummaryResponse& response) {
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  return Summarise(context.snapshot.rows(), request.parent(), context.now,
                   *response.mutable_summary());
}

absl::Status ListRegisterBuildings(const QueryContext& context,
                                   const views::v1::ListRegisterBuildingsRequest& request,
                                   views::v1::ListRegisterBuildingsResponse& response) {
  static const auto* const columns =
      new std::vector<Column>{{"building", "p.name", ColumnType::kText, nullptr, true, false},
                              {"display_name", "p.display_name"},
                              {"property_area", "p.property_area"},
                              {"grid", "p.grid"}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{
      .name = "residents-committee.buildings",
      .select = "p.name, p.display_name, p.property_area, p.grid",
      .from = "place p",
      .where = "p.community = ?1 AND p.collection = 'buildings' AND NOT p.retired",
      .values = {request.parent()},
      .columns = *columns,
      .key = "p.name",
      .default_order = "building"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    RegisterBuilding& building = *response.add_buildings();
    building.set_building(std::string(row.Text(0)));
    building.set_display_name(std::string(row.Text(1)));
    building.set_property_area(std::string(row.Text(2)));
    building.set_grid(std::string(row.Text(3)));
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  for (RegisterBuilding& building : *response.mutable_buildings()) {
    absl::Status status = FillBuilding(context.snapshot.rows(), building);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ListConstituencies(const QueryContext& context,
                                const views::v1::ListConstituenciesRequest& request,
                                views::v1::ListConstituenciesResponse& response) {
  static const auto* const columns =
      new std::vector<Column>{{"constituency", "c.name", ColumnType::kText, nullptr, true, false},
                              {"households", "c.households", ColumnType::kInt}};
  const absl::StatusOr<Viewer> viewer = ViewerOf(context, request, request.parent());
  if (!viewer.ok()) return viewer.status();
  const ListQuery query{.name = "residents-committee.constituencies",
                        .select = "c.name, c.households",
                        .from = "constituency c",
                        .where = "c.community = ?1 AND NOT c.dissolved",
                        .values = {request.parent()},
                        .columns = *columns,
                        .key = "c.name",
                        .default_order = "constituency"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    ConstituencyRow& constituency = *response.add_constituencies();
    constituency.set_constituency(std::string(row.Text(0)));
    constituency.set_households(static_cast<std::int32_t>(row.Int(1)));
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  for (ConstituencyRow& constituency : *response.mutable_constituencies()) {
    absl::Status status = FillConstituency(context.snapshot.rows(), context.now, constituency);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::residents_committee
