// Which complaints a number is about: what the viewer may see, and what the caller asks for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "projections/engine/filter.h"
#include "projections/engine/rows.h"
#include "sanzhang/views/v1/metrics.pb.h"

namespace sanzhang::projections {

// Conditions over columns that `complaint` and `round` share, as `c`. All must hold.
class Scope {
 public:
  // `c.{column} = {value}`; an empty value sets no condition.
  Scope& Where(std::string_view column, std::string_view value);
  Scope& Where(std::string_view column, std::int64_t value);
  // One of the values; nothing if there are none.
  Scope& WhereIn(std::string_view column, const std::vector<std::string>& values);
  // A condition in SQL whose parameters are written `{}`, in the order of the values.
  Scope& WhereSql(std::string_view sql, const std::vector<std::string>& values);
  // The filters of a query.
  Scope& Where(const views::v1::MetricsQuery& query);

  // The condition with its parameters numbered from `first` on; TRUE if there is none.
  std::string Sql(int first) const;
  // `before`, and then what the condition's parameters are bound to. Valid as long as the scope.
  std::vector<Value> Values(std::initializer_list<Value> before) const;

 private:
  std::vector<std::string> conditions_;
  std::vector<Literal> values_;
};

}  // namespace sanzhang::projections
