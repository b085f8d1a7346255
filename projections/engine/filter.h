// The filter and order language of lists: a small subset of AIP-160 and AIP-132.
//
//   filter   = term { "AND" term }          OR binds tighter than AND, as AIP-160 has it
//   term     = factor { "OR" factor }
//   factor   = [ "NOT" ] ( "(" filter ")" | column operator literal )
//   operator = "=" | "!=" | "<" | "<=" | ">" | ">="
//   literal  = "text" | word | number | true | false | null | RFC 3339 time, quoted or not
//   order_by = column [ "asc" | "desc" ] { "," column [ "asc" | "desc" ] }       at most two
//
// A comparison with a value that a row does not have is false, but `!=` is true, and `NOT` turns
// false into true: nothing is unknown. Only declared columns can be named; every literal is bound
// as a parameter, never pasted into SQL. Bounds: limits.h.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "projections/engine/rows.h"

namespace google::protobuf {
class EnumDescriptor;
}

namespace sanzhang::projections {

enum class ColumnType {
  kText,  // TEXT
  kInt,   // INTEGER
  kBool,  // INTEGER 0 or 1; = and != only
  kTime,  // INTEGER, microseconds since 1970
  kEnum,  // INTEGER, the enum's number; = and != only. `OPEN` and `COMPLAINT_STATE_OPEN` both name
          // it
};

// A column that callers may name.
struct Column {
  std::string_view name = {};  // As callers write it: `filed_time`.
  std::string_view sql = {};   // As the query has it: `c.filed_at`.
  ColumnType type = ColumnType::kText;
  const google::protobuf::EnumDescriptor* enumeration = nullptr;  // For kEnum.
  bool orders = true;  // Whether it can be named in order_by.
  // Whether rows may have no value. False lets an index find the next page downwards, too.
  bool nullable = true;
};

// A value that owns its text.
using Literal = std::variant<Null, std::int64_t, std::string>;
// Valid as long as the literal.
Value AsValue(const Literal& literal);

// A condition in SQL, and what is bound to its parameters.
struct Condition {
  std::string sql = {};  // Parameters are numbered from `first_parameter` on.
  std::vector<Literal> values = {};
};

// An empty filter gives `TRUE`. FILTER_INVALID {filter, column}: what can't be read, and the byte
// where that was seen, from 1.
absl::StatusOr<Condition> CompileFilter(std::string_view filter, std::span<const Column> columns,
                                        int first_parameter = 1);

struct OrderTerm {
  const Column* column = nullptr;
  bool descending = false;
};

// An empty text gives no terms. ORDER_INVALID {order_by}.
absl::StatusOr<std::vector<OrderTerm>> ParseOrder(std::string_view order_by,
                                                  std::span<const Column> columns);

}  // namespace sanzhang::projections
