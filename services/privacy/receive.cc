// Asking, asking no more, showing who asks, and the clock.
#include <algorithm>
#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/privacy/handling.h"
#include "services/privacy/rules.h"
#include "services/privacy/subject_request.h"

namespace sanzhang::privacy {

using enum type::v1::ErrorReason;
using rules::Objection;
using rules::Refuse;
using Phase = RequestState::Phase;

namespace {

// What near relatives of the dead may ask for (Art. 49): to see, copy, correct and erase.
bool IsForRelatives(v1::SubjectRequestKind kind) {
  return kind == v1::SUBJECT_REQUEST_KIND_ACCESS || kind == v1::SUBJECT_REQUEST_KIND_COPY ||
         kind == v1::SUBJECT_REQUEST_KIND_CORRECTION || kind == v1::SUBJECT_REQUEST_KIND_ERASURE;
}

// What goes with one kind goes with no other.
Objection FitsKind(const v1::ReceiveSubjectRequestRequest& request, const std::string& asker) {
  const v1::SubjectRequestKind kind = request.kind();
  if (request.concerns().empty() == (kind == v1::SUBJECT_REQUEST_KIND_CORRECTION)) {
    return rules::BadField("concerns");
  }
  if (request.purposes().empty() == (kind == v1::SUBJECT_REQUEST_KIND_WITHDRAW_CONSENT)) {
    return rules::BadField("purposes");
  }
  const bool theirs = std::all_of(request.concerns().begin(), request.concerns().end(),
                                  [&](const v1::FactField& field) {
                                    return wire::CommunityOf(field.stream()) == request.parent();
                                  });
  if (!theirs) return rules::BadField("concerns.stream");
  const std::string& words = request.statement().subject();
  if (!words.empty() && words != asker) return rules::BadField("statement.subject");
  return {};
}

}  // namespace

SubjectRequest::Decision SubjectRequest::Decide(const State& state,
                                                const v1::ReceiveSubjectRequestRequest& request,
                                                const Context& context) {
  const rules::Speaker asker = rules::SpeakerOf(request.origin(), context);
  if (asker.objection) return *asker.objection;
  const v1::AskedAs as = rules::CapacityFor(request.subject(), asker.person, context.facts);
  if (as == v1::ASKED_AS_UNSPECIFIED) return Refuse(ERROR_REASON_NOT_THE_SUBJECT);
  if (as == v1::ASKED_AS_NEAR_RELATIVE && !IsForRelatives(request.kind())) {
    return Refuse(ERROR_REASON_NOT_THE_SUBJECT);
  }
  if (state.phase != Phase::kNone) {
    return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, {{"resource", context.name}});
  }
  if (rules::DataStateOf(request.subject(), context.facts).erased) {
    return rules::Erased(request.subject());
  }
  if (auto no = FitsKind(request, asker.person)) return *no;
  const policy::v1::SubjectRightsRule* rule = rules::RuleInForce(context);
  const policy::v1::Period* period =
      rule == nullptr ? nullptr : rules::AnswerPeriod(*rule, request.kind());
  if (period == nullptr) return rules::NoRule();

  Event event;
  v1::SubjectRequestReceived& received = *event.mutable_received();
  received.set_kind(request.kind());
  received.set_subject(request.subject());
  received.set_asker(asker.person);
  received.set_asked_as(as);
  if (!request.statement().content().empty()) {
    *received.mutable_statement() = request.statement();
    received.mutable_statement()->set_subject(asker.person);
  }
  *received.mutable_concerns() = request.concerns();
  *received.mutable_purposes() = request.purposes();
  received.set_rule(rule->name());
  *received.mutable_answer_due() =
      wire::ToStamp(context.facts.policies->DueAfter(*period, context.now));
  auto decided = rules::Record(std::move(event), rule->name());
  decided.claims.push_back(handling::OpenClaim(request.subject(), request.kind()));
  return decided;
}

SubjectRequest::Decision SubjectRequest::Decide(const State& state,
                                                const v1::WithdrawSubjectRequestRequest& request,
                                                const Context& context) {
  const std::string& other = request.origin().on_behalf_of();
  const bool officer = context.acting.as.role == type::v1::ROLE_PRIVACY_OFFICER;
  const bool theirs =
      officer && !other.empty() ? other == state.asker : context.acting.subject == state.asker;
  if (!theirs) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  if (state.phase == Phase::kWithdrawn) return rules::AlreadySo<Event>();
  if (!state.open()) return Refuse(ERROR_REASON_SUBJECT_REQUEST_ENDED);
  Event event;
  event.mutable_withdrawn();
  return handling::End(state, std::move(event));
}

SubjectRequest::Decision SubjectRequest::Decide(const State& state,
                                                const v1::VerifySubjectRequestRequest& request,
                                                const Context& context) {
  if (auto no = handling::MayHandle(state, false, context)) return *no;
  if (request.identity_level() < type::v1::IDENTITY_LEVEL_REAL_NAME) {
    return rules::BadField("identity_level");
  }
  if (state.phase == Phase::kVerified) return rules::AlreadySo<Event>();
  Event event;
  event.mutable_verified()->set_identity_level(request.identity_level());
  event.mutable_verified()->set_evidence(request.evidence());
  return rules::Record(std::move(event));
}

SubjectRequest::Decision SubjectRequest::Decide(
    const State& state, const v1::DetectSubjectRequestBreachRequest& request,
    const Context& context) {
  if (state.phase == Phase::kNone) return Refuse(ERROR_REASON_SUBJECT_REQUEST_NOT_FOUND);
  if (state.breached) return rules::AlreadySo<Event>();
  if (!state.open()) return Refuse(ERROR_REASON_SUBJECT_REQUEST_ENDED);
  if (wire::ToTime(request.due()) != state.answer_due || !handling::IsLate(state, context)) {
    return Refuse(ERROR_REASON_CLOCK_NOT_DUE, {{"due", rules::Show(state.answer_due)}});
  }
  Event event;
  *event.mutable_deadline_breached()->mutable_answer_due() = wire::ToStamp(state.answer_due);
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::privacy
