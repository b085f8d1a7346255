// Closing, opening again, appeals, and what does not count in the score: each by someone else than
// the one who handled it.
#include <string>
#include <utility>

#include "services/complaint/complaint.h"
#include "services/complaint/limits.h"
#include "services/complaint/rules.h"

namespace sanzhang::complaint {

using enum type::v1::ErrorReason;
using enum type::v1::Role;
using enum v1::State;
using rules::Objection;
using rules::Refuse;

namespace {

bool HandledIt(const Complaint::State& state, const runtime::Acting& acting) {
  return state.handlers.contains(acting.as.body) || state.handlers.contains(acting.subject);
}

// What the mode of closing asks for.
Objection ModeFits(const Complaint::State& state, v1::CloseMode mode,
                   const runtime::Context& context) {
  const bool importer = rules::Is(context, ROLE_IMPORTER);
  if (mode == v1::CLOSE_MODE_FINAL_REVIEW) {
    // A person's decision on a disputed answer; the clock reviews nothing.
    if (rules::Is(context, ROLE_TIMER)) return Refuse(ERROR_REASON_PERMISSION_DENIED);
    const bool disputed = state.confirmation == v1::CONFIRMATION_DISPUTED;
    if (!disputed && !importer) return Refuse(ERROR_REASON_STATE_FORBIDS);
    return {};
  }
  if (state.confirmation == v1::CONFIRMATION_DISPUTED) return Refuse(ERROR_REASON_ANSWER_DISPUTED);
  const bool confirmed = state.confirmation == v1::CONFIRMATION_CONFIRMED;
  if (mode == v1::CLOSE_MODE_CONFIRMED) {
    if (!confirmed) return Refuse(ERROR_REASON_ANSWER_NOT_CONFIRMED);
    return {};
  }
  if (confirmed) return Refuse(ERROR_REASON_STATE_FORBIDS);
  // Old records say when they were closed, not how long anyone was silent.
  if (!importer && context.now <= state.silence_until) {
    return Refuse(ERROR_REASON_SILENCE_TOO_SHORT,
                  {{"closes_at", rules::Show(state.silence_until)}});
  }
  return {};
}

v1::Confirmation Said(const Complaint::State& state) {
  const bool silent = state.confirmation == v1::CONFIRMATION_UNSPECIFIED;
  return silent ? v1::CONFIRMATION_NO_REPLY : state.confirmation;
}

}  // namespace

Complaint::Decision Complaint::Decide(const State& state, const v1::CloseComplaintRequest& request,
                                      const Context& context) {
  if (state.phase == STATE_CLOSED && state.close_mode == request.mode()) return rules::AlreadySo();
  if (auto no = rules::MustBeAnswered(state)) return *no;
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  if (HandledIt(state, context.acting)) return Refuse(ERROR_REASON_HANDLER_MAY_NOT_CLOSE);
  if (auto no = ModeFits(state, request.mode(), context)) return *no;
  if (auto no = rules::MustFollowFiling(state, request, context)) return *no;
  const policy::v1::SlaPolicy& policy = rules::Pinned(state, context);
  Event event;
  v1::ComplaintClosed& closed = *event.mutable_closed();
  closed.set_mode(request.mode());
  closed.set_outcome(state.outcome);
  closed.set_confirmation(Said(state));
  if (request.mode() != v1::CLOSE_MODE_FINAL_REVIEW) {
    *closed.mutable_appeal_until() = rules::Due(context, policy.appeal());
  }
  return rules::Record(std::move(event), {policy.name()});
}

namespace {

// After a disputed answer anyone entitled; after closing a person, for some days, unless it is
// final.
Objection MayReopen(const Complaint::State& state, const runtime::Context& context) {
  switch (state.phase) {
    case STATE_UNSPECIFIED:
      return Refuse(ERROR_REASON_COMPLAINT_NOT_FOUND);
    case STATE_WITHDRAWN:
    case STATE_NOT_ACCEPTED:
    case STATE_LINKED:
      return Refuse(ERROR_REASON_COMPLAINT_NOT_OPEN);
    case STATE_APPEALED:
      return Refuse(ERROR_REASON_STATE_FORBIDS);
    case STATE_ANSWERED:
      if (state.confirmation == v1::CONFIRMATION_DISPUTED) return {};
      return Refuse(ERROR_REASON_COMPLAINT_NOT_CLOSED);
    case STATE_CLOSED:
      break;
    default:
      return Refuse(ERROR_REASON_COMPLAINT_NOT_CLOSED);
  }
  if (rules::Is(context, ROLE_TIMER)) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  policy::v1::Period days;
  days.set_days(kReopenDays);
  const bool late = context.now > context.facts.policies->DueAfter(days, state.ended_at);
  const bool final = state.final || state.close_mode == v1::CLOSE_MODE_FINAL_REVIEW;
  if (final || late) return Refuse(ERROR_REASON_APPEAL_NOT_POSSIBLE);
  return {};
}

}  // namespace

Complaint::Needs Complaint::NeedsOf(const State&, const v1::ReopenComplaintRequest&) {
  return rules::LevelBodies();
}

Complaint::Decision Complaint::Decide(const State& state, const v1::ReopenComplaintRequest& request,
                                      const Context& context) {
  if (state.phase == STATE_REOPENED) return rules::AlreadySo();
  if (auto no = MayReopen(state, context)) return *no;
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  return rules::Record(rules::Reopened(state, context, request.reason()),
                       {rules::Pinned(state, context).name()});
}

Complaint::Needs Complaint::NeedsOf(const State&, const v1::AppealComplaintRequest& request) {
  return rules::SubjectOf(request.grounds());
}

// A complaint that was turned away can be appealed for as long as a closed one (metric M31 counts
// the refusals that are reversed).
Complaint::Decision Complaint::Decide(const State& state, const v1::AppealComplaintRequest& request,
                                      const Context& context) {
  if (state.phase == STATE_UNSPECIFIED) return Refuse(ERROR_REASON_COMPLAINT_NOT_FOUND);
  if (state.phase == STATE_APPEALED) return rules::AlreadySo();
  const bool refused = state.phase == STATE_NOT_ACCEPTED;
  if (state.phase != STATE_CLOSED && !refused) return Refuse(ERROR_REASON_COMPLAINT_NOT_CLOSED);
  if (auto no = rules::MustBeComplainant(state, context)) return *no;
  const policy::v1::SlaPolicy& policy = rules::Pinned(state, context);
  const absl::Time until = refused
                               ? context.facts.policies->DueAfter(policy.appeal(), state.ended_at)
                               : state.appeal_until;
  if (state.final || context.now > until) return Refuse(ERROR_REASON_APPEAL_NOT_POSSIBLE);
  if (auto no = rules::MustKnowSubject(request.grounds(), context.facts)) return *no;
  Event event;
  *event.mutable_appealed()->mutable_grounds() = rules::Owned(request.grounds(), state.complainant);
  return rules::Record(std::move(event), {policy.name()});
}

Complaint::Needs Complaint::NeedsOf(const State&, const v1::RuleAppealRequest&) {
  return rules::LevelBodies();
}

Complaint::Decision Complaint::Decide(const State& state, const v1::RuleAppealRequest& request,
                                      const Context& context) {
  if (state.phase == STATE_UNSPECIFIED) return Refuse(ERROR_REASON_COMPLAINT_NOT_FOUND);
  if (state.phase != STATE_APPEALED) return Refuse(ERROR_REASON_APPEAL_NOT_PENDING);
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  const std::string& body = context.acting.as.body;
  const bool closed_it = !body.empty() && body == state.closed_by;
  if (closed_it || HandledIt(state, context.acting)) {
    return Refuse(ERROR_REASON_RULER_HANDLED_IT);
  }
  // The committee does not review what was dealt with above it.
  if (rules::Is(context, ROLE_RESIDENTS_COMMITTEE) && state.level > v1::LEVEL_COMMUNITY) {
    return Refuse(ERROR_REASON_PERMISSION_DENIED);
  }
  runtime::Decided<Event> decided;
  Event event;
  v1::ComplaintAppealRuled& ruled = *event.mutable_appeal_ruled();
  ruled.set_upheld(request.upheld());
  ruled.set_ruler(context.acting.subject);
  ruled.set_reason(request.reason());
  decided.events.push_back(std::move(event));
  if (request.upheld()) {
    decided.events.push_back(rules::Reopened(state, context, request.reason()));
    decided.policy_refs.push_back(rules::Pinned(state, context).name());
  }
  return decided;
}

Complaint::Decision Complaint::Decide(const State& state,
                                      const v1::ProposeScoreExclusionRequest& request,
                                      const Context& context) {
  if (state.phase == STATE_UNSPECIFIED) return Refuse(ERROR_REASON_COMPLAINT_NOT_FOUND);
  if (state.exclusion != State::Exclusion::kNone) return Refuse(ERROR_REASON_EXCLUSION_EXISTS);
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  Event event;
  v1::ComplaintScoreExclusionProposed& proposed = *event.mutable_score_exclusion_proposed();
  proposed.set_reason(request.reason());
  proposed.set_evidence(request.evidence());
  proposed.set_body(context.acting.as.body);
  return rules::Record(std::move(event));
}

Complaint::Decision Complaint::Decide(const State& state,
                                      const v1::RuleScoreExclusionRequest& request,
                                      const Context& context) {
  if (state.phase == STATE_UNSPECIFIED) return Refuse(ERROR_REASON_COMPLAINT_NOT_FOUND);
  if (state.exclusion != State::Exclusion::kProposed) {
    return Refuse(ERROR_REASON_EXCLUSION_NOT_PROPOSED);
  }
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  const std::string& body = context.acting.as.body;
  if (body == state.exclusion_body) {
    return Refuse(ERROR_REASON_SECOND_BODY_REQUIRED, {{"body", body}});
  }
  Event event;
  if (request.approved()) {
    event.mutable_score_exclusion_approved()->set_approver_body(body);
    event.mutable_score_exclusion_approved()->set_reason(request.reason());
  } else {
    event.mutable_score_exclusion_rejected()->set_approver_body(body);
    event.mutable_score_exclusion_rejected()->set_reason(request.reason());
  }
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::complaint
