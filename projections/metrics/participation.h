// M13 and M14: how many of those who could took part, and how many of them for the first time, over
// the tables of participation_rows.h. Words and formulas: views/v1/metrics.proto.
//
// A window holds the days in Asia/Shanghai that begin in it. Those who could are the confirmed
// residents of age as they were when it ended, each in the building where they lived then. Whoever
// took part and has left since counts in neither.
//
// Errors: what the rows say. Threads: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "projections/engine/rows.h"
#include "projections/metrics/metrics.h"
#include "sanzhang/views/v1/metrics.pb.h"
#include "sanzhang/views/v1/participation_view.pb.h"

namespace sanzhang::projections {

struct Participants {
  std::int64_t adults = 0;
  std::int64_t took_part = 0;
  std::int64_t newcomers = 0;

  bool operator==(const Participants&) const = default;
};

struct ParticipationCount {
  Participants all;
  std::map<std::string, Participants> buildings;
  std::map<views::v1::ParticipationKind, std::int64_t> kinds;  // Each person once for each kind.
};
absl::StatusOr<ParticipationCount> CountParticipation(Rows& rows, std::string_view community,
                                                      const Window& window);

// M13: took part, of all of age.
views::v1::Metric ParticipationBreadth(const Participants& participants);
// M14: for the first time, of those who took part.
views::v1::Metric NewParticipants(const Participants& participants);

// In tenths and quarters; unspecified for fewer than five of age.
views::v1::ParticipationBand BandOf(const Participants& participants);

// The count as it may be shown: by building and by kind without groups of one to four, and without
// what would tell them.
void Show(const ParticipationCount& count, views::v1::ParticipationSummary& summary);

}  // namespace sanzhang::projections
