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

class Sha256 {
 public:
  Sha256() { crypto_hash_sha256_init(&state_); }
  void AddLine(std::string_view line) {
    Add(line);
    Add("\n");
  }
  std::string Finish() {
    std::string digest(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256_final(&state_, reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
  }

 private:
  void Add(std::string_view text) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(text.data()),
                              text.size());
  }
  crypto_hash_sha256_state state_;
};

absl::StatusOr<std::vector<std::string>> TablesOf(Rows& rows) {
  std::vector<std::string> tables;
  const absl::Status status = rows.Query(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'engine_*' AND "
      "name NOT GLOB 'sqlite_*' ORDER BY name",
      {}, [&](const Row& row) { tables.emplace_back(row.Text(0)); });
  if (!status.ok()) return status;
  return tables;
}

}  // namespace

absl::Status Dump(Rows& rows, const std::function<void(std::string_view line)>& line) {
  const absl::StatusOr<std::vector<std::string>> tables = TablesOf(rows);
  absl::Status status = tables.status();
  for (std::size_t i = 0; status.ok() && i < tables->size(); ++i) {
    status = DumpTable(rows, (*tables)[i], line);
  }
  return status;
}

absl::StatusOr<std::string> DumpDigest(Rows& rows) {
  Sha256 sha256;
  const absl::Status dumped = Dump(rows, [&](std::string_view line) { sha256.AddLine(line); });
  if (!dumped.ok()) return dumped;
  return sha256.Finish();
}

absl::StatusOr<ViewDigest> DigestTables(Rows& rows) {
  const absl::StatusOr<std::vector<std::string>> tables = TablesOf(rows);
  if (!tables.ok()) return tables.status();
  Sha256 all;
  ViewDigest digest;
  for (const std::string& table : *tables) {
    Sha256 own;
    std::uint64_t lines = 0;
    const absl::Status dumped = DumpTable(rows, table, [&](std::string_view line) {
      all.AddLine(line);
      own.AddLine(line);
      ++lines;
    });
    if (!dumped.ok()) return dumped;
    digest.tables.push_back({table, lines - 1, own.Finish()});
  }
  digest.sha256 = all.Finish();
  return digest;
}

}  // namespace sanzhang::projections
