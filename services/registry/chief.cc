#include "services/registry/chief.h"

#include "services/registry/rules.h"

namespace sanzhang::registry {
namespace {

using runtime::Context;
using runtime::Refusal;
using Decision = Chief::Decision;
using State = Chief::State;
using Phase = State::Phase;

using enum type::v1::ErrorReason;

// The collection of the units that such a chief has.
std::string_view UnitsOf(type::v1::ChiefKind kind) {
  if (kind == type::v1::CHIEF_KIND_GRID) return "grids";
  if (kind == type::v1::CHIEF_KIND_BUILDING) return "buildings";
  if (kind == type::v1::CHIEF_KIND_ENTRANCE) return "entrances";
  return {};
}

std::vector<runtime::Claim> UnitClaim(std::string_view unit, bool release) {
  return {{.name = ChiefClaim(unit), .taken = ERROR_REASON_SEAT_TAKEN, .release = release}};
}

std::optional<Refusal> RequireNotEnded(const State& state, const Context& context) {
  if (state.phase == Phase::kNone) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (state.phase == Phase::kEnded) return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, context.name);
  return std::nullopt;
}

}  // namespace

std::string Chief::NewName(const v1::RecruitChiefRequest& request, std::string_view fresh_id) {
  return NameFor(request.parent(), "chiefs", request.chief_id(), fresh_id);
}

runtime::Needs Chief::NeedsOf(const State&, const v1::RecruitChiefRequest& request) {
  runtime::Needs needs;
  needs.places.push_back(request.unit());
  needs.persons.push_back(request.person());
  return needs;
}

// Checks stand in order of precedence: of several reasons the first is given.
Decision Chief::Decide(const State& state, const v1::RecruitChiefRequest& request,
                       const Context& context) {
  if (state.phase != Phase::kNone)
    return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, context.name);
  if (auto refusal = RequirePlace(context.facts, request.unit())) return *std::move(refusal);
  if (auto refusal = RequireNatural(context.facts, request.person())) return *std::move(refusal);
  if (wire::CollectionOf(request.unit()) != UnitsOf(request.kind())) {
    return Refuse(ERROR_REASON_PLACE_INCONSISTENT, request.unit());
  }
  Event event;
  auto& recruited = *event.mutable_chief_recruited();
  recruited.set_kind(request.kind());
  recruited.set_unit(request.unit());
  *recruited.mutable_place() = context.facts.places.find(request.unit())->second.place;
  recruited.set_person(request.person());
  recruited.set_body(context.acting.as.body);  // Who names the chief leads the chief.
  return Record(std::move(event), UnitClaim(request.unit(), /*release=*/false));
}

Decision Chief::Decide(const State& state, const v1::ConfirmChiefRequest&, const Context& context) {
  if (auto refusal = RequireNotEnded(state, context)) return *std::move(refusal);
  if (state.phase == Phase::kConfirmed) return AlreadySo<Event>();
  Event event;
  event.mutable_chief_confirmed();
  return Record(std::move(event));
}

Decision Chief::Decide(const State& state, const v1::LapseChiefRequest&, const Context& context) {
  if (auto refusal = RequireNotEnded(state, context)) return *std::move(refusal);
  if (state.phase == Phase::kDormant) return AlreadySo<Event>();
  if (state.phase != Phase::kConfirmed) return Refuse(ERROR_REASON_STATE_FORBIDS);
  Event event;
  event.mutable_chief_activity_lapsed();
  return Record(std::move(event));
}

Decision Chief::Decide(const State& state, const v1::EndChiefRequest& request,
                       const Context& context) {
  if (state.phase == Phase::kEnded) return AlreadySo<Event>();
  if (auto refusal = RequireNotEnded(state, context)) return *std::move(refusal);
  Event event;
  event.mutable_chief_ended()->set_reason(request.reason());
  return Record(std::move(event), UnitClaim(state.unit, /*release=*/true));
}

void Chief::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kChiefRecruited:
      state.phase = Phase::kRecruited;
      state.kind = event.chief_recruited().kind();
      state.unit = event.chief_recruited().unit();
      state.person = event.chief_recruited().person();
      state.body = event.chief_recruited().body();
      break;
    case Event::kChiefConfirmed:
      state.phase = Phase::kConfirmed;
      break;
    case Event::kChiefActivityLapsed:
      state.phase = Phase::kDormant;
      break;
    case Event::kChiefEnded:
      state.phase = Phase::kEnded;
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Chief, v1::RecruitChiefRequest>);
static_assert(runtime::Decides<Chief, v1::ConfirmChiefRequest>);
static_assert(runtime::Decides<Chief, v1::LapseChiefRequest>);
static_assert(runtime::Decides<Chief, v1::EndChiefRequest>);

}  // namespace sanzhang::registry
