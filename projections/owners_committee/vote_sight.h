// Which votes a viewer sees, and how far into them.
//
//                        votes               roll             result
//   overseers            all                 all              all
//   residents' committee all but the         of those that    as votes
//                        Party's meetings    it calls
//   owners' committee    of its area's       as votes         as votes
//                        owners, its own
//   convener, counters   that vote           that vote        that vote
//   owners               none                none             of owners, and of
//                                                             their committee
//
// Overseers are the Party organisation, the supervision committee, the sub-district and auditors. A
// convener is whoever sits in the body now, of whatever kind it is; chiefs under it do not.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "projections/engine/query.h"
#include "projections/metrics/scope.h"

namespace sanzhang::projections::owners_committee {

enum class Depth { kVotes, kRoll, kResult };

// Over `resolution c`: the votes that are seen so deep. PERMISSION_DENIED if the viewer has no
// standing that the request's rule accepts, and no vote of the community is theirs to call or
// count.
absl::StatusOr<Scope> VotesSeen(const QueryContext& context,
                                const google::protobuf::Message& request,
                                std::string_view community, Depth depth);

}  // namespace sanzhang::projections::owners_committee
