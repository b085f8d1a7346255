// A page of a list, out of one snapshot: the viewer's condition, the caller's filter and order, and
// where the page before ended. Pages are found by key, not by count: rows that come or go between
// two pages never make another row appear twice or be left out.
//
//   ListQuery query{.name = "committee.complaints", .select = "name, state, filed_at",
//                   .from = "complaint", .where = "community = ?1", .values = {request.parent()},
//                   .columns = kColumns, .key = "name", .default_order = "filed_time desc"};
//   auto token = List(context, query, PageOf(request), [&](const Row& row) { ... });
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "projections/engine/filter.h"
#include "projections/engine/query.h"
#include "projections/engine/rows.h"

namespace sanzhang::projections {

struct ListQuery {
  // Unique among all queries; page tokens are bound to it.
  std::string_view name = {};
  // SELECT {select} FROM {from} WHERE {where}: what each row holds, and the viewer's condition,
  // with parameters ?1, ?2 ...; an empty condition takes all.
  std::string select = {};
  std::string from = {};
  std::string where = {};
  // What is bound to them. The same for every page of a list.
  std::vector<Value> values = {};
  // What is bound behind them, and may be another on the next page, as the time now.
  std::vector<Value> passing = {};
  // What callers may filter and order by.
  std::span<const Column> columns = {};
  // SQL of a column that is unique and never NULL: the last word in the order.
  std::string_view key = {};
  // Where the caller gives none; as order_by.
  std::string_view default_order = {};
};

// What a request says about its page.
struct PageRequest {
  std::string_view filter = {};
  std::string_view order_by = {};
  std::int32_t page_size = 0;  // 0 is 50; more than 500 is 500.
  std::string_view page_token = {};
};

// The page fields of a request that has them.
template <class Request>
PageRequest PageOf(const Request& request) {
  PageRequest page;
  if constexpr (requires { request.filter(); }) page.filter = request.filter();
  if constexpr (requires { request.order_by(); }) page.order_by = request.order_by();
  if constexpr (requires { request.page_size(); }) page.page_size = request.page_size();
  if constexpr (requires { request.page_token(); }) page.page_token = request.page_token();
  return page;
}

// Calls `each` for every row of the page, whose columns are those of `select`, and answers the
// token of the next page; empty: this was the last. FILTER_INVALID, ORDER_INVALID; INVALID_REQUEST
// for a negative page size; PAGE_TOKEN_INVALID for a token that this query did not give to this
// caller with the same filter, order and values, or that is older than a day; VIEW_BEHIND if the
// page before was read from a fresher view.
absl::StatusOr<std::string> List(const QueryContext& context, const ListQuery& query,
                                 const PageRequest& page,
                                 const std::function<void(const Row&)>& each);

}  // namespace sanzhang::projections
