// Requests about personal data as rows of answers.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "projections/engine/filter.h"
#include "projections/engine/rows.h"
#include "sanzhang/views/v1/privacy_view.pb.h"

namespace sanzhang::projections {

// What to select, and from where: requests as `c`, the state of the person's data as `d`.
std::string SubjectRequestSelect();
std::string SubjectRequestFrom();
views::v1::SubjectRequestRow ReadSubjectRequest(const Row& row, absl::Time now);
// What a list of them may be filtered and ordered by.
const std::vector<Column>& SubjectRequestColumns();

}  // namespace sanzhang::projections
