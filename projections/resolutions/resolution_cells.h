// A resolution and the sums of its roll as they are read from their rows: one list of columns for
// every query, one place that knows their order, and the columns that callers may filter and order
// by.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "projections/engine/filter.h"
#include "projections/engine/rows.h"
#include "sanzhang/resolution/v1/resolution.pb.h"
#include "sanzhang/views/v1/resolution_view.pb.h"

namespace sanzhang::projections {

// Times that are not set are InfinitePast.
struct ResolutionCells {
  std::string name;
  std::int64_t revision = 0;
  std::int64_t position = 0;
  std::string event_id;
  std::string community;
  std::string property_area;
  resolution::v1::Regime regime{};
  resolution::v1::MatterCode matter{};
  views::v1::ResolutionState state{};
  std::string title;
  std::string body;
  std::string convener;
  std::int32_t items = 0;
  std::int32_t seats = 0;
  absl::Time drafted;

  std::int32_t deliberations = 0;
  absl::Time studied;
  resolution::v1::StudyOpinion study_opinion{};
  std::string study_advice;

  absl::Time noticed;
  std::string notice;
  std::string rule_set;
  resolution::v1::VoteMode mode{};
  bool secret = false;
  bool last_counts = false;
  std::string thresholds;  // VoteThresholds; empty: the notice does not say.
  absl::Time opens;
  absl::Time closes;
  std::int32_t counters = 0;

  absl::Time frozen;
  std::string roll_sha256;
  std::int64_t subjects = 0;
  std::int64_t heads = 0;
  std::int64_t area_dm2 = 0;
  std::int64_t dwellings = 0;
  std::int64_t dwellings_without_owner = 0;
  std::int32_t composition = 0;
  std::int32_t representatives = 0;
  absl::Time roll_objections_until;
  std::int32_t roll_objections = 0;
  std::int32_t roll_objections_open = 0;

  absl::Time opened;
  absl::Time closed;
  std::int32_t extensions = 0;
  std::int32_t present = 0;
  std::int32_t interests = 0;
  std::int32_t recusals = 0;

  absl::Time tallied;
  absl::Time tally_objections_until;
  std::int32_t tally_objections = 0;
  std::int32_t tally_objections_open = 0;
  std::int32_t recounts = 0;

  absl::Time certified;
  resolution::v1::Outcome outcome{};
  std::string input_sha256;
  std::string result_notice;

  // Until the announced opening or the close: what comes next. Nothing if neither is awaited.
  std::optional<std::int64_t> RemainingMs(absl::Time now) const;
};

// SELECT {ResolutionSelect()} FROM resolution c
std::string ResolutionSelect();
// How many columns that is.
int ResolutionColumnCount();
ResolutionCells ReadResolution(const Row& row);

// The columns of `resolution c` of these names, as callers may name them.
std::vector<Column> ResolutionColumns(std::initializer_list<std::string_view> names);

// What has been reached of a frozen roll, and what has come back; zeros if there is none.
struct TurnoutCells {
  std::int64_t subjects = 0;
  std::int64_t heads = 0;
  std::int64_t area_dm2 = 0;
  std::int64_t delivered = 0;
  std::int64_t warned = 0;
  std::int64_t returned = 0;
  std::int64_t returned_heads = 0;
  std::int64_t returned_area_dm2 = 0;
  std::int64_t on_paper = 0;
  std::int64_t unverified = 0;
  std::int64_t conflicts = 0;
  std::int64_t late = 0;
  std::int64_t proxied = 0;
  std::int64_t disputed = 0;
};

// SELECT {kTurnoutSelect} FROM resolution c {kTurnoutJoin}
inline constexpr std::string_view kTurnoutSelect =
    "t.subjects, t.heads, t.area_dm2, t.delivered, t.warned, t.returned, t.returned_heads, "
    "t.returned_area_dm2, t.on_paper, t.unverified, t.conflicts, t.late, t.proxied, t.disputed";
inline constexpr std::string_view kTurnoutJoin =
    "LEFT JOIN turnout t ON t.resolution = c.name AND t.snapshot = c.snapshot";
TurnoutCells ReadTurnout(const Row& row);

// part of whole, with parts per million where there is a whole.
void SetPortion(std::int64_t part, std::int64_t whole, views::v1::Portion& portion);

}  // namespace sanzhang::projections
