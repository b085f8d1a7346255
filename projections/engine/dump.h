// A view's rows as canonical text: two files whose rows are the same have the same text, whatever
// their history. The tables of the engine itself (`engine_*`) are left out.
//
//   complaint (name, state, due)          each table by name, its columns as declared
//   'communities/c1/complaints/1' 3 NULL  each row in the order of its primary key
//
// Text is quoted as in SQL, blobs are x'hex'.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "projections/engine/rows.h"

namespace sanzhang::projections {

// Line by line, without line ends. INTERNAL if a table can't be read.
absl::Status Dump(Rows& rows, const std::function<void(std::string_view line)>& line);

// SHA-256 over the lines, each ended by '\n'; 32 bytes.
absl::StatusOr<std::string> DumpDigest(Rows& rows);

}  // namespace sanzhang::projections
