#include "services/audit/view_diff.h"

#include <memory>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "projections/engine/database.h"

namespace sanzhang::audit {
namespace {

using projections::Connection;
using projections::Row;
using projections::Rows;
using projections::Value;
using Kind = RowChange::Kind;

std::string Quoted(std::string_view name) { return absl::StrCat("\"", std::string(name), "\""); }

// A table as both files have it.
struct Table {
  std::string name;
  std::vector<std::string> key;
  std::vector<std::string> others;
};

absl::Status ReadTables(Rows& rows, std::vector<Table>& tables) {
  absl::Status status = rows.Query(
      "SELECT a.name FROM main.sqlite_schema a JOIN later.sqlite_schema b ON a.sql = b.sql "
      "WHERE a.type = 'table' AND a.name NOT GLOB 'engine_*' AND a.name NOT GLOB 'sqlite_*' "
      "ORDER BY a.name",
      {}, [&](const Row& row) {
        tables.push_back({std::string(row.Text(0)), {}, {}});
      });
  for (Table& table : tables) {
    if (!status.ok()) return status;
    const Value name[] = {table.name};
    status = rows.Query("SELECT name, pk FROM pragma_table_info(?1) ORDER BY pk, cid", name,
                        [&](const Row& row) {
                          (row.Int(1) > 0 ? table.key : table.others).emplace_back(row.Text(0));
                        });
    if (table.key.empty()) table.key.swap(table.others);  // Told apart by all that they hold.
  }
  return status;
}

absl::Status SameTables(Rows& rows) {
  std::string odd;
  const absl::Status status = rows.Query(
      "SELECT name FROM (SELECT name, sql FROM main.sqlite_schema UNION ALL "
      "SELECT name, sql FROM later.sqlite_schema) WHERE sql IS NOT NULL "
      "GROUP BY name, sql HAVING count(*) <> 2 ORDER BY name LIMIT 1",
      {}, [&](const Row& row) { odd = row.Text(0); });
  if (!status.ok() || odd.empty()) return status;
  return absl::DataLossError(absl::StrCat("the two do not both have the same ", odd));
}

std::string Columns(std::string_view of, const std::vector<std::string>& names,
                    std::string_view between, std::string_view other = "") {
  std::vector<std::string> parts;
  for (const std::string& name : names) {
    const std::string own = absl::StrCat(std::string(of), ".", Quoted(name));
    parts.push_back(other.empty()
                        ? absl::StrCat("quote(", own, ")")
                        : absl::StrCat(own, " IS ", std::string(other), ".", Quoted(name)));
  }
  return absl::StrJoin(parts, std::string(between));
}

// Rows of `of` that `not_of` has no row of the same key for, or whose other columns differ.
std::string Sql(const Table& table, Kind kind) {
  const std::string name = Quoted(table.name);
  const std::string same_key = Columns("x", table.key, " AND ", "y");
  const std::string of = kind == Kind::kAdded ? "later." : "main.";
  const std::string against = kind == Kind::kAdded ? "main." : "later.";
  std::vector<std::string> order;
  for (const std::string& column : table.key) order.push_back("x." + Quoted(column));
  std::string select = Columns("x", table.key, ", ");
  if (!table.others.empty()) absl::StrAppend(&select, ", ", Columns("x", table.others, ", "));
  if (kind == Kind::kChanged) {
    return absl::StrCat("SELECT ", select, ", ", Columns("y", table.others, ", "), " FROM ", of,
                        name, " x JOIN ", against, name, " y ON ", same_key, " WHERE NOT (",
                        Columns("x", table.others, " AND ", "y"), ") ORDER BY ",
                        absl::StrJoin(order, ", "));
  }
  return absl::StrCat("SELECT ", select, " FROM ", of, name, " x WHERE NOT EXISTS (SELECT 1 FROM ",
                      against, name, " y WHERE ", same_key, ") ORDER BY ",
                      absl::StrJoin(order, ", "));
}

RowChange ReadChange(const Table& table, Kind kind, const Row& row) {
  RowChange change{.kind = kind, .table = table.name};
  int column = 0;
  for (const std::string& name : table.key) {
    change.key.emplace_back(name, std::string(row.Text(column++)));
  }
  RowChange::Cells& cells = kind == Kind::kAdded ? change.after : change.before;
  for (const std::string& name : table.others) {
    cells.emplace_back(name, std::string(row.Text(column++)));
  }
  if (kind != Kind::kChanged) return change;
  RowChange::Cells before;
  before.swap(change.before);
  for (const auto& [name, value] : before) {
    const std::string now(row.Text(column++));
    if (now == value) continue;
    change.before.emplace_back(name, value);
    change.after.emplace_back(name, now);
  }
  return change;
}

}  // namespace

absl::Status DiffViews(const std::filesystem::path& before, const std::filesystem::path& after,
                       const std::function<bool(const RowChange&)>& each) {
  const absl::StatusOr<std::unique_ptr<Connection>> file = Connection::Open(before, true);
  if (!file.ok()) return absl::DataLossError(std::string(file.status().message()));
  Rows& rows = (*file)->rows();
  absl::Status status = rows.Run("ATTACH ?1 AS later", {Value(std::string_view(after.native()))});
  if (status.ok()) status = SameTables(rows);
  std::vector<Table> tables;
  if (status.ok()) status = ReadTables(rows, tables);
  bool more = true;
  for (const Table& table : tables) {
    for (const Kind kind : {Kind::kRemoved, Kind::kChanged, Kind::kAdded}) {
      if (!status.ok() || !more) return status;
      if (kind == Kind::kChanged && table.others.empty()) continue;
      status = rows.Query(Sql(table, kind), {}, [&](const Row& row) {
        if (more) more = each(ReadChange(table, kind, row));
      });
    }
  }
  return status;
}

}  // namespace sanzhang::audit
