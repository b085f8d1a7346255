// M24 治理体系完善度: which bodies, terms, sessions and publications a community has, of those that
// it must have. In words: views/v1/completeness.proto.
//
// Over the rows of the directory, BodyRows, ConstituencyRows, ResolutionRows, NoticeRows and
// AppraisalRows, as they stand now. Threads: one snapshot, one at a time. Errors: what the rows
// say.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "projections/engine/rows.h"
#include "sanzhang/views/v1/completeness.pb.h"

namespace sanzhang::projections {

absl::Status ComputeCompleteness(Rows& rows, std::string_view community, absl::Time now,
                                 views::v1::Completeness& completeness);

}  // namespace sanzhang::projections
