// V-O2: the roll of a vote, without persons.
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "projections/directory/viewer.h"
#include "projections/engine/cells.h"
#include "projections/engine/list_query.h"
#include "projections/metrics/days.h"
#include "projections/owners_committee/owners_committee_queries.h"
#include "projections/owners_committee/vote_sight.h"
#include "projections/resolutions/resolution_rows.h"
#include "proto/wire/names.h"

namespace sanzhang::projections::owners_committee {
namespace {

using views::v1::ElectorateEntry;

constexpr int kDwellingsShownMax = 20;

// Of objections to an entry the last one counts: one that waits comes after those that were ruled.
constexpr std::string_view kObjection =
    "COALESCE((SELECT CASE WHEN o.ruled_us IS NULL THEN 1 WHEN o.upheld THEN 2 ELSE 3 END "
    "FROM objection o WHERE o.voter = v.name AND o.about = 1 "
    "ORDER BY o.ruled_us IS NULL DESC, o.objected_us DESC, o.id DESC LIMIT 1), 0)";
static_assert(kAboutRoll == 1 && views::v1::OBJECTION_STATE_OPEN == 1 &&
              views::v1::OBJECTION_STATE_UPHELD == 2 && views::v1::OBJECTION_STATE_DISMISSED == 3);
// ?2 is the beginning of today: all pages of a list are of one moment.
constexpr std::string_view kProxy =
    "EXISTS (SELECT 1 FROM proxy p WHERE p.voter = v.name AND p.revoked_us IS NULL "
    "AND (p.ends_us IS NULL OR p.ends_us > ?2))";

std::string Select() {
  return absl::StrCat(
      "v.name, v.dwellings, v.dwelling_names, v.area_dm2, v.heads, v.area_source, v.place, "
      "v.persons, v.designated, v.disputes > 0, ",
      std::string(kProxy), ", ", std::string(kObjection),
      ", v.corrected > 0, v.related, v.delivered_us, v.warned_us, v.conflict = 1, "
      "v.unverified > 0");
}

const std::vector<Column>& Columns() {
  static const auto& proxy = *new std::string(kProxy);
  static const auto& objection = *new std::string(absl::StrCat("(", kObjection.data(), " = 1)"));
  static const auto* const columns = new std::vector<Column>{
      {"voter", "v.name"},
      {"area_dm2", "v.area_dm2", ColumnType::kInt},
      {"heads", "v.heads", ColumnType::kInt},
      {"dwellings_total", "v.dwellings", ColumnType::kInt},
      {"area_source", "v.area_source", ColumnType::kEnum, registry::v1::AreaSource_descriptor()},
      {"place", "v.place"},
      {"co_owners", "(v.persons > 1)", ColumnType::kBool},
      {"co_owner_representative", "v.designated", ColumnType::kBool},
      {"co_owner_dispute", "(v.disputes > 0)", ColumnType::kBool},
      {"proxy", proxy, ColumnType::kBool},
      {"objection_open", objection, ColumnType::kBool},
      {"corrected", "(v.corrected > 0)", ColumnType::kBool},
      {"related_party", "v.related", ColumnType::kBool},
      {"delivered", "(v.delivered_us IS NOT NULL)", ColumnType::kBool},
      {"conflict_open", "(v.conflict = 1)", ColumnType::kBool},
      {"paper_unverified", "(v.unverified > 0)", ColumnType::kBool},
  };
  return *columns;
}

ElectorateEntry ToEntry(const Row& row) {
  Cells cells(row);
  ElectorateEntry entry;
  entry.set_voter(cells.Text());
  entry.set_dwellings_total(cells.Int32());
  const std::string names = cells.Text();
  for (const absl::string_view name : absl::StrSplit(names, ' ', absl::SkipEmpty())) {
    if (entry.dwellings_size() == kDwellingsShownMax) break;
    entry.add_dwellings(std::string(name));
  }
  entry.set_area_dm2(cells.Int());
  entry.set_heads(cells.Int32());
  entry.set_area_source(static_cast<registry::v1::AreaSource>(cells.Int()));
  entry.set_place(cells.Text());
  entry.set_persons(cells.Int32());
  entry.set_co_owner_representative(cells.Bool());
  entry.set_co_owner_dispute(cells.Bool());
  entry.set_proxy(cells.Bool());
  entry.set_objection(static_cast<views::v1::ObjectionState>(cells.Int()));
  entry.set_corrected(cells.Bool());
  entry.set_related_party(cells.Bool());
  SetStamp(cells.Time(), entry, &ElectorateEntry::mutable_delivered_at);
  SetStamp(cells.Time(), entry, &ElectorateEntry::mutable_warned_at);
  entry.set_conflict_open(cells.Bool());
  entry.set_paper_unverified(cells.Bool());
  return entry;
}

}  // namespace

absl::Status ListElectorate(const QueryContext& context,
                            const views::v1::ListElectorateRequest& request,
                            views::v1::ListElectorateResponse& response) {
  absl::StatusOr<Scope> seen =
      VotesSeen(context, request, wire::CommunityOf(request.parent()), Depth::kRoll);
  if (!seen.ok()) return seen.status();
  seen->Where("name", request.parent());
  bool there = false;
  absl::Status status = context.snapshot.rows().Query(
      absl::StrCat("SELECT EXISTS (SELECT 1 FROM resolution c WHERE ", seen->Sql(1), ")"),
      seen->Values({}), [&](const Row& row) { there = row.Int(0) != 0; });
  if (!status.ok()) return status;
  if (!there) return Denied();
  const absl::Time today = absl::FromCivil(absl::ToCivilDay(context.now, Shanghai()), Shanghai());
  const ListQuery query{.name = "owners-committee.electorate",
                        .select = Select(),
                        .from = "roll v",
                        .where = "v.resolution = ?1",
                        .values = {request.parent(), TimeValue(today)},
                        .columns = Columns(),
                        .key = "v.name",
                        .default_order = "voter"};
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    *response.add_entries() = ToEntry(row);
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  return absl::OkStatus();
}

}  // namespace sanzhang::projections::owners_committee
