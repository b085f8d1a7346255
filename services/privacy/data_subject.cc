#include "services/privacy/data_subject.h"

#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/privacy/limits.h"
#include "services/privacy/rules.h"

namespace sanzhang::privacy {

using enum type::v1::ErrorReason;
using rules::Objection;
using rules::Refuse;

namespace {

using State = SubjectState;
using Event = v1::SubjectRightsEvent;

constexpr std::size_t kSha256Bytes = 32;

template <class Request>
runtime::Needs NeedsOfConsent(const Request& request) {
  return {.persons = {PersonOf(request.name())}, .caller = true};
}

// Who gives or withdraws a consent, and in what capacity.
struct Giver {
  std::string person;
  v1::AskedAs as = v1::ASKED_AS_UNSPECIFIED;
  Objection objection;
};

template <class Request>
Giver GiverOf(const State& state, const Request& request, const runtime::Context& context) {
  const rules::Speaker speaker = rules::SpeakerOf(request.origin(), context);
  Giver giver{.person = speaker.person, .objection = speaker.objection};
  if (giver.objection) return giver;
  const std::string subject = PersonOf(context.name);
  giver.as = rules::CapacityFor(subject, speaker.person, context.facts);
  // Nobody consents for the dead.
  if (giver.as != v1::ASKED_AS_SELF && giver.as != v1::ASKED_AS_GUARDIAN) {
    giver.objection = Refuse(ERROR_REASON_NOT_THE_SUBJECT);
  } else if (state.erased) {
    giver.objection = rules::Erased(subject);
  }
  return giver;
}

// SUBJECT_ERASED; ANSWERS_OWN of an officer whom it is about.
Objection MayOrder(const State& state, const runtime::Context& context) {
  const std::string subject = PersonOf(context.name);
  if (state.erased) return rules::Erased(subject);
  if (context.acting.subject == subject) return Refuse(ERROR_REASON_ANSWERS_OWN);
  return {};
}

}  // namespace

std::string DataOf(std::string_view person) {
  return wire::Child(wire::CommunityOf(person), "dataSubjects", wire::IdOf(person));
}

std::string PersonOf(std::string_view data_subject) {
  return wire::Child(wire::CommunityOf(data_subject), "persons", wire::IdOf(data_subject));
}

void DataSubject::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kKeyDestroyed:
      state.erased = true;
      state.restricted = false;
      return;
    case Event::kRestricted:
      state.restricted = true;
      return;
    case Event::kRestrictionLifted:
      state.restricted = false;
      return;
    case Event::kConsentGiven:
      state.consents[event.consent_given().purpose()] = true;
      return;
    case Event::kConsentWithdrawn:
      state.consents[event.consent_withdrawn().purpose()] = false;
      return;
    case Event::kLegalHoldPlaced: {
      const v1::LegalHoldPlaced& placed = event.legal_hold_placed();
      state.legal_holds[placed.hold()] = {.until = placed.has_until() ? wire::ToTime(placed.until())
                                                                      : absl::InfiniteFuture()};
      return;
    }
    case Event::kLegalHoldLifted:
      state.legal_holds[event.legal_hold_lifted().hold()].lifted = true;
      return;
    case Event::kReceived:
    case Event::kVerified:
    case Event::kFulfilled:
    case Event::kRefused:
    case Event::kWithdrawn:
    case Event::kDeadlineBreached:
    case Event::kCorrected:
    case Event::kErasureProposed:
    case Event::kErasureApproved:
      return;  // They stand in the request's stream.
    case Event::KIND_NOT_SET:
      return;  // Refused by the loader.
  }
}

runtime::Needs DataSubject::NeedsOf(const State&, const v1::GiveConsentRequest& request) {
  return NeedsOfConsent(request);
}
runtime::Needs DataSubject::NeedsOf(const State&, const v1::WithdrawConsentRequest& request) {
  return NeedsOfConsent(request);
}
runtime::Needs DataSubject::NeedsOf(const State&, const v1::PlaceLegalHoldRequest& request) {
  return {.persons = {PersonOf(request.name())}};
}

DataSubject::Decision DataSubject::Decide(const State& state, const v1::GiveConsentRequest& request,
                                          const Context& context) {
  const Giver giver = GiverOf(state, request, context);
  if (giver.objection) return *giver.objection;
  if (request.text_sha256().size() != kSha256Bytes) return rules::BadField("text_sha256");
  const auto found = state.consents.find(request.purpose());
  if (found != state.consents.end() && found->second) return rules::AlreadySo<Event>();
  if (found == state.consents.end() && state.consents.size() >= kConsentsMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kConsentsMax)}});
  }
  Event event;
  v1::ConsentGiven& given = *event.mutable_consent_given();
  given.set_purpose(request.purpose());
  given.set_legal_basis(v1::LEGAL_BASIS_CONSENT);
  given.set_separate(request.separate());
  given.set_text_sha256(request.text_sha256());
  given.set_giver(giver.person);
  given.set_given_as(giver.as);
  return rules::Record(std::move(event));
}

DataSubject::Decision DataSubject::Decide(const State& state,
                                          const v1::WithdrawConsentRequest& request,
                                          const Context& context) {
  const Giver giver = GiverOf(state, request, context);
  if (giver.objection) return *giver.objection;
  const auto found = state.consents.find(request.purpose());
  if (found == state.consents.end()) {
    return Refuse(ERROR_REASON_CONSENT_NOT_GIVEN, {{"purpose", request.purpose()}});
  }
  if (!found->second) return rules::AlreadySo<Event>();
  Event event;
  event.mutable_consent_withdrawn()->set_purpose(request.purpose());
  event.mutable_consent_withdrawn()->set_legal_basis(v1::LEGAL_BASIS_CONSENT);
  return rules::Record(std::move(event));
}

DataSubject::Decision DataSubject::Decide(const State& state,
                                          const v1::PlaceLegalHoldRequest& request,
                                          const Context& context) {
  if (auto no = MayOrder(state, context)) return *no;
  const std::string subject = PersonOf(context.name);
  const auto person = context.facts.persons.find(subject);
  if (person == context.facts.persons.end() || !person->second.known) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", subject}});
  }
  if (request.has_until() && wire::ToTime(request.until()) <= context.now) {
    return rules::BadField("until");
  }
  // An id names one hold for ever: what was lifted is not placed again under it.
  if (state.legal_holds.contains(request.hold())) {
    return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, {{"resource", request.hold()}});
  }
  if (state.legal_holds.size() >= kLegalHoldsMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kLegalHoldsMax)}});
  }
  Event event;
  v1::LegalHoldPlaced& placed = *event.mutable_legal_hold_placed();
  placed.set_hold(request.hold());
  placed.set_law_ref(request.law_ref());
  placed.set_reason(request.reason());
  if (request.has_until()) *placed.mutable_until() = request.until();
  return rules::Record(std::move(event));
}

DataSubject::Decision DataSubject::Decide(const State& state,
                                          const v1::LiftLegalHoldRequest& request,
                                          const Context& context) {
  if (auto no = MayOrder(state, context)) return *no;
  const auto found = state.legal_holds.find(request.hold());
  if (found == state.legal_holds.end()) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", request.hold()}});
  }
  if (found->second.lifted) return rules::AlreadySo<Event>();
  Event event;
  event.mutable_legal_hold_lifted()->set_hold(request.hold());
  event.mutable_legal_hold_lifted()->set_reason(request.reason());
  return rules::Record(std::move(event));
}

DataSubject::Decision DataSubject::Decide(const State& state,
                                          const v1::LiftRestrictionRequest& request,
                                          const Context& context) {
  if (auto no = MayOrder(state, context)) return *no;
  if (!state.restricted) return Refuse(ERROR_REASON_NOT_RESTRICTED);
  Event event;
  event.mutable_restriction_lifted()->set_subject(PersonOf(context.name));
  event.mutable_restriction_lifted()->set_reason(request.reason());
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::privacy
