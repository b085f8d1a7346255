// The rules of a household (户): people who live together, one of whom speaks for it.
// Stream: `communities/{c}/households/{id}`.
//
// Nobody belongs to two households: each member is a claim, given up with the membership or the
// household. Who belongs to it says nothing of residence, which is a fact of each person.
//
// Refusals, in this order: RESOURCE_ALREADY_EXISTS or RESOURCE_NOT_FOUND and RESOURCE_NOT_ACTIVE of
// the household; of its dwelling and members RESOURCE_NOT_FOUND, RESOURCE_NOT_ACTIVE,
// PERSON_KIND_FORBIDS; INVALID_REQUEST of a member named twice or a head who is none;
// HOUSEHOLD_TAKEN by the claims.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/registry/v1/registry_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::registry {

struct Household {
  using Event = v1::HouseholdEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    enum class Phase { kNone, kFormed, kDissolved } phase = Phase::kNone;
    std::string dwelling;
    std::set<std::string> members;
    std::string head;
    bool operator==(const State&) const = default;
  };

  static std::string NewName(const v1::FormHouseholdRequest&, std::string_view fresh_id);

  static runtime::Needs NeedsOf(const State&, const v1::FormHouseholdRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::ChangeHouseholdRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::DissolveHouseholdRequest&);

  // A grid's chief knows the households of the own grid only.
  static type::v1::Place PlaceOf(const State&, const v1::FormHouseholdRequest&,
                                 const runtime::Facts&);
  static type::v1::Place PlaceOf(const State&, const v1::ChangeHouseholdRequest&,
                                 const runtime::Facts&);
  static type::v1::Place PlaceOf(const State&, const v1::DissolveHouseholdRequest&,
                                 const runtime::Facts&);

  static Decision Decide(const State&, const v1::FormHouseholdRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::ChangeHouseholdRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::DissolveHouseholdRequest&,
                         const runtime::Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

}  // namespace sanzhang::registry
