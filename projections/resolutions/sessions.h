// The sessions of a body that meets: the motions that it put to the vote, or is to, on one day.
// Over the rows of ResolutionRows.
//
// A session's day is that on which its votes opened, in Asia/Shanghai, or are to open. Presence is
// counted for each item when it is put to the vote (T15): a session that lost its quorum midway had
// it for the items before. Nothing here tells how anyone voted.
//
// Threads: one snapshot, one at a time. Errors: what the rows say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "projections/engine/rows.h"
#include "sanzhang/resolution/v1/resolution.pb.h"

namespace sanzhang::projections {

// At least two thirds of the composition must be there (URC-2025 Art. 29).
constexpr std::int64_t AssemblyQuorum(std::int64_t composition) {
  return (2 * composition + 2) / 3;
}
// More than half of all (T15, T16).
constexpr std::int64_t MeetingQuorum(std::int64_t composition) { return composition / 2 + 1; }
// At least four fifths of the composition are representatives (Art. 28).
constexpr bool HasEnoughRepresentatives(std::int64_t representatives, std::int64_t composition) {
  return 5 * representatives >= 4 * composition;
}

// What a session came to. Times that are not set are InfinitePast.
struct Session {
  std::int64_t day = 0;                       // Days since 1970-01-01.
  absl::Time begins = absl::InfinitePast();   // The first vote's opening, or when it is to be.
  absl::Time noticed = absl::InfinitePast();  // The last of its notices.
  bool opened = false;                        // Else it is to come, or did not happen.
  std::int64_t motions = 0;
  std::int64_t composition = 0;  // Of the first motion's frozen roll; 0: not frozen.
  std::int64_t representatives = 0;
  std::int64_t items_called = 0;
  std::int64_t items_with_quorum = 0;
  std::int64_t present = 0;  // The most at one item; without items, those in the meeting.

  // Something was put to the vote before enough members.
  bool Held() const { return items_with_quorum > 0; }
};

// SQL of the sessions of community ?1 and regime ?2 that have a day, as a table `s` with the
// columns day, begins_us, noticed_us, opened, motions, composition, representatives, items_called,
// items_with_quorum, present, in the order of Session.
std::string SessionsSql();
Session ReadSession(const Row& row);

// Day of a resolution `r`, as in `day` above; NULL where it has none.
std::string SessionDaySql();

// All sessions of the body since a moment, by day.
absl::StatusOr<std::vector<Session>> SessionsSince(Rows& rows, std::string_view community,
                                                   resolution::v1::Regime regime, absl::Time since);

}  // namespace sanzhang::projections
