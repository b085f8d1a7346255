#include "services/registry/person.h"

#include "services/registry/rules.h"

namespace sanzhang::registry {
namespace {

using runtime::Context;
using runtime::Refusal;
using Decision = Person::Decision;
using State = Person::State;
using Residence = State::Residence;

using enum type::v1::ErrorReason;

std::optional<Refusal> RequireAlive(const State& state, const Context& context) {
  if (!state.known) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (!state.alive) return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, context.name);
  return std::nullopt;
}

void Keep(const type::v1::PersonalText& text, std::string_view person,
          type::v1::PersonalText& kept) {
  kept.set_subject(std::string(person));
  kept.set_content(text.content());
}

}  // namespace

bool Person::State::operator==(const State& other) const {
  return residence == other.residence && known == other.known && alive == other.alive &&
         SamePlace(home, other.home);
}

std::string Person::NewName(const v1::RegisterPersonRequest& request, std::string_view fresh_id) {
  return NameFor(request.parent(), "persons", request.person_id(), fresh_id);
}

runtime::Needs Person::NeedsOf(const State&, const v1::EnrollResidentRequest& request) {
  return {.places = PartsOf(request.place())};
}

bool Person::Anywhere(const v1::RegisterPersonRequest&) { return true; }

type::v1::Place Person::PlaceOf(const State&, const v1::EnrollResidentRequest& request,
                                const runtime::Facts& facts) {
  // Of a place that can't be completed what was named is all there is; Decide will refuse it.
  auto place = CompletePlace(facts, request.place());
  const auto* complete = std::get_if<type::v1::Place>(&place);
  return complete != nullptr ? *complete : request.place();
}

type::v1::Place Person::PlaceOf(const State& state, const v1::MoveOutResidentRequest&,
                                const runtime::Facts&) {
  return state.home;
}

// Checks stand in order of precedence: of several reasons the first is given.
Decision Person::Decide(const State& state, const v1::RegisterPersonRequest& request,
                        const Context& context) {
  if (state.known) return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, context.name);
  Event event;
  auto& registered = *event.mutable_person_registered();
  if (request.has_full_name()) {
    Keep(request.full_name(), context.name, *registered.mutable_full_name());
  }
  if (request.has_phone()) Keep(request.phone(), context.name, *registered.mutable_phone());
  return Record(std::move(event));
}

Decision Person::Decide(const State& state, const v1::EnrollResidentRequest& request,
                        const Context& context) {
  if (auto refusal = RequireAlive(state, context)) return *std::move(refusal);
  auto place = CompletePlace(context.facts, request.place());
  if (auto* refusal = std::get_if<Refusal>(&place)) return std::move(*refusal);
  const type::v1::Place& home = std::get<type::v1::Place>(place);
  if (PartsOf(home).empty()) return RefuseField("place");  // Nowhere is not a home.
  const bool lives =
      state.residence == Residence::kDeclared || state.residence == Residence::kConfirmed;
  if (lives && SamePlace(state.home, home)) return AlreadySo<Event>();
  Event event;
  *event.mutable_resident_enrolled()->mutable_place() = home;
  return Record(std::move(event));
}

Decision Person::Decide(const State& state, const v1::ConfirmResidentRequest&,
                        const Context& context) {
  if (auto refusal = RequireAlive(state, context)) return *std::move(refusal);
  if (state.residence == Residence::kConfirmed) return AlreadySo<Event>();
  if (state.residence != Residence::kDeclared) return Refuse(ERROR_REASON_STATE_FORBIDS);
  Event event;
  event.mutable_resident_confirmed();
  return Record(std::move(event));
}

Decision Person::Decide(const State& state, const v1::MoveOutResidentRequest&,
                        const Context& context) {
  if (auto refusal = RequireAlive(state, context)) return *std::move(refusal);
  if (state.residence == Residence::kEnded) return AlreadySo<Event>();
  if (state.residence == Residence::kNone) return Refuse(ERROR_REASON_STATE_FORBIDS);
  Event event;
  event.mutable_resident_moved_out();
  return Record(std::move(event));
}

Decision Person::Decide(const State& state, const v1::RecordDeathRequest&, const Context& context) {
  if (!state.known) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (!state.alive) return AlreadySo<Event>();
  Event event;
  event.mutable_resident_deceased();
  return Record(std::move(event));
}

void Person::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kPersonRegistered:
      state.known = true;
      break;
    case Event::kResidentEnrolled:
      state.residence = Residence::kDeclared;
      state.home = event.resident_enrolled().place();
      break;
    case Event::kResidentConfirmed:
      state.residence = Residence::kConfirmed;
      break;
    case Event::kResidentMovedOut:
      state.residence = Residence::kEnded;
      break;
    case Event::kResidentDeceased:
      state.alive = false;
      if (state.residence != Residence::kNone) state.residence = Residence::kEnded;
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Person, v1::RegisterPersonRequest>);
static_assert(runtime::Decides<Person, v1::EnrollResidentRequest>);
static_assert(runtime::Decides<Person, v1::ConfirmResidentRequest>);
static_assert(runtime::Decides<Person, v1::MoveOutResidentRequest>);
static_assert(runtime::Decides<Person, v1::RecordDeathRequest>);

}  // namespace sanzhang::registry
