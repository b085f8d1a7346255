// What is filed with the authority (备案), and what is to be: bodies (BodyRows) and resolutions
// (projections/resolutions, ResolutionRows), in one list. Of resolutions those that were filed, and
// those that passed and are filed by their nature: charter (URC-2025 Art. 31), rules of procedure
// and covenant. In words: views/v1/register_view.proto.
//
// Threads: one snapshot, one at a time. Errors: what the rows say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "projections/engine/filter.h"
#include "projections/engine/rows.h"
#include "sanzhang/views/v1/register_view.pb.h"

namespace sanzhang::projections {

// SELECT {FilingSelect()} FROM {FilingFrom()}: the filings `f` of the community ?1, with `b`, the
// body that files. What a dissolved body did not file is left out.
std::string FilingFrom();
std::string_view FilingSelect();
// Unique among the filings of a community.
std::string_view FilingKey();
views::v1::FilingRow ReadFiling(const Row& row, absl::Time now);

// The columns of filings, as callers may name them: body, body_kind, property_area, cause,
// resolution, since, due, filed_time, filed, decision.
const std::vector<Column>& FilingColumns();

// Adds the checks of a filing that was read.
absl::Status AddChecks(Rows& rows, absl::Time now, views::v1::FilingRow& filing);

}  // namespace sanzhang::projections
