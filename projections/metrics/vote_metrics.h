// The numbers of votes, each defined once, by SQL and integers over the rows of resolutions
// (projections/resolutions: ResolutionRows, VoterRows and ResultRows). Which is which, in words:
// views/v1/metrics.proto.
//
// A vote counts in the window in which it was certified last, a resolution's execution in that of
// its due date. What happened before the end of the window counts as known now: a vote certified in
// it and revoked after it counts as revoked.
//
// Errors: what the rows say. Threads: one at a time.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "projections/engine/rows.h"
#include "projections/metrics/metrics.h"
#include "projections/metrics/scope.h"
#include "sanzhang/views/v1/metrics.pb.h"

namespace sanzhang::projections {

// One of each, from METRIC_ID_TURNOUT_HEADS to METRIC_ID_BALLOTS_DELIVERED. The scope is over
// `resolution c`.
absl::StatusOr<std::vector<views::v1::Metric>> VoteMetrics(Rows& rows, const Window& window,
                                                           const Scope& scope);

// Which resolutions one of them counts, and each for how much. INVALID_REQUEST for a metric that is
// not over votes. `scope` must outlive the answer.
absl::StatusOr<ListQuery> VoteCasesOf(views::v1::MetricId id, const Window& window,
                                      const Scope& scope);

}  // namespace sanzhang::projections
