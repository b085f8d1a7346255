#include "services/privacy/handling.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/wire/enum_id.h"
#include "proto/wire/names.h"

namespace sanzhang::privacy::handling {

using enum type::v1::ErrorReason;
using Phase = RequestState::Phase;

rules::Objection MayHandle(const RequestState& state, bool verified,
                           const runtime::Context& context) {
  if (state.phase == Phase::kNone) return rules::Refuse(ERROR_REASON_SUBJECT_REQUEST_NOT_FOUND);
  if (!state.open()) return rules::Refuse(ERROR_REASON_SUBJECT_REQUEST_ENDED);
  const std::string& officer = context.acting.subject;
  if (officer == state.asker || officer == state.subject) {
    return rules::Refuse(ERROR_REASON_ANSWERS_OWN);
  }
  if (verified && state.phase != Phase::kVerified) {
    return rules::Refuse(ERROR_REASON_SUBJECT_REQUEST_NOT_VERIFIED);
  }
  return {};
}

runtime::Refusal OtherKind(const RequestState& state) {
  return rules::Refuse(ERROR_REASON_SUBJECT_REQUEST_OTHER_KIND,
                       {{"kind", v1::SubjectRequestKind_Name(state.kind)}});
}

bool IsLate(const RequestState& state, const runtime::Context& context) {
  return context.now > state.answer_due;
}

runtime::Claim OpenClaim(std::string_view subject, v1::SubjectRequestKind kind) {
  const std::string slot = absl::StrCat(std::string(wire::IdOf(subject)), "/kinds/",
                                        wire::EnumId(*v1::SubjectRequestKind_descriptor(), kind));
  return {.name = wire::Child(wire::CommunityOf(subject), "openSubjectRequests", slot),
          .taken = ERROR_REASON_SUBJECT_REQUEST_OPEN};
}

runtime::Decided<v1::SubjectRightsEvent> End(const RequestState& state,
                                             v1::SubjectRightsEvent event) {
  auto decided = rules::Record(std::move(event));
  decided.claims.push_back(OpenClaim(state.subject, state.kind));
  decided.claims.back().release = true;
  return decided;
}

v1::SubjectRightsEvent Fulfilled(const RequestState& state, const std::string& answer,
                                 const runtime::Context& context) {
  v1::SubjectRightsEvent event;
  v1::SubjectRequestFulfilled& fulfilled = *event.mutable_fulfilled();
  fulfilled.set_kind(state.kind);
  fulfilled.set_answer(answer);
  fulfilled.set_late(IsLate(state, context));
  return event;
}

}  // namespace sanzhang::privacy::handling
