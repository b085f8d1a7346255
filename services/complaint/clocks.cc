// Pauses, extensions, and deadlines that have passed.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/wire/time.h"
#include "services/complaint/complaint.h"
#include "services/complaint/rules.h"

namespace sanzhang::complaint {

using enum type::v1::ErrorReason;
using enum type::v1::Role;
using enum v1::State;
using rules::Refuse;

Complaint::Decision Complaint::Decide(const State& state,
                                      const v1::RequestSuspensionRequest& request,
                                      const Context& context) {
  if (auto no =
          rules::MustBe({STATE_ASSIGNED, STATE_ACKNOWLEDGED, STATE_IN_PROGRESS}, state.phase)) {
    return *no;
  }
  const absl::Time until = wire::ToTime(request.until());
  if (until <= context.now) return Refuse(ERROR_REASON_DUE_NOT_LATER);
  const std::string& person = context.acting.subject;
  if (state.asked_by == person && state.asked_reason == request.reason() &&
      state.asked_until == until) {
    return rules::AlreadySo();
  }
  Event event;
  v1::ComplaintSuspensionRequested& asked = *event.mutable_suspension_requested();
  asked.set_reason(request.reason());
  *asked.mutable_until() = wire::ToStamp(until);
  asked.set_requested_by(person);
  return rules::Record(std::move(event));
}

Complaint::Decision Complaint::Decide(const State& state, const v1::RuleSuspensionRequest& request,
                                      const Context& context) {
  if (auto no = rules::MustBeOpen(state)) return *no;
  if (state.phase == STATE_SUSPENDED) return Refuse(ERROR_REASON_COMPLAINT_SUSPENDED);
  if (state.asked_by.empty()) return Refuse(ERROR_REASON_SUSPENSION_NOT_REQUESTED);
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  if (state.asked_by == context.acting.subject) return Refuse(ERROR_REASON_APPROVER_IS_REQUESTER);
  Event event;
  if (!request.approved()) {
    if (request.reason().empty()) return rules::BadField("reason");
    event.mutable_suspension_refused()->set_reason(request.reason());
    return rules::Record(std::move(event));
  }
  if (state.asked_until <= context.now) return Refuse(ERROR_REASON_DUE_NOT_LATER);
  v1::ComplaintSuspended& suspended = *event.mutable_suspended();
  suspended.set_reason(state.asked_reason);
  *suspended.mutable_until() = wire::ToStamp(state.asked_until);
  suspended.set_requested_by(state.asked_by);
  suspended.set_approved_by(context.acting.subject);
  return rules::Record(std::move(event));
}

namespace {

// A clock that stood still for `paused` from `paused_at` on. What had passed before stays passed.
absl::Time Later(absl::Time due, absl::Time paused_at, absl::Duration paused) {
  return due < paused_at ? due : due + paused;
}

}  // namespace

Complaint::Decision Complaint::Decide(const State& state, const v1::ResumeComplaintRequest&,
                                      const Context& context) {
  if (auto no = rules::MustBeOpen(state)) return *no;
  if (state.phase != STATE_SUSPENDED) return Refuse(ERROR_REASON_COMPLAINT_NOT_SUSPENDED);
  const bool automatic = rules::Is(context, ROLE_TIMER);
  if (automatic && context.now < state.paused_until) {
    return Refuse(ERROR_REASON_CLOCK_NOT_DUE, {{"due", rules::Show(state.paused_until)}});
  }
  // The pause ends when it was granted to end, however late that is noticed.
  const absl::Time end = std::min(context.now, state.paused_until);
  const absl::Duration paused = std::max(end - state.paused_at, absl::ZeroDuration());
  Event event;
  v1::ComplaintResumed& resumed = *event.mutable_resumed();
  resumed.set_automatic(automatic);
  if (state.ack_due != absl::InfinitePast()) {
    *resumed.mutable_ack_due() = wire::ToStamp(Later(state.ack_due, state.paused_at, paused));
  }
  if (state.answer_due != absl::InfinitePast()) {
    *resumed.mutable_answer_due() = wire::ToStamp(Later(state.answer_due, state.paused_at, paused));
  }
  resumed.set_paused_ms(absl::ToInt64Milliseconds(paused));
  return rules::Record(std::move(event));
}

Complaint::Decision Complaint::Decide(const State& state, const v1::ExtendDeadlineRequest& request,
                                      const Context& context) {
  if (auto no = rules::MustBe({STATE_ACCEPTED, STATE_REOPENED, STATE_ASSIGNED, STATE_ACKNOWLEDGED,
                               STATE_IN_PROGRESS, STATE_DISPATCH_DISPUTED},
                              state.phase)) {
    return *no;
  }
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  const absl::Time due = wire::ToTime(request.answer_due());
  if (due <= state.answer_due) return Refuse(ERROR_REASON_DUE_NOT_LATER);
  const policy::v1::SlaPolicy& policy = rules::Pinned(state, context);
  const absl::Time latest =
      context.facts.policies->DueAfter(policy.extension_total(), state.answer_due_first);
  // A deadline that has passed is not mended afterwards.
  if (state.extensions >= policy.extensions_max() || due > latest ||
      context.now > state.answer_due) {
    return Refuse(ERROR_REASON_EXTENSION_NOT_ALLOWED,
                  {{"extensions_max", absl::StrCat(policy.extensions_max())}});
  }
  Event event;
  v1::ComplaintDeadlineExtended& extended = *event.mutable_deadline_extended();
  *extended.mutable_answer_due() = wire::ToStamp(due);
  extended.set_reason(request.reason());
  extended.set_told_to_complainant(request.told_to_complainant());
  extended.set_extension(state.extensions + 1);
  return rules::Record(std::move(event), {policy.name()});
}

namespace {

absl::Time DueOf(const Complaint::State& state, v1::Clock clock) {
  switch (clock) {
    case v1::CLOCK_INTAKE:
      return state.intake_due;
    case v1::CLOCK_ACKNOWLEDGE:
      return state.ack_due;
    case v1::CLOCK_ANSWER:
      return state.answer_due;
    default:
      return absl::InfinitePast();
  }
}

}  // namespace

Complaint::Decision Complaint::Decide(const State& state, const v1::DetectBreachRequest& request,
                                      const Context& context) {
  const absl::Time due = wire::ToTime(request.due());
  const auto noted = state.breached.find(request.clock());
  if (noted != state.breached.end() && noted->second == due) return rules::AlreadySo();
  if (auto no = rules::MustBeOpen(state)) return *no;
  if (state.phase == STATE_SUSPENDED) return Refuse(ERROR_REASON_COMPLAINT_SUSPENDED);
  const absl::Time current = DueOf(state, request.clock());
  // The deadline itself still belongs to the period (Civil Code Art. 1259).
  if (current == absl::InfinitePast()) return Refuse(ERROR_REASON_CLOCK_NOT_DUE);
  if (current != due || context.now <= due) {
    return Refuse(ERROR_REASON_CLOCK_NOT_DUE, {{"due", rules::Show(current)}});
  }
  Event event;
  v1::ComplaintDeadlineBreached& breached = *event.mutable_deadline_breached();
  breached.set_clock(request.clock());
  *breached.mutable_due() = wire::ToStamp(due);
  breached.set_body(state.responsible_body);
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::complaint
