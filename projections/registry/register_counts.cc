#include "projections/registry/register_counts.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "projections/registry/constituency_rows.h"
#include "projections/registry/resident_rows.h"
#include "proto/wire/names.h"
#include "sanzhang/registry/v1/registry.pb.h"

namespace sanzhang::projections {
namespace {

using views::v1::RegisterBuilding;
using views::v1::RegisterSummary;

// Of `dwelling d`: how many, their area, without area, and by state of ownership.
constexpr char kDwellingSums[] =
    "count(d.name), coalesce(sum(d.area_dm2), 0), count(d.name) FILTER (WHERE d.area_dm2 = 0), "
    "count(d.name) FILTER (WHERE d.ownership = 1), count(d.name) FILTER (WHERE d.ownership = 2), "
    "count(d.name) FILTER (WHERE d.ownership = 3), count(d.name) FILTER (WHERE d.ownership = 4)";
static_assert(views::v1::OWNERSHIP_STATE_UNKNOWN == 1 && views::v1::OWNERSHIP_STATE_DISPUTED == 4);

// RegisterSummary or RegisterBuilding, from `first` on.
template <class Message>
void SetDwellings(const Row& row, int first, Message& message) {
  message.set_dwellings(row.Int(first));
  message.set_area_dm2(row.Int(first + 1));
  message.set_dwellings_without_area(row.Int(first + 2));
  message.set_ownership_unknown(row.Int(first + 3));
  message.set_ownership_unverified(row.Int(first + 4));
  message.set_ownership_verified(row.Int(first + 5));
  message.set_ownership_disputed(row.Int(first + 6));
}

std::int32_t Small(const Row& row, int column) {
  return static_cast<std::int32_t>(row.Int(column));
}

absl::Status CountPlaces(Rows& rows, std::string_view community, RegisterSummary& summary) {
  const Value values[] = {community};
  absl::Status status = rows.Query(
      "SELECT count(*) FILTER (WHERE collection = 'propertyAreas'), "
      "count(*) FILTER (WHERE collection = 'grids'), "
      "count(*) FILTER (WHERE collection = 'buildings'), "
      "count(*) FILTER (WHERE collection = 'entrances') "
      "FROM place WHERE community = ?1 AND NOT retired",
      values, [&](const Row& row) {
        summary.set_property_areas(Small(row, 0));
        summary.set_grids(Small(row, 1));
        summary.set_buildings(Small(row, 2));
        summary.set_entrances(Small(row, 3));
      });
  if (!status.ok()) return status;
  static_assert(registry::v1::AREA_SOURCE_REGISTER == 1);
  return rows.Query(absl::StrCat("SELECT ", kDwellingSums,
                                 ", count(*) FILTER (WHERE d.area_dm2 > 0 AND d.area_source = 1) "
                                 "FROM dwelling d WHERE d.community = ?1 AND NOT d.retired"),
                    values, [&](const Row& row) {
                      SetDwellings(row, 0, summary);
                      summary.set_area_from_register(row.Int(7));
                    });
}

absl::Status CountPeople(Rows& rows, std::string_view community, RegisterSummary& summary) {
  const Value values[] = {community};
  absl::Status status = rows.Query(
      "SELECT c.households, (SELECT count(*) FROM household h WHERE h.community = c.name "
      "AND NOT h.dissolved) FROM community c WHERE c.name = ?1",
      values, [&](const Row& row) {
        summary.set_households_planned(row.Int(0));
        summary.set_households(row.Int(1));
      });
  if (!status.ok()) return status;
  static_assert(registry::v1::MAJORITY_MINOR == 2);
  return rows.Query(
      absl::StrReplaceAll("SELECT count(*) FILTER (WHERE {is}), "
                          "count(*) FILTER (WHERE {is} AND {adult}), "
                          "count(*) FILTER (WHERE {is} AND r.majority = 2), "
                          "count(*) FILTER (WHERE r.residence = 1 AND NOT r.deceased) "
                          "FROM resident r WHERE r.community = ?1",
                          {{"{is}", kIsResident}, {"{adult}", kIsAdult}}),
      values, [&](const Row& row) {
        summary.set_residents(row.Int(0));
        summary.set_adults(row.Int(1));
        summary.set_minors(row.Int(2));
        summary.set_residents_declared(row.Int(3));
      });
}

absl::Status CountConstituencies(Rows& rows, std::string_view community, absl::Time now,
                                 RegisterSummary& summary) {
  const Value values[] = {community, TimeValue(now), std::int64_t{kConstituencyHouseholdsMin},
                          std::int64_t{kConstituencyHouseholdsMax}};
  return rows.Query(
      absl::StrCat("SELECT count(*), coalesce(sum(c.households), 0), "
                   "count(*) FILTER (WHERE c.households NOT BETWEEN ?3 AND ?4), "
                   "count(*) FILTER (WHERE ",
                   kRepresented,
                   ") FROM constituency c WHERE c.community = ?1 AND NOT c.dissolved"),
      values, [&](const Row& row) {
        summary.set_constituencies(Small(row, 0));
        summary.set_constituency_households(row.Int(1));
        summary.set_constituencies_of_wrong_size(Small(row, 2));
        summary.set_representatives(Small(row, 3));
        summary.set_representatives_vacant(Small(row, 0) - Small(row, 3));
      });
}

}  // namespace

absl::Status Summarise(Rows& rows, std::string_view community, absl::Time now,
                       RegisterSummary& summary) {
  absl::Status status = CountPlaces(rows, community, summary);
  if (status.ok()) status = CountPeople(rows, community, summary);
  if (status.ok()) status = CountConstituencies(rows, community, now, summary);
  if (!status.ok()) return status;
  const absl::StatusOr<ChiefPosts> posts = ChiefPostsOf(rows, community);
  if (!posts.ok()) return posts.status();
  summary.set_chief_posts(static_cast<std::int32_t>(posts->all));
  summary.set_chief_posts_vacant(static_cast<std::int32_t>(posts->vacant));
  return absl::OkStatus();
}

absl::Status FillBuilding(Rows& rows, RegisterBuilding& building) {
  const Value values[] = {wire::CommunityOf(building.building()), building.building()};
  absl::Status status = rows.Query(
      absl::StrCat("SELECT ", kDwellingSums,
                   " FROM dwelling d WHERE d.community = ?1 AND d.building = ?2 AND NOT d.retired"),
      values, [&](const Row& row) { SetDwellings(row, 0, building); });
  if (!status.ok()) return status;
  return rows.Query(
      absl::StrReplaceAll(
          "SELECT (SELECT count(*) FROM place e WHERE e.building = ?2 AND NOT e.retired "
          "AND e.collection = 'entrances'), "
          "(SELECT count(*) FROM dwelling d JOIN household h ON h.dwelling = d.name "
          "WHERE d.community = ?1 AND d.building = ?2 AND NOT h.dissolved), "
          "count(*) FILTER (WHERE {is}), count(*) FILTER (WHERE {is} AND {adult}) "
          "FROM resident r WHERE r.community = ?1 AND r.building = ?2",
          {{"{is}", kIsResident}, {"{adult}", kIsAdult}}),
      values, [&](const Row& row) {
        building.set_entrances(Small(row, 0));
        building.set_households(row.Int(1));
        building.set_residents(row.Int(2));
        building.set_adults(row.Int(3));
      });
}

absl::Status FillConstituency(Rows& rows, absl::Time now, views::v1::ConstituencyRow& row) {
  row.set_wrong_size(row.households() < kConstituencyHouseholdsMin ||
                     row.households() > kConstituencyHouseholdsMax);
  const Value named[] = {row.constituency()};
  absl::Status status =
      rows.Query("SELECT unit FROM constituency_unit WHERE constituency = ?1 ORDER BY unit", named,
                 [&](const Row& unit) { row.add_units(std::string(unit.Text(0))); });
  if (!status.ok()) return status;
  const Value timed[] = {row.constituency(), TimeValue(now)};
  return rows.Query(
      absl::StrCat("SELECT c.membership FROM constituency c WHERE c.name = ?1 AND ", kRepresented),
      timed, [&](const Row& seat) { row.set_membership(std::string(seat.Text(0))); });
}

absl::StatusOr<ChiefPosts> ChiefPostsOf(Rows& rows, std::string_view community) {
  ChiefPosts posts;
  const Value values[] = {community};
  const absl::Status status = rows.Query(
      "SELECT count(*), count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM chief k "
      "WHERE k.unit = p.name AND NOT k.ended AND k.since_us IS NOT NULL)) FROM place p "
      "WHERE p.community = ?1 AND NOT p.retired "
      "AND p.collection IN ('grids', 'buildings', 'entrances')",
      values, [&](const Row& row) { posts = {.all = row.Int(0), .vacant = row.Int(1)}; });
  if (!status.ok()) return status;
  return posts;
}

absl::StatusOr<AssemblySeats> AssemblySeatsOf(Rows& rows, std::string_view assembly,
                                              absl::Time now) {
  AssemblySeats seats;
  const Value values[] = {assembly, TimeValue(now)};
  const absl::Status status = rows.Query(
      "SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM constituency c "
      "WHERE c.membership = m.name AND NOT c.dissolved)) FROM membership m "
      "LEFT JOIN term t ON t.name = m.term WHERE m.body = ?1 AND NOT m.ended AND NOT m.suspended "
      "AND (m.term = '' OR (NOT t.expired AND t.begins_us <= ?2 AND ?2 < t.ends_us))",
      values,
      [&](const Row& row) { seats = {.composition = row.Int(0), .representatives = row.Int(1)}; });
  if (!status.ok()) return status;
  return seats;
}

}  // namespace sanzhang::projections
