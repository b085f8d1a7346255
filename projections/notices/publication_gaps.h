// What should be public and is not, over the tables of NoticeRows, and of ResolutionRows,
// CampaignRows and AppraisalRows: a view that asks has all of them.
//
// What is known, and from where:
//   - A notice that was taken down early and is not up again: its duty is not met.
//   - A result, where the rules that were pinned say that it is published: by when stands in the
//     certification.
//   - What was carried out (四议两公开), a survey and an appraisal that are closed, a decision that
//     was revoked: since when is known; by when only a rule says, and it is read when something is
//     published.
// A notice of the kind about the thing that went up since fills the gap, as does the thing's own
// record that it was published.
#pragma once

#include <string_view>

namespace sanzhang::projections {

// A subquery, as in `FROM {kPublicationGaps} g`: community, kind (policy.v1.PublicationKind),
// about, notice (the one that is down, or ''), title, body (whose duty it is), since_us, due_us (or
// NULL); one row for each.
extern const std::string_view kPublicationGaps;

}  // namespace sanzhang::projections
