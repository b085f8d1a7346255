#include "projections/engine/list_query.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "projections/engine/digest.h"
#include "projections/engine/limits.h"
#include "proto/wire/refusal.h"

namespace sanzhang::projections {
namespace {

// One column of the order; the last is the key.
struct SortKey {
  std::string sql;
  bool descending = false;
  bool nullable = false;
};

// What a page token is bound to: everything that must be the same on every page.
std::string Fingerprint(const QueryContext& context, const ListQuery& query,
                        const PageRequest& page) {
  std::vector<std::string> parts = {std::string(query.name),
                                    absl::StrCat(static_cast<int>(context.caller.kind)),
                                    context.caller.id,
                                    absl::StrCat(context.as_of()),
                                    std::string(page.filter),
                                    std::string(page.order_by),
                                    query.select,
                                    query.from,
                                    query.where};
  for (const Value& value : query.values) {
    struct Show {
      std::string operator()(Null) const { return "n"; }
      std::string operator()(std::int64_t number) const { return absl::StrCat("i", number); }
      std::string operator()(std::string_view text) const { return "t" + std::string(text); }
      std::string operator()(Blob blob) const { return "b" + std::string(blob.bytes); }
    };
    parts.push_back(std::visit(Show{}, value));
  }
  std::string all;
  for (const std::string& part : parts) absl::StrAppend(&all, part.size(), ":", part);
  return DigestOf(all);
}

std::vector<SortKey> SortKeys(const std::vector<OrderTerm>& terms, std::string_view key) {
  std::vector<SortKey> keys;
  for (const OrderTerm& term : terms)
    keys.push_back({std::string(term.column->sql), term.descending, term.column->nullable});
  // The way of the last column, so that one index can serve both.
  keys.push_back({std::string(key), !keys.empty() && keys.back().descending});
  return keys;
}

// Rows behind the given one. NULL stands before every value. For `a asc, b desc, key desc`:
//   a >= ?1 AND (a > ?1 OR (a IS ?1 AND (b < ?2 OR b IS NULL OR (b IS ?2 AND key < ?3))))
// What comes first says nothing new: it is what an index can use.
std::string Behind(const std::vector<SortKey>& keys, const std::vector<Literal>& values,
                   int first_parameter) {
  std::string sql;
  for (std::size_t i = keys.size(); i-- > 0;) {
    const SortKey& key = keys[i];
    const std::string parameter = absl::StrCat("?", first_parameter + static_cast<int>(i));
    const bool null = std::holds_alternative<Null>(values[i]);
    std::string behind = absl::StrCat(key.sql, key.descending ? " < " : " > ", parameter);
    if (null) behind = key.descending ? "FALSE" : key.sql + " IS NOT NULL";
    if (!null && key.descending && key.nullable)
      absl::StrAppend(&behind, " OR ", key.sql, " IS NULL");
    if (!sql.empty())
      absl::StrAppend(&behind, " OR (", key.sql, " IS ", parameter, " AND ", sql, ")");
    sql = absl::StrCat("(", behind, ")");
    if (i == 0 && !null && !(key.descending && key.nullable)) {
      sql = absl::StrCat(key.sql, key.descending ? " <= " : " >= ", parameter, " AND ", sql);
    }
  }
  return sql;
}

Literal LiteralAt(const Row& row, int column) {
  switch (row.Kind(column)) {
    case Row::ColumnKind::kInt:
      return row.Int(column);
    case Row::ColumnKind::kText:
      return std::string(row.Text(column));
    case Row::ColumnKind::kNull:
      break;
  }
  return Null{};
}

// The statement, and what is bound to it.
struct Statement {
  std::string sql = {};
  std::vector<Value> values = {};
};

Statement Build(const ListQuery& query, const Condition& filter, const std::vector<SortKey>& keys,
                const std::vector<Literal>& after, std::int64_t rows_max) {
  Statement statement{.values = query.values};
  statement.values.insert(statement.values.end(), query.passing.begin(), query.passing.end());
  for (const Literal& value : filter.values) statement.values.push_back(AsValue(value));
  std::vector<std::string> conditions;
  if (!query.where.empty()) conditions.push_back(absl::StrCat("(", query.where, ")"));
  if (!filter.sql.empty()) conditions.push_back(absl::StrCat("(", filter.sql, ")"));
  if (!after.empty()) {
    const int first = static_cast<int>(statement.values.size()) + 1;
    conditions.push_back(Behind(keys, after, first));
    for (const Literal& value : after) statement.values.push_back(AsValue(value));
  }
  std::vector<std::string> columns, order;
  for (const SortKey& key : keys) {
    columns.push_back(key.sql);
    order.push_back(key.sql + (key.descending ? " DESC" : " ASC"));
  }
  statement.values.push_back(rows_max);
  statement.sql =
      absl::StrCat("SELECT ", absl::StrJoin(columns, ", "), ", ", query.select, " FROM ",
                   query.from, " WHERE ", absl::StrJoin(conditions, " AND "), " ORDER BY ",
                   absl::StrJoin(order, ", "), " LIMIT ?", statement.values.size());
  return statement;
}

}  // namespace

absl::StatusOr<std::string> List(const QueryContext& context, const ListQuery& query,
                                 const PageRequest& page,
                                 const std::function<void(const Row&)>& each) {
  if (page.page_size < 0) return wire::RefuseShape({{"page_size", "must not be negative"}});
  const std::int32_t size =
      page.page_size == 0 ? kPageSizeDefault : std::min(page.page_size, kPageSizeMax);
  const absl::StatusOr<Condition> filter = CompileFilter(
      page.filter, query.columns, static_cast<int>(query.values.size() + query.passing.size()) + 1);
  if (!filter.ok()) return filter.status();
  const absl::StatusOr<std::vector<OrderTerm>> terms =
      ParseOrder(page.order_by.empty() ? query.default_order : page.order_by, query.columns);
  if (!terms.ok()) return terms.status();
  const std::vector<SortKey> keys = SortKeys(*terms, query.key);

  const std::string fingerprint = Fingerprint(context, query, page);
  PageEnd end;
  if (!page.page_token.empty()) {
    absl::StatusOr<PageEnd> found =
        context.tokens.Unseal(page.page_token, fingerprint, context.present_time());
    if (!found.ok()) return found.status();
    if (found->values.size() != keys.size()) {
      return wire::Refuse(type::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
    }
    if (found->as_of_position > context.snapshot.position()) {
      return wire::RefuseForNow(type::v1::ERROR_REASON_VIEW_BEHIND, kRetryDelay,
                                {{"min_position", std::to_string(found->as_of_position)},
                                 {"as_of_position", std::to_string(context.snapshot.position())}});
    }
    end = *std::move(found);
  }
  // One row more than the page tells whether there is a next one.
  const Statement statement = Build(query, *filter, keys, end.values, std::int64_t{size} + 1);
  end.as_of_position = context.snapshot.position();
  std::vector<Literal> last(keys.size());
  std::int32_t count = 0;
  const absl::Status read =
      context.snapshot.rows().Query(statement.sql, statement.values, [&](const Row& row) {
        if (++count > size) return;
        for (std::size_t i = 0; i < keys.size(); ++i) last[i] = LiteralAt(row, static_cast<int>(i));
        each(row.From(static_cast<int>(keys.size())));
      });
  if (!read.ok()) return read;
  if (count <= size) return std::string();
  end.values = std::move(last);
  return context.tokens.Seal(end, fingerprint, context.present_time());
}

}  // namespace sanzhang::projections
