// What a body's terms, seats and filings come to at a moment. Over the rows of the directory, of
// BodyRows and of ResolutionRows, which has the elections; which is which, in words:
// views/v1/register_view.proto.
//
// Threads: one snapshot, one at a time. Errors: what the rows say.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "projections/engine/rows.h"
#include "sanzhang/views/v1/register_view.pb.h"

namespace sanzhang::projections {

// A term that ends within so many days is to be followed: the next election is to be prepared.
inline constexpr int kExpiringDays = 90;

// Fills a row whose `body` is set; leaves it as it is where there is no such body.
absl::Status FillBodyTerm(Rows& rows, absl::Time now, views::v1::BodyTermRow& row);

}  // namespace sanzhang::projections
