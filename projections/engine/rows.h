// SQL on one SQLite connection, with statements prepared once.
//
// As many values must be given as the statement has parameters. A statement may not be run again
// inside its own `each`; another one may.
//
// Threads: one at a time. Every method fails with INTERNAL and SQLite's own words if the statement
// does.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sanzhang::projections {

struct Blob {
  std::string_view bytes;
};
struct Null {};
// What is bound to ?1, ?2 ... Times are bound as microseconds since 1970 (NULL for InfinitePast).
using Value = std::variant<Null, std::int64_t, std::string_view, Blob>;
Value TimeValue(absl::Time time);

// The current row of a query.
class Row {
 public:
  enum class ColumnKind { kNull, kInt, kText };

  explicit Row(sqlite3_stmt* statement, int first = 0) : statement_(statement), first_(first) {}
  // The same row, counted from that column on.
  Row From(int column) const { return Row(statement_, first_ + column); }
  ColumnKind Kind(int column) const;  // A blob counts as text.
  bool IsNull(int column) const;
  std::int64_t Int(int column) const;
  std::string_view Text(int column) const;   // Valid until the next row.
  std::string_view Bytes(int column) const;  // Valid until the next row.
  absl::Time Time(int column) const;         // InfinitePast for NULL.

 private:
  sqlite3_stmt* statement_;
  int first_;
};

class Rows {
 public:
  explicit Rows(sqlite3* db);
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  // Runs a statement that returns no rows; answers how many rows it changed.
  absl::StatusOr<std::int64_t> Change(std::string_view sql, std::initializer_list<Value> values);
  // The same, without the count.
  absl::Status Run(std::string_view sql, std::initializer_list<Value> values);
  // Calls `each` for every row.
  absl::Status Query(std::string_view sql, std::span<const Value> values,
                     const std::function<void(const Row&)>& each);

 private:
  absl::StatusOr<sqlite3_stmt*> Prepare(std::string_view sql, std::span<const Value> values);
  // Makes room: the texts of filtered lists have no end.
  void DropIdle();

  sqlite3* db_;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

// Runs a statement that returns no rows, with as many values as it needs.
inline absl::Status Write(Rows& rows, std::string_view sql, std::span<const Value> values) {
  return rows.Query(sql, values, [](const Row&) {});
}

}  // namespace sanzhang::projections
