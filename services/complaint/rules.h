// What the rules of a complaint share: refusals in their common order, and the bodies of a
// community. Internal to services/complaint.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "proto/wire/time.h"
#include "services/complaint/complaint.h"

namespace sanzhang::complaint::rules {

using Decision = Complaint::Decision;
using State = Complaint::State;
using Context = runtime::Context;
// A reason to refuse, or none.
using Objection = std::optional<runtime::Refusal>;

runtime::Refusal Refuse(type::v1::ErrorReason reason,
                        std::map<std::string, std::string> metadata = {});
// A field of the request is wrong in a way that its shape can't say.
runtime::Refusal BadField(std::string_view field);
// A time as in `2026-03-01T10:00:00+08:00`, for metadata.
std::string Show(absl::Time time);

Decision AlreadySo();
// `policies`: names of those that the decision rests on.
Decision Record(Complaint::Event event, std::vector<std::string> policies = {});

// Refuses unless the state is one of `allowed`. What stands in the way decides the reason:
// nothing filed COMPLAINT_NOT_FOUND; ended or linked COMPLAINT_NOT_OPEN; not taken on
// STATE_FORBIDS; answered COMPLAINT_ALREADY_ANSWERED; paused COMPLAINT_SUSPENDED; disputed
// DISPATCH_DISPUTED; nobody assigned COMPLAINT_NOT_ASSIGNED; not acknowledged
// COMPLAINT_NOT_ACKNOWLEDGED.
Objection MustBe(std::initializer_list<v1::State> allowed, v1::State phase);
// NOT_FOUND, or NOT_OPEN unless it is in `also` or open.
Objection MustBeOpen(const State& state);
// Refuses unless it waits for the complainant: NOT_FOUND, NOT_OPEN, or COMPLAINT_NOT_ANSWERED.
Objection MustBeAnswered(const State& state);
// OCCURRED_AT_INVALID: the time that the client gives lies before the filing.
template <class Request>
Objection MustFollowFiling(const State& state, const Request& request, const Context& context) {
  if (!request.origin().has_occurred_at() || context.now >= state.filed_at) return {};
  return Refuse(type::v1::ERROR_REASON_OCCURRED_AT_INVALID);
}

// BODY_COMPLAINED_OF if that is what the caller acts for.
Objection NotAboutCaller(const State& state, const Context& context);
// NOT_COMPLAINANT.
Objection MustBeComplainant(const State& state, const Context& context);
// Whether the body may be made responsible: RESOURCE_NOT_FOUND, RESOURCE_NOT_ACTIVE,
// BODY_COMPLAINED_OF, BODY_CANNOT_HANDLE (it meets, it does not work; or another property area).
Objection MayHandle(const State& state, std::string_view body, const runtime::Facts& facts);

bool IsSubdistrict(const Context& context);
bool Is(const Context& context, type::v1::Role role);
// The level of a chief's post; UNSPECIFIED for other roles.
v1::Level ChiefLevel(type::v1::Role role);

// The active body of that kind that has the least name; empty if there is none.
std::string BodyOf(const runtime::Facts& facts, type::v1::BodyKind kind);
// The body to which a complaint at that level belongs: the residents' committee up to COMMUNITY,
// the sub-district where there is none or the complaint is about it, and above. Empty: there is
// none.
std::string BodyAtLevel(const State& state, v1::Level level, const runtime::Facts& facts);
runtime::Needs LevelBodies();

// The policy pinned by the complaint; the one in force if that is not known here any more.
const policy::v1::SlaPolicy& Pinned(const State& state, const Context& context);
// The first rule that matches; the last one matches all.
const policy::v1::SlaRule& RuleFor(const policy::v1::SlaPolicy& policy, v1::Category category,
                                   v1::Urgency urgency);
google::protobuf::Timestamp Due(const Context& context, const policy::v1::Period& period);

// Open again: the event, with the clocks of the pinned policy running anew from now.
Complaint::Event Reopened(const State& state, const Context& context, std::string_view reason);

// Every attachment is named by a whole SHA-256.
Objection AttachmentsWhole(
    const google::protobuf::RepeatedPtrField<type::v1::Attachment>& attachments);

// Personal text in a request belongs to the complainant unless it names another known person.
runtime::Needs SubjectOf(const type::v1::PersonalText& text);
Objection MustKnowSubject(const type::v1::PersonalText& text, const runtime::Facts& facts);
type::v1::PersonalText Owned(const type::v1::PersonalText& text, std::string_view complainant);
std::int32_t CodePoints(std::string_view text);

}  // namespace sanzhang::complaint::rules
