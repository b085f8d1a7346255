// Doing what was asked for, or saying why not.
#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/sha256.h"
#include "services/privacy/data_subject.h"
#include "services/privacy/gathered.h"
#include "services/privacy/handling.h"
#include "services/privacy/limits.h"
#include "services/privacy/rules.h"
#include "services/privacy/subject_request.h"

namespace sanzhang::privacy {

using enum type::v1::ErrorReason;
using rules::Objection;
using rules::Refuse;

namespace {

constexpr std::size_t kSha256Bytes = 32;

// Whether what was done is what the kind asks for.
Objection IsDone(const RequestState& state, const v1::FulfilSubjectRequestRequest& request) {
  for (const v1::HandedOut& file : request.files()) {
    if (file.sha256().size() != kSha256Bytes) return rules::BadField("files.sha256");
  }
  switch (state.kind) {
    case v1::SUBJECT_REQUEST_KIND_ACCESS:
    case v1::SUBJECT_REQUEST_KIND_EXPLANATION:
    case v1::SUBJECT_REQUEST_KIND_WITHDRAW_CONSENT:
      return {};
    case v1::SUBJECT_REQUEST_KIND_COPY:
      return request.files().empty() ? Objection(rules::BadField("files")) : Objection();
    case v1::SUBJECT_REQUEST_KIND_CORRECTION:
      return state.corrections == 0 ? Objection(Refuse(ERROR_REASON_STATE_FORBIDS)) : Objection();
    default:
      return handling::OtherKind(state);
  }
}

// The consents that end with the request, in the person's stream. CONSENT_NOT_GIVEN.
Objection EndConsents(const RequestState& state, const runtime::Context& context,
                      runtime::Decided<v1::SubjectRightsEvent>& decided) {
  if (state.kind != v1::SUBJECT_REQUEST_KIND_WITHDRAW_CONSENT) return {};
  const SubjectState data = rules::DataStateOf(state.subject, context.facts);
  for (const std::string& purpose : state.purposes) {
    const auto found = data.consents.find(purpose);
    if (found == data.consents.end()) {
      return Refuse(ERROR_REASON_CONSENT_NOT_GIVEN, {{"purpose", purpose}});
    }
    if (!found->second) continue;  // The person was quicker.
    v1::SubjectRightsEvent event;
    event.mutable_consent_withdrawn()->set_purpose(purpose);
    event.mutable_consent_withdrawn()->set_legal_basis(v1::LEGAL_BASIS_CONSENT);
    event.mutable_consent_withdrawn()->set_subject_request(context.name);
    decided.elsewhere.push_back({DataOf(state.subject), std::move(event)});
  }
  return {};
}

}  // namespace

SubjectRequest::Decision SubjectRequest::Decide(const State& state,
                                                const v1::FulfilSubjectRequestRequest& request,
                                                const Context& context) {
  if (auto no = handling::MayHandle(state, true, context)) return *no;
  if (auto no = IsDone(state, request)) return *no;
  Event event = handling::Fulfilled(state, request.answer(), context);
  *event.mutable_fulfilled()->mutable_files() = request.files();
  auto decided = handling::End(state, std::move(event));
  if (auto no = EndConsents(state, context, decided)) return *no;
  return decided;
}

SubjectRequest::Decision SubjectRequest::Decide(const State& state,
                                                const v1::CorrectPersonalDataRequest& request,
                                                const Context& context) {
  if (auto no = handling::MayHandle(state, true, context)) return *no;
  if (state.kind != v1::SUBJECT_REQUEST_KIND_CORRECTION) return handling::OtherKind(state);
  if (request.text().content().empty()) return rules::BadField("text.content");
  const std::string& owner = request.text().subject();
  if (!owner.empty() && owner != state.subject) return rules::BadField("text.subject");
  const v1::FactField& words = request.corrects();
  if (wire::CommunityOf(words.stream()) != context.community) {
    return rules::BadField("corrects.stream");
  }
  const auto* gathered = context.facts.Gathered<Gathered>();
  if (gathered == nullptr || !gathered->words_found) {
    return Refuse(ERROR_REASON_TEXT_NOT_FOUND,
                  {{"event_id", words.event_id()}, {"field", words.field()}});
  }
  if (rules::DataStateOf(state.subject, context.facts).erased) return rules::Erased(state.subject);
  if (state.corrections >= kCorrectionsMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kCorrectionsMax)}});
  }
  Event event;
  v1::PersonalDataCorrected& corrected = *event.mutable_corrected();
  *corrected.mutable_corrects() = words;
  corrected.mutable_text()->set_subject(state.subject);
  corrected.mutable_text()->set_content(request.text().content());
  return rules::Record(std::move(event));
}

SubjectRequest::Decision SubjectRequest::Decide(const State& state,
                                                const v1::RefuseSubjectRequestRequest& request,
                                                const Context& context) {
  const bool unverified = request.reason() == v1::REFUSAL_REASON_IDENTITY_NOT_SHOWN;
  if (auto no = handling::MayHandle(state, !unverified, context)) return *no;
  // Who has shown it can't be told that they have not.
  if (unverified && state.phase == State::Phase::kVerified) {
    return Refuse(ERROR_REASON_STATE_FORBIDS);
  }
  const policy::v1::SubjectRightsRule* rule = rules::RuleInForce(context);
  const std::string* law = rule == nullptr ? nullptr : rules::LawOf(*rule, request.reason());
  if (law == nullptr) return rules::NoRule();
  Event event;
  v1::SubjectRequestRefused& refused = *event.mutable_refused();
  refused.set_reason(request.reason());
  refused.set_law_ref(*law);
  refused.set_explanation(request.explanation());
  refused.set_remedy(rule->remedy());
  refused.set_late(handling::IsLate(state, context));
  auto decided = handling::End(state, std::move(event));
  decided.policy_refs.push_back(rule->name());
  return decided;
}

}  // namespace sanzhang::privacy
