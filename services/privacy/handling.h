// What the commands about one request share. Internal to services/privacy.
#pragma once

#include <string>

#include "services/privacy/rules.h"
#include "services/privacy/subject_request.h"

namespace sanzhang::privacy::handling {

// SUBJECT_REQUEST_NOT_FOUND, SUBJECT_REQUEST_ENDED, SUBJECT_REQUEST_NOT_VERIFIED where it must be;
// ANSWERS_OWN of an officer who asked, or whom it is about.
rules::Objection MayHandle(const RequestState& state, bool verified,
                           const runtime::Context& context);
// SUBJECT_REQUEST_OTHER_KIND.
runtime::Refusal OtherKind(const RequestState& state);

bool IsLate(const RequestState& state, const runtime::Context& context);

// Gives up the name that stands for the one open request of a kind about a person.
runtime::Claim OpenClaim(std::string_view subject, v1::SubjectRequestKind kind);
// Records the end of a request: gives the claim up too.
runtime::Decided<v1::SubjectRightsEvent> End(const RequestState& state,
                                             v1::SubjectRightsEvent event);

v1::SubjectRightsEvent Fulfilled(const RequestState& state, const std::string& answer,
                                 const runtime::Context& context);

}  // namespace sanzhang::privacy::handling
