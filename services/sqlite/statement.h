// One statement of a small SQLite store, from its text to its last row.
//
//   Statement row(db, "SELECT paper FROM box WHERE token = ?", StatusOf);
//   row.Blob(token);
//   while (row.Next()) Use(row.String(0));
//   return row.Finish();
//
// After the first failure all that follows does nothing, and Finish says what it was, by the
// store's own word. Views have an engine of their own (projections/engine/rows.h).
// Threads: as the connection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sanzhang::sqlite {

// What the connection's last failure means to the store.
using StatusOfConnection = absl::Status (*)(sqlite3* db);

class Statement {
 public:
  Statement(sqlite3* db, const char* sql, StatusOfConnection status_of);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // The next parameter, from the left.
  Statement& Text(std::string_view value);
  Statement& Blob(std::string_view value);
  Statement& Integer(std::int64_t value);

  // Whether there is a row more; its columns are read by their number from 0.
  bool Next();
  std::string String(int column) const;
  std::int64_t Number(int column) const;

  // Runs what is left.
  absl::Status Finish();

 private:
  sqlite3* const db_;
  const StatusOfConnection status_of_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
  bool ok_ = false;
};

// Statements without parameters or rows.
absl::Status Execute(sqlite3* db, const char* sql, StatusOfConnection status_of);

}  // namespace sanzhang::sqlite
