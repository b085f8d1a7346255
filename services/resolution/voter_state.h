// What is remembered of one voting subject between commands: its entry in the roll, who may act for
// it, what was handed over. The commands on a resolution and on ballots ask for it as a peer.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "sanzhang/resolution/v1/resolution.pb.h"

namespace sanzhang::resolution {

// A written power to vote for the subject.
struct ProxyState {
  std::string agent;
  std::string principal;
  std::vector<std::string> items = {};  // Empty: all.
  std::string instruction = {};         // Sealed; empty: none.
  absl::Time granted = absl::InfinitePast();
  absl::Time ends = absl::InfiniteFuture();
  absl::Time revoked = absl::InfiniteFuture();
  bool HoldsAt(absl::Time at) const { return at < ends && at < revoked; }
  bool operator==(const ProxyState&) const = default;
};

struct VoterState {
  std::string snapshot;                        // The roll that it stands in; empty: in none.
  bool struck_off = false;                     // By a correction.
  std::set<std::string, std::less<>> persons;  // Who is the subject.
  std::string membership;                      // The seat, of members.

  std::set<std::string, std::less<>> representatives;  // Guardians, legal representatives.
  std::int64_t area_dm2 = 0;
  std::int32_t heads = 0;
  bool related_party = false;
  bool interested = false;
  bool representative = false;  // Sits for the residents.
  std::string place;
  std::vector<ProxyState> proxies;
  std::string designated;                         // The co-owner who votes for all; empty: none.
  std::set<std::string, std::less<>> disputes;    // Co-owners who disagree.
  absl::Time delivered = absl::InfiniteFuture();  // First proof of it.
  absl::Time warned = absl::InfiniteFuture();     // First proof of it with the warning.
  bool has_voted = false;                         // In a secret vote.

  // Stands in the roll that was frozen last.
  bool InRoll(std::string_view frozen) const {
    return !snapshot.empty() && snapshot == frozen && !struck_off;
  }
  // As what that person may vote at that time, as they say for the principal named; UNSPECIFIED:
  // not at all. An empty principal: for the subject in whatever capacity comes first.
  v1::CastBy CapacityOf(std::string_view person, std::string_view principal, absl::Time at) const;
  // The power that covers it; null: none.
  const ProxyState* ProxyOf(std::string_view agent, absl::Time at) const;

  bool operator==(const VoterState&) const = default;
};

}  // namespace sanzhang::resolution
