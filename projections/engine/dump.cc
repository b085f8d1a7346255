#include "projections/engine/dump.h"

#include <sodium.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace sanzhang::projections {
namespace {

std::string Quoted(std::string_view name) { return absl::StrCat("\"", std::string(name), "\""); }

absl::Status DumpTable(Rows& rows, const std::string& table,
                       const std::function<void(std::string_view line)>& line) {
  std::vector<std::string> names, quoted, order;
  absl::Status status = rows.Query("SELECT name, pk FROM pragma_table_info(?1) ORDER BY pk, cid",
                                   std::vector<Value>{table}, [&](const Row& row) {
                                     if (row.Int(1) > 0) order.push_back(Quoted(row.Text(0)));
                                   });
  if (!status.ok()) return status;
  status = rows.Query("SELECT name FROM pragma_table_info(?1) ORDER BY cid",
                      std::vector<Value>{table}, [&](const Row& row) {
                        names.emplace_back(row.Text(0));
                        quoted.push_back(absl::StrCat("quote(", Quoted(row.Text(0)), ")"));
                      });
  if (!status.ok()) return status;
  // Without a primary key rows that are all the same can't be told apart: any order of them will
  // do.
  if (order.empty()) order = quoted;
  line(absl::StrCat(table, " (", absl::StrJoin(names, ", "), ")"));
  const int count = static_cast<int>(names.size());
  std::string text;
  return rows.Query(absl::StrCat("SELECT ", absl::StrJoin(quoted, ", "), " FROM ", Quoted(table),
                                 " ORDER BY ", absl::StrJoin(order, ", ")),
                    {}, [&](const Row& row) {
                      text.clear();
                      for (int i = 0; i < count; ++i) {
                        if (i > 0) text += ' ';
                        text += row.Text(i);
                      }
                      line(text);
                    });
}

}  // namespace

absl::Status Dump(Rows& rows, const std::function<void(std::string_view line)>& line) {
  std::vector<std::string> tables;
  absl::Status status = rows.Query(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'engine_*' AND "
      "name NOT GLOB 'sqlite_*' ORDER BY name",
      {}, [&](const Row& row) { tables.emplace_back(row.Text(0)); });
  for (const std::string& table : tables) {
    if (status.ok()) status = DumpTable(rows, table, line);
  }
  return status;
}

absl::StatusOr<std::string> DumpDigest(Rows& rows) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  const auto add = [&state](std::string_view text) {
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                              text.size());
  };
  const absl::Status dumped = Dump(rows, [&](std::string_view line) {
    add(line);
    add("\n");
  });
  if (!dumped.ok()) return dumped;
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256_final(&state, reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

}  // namespace sanzhang::projections
