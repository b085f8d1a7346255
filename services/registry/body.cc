#include "services/registry/body.h"

#include "services/registry/body_kinds.h"
#include "services/registry/rules.h"

namespace sanzhang::registry {
namespace {

using runtime::Claim;
using runtime::Context;
using runtime::Refusal;
using Decision = Body::Decision;
using State = Body::State;
using Phase = State::Phase;

using enum type::v1::ErrorReason;

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

}  // namespace

std::string Body::NewName(const v1::PrepareBodyRequest& request, std::string_view fresh_id) {
  return NameFor(request.parent(), "bodies", request.body_id(), fresh_id);
}

runtime::Needs Body::NeedsOf(const State&, const v1::PrepareBodyRequest& request) {
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
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Body, v1::PrepareBodyRequest>);
static_assert(runtime::Decides<Body, v1::EstablishBodyRequest>);
static_assert(runtime::Decides<Body, v1::FileBodyRequest>);
static_assert(runtime::Decides<Body, v1::DissolveBodyRequest>);

}  // namespace sanzhang::registry
