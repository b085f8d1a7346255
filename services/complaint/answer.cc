// The work between the one who handles it and the one who complained.
#include <string>
#include <utility>

#include "proto/wire/time.h"
#include "services/complaint/complaint.h"
#include "services/complaint/rules.h"

namespace sanzhang::complaint {

using enum type::v1::ErrorReason;
using enum type::v1::Role;
using enum v1::State;
using rules::Objection;
using rules::Refuse;

Complaint::Decision Complaint::Decide(const State& state,
                                      const v1::AcknowledgeComplaintRequest& request,
                                      const Context& context) {
  if (state.phase == STATE_ACKNOWLEDGED || state.phase == STATE_IN_PROGRESS) {
    return rules::AlreadySo();
  }
  if (auto no = rules::MustBe({STATE_ASSIGNED}, state.phase)) return *no;
  if (auto no = rules::MustFollowFiling(state, request, context)) return *no;
  const absl::Time contacted =
      request.has_contacted_at() ? wire::ToTime(request.contacted_at()) : context.now;
  if (contacted > context.now || (request.has_contacted_at() && contacted < state.filed_at)) {
    return Refuse(ERROR_REASON_OCCURRED_AT_INVALID);
  }
  Event event;
  v1::ComplaintAcknowledged& acknowledged = *event.mutable_acknowledged();
  *acknowledged.mutable_contacted_at() = wire::ToStamp(contacted);
  acknowledged.set_method(request.method());
  acknowledged.set_body(state.responsible_body);
  return rules::Record(std::move(event));
}

Complaint::Needs Complaint::NeedsOf(const State&, const v1::NoteProgressRequest& request) {
  return rules::SubjectOf(request.note());
}

Complaint::Decision Complaint::Decide(const State& state, const v1::NoteProgressRequest& request,
                                      const Context& context) {
  // A department that was called in works beside the assignee, whatever the assignee's state.
  const bool called =
      Related(state, type::v1::RELATION_WHISTLED, context.acting.as, context.acting.subject);
  const Objection no =
      called
          ? rules::MustBe({STATE_ACCEPTED, STATE_REOPENED, STATE_ASSIGNED, STATE_DISPATCH_DISPUTED,
                           STATE_ACKNOWLEDGED, STATE_IN_PROGRESS, STATE_SUSPENDED},
                          state.phase)
          : rules::MustBe({STATE_ACKNOWLEDGED, STATE_IN_PROGRESS, STATE_SUSPENDED}, state.phase);
  if (no) return *no;
  if (auto unknown = rules::MustKnowSubject(request.note(), context.facts)) return *unknown;
  Event event;
  v1::ComplaintProgressNoted& noted = *event.mutable_progress_noted();
  *noted.mutable_note() = rules::Owned(request.note(), state.complainant);
  const bool shown = request.visible_to() != v1::NOTE_VISIBILITY_UNSPECIFIED;
  noted.set_visible_to(shown ? request.visible_to() : v1::NOTE_VISIBILITY_HANDLERS);
  return rules::Record(std::move(event));
}

Complaint::Needs Complaint::NeedsOf(const State&, const v1::AnswerComplaintRequest& request) {
  return rules::SubjectOf(request.explanation());
}

Complaint::Decision Complaint::Decide(const State& state, const v1::AnswerComplaintRequest& request,
                                      const Context& context) {
  if (auto no = rules::MustBe({STATE_ACKNOWLEDGED, STATE_IN_PROGRESS}, state.phase)) return *no;
  if (auto no = rules::MustKnowSubject(request.explanation(), context.facts)) return *no;
  if (auto no = rules::AttachmentsWhole(request.attachments())) return *no;
  if (auto no = rules::MustFollowFiling(state, request, context)) return *no;
  const policy::v1::SlaPolicy& policy = rules::Pinned(state, context);
  Event event;
  v1::ComplaintAnswered& answered = *event.mutable_answered();
  answered.set_outcome(request.outcome());
  *answered.mutable_explanation() = rules::Owned(request.explanation(), state.complainant);
  *answered.mutable_attachments() = request.attachments();
  *answered.mutable_work_orders() = request.work_orders();
  answered.set_body(state.responsible_body);
  *answered.mutable_silence_until() = rules::Due(context, policy.silence());
  return rules::Record(std::move(event), {policy.name()});
}

namespace {

// A linked complaint is answered when its main one is; its own complainant speaks for it.
Objection MayReply(const Complaint::State& state, const runtime::Context& context) {
  if (state.phase == STATE_LINKED) {
    if (auto no = rules::MustBeComplainant(state, context)) return no;
    const auto* main = context.facts.Peer<Complaint::State>(state.main);
    const bool answered =
        main != nullptr && (main->phase == STATE_ANSWERED || main->phase == STATE_CLOSED);
    if (answered) return {};
    return Refuse(ERROR_REASON_COMPLAINT_NOT_ANSWERED);
  }
  if (auto no = rules::MustBeAnswered(state)) return no;
  return rules::MustBeComplainant(state, context);
}

template <class Request>
runtime::Needs ForReply(const Complaint::State& state, const Request& request) {
  runtime::Needs needs = rules::SubjectOf(request.comment());
  if (state.phase == STATE_LINKED) needs.peers.push_back(state.main);
  return needs;
}

// Scores and comment, which agreeing and disagreeing share.
template <class Request, class Fact>
void CopyReply(const Request& request, const Complaint::State& state, Fact& fact) {
  fact.set_response_score(request.response_score());
  fact.set_result_score(request.result_score());
  fact.set_attitude_score(request.attitude_score());
  if (request.has_comment()) {
    *fact.mutable_comment() = rules::Owned(request.comment(), state.complainant);
  }
}

}  // namespace

Complaint::Needs Complaint::NeedsOf(const State& state,
                                    const v1::ConfirmComplaintRequest& request) {
  return ForReply(state, request);
}

Complaint::Decision Complaint::Decide(const State& state,
                                      const v1::ConfirmComplaintRequest& request,
                                      const Context& context) {
  if (auto no = MayReply(state, context)) return *no;
  if (state.confirmation == v1::CONFIRMATION_DISPUTED) return Refuse(ERROR_REASON_ANSWER_DISPUTED);
  if (state.confirmation == v1::CONFIRMATION_CONFIRMED) return rules::AlreadySo();
  if (auto no = rules::MustKnowSubject(request.comment(), context.facts)) return *no;
  Event event;
  CopyReply(request, state, *event.mutable_confirmed());
  event.mutable_confirmed()->set_outcome(request.outcome());
  return rules::Record(std::move(event));
}

Complaint::Needs Complaint::NeedsOf(const State& state, const v1::DisputeAnswerRequest& request) {
  return ForReply(state, request);
}

Complaint::Decision Complaint::Decide(const State& state, const v1::DisputeAnswerRequest& request,
                                      const Context& context) {
  if (auto no = MayReply(state, context)) return *no;
  if (state.confirmation == v1::CONFIRMATION_DISPUTED) return rules::AlreadySo();
  if (auto no = rules::MustKnowSubject(request.comment(), context.facts)) return *no;
  Event event;
  CopyReply(request, state, *event.mutable_disputed());
  return rules::Record(std::move(event));
}

Complaint::Decision Complaint::Decide(const State& state,
                                      const v1::WithdrawComplaintRequest& request,
                                      const Context& context) {
  if (state.phase == STATE_UNSPECIFIED) return Refuse(ERROR_REASON_COMPLAINT_NOT_FOUND);
  if (state.phase == STATE_WITHDRAWN) return rules::AlreadySo();
  const bool open = IsOpen(state) || state.phase == STATE_LINKED;
  if (!open) return Refuse(ERROR_REASON_COMPLAINT_NOT_OPEN);
  if (auto no = rules::MustBeComplainant(state, context)) return *no;
  Event event;
  event.mutable_withdrawn()->set_reason(request.reason());
  return rules::Record(std::move(event));
}

namespace {

// Calls back come after the time limit (Beijing 接诉即办 Regulations Art. 23): once there is an
// answer, or it is overdue.
Objection MayCallBack(const Complaint::State& state, const runtime::Context& context) {
  switch (state.phase) {
    case STATE_UNSPECIFIED:
      return Refuse(ERROR_REASON_COMPLAINT_NOT_FOUND);
    case STATE_WITHDRAWN:
    case STATE_NOT_ACCEPTED:
    case STATE_LINKED:
      return Refuse(ERROR_REASON_COMPLAINT_NOT_OPEN);
    case STATE_FILED:
      return Refuse(ERROR_REASON_STATE_FORBIDS);
    case STATE_ANSWERED:
    case STATE_CLOSED:
    case STATE_APPEALED:
      return {};
    case STATE_SUSPENDED:
      return Refuse(ERROR_REASON_COMPLAINT_SUSPENDED);
    default:
      if (context.now > state.answer_due) return {};
      return Refuse(ERROR_REASON_CLOCK_NOT_DUE, {{"due", rules::Show(state.answer_due)}});
  }
}

}  // namespace

Complaint::Decision Complaint::Decide(const State& state,
                                      const v1::CallBackComplainantRequest& request,
                                      const Context& context) {
  if (auto no = MayCallBack(state, context)) return *no;
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  // Who was not reached has said nothing.
  if (!request.reached() && (request.score() != 0 || request.solved())) {
    return rules::BadField("reached");
  }
  Event event;
  v1::ComplainantCalledBack& called = *event.mutable_complainant_called_back();
  called.set_reached(request.reached());
  called.set_score(request.score());
  called.set_solved(request.solved());
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::complaint
