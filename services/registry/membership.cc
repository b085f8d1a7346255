#include "services/registry/membership.h"

#include "services/registry/body_kinds.h"
#include "services/registry/rules.h"

namespace sanzhang::registry {
namespace {

using runtime::Claim;
using runtime::Context;
using runtime::Refusal;
using Decision = Membership::Decision;
using State = Membership::State;
using Phase = State::Phase;

using enum type::v1::ErrorReason;

std::vector<Claim> SeatClaims(std::string_view body, std::string_view person,
                              type::v1::Office office, type::v1::BodyKind kind, bool release) {
  std::vector<std::string> names = {SeatClaim(body, person)};
  if (office == type::v1::OFFICE_CHAIR) names.push_back(ChairClaim(body));
  if (IsPartOfOversight(kind)) names.push_back(OversightClaim(person));
  std::vector<Claim> claims;
  for (std::string& name : names) {
    claims.push_back(
        {.name = std::move(name), .taken = ERROR_REASON_SEAT_TAKEN, .release = release});
  }
  return claims;
}

// What the capacity acted in allows, before anything of the body is known.
bool MaySeat(const runtime::Standing& as, const v1::SeatMemberRequest& request) {
  if (as.role == type::v1::ROLE_OWNERS_COMMITTEE_CHAIR) return as.body == request.body();
  if (as.role == type::v1::ROLE_PROPERTY_MANAGER) {
    return as.body == request.body() && request.office() == type::v1::OFFICE_STAFF;
  }
  return true;
}

std::optional<Refusal> CheckTerm(const v1::SeatMemberRequest& request, const Context& context) {
  if (request.term().empty()) return std::nullopt;
  const auto term = context.facts.terms.find(request.term());
  if (term == context.facts.terms.end()) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, request.term());
  }
  if (context.now >= term->second.ends) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, request.term());
  }
  return std::nullopt;
}

// What a change of an existing seat is refused for; ended seats never change.
std::optional<Refusal> RequireHeld(const State& state, const Context& context) {
  if (state.phase == Phase::kNone) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (!MayOversee(context.acting, state.body_kind)) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  if (state.phase == Phase::kEnded) return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, context.name);
  return std::nullopt;
}

// Near relatives sit neither together in the residents' committee (URC-2025 Art. 8) nor one in it
// and the other in the committee that supervises it (Art. 36).
std::optional<Refusal> CheckRelatives(std::string_view person, type::v1::BodyKind kind,
                                      const runtime::Facts& facts) {
  const auto found = facts.relatives.find(person);
  if (!IsPartOfOversight(kind) || found == facts.relatives.end()) return std::nullopt;
  for (const runtime::RelativeSeat& seat : found->second.seats) {
    const bool apart = seat.body_kind != kind || kind == type::v1::BODY_KIND_RESIDENTS_COMMITTEE;
    if (IsPartOfOversight(seat.body_kind) && apart) {
      return Refuse(ERROR_REASON_NEAR_RELATIVE_SEATED, seat.membership);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string Membership::NewName(const v1::SeatMemberRequest& request, std::string_view fresh_id) {
  return NameFor(request.parent(), "memberships", request.membership_id(), fresh_id);
}

runtime::Needs Membership::NeedsOf(const State&, const v1::SeatMemberRequest& request) {
  runtime::Needs needs = {.bodies = {request.body()}, .persons = {request.person()}};
  if (!request.term().empty()) needs.terms.push_back(request.term());
  needs.relatives_of.push_back(request.person());
  return needs;
}

type::v1::Place Membership::PlaceOf(const State&, const v1::SeatMemberRequest& request,
                                    const runtime::Facts& facts) {
  return AreaOf(facts, request.body());
}

// Checks stand in order of precedence: of several reasons the first is given.
Decision Membership::Decide(const State& state, const v1::SeatMemberRequest& request,
                            const Context& context) {
  if (state.phase != Phase::kNone)
    return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, context.name);
  if (!MaySeat(context.acting.as, request)) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  if (auto refusal = RequireBody(context.facts, request.body())) return *std::move(refusal);
  const runtime::BodyFacts& body = context.facts.bodies.find(request.body())->second;
  if (!MayOversee(context.acting, body.kind)) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  if (auto refusal = RequireNatural(context.facts, request.person())) return *std::move(refusal);
  if (auto refusal = CheckTerm(request, context)) return *std::move(refusal);
  if (!HasOffice(body.kind, request.office())) return Refuse(ERROR_REASON_OFFICE_NOT_IN_BODY);
  if (!request.term().empty() &&
      context.facts.terms.find(request.term())->second.body != request.body()) {
    return Refuse(ERROR_REASON_TERM_INVALID, request.term());
  }
  if (auto refusal = CheckRelatives(request.person(), body.kind, context.facts)) {
    return *std::move(refusal);
  }
  Event event;
  auto& seated = *event.mutable_member_seated();
  seated.set_body(request.body());
  seated.set_person(request.person());
  seated.set_office(request.office());
  seated.set_term(request.term());
  seated.set_body_kind(body.kind);
  seated.set_property_area(body.property_area);
  return Record(std::move(event), SeatClaims(request.body(), request.person(), request.office(),
                                             body.kind, /*release=*/false));
}

Decision Membership::Decide(const State& state, const v1::SuspendMemberRequest& request,
                            const Context& context) {
  if (auto refusal = RequireHeld(state, context)) return *std::move(refusal);
  if (state.phase == Phase::kSuspended) return AlreadySo<Event>();
  Event event;
  event.mutable_member_suspended()->set_reason(request.reason());
  return Record(std::move(event));
}

Decision Membership::Decide(const State& state, const v1::ReinstateMemberRequest&,
                            const Context& context) {
  if (auto refusal = RequireHeld(state, context)) return *std::move(refusal);
  if (state.phase == Phase::kSeated) return AlreadySo<Event>();
  Event event;
  event.mutable_member_reinstated();
  return Record(std::move(event));
}

Decision Membership::Decide(const State& state, const v1::EndMemberRequest& request,
                            const Context& context) {
  // The clock ends what an appraisal has ended (OfficeEndedByAppraisal), and nothing else.
  if (context.acting.as.role == type::v1::ROLE_TIMER &&
      request.reason() != v1::END_REASON_APPRAISAL_TWICE_UNFIT) {
    return Refuse(ERROR_REASON_PERMISSION_DENIED);
  }
  if (state.phase == Phase::kEnded) return AlreadySo<Event>();
  if (auto refusal = RequireHeld(state, context)) return *std::move(refusal);
  Event event;
  event.mutable_member_ended()->set_reason(request.reason());
  return Record(std::move(event),
                SeatClaims(state.body, state.person, state.office, state.body_kind,
                           /*release=*/true));
}

void Membership::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kMemberSeated: {
      const v1::MemberSeated& seated = event.member_seated();
      state.phase = Phase::kSeated;
      state.body = seated.body();
      state.person = seated.person();
      state.office = seated.office();
      state.term = seated.term();
      state.body_kind = seated.body_kind();
      state.property_area = seated.property_area();
      break;
    }
    case Event::kMemberSuspended:
      state.phase = Phase::kSuspended;
      break;
    case Event::kMemberReinstated:
      state.phase = Phase::kSeated;
      break;
    case Event::kMemberEnded:
      state.phase = Phase::kEnded;
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Membership, v1::SeatMemberRequest>);
static_assert(runtime::Decides<Membership, v1::SuspendMemberRequest>);
static_assert(runtime::Decides<Membership, v1::ReinstateMemberRequest>);
static_assert(runtime::Decides<Membership, v1::EndMemberRequest>);

}  // namespace sanzhang::registry
