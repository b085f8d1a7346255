#include "services/registry/body.h"

#include "proto/wire/time.h"
#include "services/registry/body_kinds.h"
#include "services/registry/rules.h"

namespace sanzhang::registry {
namespace {

using runtime::Claim;
using runtime::Context;
using runtime::Needs;
using runtime::Refusal;
using Decision = Body::Decision;
using State = Body::State;
using Phase = State::Phase;

using enum type::v1::ErrorReason;

// URC-2025 Art. 25.
constexpr int kHandoverDays = 10;

std::vector<Claim> KindClaims(const Context& context, type::v1::BodyKind kind,
                              std::string_view property_area, bool release) {
  if (CountOf(kind) == Count::kMany) return {};
  return {{.name = BodyKindClaim(context.community, kind, property_area),
           .taken = ERROR_REASON_BODY_KIND_TAKEN,
           .release = release}};
}

std::optional<Refusal> RequireNotDissolved(const State& state, const Context& context) {
  if (state.phase == Phase::kNone) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (state.phase == Phase::kDissolved) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, context.name);
  }
  return std::nullopt;
}

// What a fact about an existing body's own affairs is refused for before all else.
std::optional<Refusal> RequireOwnBody(const State& state, const Context& context) {
  if (auto refusal = RequireNotDissolved(state, context)) return refusal;
  const runtime::Standing& as = context.acting.as;
  const bool others = as.role == type::v1::ROLE_OWNERS_COMMITTEE && as.body != context.name;
  if (others || !MayOversee(context.acting, state.kind)) {
    return Refuse(ERROR_REASON_PERMISSION_DENIED);
  }
  return std::nullopt;
}

type::v1::Place AreaOfBody(const State& state) {
  type::v1::Place place;
  place.set_property_area(state.property_area);
  return place;
}

}  // namespace

std::string Body::NewName(const v1::PrepareBodyRequest& request, std::string_view fresh_id) {
  return NameFor(request.parent(), "bodies", request.body_id(), fresh_id);
}

Needs Body::NeedsOf(const State&, const v1::PrepareBodyRequest& request) {
  runtime::Needs needs;
  if (!request.property_area().empty()) needs.places.push_back(request.property_area());
  return needs;
}

// Checks stand in order of precedence: of several reasons the first is given.
Decision Body::Decide(const State& state, const v1::PrepareBodyRequest& request,
                      const Context& context) {
  if (state.phase != Phase::kNone)
    return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, context.name);
  if (!MayOversee(context.acting, request.kind())) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  if (!request.property_area().empty()) {
    if (auto refusal = RequirePlace(context.facts, request.property_area())) {
      return *std::move(refusal);
    }
    if (CountOf(request.kind()) == Count::kOnePerCommunity) {
      return Refuse(ERROR_REASON_PLACE_INCONSISTENT, request.property_area());
    }
  }
  Event event;
  auto& prepared = *event.mutable_body_prepared();
  prepared.set_kind(request.kind());
  prepared.set_display_name(request.display_name());
  prepared.set_property_area(request.property_area());
  return Record(std::move(event),
                KindClaims(context, request.kind(), request.property_area(), /*release=*/false));
}

Decision Body::Decide(const State& state, const v1::EstablishBodyRequest& request,
                      const Context& context) {
  if (auto refusal = RequireNotDissolved(state, context)) return *std::move(refusal);
  if (!MayOversee(context.acting, state.kind)) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  if (state.active()) return AlreadySo<Event>();
  Event event;
  event.mutable_body_established()->set_decision(request.decision());
  return Record(std::move(event));
}

Decision Body::Decide(const State& state, const v1::FileBodyRequest& request,
                      const Context& context) {
  if (auto refusal = RequireNotDissolved(state, context)) return *std::move(refusal);
  if (!state.active()) return Refuse(ERROR_REASON_STATE_FORBIDS);
  // A change of the body is filed anew, under another number.
  if (state.phase == Phase::kFiled && state.receipt == request.receipt()) return AlreadySo<Event>();
  Event event;
  event.mutable_body_filed()->set_receipt(request.receipt());
  return Record(std::move(event));
}

Decision Body::Decide(const State& state, const v1::DissolveBodyRequest& request,
                      const Context& context) {
  if (state.phase == Phase::kNone) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (state.phase == Phase::kDissolved) return AlreadySo<Event>();
  Event event;
  event.mutable_body_dissolved()->set_reason(request.reason());
  return Record(std::move(event),
                KindClaims(context, state.kind, state.property_area, /*release=*/true));
}

Needs Body::NeedsOf(const State&, const v1::RecordSealCustodyRequest& request) {
  return {.persons = {request.custodian()}};
}
Needs Body::NeedsOf(const State&, const v1::CompleteHandoverRequest& request) {
  return {.terms = {request.term()}};
}

type::v1::Place Body::PlaceOf(const State& state, const v1::RecordSealCustodyRequest&,
                              const runtime::Facts&) {
  return AreaOfBody(state);
}
type::v1::Place Body::PlaceOf(const State& state, const v1::CompleteHandoverRequest&,
                              const runtime::Facts&) {
  return AreaOfBody(state);
}

Decision Body::Decide(const State& state, const v1::RecordSealCustodyRequest& request,
                      const Context& context) {
  if (auto refusal = RequireOwnBody(state, context)) return *std::move(refusal);
  if (auto refusal = RequireNatural(context.facts, request.custodian())) return *std::move(refusal);
  if (!state.active()) return Refuse(ERROR_REASON_STATE_FORBIDS);
  const auto present = state.custodians.find(request.seal());
  if (present != state.custodians.end() && present->second == request.custodian()) {
    return AlreadySo<Event>();
  }
  Event event;
  event.mutable_seal_custody_recorded()->set_seal(request.seal());
  event.mutable_seal_custody_recorded()->set_custodian(request.custodian());
  return Record(std::move(event));
}

Decision Body::Decide(const State& state, const v1::CompleteHandoverRequest& request,
                      const Context& context) {
  if (auto refusal = RequireOwnBody(state, context)) return *std::move(refusal);
  const auto term = context.facts.terms.find(request.term());
  if (term == context.facts.terms.end()) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, request.term());
  }
  if (!state.active() || context.now < term->second.begins) {
    return Refuse(ERROR_REASON_STATE_FORBIDS);
  }
  if (term->second.body != context.name) return Refuse(ERROR_REASON_TERM_INVALID, request.term());
  if (state.handed_over.contains(request.term())) return AlreadySo<Event>();
  Event event;
  auto& completed = *event.mutable_handover_completed();
  completed.set_term(request.term());
  *completed.mutable_items() = request.items();
  policy::v1::Period period;
  period.set_days(kHandoverDays);
  *completed.mutable_due() =
      wire::ToStamp(context.facts.policies->DueAfter(period, term->second.begins));
  return Record(std::move(event));
}

void Body::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kBodyPrepared:
      state.phase = Phase::kPreparing;
      state.kind = event.body_prepared().kind();
      state.property_area = event.body_prepared().property_area();
      break;
    case Event::kBodyEstablished:
      state.phase = Phase::kEstablished;
      break;
    case Event::kBodyFiled:
      state.phase = Phase::kFiled;
      state.receipt = event.body_filed().receipt();
      break;
    case Event::kBodyDissolved:
      state.phase = Phase::kDissolved;
      break;
    case Event::kSealCustodyRecorded:
      state.custodians[event.seal_custody_recorded().seal()] =
          event.seal_custody_recorded().custodian();
      break;
    case Event::kHandoverCompleted:
      state.handed_over.insert(event.handover_completed().term());
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Body, v1::PrepareBodyRequest>);
static_assert(runtime::Decides<Body, v1::EstablishBodyRequest>);
static_assert(runtime::Decides<Body, v1::FileBodyRequest>);
static_assert(runtime::Decides<Body, v1::DissolveBodyRequest>);
static_assert(runtime::Decides<Body, v1::RecordSealCustodyRequest>);
static_assert(runtime::Decides<Body, v1::CompleteHandoverRequest>);

}  // namespace sanzhang::registry
