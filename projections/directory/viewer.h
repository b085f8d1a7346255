// What a caller may see in a community, by domain rules: worked out anew for every query, from the
// rows as they stand and at the time now, in questions about the past too. A role alone is not
// enough: the scope counts too.
//
// The order of the checks: community isolation comes first. Whoever has no standing that the RPC's
// rule (option `access` in its proto) accepts gets PERMISSION_DENIED, whether or not what they ask
// for exists.
//
// Threads: functions on one snapshot, one at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "projections/engine/query.h"
#include "projections/engine/rows.h"
#include "projections/engine/viewer.h"
#include "sanzhang/type/v1/access.pb.h"

namespace sanzhang::projections {

// One capacity of the caller in a community.
struct Standing {
  type::v1::Role role = type::v1::ROLE_UNSPECIFIED;
  std::string body;           // The body acted for; empty for residents, owners and services.
  std::string property_area;  // Limits it; empty: no limit.
  std::string unit;           // A chief's grid, building or entrance; empty: no limit.

  bool operator==(const Standing&) const = default;
};

// The caller as this community knows them.
struct Viewer {
  std::string community;            // `communities/c1`
  std::string person;               // `communities/c1/persons/p1`; empty for a service.
  std::vector<Standing> standings;  // Those that the RPC's rule accepts.

  bool Is(type::v1::Role role) const;
  // The bodies that the caller acts for.
  std::vector<std::string> Bodies() const;
};

// All standings of the caller in the community at `now`, in a fixed order.
absl::StatusOr<std::vector<Standing>> StandingsOf(Rows& rows, const Caller& caller,
                                                  std::string_view community, absl::Time now);

// The bodies of whatever kind in which the person holds a seat at `now`, by name. Chiefs under a
// body do not.
absl::StatusOr<std::vector<std::string>> SeatsOf(Rows& rows, std::string_view person,
                                                 absl::Time now);

// The caller with the standings that the rule of the request's RPC accepts. PERMISSION_DENIED if
// there is none, unless the rule accepts anyone known or a relation, which the query then checks.
absl::StatusOr<Viewer> ViewerOf(const QueryContext& context,
                                const google::protobuf::Message& request,
                                std::string_view community);

// The communities in which the caller has a standing that the rule accepts, by name.
absl::StatusOr<std::vector<std::string>> CommunitiesOf(const QueryContext& context,
                                                       const google::protobuf::Message& request);

// PERMISSION_DENIED, with nothing that tells whether the thing exists.
absl::Status Denied();

}  // namespace sanzhang::projections
