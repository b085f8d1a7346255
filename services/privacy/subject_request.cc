#include "services/privacy/subject_request.h"

#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/privacy/data_subject.h"

namespace sanzhang::privacy {
namespace {

using State = RequestState;
using Phase = State::Phase;

void On(State& s, const v1::SubjectRequestReceived& e) {
  s.phase = Phase::kReceived;
  s.kind = e.kind();
  s.subject = e.subject();
  s.asker = e.asker();
  s.purposes.insert(e.purposes().begin(), e.purposes().end());
  s.rule = e.rule();
  s.answer_due = wire::ToTime(e.answer_due());
}

void On(State& s, const v1::SubjectErasureProposed& e, const runtime::Happened& happened) {
  s.proposer = happened.actor.subject();
  s.ground = e.ground();
}

runtime::Needs DataOfSubject(const State& state) {
  if (state.subject.empty()) return {};
  return {.peers = {DataOf(state.subject)}};
}

}  // namespace

void SubjectRequest::Evolve(State& state, const Event& event,
                            const runtime::Happened& happened) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kReceived:
      return On(state, event.received());
    case Event::kVerified:
      state.phase = Phase::kVerified;
      return;
    case Event::kFulfilled:
      state.phase = Phase::kFulfilled;
      return;
    case Event::kRefused:
      state.phase = Phase::kRefused;
      return;
    case Event::kWithdrawn:
      state.phase = Phase::kWithdrawn;
      return;
    case Event::kDeadlineBreached:
      state.breached = true;
      return;
    case Event::kCorrected:
      ++state.corrections;
      return;
    case Event::kErasureProposed:
      return On(state, event.erasure_proposed(), happened);
    case Event::kErasureApproved:
      return;
    case Event::kKeyDestroyed:
    case Event::kRestricted:
    case Event::kRestrictionLifted:
    case Event::kConsentGiven:
    case Event::kConsentWithdrawn:
    case Event::kLegalHoldPlaced:
    case Event::kLegalHoldLifted:
      return;  // They stand in the person's stream.
    case Event::KIND_NOT_SET:
      return;  // Refused by the loader.
  }
}

std::string SubjectRequest::NewName(const v1::ReceiveSubjectRequestRequest& request,
                                    std::string_view fresh_id) {
  const std::string& id = request.subject_request_id();
  return wire::Child(request.parent(), "subjectRequests", id.empty() ? fresh_id : id);
}

runtime::Needs SubjectRequest::NeedsOf(const State&,
                                       const v1::ReceiveSubjectRequestRequest& request) {
  Needs needs{.persons = {request.subject()}, .caller = true, .peers = {DataOf(request.subject())}};
  if (!request.origin().on_behalf_of().empty()) {
    needs.relatives_of.push_back(request.origin().on_behalf_of());
  }
  return needs;
}

runtime::Needs SubjectRequest::NeedsOf(const State& state, const v1::FulfilSubjectRequestRequest&) {
  return DataOfSubject(state);
}
runtime::Needs SubjectRequest::NeedsOf(const State& state, const v1::CorrectPersonalDataRequest&) {
  return DataOfSubject(state);
}
runtime::Needs SubjectRequest::NeedsOf(const State& state, const v1::RestrictProcessingRequest&) {
  return DataOfSubject(state);
}
runtime::Needs SubjectRequest::NeedsOf(const State& state, const v1::ProposeErasureRequest&) {
  return DataOfSubject(state);
}
runtime::Needs SubjectRequest::NeedsOf(const State& state, const v1::ApproveErasureRequest&) {
  return DataOfSubject(state);
}

}  // namespace sanzhang::privacy
