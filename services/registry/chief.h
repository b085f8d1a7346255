// The rules of a chief's appointment (网格长, 楼栋长, 单元长): recruited, confirmed, dormant,
// ended. Stream: `communities/{c}/chiefs/{id}`.
//
// A unit has one chief at a time, by a claim on the unit that ends with the appointment; a person
// may be chief of several. Dormancy (no activity for 60 days) is an observation, not a sanction: a
// dormant chief keeps the powers, and is confirmed again to be active again.
//
// Refusals, in this order: RESOURCE_ALREADY_EXISTS or RESOURCE_NOT_FOUND and RESOURCE_NOT_ACTIVE of
// the appointment; RESOURCE_NOT_FOUND and RESOURCE_NOT_ACTIVE of the unit, then of the person, and
// PERSON_KIND_FORBIDS of an organisation;
// PLACE_INCONSISTENT if the post is for another kind of unit; STATE_FORBIDS; SEAT_TAKEN by the
// claim.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/registry/v1/registry_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::registry {

struct Chief {
  using Event = v1::ChiefEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    enum class Phase { kNone, kRecruited, kConfirmed, kDormant, kEnded } phase = Phase::kNone;
    type::v1::ChiefKind kind = type::v1::CHIEF_KIND_UNSPECIFIED;
    std::string unit;
    std::string person;
    std::string body;
    bool in_office() const { return phase == Phase::kConfirmed || phase == Phase::kDormant; }
    bool operator==(const State&) const = default;
  };

  static std::string NewName(const v1::RecruitChiefRequest&, std::string_view fresh_id);

  static runtime::Needs NeedsOf(const State&, const v1::RecruitChiefRequest&);

  static Decision Decide(const State&, const v1::RecruitChiefRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::ConfirmChiefRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::LapseChiefRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::EndChiefRequest&, const runtime::Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

}  // namespace sanzhang::registry
