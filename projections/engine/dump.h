// A view's rows as canonical text: two files whose rows are the same have the same text, whatever
// their history. The tables of the engine itself (`engine_*`) are left out.
//
//   complaint (name, state, due)          each table by name, its columns as declared
//   'communities/c1/complaints/1' 3 NULL  each row in the order of its primary key
//
// Text is quoted as in SQL, blobs are x'hex'.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "projections/engine/rows.h"

namespace sanzhang::projections {

// Line by line, without line ends. INTERNAL if a table can't be read.
absl::Status Dump(Rows& rows, const std::function<void(std::string_view line)>& line);

// SHA-256 over the lines, each ended by '\n'; 32 bytes.
absl::StatusOr<std::string> DumpDigest(Rows& rows);

// Of one table: over its lines, the first included.
struct TableDigest {
  std::string table = {};
  std::uint64_t rows = 0;
  std::string sha256 = {};

  bool operator==(const TableDigest&) const = default;
};
// Of the whole and of each table, by name, from one reading.
struct ViewDigest {
  std::string sha256 = {};
  std::vector<TableDigest> tables = {};
};
absl::StatusOr<ViewDigest> DigestTables(Rows& rows);

}  // namespace sanzhang::projections
