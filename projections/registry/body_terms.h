// What a body's terms, seats and filings come to at a moment. Over the rows of the directory, of
// BodyRows and of ResolutionRows, which has the elections; which is which, in words:
// views/v1/register_view.proto.
//
// Threads: one snapshot, one at a time. Errors: what the rows say.
#pragma once

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "projections/engine/list_query.h"
#include "projections/engine/query.h"
#include "projections/engine/rows.h"
#include "sanzhang/views/v1/register_view.pb.h"

namespace sanzhang::projections {

// A term that ends within so many days is to be followed: the next election is to be prepared.
inline constexpr int kExpiringDays = 90;

// Fills a row whose `body` is set; leaves it as it is where there is no such body.
absl::Status FillBodyTerm(Rows& rows, absl::Time now, views::v1::BodyTermRow& row);

// A page of bodies with what theirs come to. `query` says which, over `body b`; its `select`,
// `from` and `key` are set here.
template <class Request, class Response>
absl::Status ListBodyTerms(const QueryContext& context, ListQuery query, const Request& request,
                           Response& response) {
  query.select = "b.name";
  query.from = "body b";
  query.key = "b.name";
  absl::StatusOr<std::string> next = List(context, query, PageOf(request), [&](const Row& row) {
    response.add_bodies()->set_body(std::string(row.Text(0)));
  });
  if (!next.ok()) return next.status();
  response.set_next_page_token(*std::move(next));
  for (views::v1::BodyTermRow& body : *response.mutable_bodies()) {
    absl::Status status = FillBodyTerm(context.snapshot.rows(), context.now, body);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace sanzhang::projections
