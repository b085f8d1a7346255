// How a formula is asked and a ratio is made. Internal to projections/metrics.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "projections/engine/list_query.h"
#include "projections/engine/rows.h"
#include "projections/metrics/metrics.h"
#include "projections/metrics/scope.h"
#include "sanzhang/views/v1/metrics.pb.h"

namespace sanzhang::projections {

// Runs a formula: `?1` and `?2` are the window, `{scope}` the rest.
absl::Status Ask(Rows& rows, std::string_view formula, const Window& window, const Scope& scope,
                 const std::function<void(const Row&)>& each);

// A formula that answers numerator, denominator, population.
absl::Status Ratio(Rows& rows, std::string_view formula, const Window& window, const Scope& scope,
                   views::v1::Metric& metric);

// What a number counts, as a list by name. `scope` must outlive it.
ListQuery CasesQuery(std::string_view cases, const Window& window, const Scope& scope);

// Unit and value of what has its numerator and denominator.
void SetRatio(views::v1::Metric& metric);

// Of at least one value, least first; the mean of the middle two, rounded down.
std::int64_t Median(const std::vector<std::int64_t>& sorted);

}  // namespace sanzhang::projections
