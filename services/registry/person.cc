#include "services/registry/person.h"

#include "services/registry/limits.h"
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

// Also PERSON_KIND_FORBIDS of an organisation.
std::optional<Refusal> RequireHuman(const State& state, const Context& context) {
  if (auto refusal = RequireAlive(state, context)) return refusal;
  if (state.organisation()) return Refuse(ERROR_REASON_PERSON_KIND_FORBIDS, context.name);
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
         kind == other.kind && majority == other.majority && SamePlace(home, other.home) &&
         guardians == other.guardians && legal_representative == other.legal_representative &&
         relatives == other.relatives && privacy_officer_of == other.privacy_officer_of;
}

std::string Person::NewName(const v1::RegisterPersonRequest& request, std::string_view fresh_id) {
  return NameFor(request.parent(), "persons", request.person_id(), fresh_id);
}

runtime::Needs Person::NeedsOf(const State&, const v1::EnrollResidentRequest& request) {
  return {.places = PartsOf(request.place())};
}

runtime::Needs Person::NeedsOf(const State&, const v1::AppointGuardianRequest& request) {
  return {.persons = {request.guardian()}};
}
runtime::Needs Person::NeedsOf(const State&, const v1::RecordLegalRepresentativeRequest& request) {
  if (request.representative().empty()) return {};
  return {.persons = {request.representative()}};
}
runtime::Needs Person::NeedsOf(const State&, const v1::DeclareRelativeRequest& request) {
  return {.persons = {request.relative()}};
}
runtime::Needs Person::NeedsOf(const State&, const v1::AppointPrivacyOfficerRequest& request) {
  return {.bodies = {request.body()}};
}

bool Person::Anywhere(const v1::RegisterPersonRequest&) { return true; }
bool Person::Anywhere(const v1::RecordLegalRepresentativeRequest&) { return true; }
bool Person::Anywhere(const v1::DeclareRelativeRequest&) { return true; }

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
  // An organisation has no age.
  if (request.kind() == v1::PERSON_KIND_ORGANISATION &&
      request.majority() != v1::MAJORITY_UNSPECIFIED) {
    return RefuseField("majority");
  }
  Event event;
  auto& registered = *event.mutable_person_registered();
  if (request.has_full_name()) {
    Keep(request.full_name(), context.name, *registered.mutable_full_name());
  }
  if (request.has_phone()) Keep(request.phone(), context.name, *registered.mutable_phone());
  registered.set_kind(request.kind());
  registered.set_majority(request.majority());
  return Record(std::move(event));
}

Decision Person::Decide(const State& state, const v1::EnrollResidentRequest& request,
                        const Context& context) {
  if (auto refusal = RequireHuman(state, context)) return *std::move(refusal);
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

Decision Person::Decide(const State& state, const v1::RecordMajorityRequest& request,
                        const Context& context) {
  if (auto refusal = RequireHuman(state, context)) return *std::move(refusal);
  if (state.majority == request.majority()) return AlreadySo<Event>();
  Event event;
  event.mutable_majority_recorded()->set_majority(request.majority());
  return Record(std::move(event));
}

Decision Person::Decide(const State& state, const v1::AppointGuardianRequest& request,
                        const Context& context) {
  if (auto refusal = RequireHuman(state, context)) return *std::move(refusal);
  if (auto refusal = RequireAdult(context.facts, request.guardian())) return *std::move(refusal);
  if (request.guardian() == context.name) return RefuseField("guardian");
  if (state.guardians.contains(request.guardian())) return AlreadySo<Event>();
  if (state.guardians.size() >= kGuardiansPerPersonMax) return TooMany(kGuardiansPerPersonMax);
  Event event;
  event.mutable_guardian_appointed()->set_guardian(request.guardian());
  event.mutable_guardian_appointed()->set_basis(request.basis());
  return Record(std::move(event));
}

Decision Person::Decide(const State& state, const v1::EndGuardianshipRequest& request,
                        const Context& context) {
  if (!state.known) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (!state.guardians.contains(request.guardian())) return AlreadySo<Event>();
  Event event;
  event.mutable_guardianship_ended()->set_guardian(request.guardian());
  return Record(std::move(event));
}

Decision Person::Decide(const State& state, const v1::RecordLegalRepresentativeRequest& request,
                        const Context& context) {
  if (auto refusal = RequireAlive(state, context)) return *std::move(refusal);
  if (!state.organisation()) return Refuse(ERROR_REASON_PERSON_KIND_FORBIDS, context.name);
  if (!request.representative().empty()) {
    if (auto refusal = RequireNatural(context.facts, request.representative())) {
      return *std::move(refusal);
    }
  }
  if (state.legal_representative == request.representative()) return AlreadySo<Event>();
  Event event;
  auto& recorded = *event.mutable_legal_representative_recorded();
  recorded.set_representative(request.representative());
  recorded.set_basis(request.basis());
  return Record(std::move(event));
}

Decision Person::Decide(const State& state, const v1::DeclareRelativeRequest& request,
                        const Context& context) {
  const type::v1::Role role = context.acting.as.role;
  const bool own = role == type::v1::ROLE_RESIDENT || role == type::v1::ROLE_OWNER;
  if (own && context.acting.subject != context.name) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  if (auto refusal = RequireHuman(state, context)) return *std::move(refusal);
  if (auto refusal = RequireNatural(context.facts, request.relative())) return *std::move(refusal);
  if (request.relative() == context.name) return RefuseField("relative");
  const auto present = state.relatives.find(request.relative());
  if (present != state.relatives.end() && present->second == request.kind()) {
    return AlreadySo<Event>();
  }
  if (present == state.relatives.end() && state.relatives.size() >= kRelativesPerPersonMax) {
    return TooMany(kRelativesPerPersonMax);
  }
  Event event;
  event.mutable_relative_relation_declared()->set_relative(request.relative());
  event.mutable_relative_relation_declared()->set_kind(request.kind());
  return Record(std::move(event));
}

Decision Person::Decide(const State& state, const v1::WithdrawRelativeRequest& request,
                        const Context& context) {
  if (!state.known) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (!state.relatives.contains(request.relative())) return AlreadySo<Event>();
  Event event;
  event.mutable_relative_relation_withdrawn()->set_relative(request.relative());
  return Record(std::move(event));
}

Decision Person::Decide(const State& state, const v1::AppointPrivacyOfficerRequest& request,
                        const Context& context) {
  if (context.acting.subject == context.name) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  if (auto refusal = RequireHuman(state, context)) return *std::move(refusal);
  if (!state.adult()) return Refuse(ERROR_REASON_NOT_OF_AGE, context.name);
  if (auto refusal = RequireBody(context.facts, request.body())) return *std::move(refusal);
  if (state.privacy_officer_of == request.body()) return AlreadySo<Event>();
  if (!state.privacy_officer_of.empty()) return Refuse(ERROR_REASON_STATE_FORBIDS);
  Event event;
  event.mutable_privacy_officer_appointed()->set_body(request.body());
  event.mutable_privacy_officer_appointed()->set_basis(request.basis());
  return Record(std::move(event));
}

Decision Person::Decide(const State& state, const v1::DismissPrivacyOfficerRequest& request,
                        const Context& context) {
  if (!state.known) return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, context.name);
  if (state.privacy_officer_of.empty()) return Refuse(ERROR_REASON_STATE_FORBIDS);
  Event event;
  event.mutable_privacy_officer_dismissed()->set_body(state.privacy_officer_of);
  event.mutable_privacy_officer_dismissed()->set_reason(request.reason());
  return Record(std::move(event));
}

void Person::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kPersonRegistered:
      state.known = true;
      state.kind = event.person_registered().kind();
      state.majority = event.person_registered().majority();
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
    case Event::kGuardianAppointed:
      state.guardians.insert(event.guardian_appointed().guardian());
      break;
    case Event::kGuardianshipEnded:
      state.guardians.erase(event.guardianship_ended().guardian());
      break;
    case Event::kLegalRepresentativeRecorded:
      state.legal_representative = event.legal_representative_recorded().representative();
      break;
    case Event::kMajorityRecorded:
      state.majority = event.majority_recorded().majority();
      break;
    case Event::kRelativeRelationDeclared:
      state.relatives[event.relative_relation_declared().relative()] =
          event.relative_relation_declared().kind();
      break;
    case Event::kRelativeRelationWithdrawn:
      state.relatives.erase(event.relative_relation_withdrawn().relative());
      break;
    case Event::kPrivacyOfficerAppointed:
      state.privacy_officer_of = event.privacy_officer_appointed().body();
      break;
    case Event::kPrivacyOfficerDismissed:
      state.privacy_officer_of.clear();
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
static_assert(runtime::Decides<Person, v1::RecordMajorityRequest>);
static_assert(runtime::Decides<Person, v1::AppointGuardianRequest>);
static_assert(runtime::Decides<Person, v1::EndGuardianshipRequest>);
static_assert(runtime::Decides<Person, v1::RecordLegalRepresentativeRequest>);
static_assert(runtime::Decides<Person, v1::DeclareRelativeRequest>);
static_assert(runtime::Decides<Person, v1::WithdrawRelativeRequest>);
static_assert(runtime::Decides<Person, v1::AppointPrivacyOfficerRequest>);
static_assert(runtime::Decides<Person, v1::DismissPrivacyOfficerRequest>);

}  // namespace sanzhang::registry
