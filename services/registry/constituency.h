// The rules of a constituency: the 20 to 50 households that elect one residents' representative
// (居民代表, URC-2025 Art. 13). Stream: `communities/{c}/constituencies/{id}`.
//
// It consists of whole buildings, whole entrances and single households. A unit lies in one
// constituency at a time, and a seat stands for one: both are claims. The seat itself, in the
// representative assembly, and its term are those of `Membership`; a constituency whose seat has
// ended has no representative until it elects another.
//
// Refusals, in this order: RESOURCE_NOT_FOUND and RESOURCE_NOT_ACTIVE of the constituency; of what
// is named RESOURCE_NOT_FOUND, RESOURCE_NOT_ACTIVE; INVALID_REQUEST of a unit named twice, of more
// households listed than there are, of a seat in another body; PLACE_INCONSISTENT of an entrance
// whose building lies in it; CONSTITUENCY_SIZE; CONSTITUENCY_TAKEN by the claims.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/registry/v1/registry_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::registry {

struct Constituency {
  using Event = v1::ConstituencyEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    enum class Phase { kNone, kSet, kDissolved } phase = Phase::kNone;
    std::set<std::string> units;
    std::int32_t households = 0;
    std::string membership;  // The seat that stands for it; empty: none was elected.
    std::string person;
    bool operator==(const State&) const = default;
  };

  static runtime::Needs NeedsOf(const State&, const v1::SetRepresentativeConstituencyRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::ElectRepresentativeRequest&);

  static Decision Decide(const State&, const v1::SetRepresentativeConstituencyRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::ElectRepresentativeRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::DissolveConstituencyRequest&,
                         const runtime::Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

}  // namespace sanzhang::registry
