#include "projections/metrics/scope.h"

#include "absl/strings/str_cat.h"

namespace sanzhang::projections {

Scope& Scope::Where(std::string_view column, std::string_view value) {
  if (value.empty()) return *this;
  conditions_.push_back(absl::StrCat("c.", std::string(column), " = {}"));
  values_.emplace_back(std::string(value));
  return *this;
}

Scope& Scope::Where(std::string_view column, std::int64_t value) {
  conditions_.push_back(absl::StrCat("c.", std::string(column), " = {}"));
  values_.emplace_back(value);
  return *this;
}

Scope& Scope::WhereIn(std::string_view column, const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& value : values) {
    list.append(list.empty() ? "{}" : ", {}");
    values_.emplace_back(value);
  }
  conditions_.push_back(absl::StrCat("c.", std::string(column), " IN (", list, ")"));
  return *this;
}

Scope& Scope::WhereSql(std::string_view sql, const std::vector<std::string>& values) {
  conditions_.push_back(absl::StrCat("(", std::string(sql), ")"));
  for (const std::string& value : values) values_.emplace_back(value);
  return *this;
}

Scope& Scope::Where(const views::v1::MetricsQuery& query) {
  Where("property_area", query.property_area());
  Where("grid", query.grid());
  Where("building", query.building());
  Where("responsible_body", query.body());
  if (query.category() != 0) Where("category", std::int64_t{query.category()});
  return *this;
}

std::string Scope::Sql(int first) const {
  std::string sql;
  for (const std::string& condition : conditions_) {
    absl::StrAppend(&sql, sql.empty() ? "" : " AND ", condition);
  }
  for (std::size_t at = sql.find("{}"); at != std::string::npos; at = sql.find("{}", at)) {
    sql.replace(at, 2, absl::StrCat("?", first++));
  }
  return sql.empty() ? "TRUE" : sql;
}

std::vector<Value> Scope::Values(std::initializer_list<Value> before) const {
  std::vector<Value> all(before);
  for (const Literal& literal : values_) all.push_back(AsValue(literal));
  return all;
}

}  // namespace sanzhang::projections
