// How many of everything a community's register knows; counts only. Over the rows of the directory
// and of DwellingRows, ResidentRows and ConstituencyRows; in words: views/v1/register_view.proto.
//
// Threads: one snapshot, one at a time. Errors: what the rows say.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "projections/engine/rows.h"
#include "sanzhang/views/v1/register_view.pb.h"

namespace sanzhang::projections {

// ?2 now: whether `constituency c` has a representative.
inline constexpr char kRepresented[] =
    "EXISTS (SELECT 1 FROM membership m LEFT JOIN term t ON t.name = m.term "
    "WHERE m.name = c.membership AND NOT m.ended AND (m.term = '' OR "
    "(NOT t.expired AND t.begins_us <= ?2 AND ?2 < t.ends_us)))";

absl::Status Summarise(Rows& rows, std::string_view community, absl::Time now,
                       views::v1::RegisterSummary& summary);

// Fills a row whose `building` is set with its counts.
absl::Status FillBuilding(Rows& rows, views::v1::RegisterBuilding& building);

// Fills a row whose `constituency` and `households` are set.
absl::Status FillConstituency(Rows& rows, absl::Time now, views::v1::ConstituencyRow& row);

// The posts of a community's chiefs: its grids, buildings and entrances.
struct ChiefPosts {
  std::int64_t all = 0;
  std::int64_t vacant = 0;  // Nobody is in office there.
};
absl::StatusOr<ChiefPosts> ChiefPostsOf(Rows& rows, std::string_view community);

// The members of a representative assembly: as a roll that is frozen now would have them, so seats
// in their terms, but for those that are suspended.
struct AssemblySeats {
  std::int64_t composition = 0;
  std::int64_t representatives = 0;  // Stand for a constituency; the others are of the committee.
};
absl::StatusOr<AssemblySeats> AssemblySeatsOf(Rows& rows, std::string_view assembly,
                                              absl::Time now);

}  // namespace sanzhang::projections
