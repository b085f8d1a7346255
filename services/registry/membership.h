// The rules of a seat in a body (任职): seated, suspended, reinstated, ended.
// Stream: `communities/{c}/memberships/{id}`.
//
// One seat per person and body, one chair per body, and nobody in both the residents' committee and
// the committee that supervises it: all are claims, held until the seat is ended. A seat whose term
// is over gives no powers but is held until then.
//
// Who may: a project manager seats staff of the own company only, an owners' committee's chair
// seats in the own body only, the residents' committee nobody in bodies that guide, supervise or
// overrule it.
//
// Refusals, in this order: RESOURCE_ALREADY_EXISTS or RESOURCE_NOT_FOUND of the seat;
// PERMISSION_DENIED; RESOURCE_NOT_ACTIVE of the seat; RESOURCE_NOT_FOUND and RESOURCE_NOT_ACTIVE of
// body, person, term, PERSON_KIND_FORBIDS of an organisation; OFFICE_NOT_IN_BODY; TERM_INVALID if
// the term is another body's; NEAR_RELATIVE_SEATED; SEAT_TAKEN by the claims.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/registry/v1/registry_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::registry {

struct Membership {
  using Event = v1::MembershipEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    enum class Phase { kNone, kSeated, kSuspended, kEnded } phase = Phase::kNone;
    std::string body;
    std::string person;
    type::v1::Office office = type::v1::OFFICE_UNSPECIFIED;
    std::string term;
    type::v1::BodyKind body_kind = type::v1::BODY_KIND_UNSPECIFIED;
    std::string property_area;
    bool operator==(const State&) const = default;
  };

  static std::string NewName(const v1::SeatMemberRequest&, std::string_view fresh_id);

  static runtime::Needs NeedsOf(const State&, const v1::SeatMemberRequest&);

  // That of the body's property area.
  static type::v1::Place PlaceOf(const State&, const v1::SeatMemberRequest&, const runtime::Facts&);

  static Decision Decide(const State&, const v1::SeatMemberRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::SuspendMemberRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::ReinstateMemberRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::EndMemberRequest&, const runtime::Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

}  // namespace sanzhang::registry
