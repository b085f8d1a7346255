#include "services/complaint/complaint.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/complaint/rules.h"

namespace sanzhang::complaint {

using enum v1::State;

bool Where::operator==(const Where& other) const {
  const auto parts = [](const type::v1::Place& p) {
    return std::tie(p.property_area(), p.grid(), p.building(), p.entrance(), p.dwelling());
  };
  return parts(place) == parts(other.place);
}

bool Complaint::IsOpen(const State& state) {
  switch (state.phase) {
    case STATE_UNSPECIFIED:
    case STATE_NOT_ACCEPTED:
    case STATE_LINKED:
    case STATE_CLOSED:
    case STATE_APPEALED:
    case STATE_WITHDRAWN:
      return false;
    default:
      return true;
  }
}

std::string Complaint::NewName(const v1::FileComplaintRequest& request, std::string_view fresh_id) {
  const std::string& id = request.complaint_id();
  return wire::Child(request.parent(), "complaints", id.empty() ? fresh_id : std::string_view(id));
}

namespace {

bool Covers(const type::v1::Place& scope, const type::v1::Place& place) {
  const auto covers = [](const std::string& part, const std::string& of) {
    return part.empty() || part == of;
  };
  return covers(scope.property_area(), place.property_area()) &&
         covers(scope.grid(), place.grid()) && covers(scope.building(), place.building()) &&
         covers(scope.entrance(), place.entrance()) && covers(scope.dwelling(), place.dwelling());
}

// Notes that a body and the one who acts for it took part in handling.
void Handles(Complaint::State& state, const std::string& body, const runtime::Happened& happened) {
  if (!body.empty()) state.handlers.insert(body);
  if (happened.actor.kind() == log::v1::Actor::KIND_PERSON) {
    state.handlers.insert(happened.actor.subject());
  }
}

// A pause that was asked for lapses with the assignment that it was asked under.
void ForgetRequest(Complaint::State& state) {
  state.asked_reason = v1::SUSPENSION_REASON_UNSPECIFIED;
  state.asked_until = absl::InfinitePast();
  state.asked_by.clear();
}

absl::Time TimeOr(bool set, const google::protobuf::Timestamp& stamp) {
  return set ? wire::ToTime(stamp) : absl::InfinitePast();
}

void StartClocks(Complaint::State& state, absl::Time ack_due, absl::Time answer_due) {
  state.ack_due = ack_due;
  state.answer_due = answer_due;
  state.answer_due_first = answer_due;
  state.extensions = 0;
}

void StopClocks(Complaint::State& state) {
  state.intake_due = absl::InfinitePast();
  state.ack_due = absl::InfinitePast();
  state.answer_due = absl::InfinitePast();
  ForgetRequest(state);
}

void Redact(Complaint::State& state, std::int32_t start, std::int32_t end) {
  auto& spans = state.redacted;  // Kept disjoint and apart.
  auto at = spans.upper_bound(start);
  if (at != spans.begin() && std::prev(at)->second >= start) --at;
  while (at != spans.end() && at->first <= end) {
    start = std::min(start, at->first);
    end = std::max(end, at->second);
    at = spans.erase(at);
  }
  spans[start] = end;
}

using State = Complaint::State;
using runtime::Happened;

// What each fact makes true.
void On(State& s, const v1::ComplaintFiled& e, const Happened& happened) {
  s.phase = STATE_FILED;
  s.filed_at = happened.at;
  s.complainant = e.complainant();
  s.about_body = e.about_body();
  s.category = e.category();
  s.urgency = e.urgency();
  s.visibility = e.visibility();
  s.where.place = e.place();
  s.text_length = e.text_code_points();
  s.first_receiver = e.first_receiver();
  s.responsible_body = e.first_receiver();
  s.sla_policy = e.sla_policy();
  s.intake_due = TimeOr(e.has_intake_due(), e.intake_due());
}

void On(State& s, const v1::ComplaintAccepted& e, const Happened&) {
  s.phase = STATE_ACCEPTED;
  s.level = e.level();
  s.responsible_body = e.responsible_body();
  s.sla_policy = e.sla_policy();
  s.intake_due = absl::InfinitePast();
  StartClocks(s, TimeOr(e.has_ack_due(), e.ack_due()), TimeOr(e.has_answer_due(), e.answer_due()));
}

void On(State& s, const v1::ComplaintNotAccepted& e, const Happened& happened) {
  s.phase = STATE_NOT_ACCEPTED;
  s.refused_for = e.reason();
  s.ended_at = happened.at;
  Handles(s, e.body(), happened);
  StopClocks(s);
}

void On(State& s, const v1::ComplaintLinked& e, const Happened&) {
  s.phase = STATE_LINKED;
  s.main = e.main();
  StopClocks(s);
}

void On(State& s, const v1::ComplaintSupported& e, const Happened&) {
  s.supporters.insert(e.supporter());
}

void On(State& s, const v1::ComplaintAssigned& e, const Happened&) {
  s.phase = STATE_ASSIGNED;
  s.responsible_body = e.assignee_body();
  s.assignee_membership = e.assignee_membership();
  s.hop = e.hop();
  ForgetRequest(s);
}

void On(State& s, const v1::DispatchDisputed&, const Happened&) {
  s.phase = STATE_DISPATCH_DISPUTED;
  ForgetRequest(s);
}

void On(State& s, const v1::DispatchDisputeRuled& e, const Happened&) {
  s.phase = STATE_ASSIGNED;
  s.hop = e.hop();
  if (!e.upheld()) return;
  s.responsible_body = e.new_body();
  s.assignee_membership.clear();
}

void On(State& s, const v1::ComplaintAcknowledged& e, const Happened& happened) {
  s.phase = STATE_ACKNOWLEDGED;
  s.ack_due = absl::InfinitePast();
  Handles(s, e.body(), happened);
}

void On(State& s, const v1::ComplaintProgressNoted&, const Happened& happened) {
  if (s.phase == STATE_ACKNOWLEDGED) s.phase = STATE_IN_PROGRESS;
  Handles(s, happened.actor.body(), happened);
}

void On(State& s, const v1::ComplaintSuspensionRequested& e, const Happened&) {
  s.asked_reason = e.reason();
  s.asked_until = wire::ToTime(e.until());
  s.asked_by = e.requested_by();
}

void On(State& s, const v1::ComplaintSuspensionRefused&, const Happened&) { ForgetRequest(s); }

void On(State& s, const v1::ComplaintSuspended& e, const Happened& happened) {
  s.resumes_to = s.phase;
  s.phase = STATE_SUSPENDED;
  s.paused_at = happened.at;
  s.paused_until = wire::ToTime(e.until());
  ForgetRequest(s);
}

void On(State& s, const v1::ComplaintResumed& e, const Happened&) {
  s.phase = s.resumes_to;
  s.resumes_to = STATE_UNSPECIFIED;
  s.ack_due = TimeOr(e.has_ack_due(), e.ack_due());
  if (e.has_answer_due()) {
    const absl::Time answer_due = wire::ToTime(e.answer_due());
    s.answer_due_first += answer_due - s.answer_due;
    s.answer_due = answer_due;
  }
  s.paused_at = absl::InfinitePast();
  s.paused_until = absl::InfinitePast();
}

void On(State& s, const v1::ComplaintDeadlineExtended& e, const Happened&) {
  s.answer_due = wire::ToTime(e.answer_due());
  s.extensions = e.extension();
}

void On(State& s, const v1::ComplaintEscalated& e, const Happened&) {
  s.level = e.to();
  if (s.responsible_body == e.responsible_body()) return;
  s.responsible_body = e.responsible_body();
  s.assignee_membership.clear();
  ForgetRequest(s);
}

void On(State& s, const v1::DepartmentsWhistled& e, const Happened&) {
  for (const std::string& department : e.departments()) s.whistled[department] = false;
}

void On(State& s, const v1::DepartmentReportedIn& e, const Happened& happened) {
  s.whistled[e.department()] = true;
  Handles(s, e.department(), happened);
}

void On(State& s, const v1::ComplaintAnswered& e, const Happened& happened) {
  s.phase = STATE_ANSWERED;
  s.outcome = e.outcome();
  s.confirmation = v1::CONFIRMATION_UNSPECIFIED;
  s.silence_until = TimeOr(e.has_silence_until(), e.silence_until());
  Handles(s, e.body(), happened);
  StopClocks(s);
}

void On(State& s, const v1::ComplaintConfirmed& e, const Happened&) {
  s.confirmation = v1::CONFIRMATION_CONFIRMED;
  if (e.outcome() != v1::OUTCOME_UNSPECIFIED) s.outcome = e.outcome();
}

void On(State& s, const v1::ComplaintDisputed&, const Happened&) {
  s.confirmation = v1::CONFIRMATION_DISPUTED;
}

void On(State& s, const v1::ComplaintReopened& e, const Happened&) {
  s.phase = STATE_REOPENED;
  s.responsible_body = e.responsible_body();
  s.assignee_membership.clear();
  s.reopenings = e.reopening();
  s.outcome = v1::OUTCOME_UNSPECIFIED;
  s.confirmation = v1::CONFIRMATION_UNSPECIFIED;
  s.close_mode = v1::CLOSE_MODE_UNSPECIFIED;
  s.silence_until = absl::InfinitePast();
  s.appeal_until = absl::InfinitePast();
  s.closed_by.clear();
  s.ended_at = absl::InfinitePast();
  // One that was turned away at first has not been given a level.
  if (s.level == v1::LEVEL_UNSPECIFIED) s.level = v1::LEVEL_COMMUNITY;
  StartClocks(s, TimeOr(e.has_ack_due(), e.ack_due()), TimeOr(e.has_answer_due(), e.answer_due()));
}

void On(State& s, const v1::ComplaintClosed& e, const Happened& happened) {
  s.phase = STATE_CLOSED;
  s.close_mode = e.mode();
  s.outcome = e.outcome();
  s.confirmation = e.confirmation();
  s.ended_at = happened.at;
  s.appeal_until = TimeOr(e.has_appeal_until(), e.appeal_until());
  s.closed_by = happened.actor.body();
}

void On(State& s, const v1::ComplaintWithdrawn&, const Happened& happened) {
  s.phase = STATE_WITHDRAWN;
  s.ended_at = happened.at;
  StopClocks(s);
}

void On(State& s, const v1::ComplaintAppealed&, const Happened&) {
  s.appealed_from = s.phase;
  s.phase = STATE_APPEALED;
}

void On(State& s, const v1::ComplaintAppealRuled& e, const Happened&) {
  s.phase = s.appealed_from;  // If upheld, the reopening comes in the same append.
  s.appealed_from = STATE_UNSPECIFIED;
  s.final = !e.upheld();
}

void On(State& s, const v1::ComplaintDeadlineBreached& e, const Happened&) {
  s.breached[e.clock()] = wire::ToTime(e.due());
}

void On(State&, const v1::ComplainantCalledBack&, const Happened&) {}

void On(State& s, const v1::ComplaintTextRedacted& e, const Happened&) {
  for (const v1::TextSpan& span : e.spans()) Redact(s, span.start(), span.start() + span.length());
}

void On(State& s, const v1::ComplaintScoreExclusionProposed& e, const Happened&) {
  s.exclusion = State::Exclusion::kProposed;
  s.exclusion_body = e.body();
}

void On(State& s, const v1::ComplaintScoreExclusionApproved&, const Happened&) {
  s.exclusion = State::Exclusion::kRuled;
}

void On(State& s, const v1::ComplaintScoreExclusionRejected&, const Happened&) {
  s.exclusion = State::Exclusion::kRuled;
}

}  // namespace

void Complaint::Evolve(State& state, const Event& event, const Happened& happened) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kFiled:
      return On(state, event.filed(), happened);
    case Event::kAccepted:
      return On(state, event.accepted(), happened);
    case Event::kNotAccepted:
      return On(state, event.not_accepted(), happened);
    case Event::kLinked:
      return On(state, event.linked(), happened);
    case Event::kSupported:
      return On(state, event.supported(), happened);
    case Event::kAssigned:
      return On(state, event.assigned(), happened);
    case Event::kDispatchDisputed:
      return On(state, event.dispatch_disputed(), happened);
    case Event::kDispatchDisputeRuled:
      return On(state, event.dispatch_dispute_ruled(), happened);
    case Event::kAcknowledged:
      return On(state, event.acknowledged(), happened);
    case Event::kProgressNoted:
      return On(state, event.progress_noted(), happened);
    case Event::kSuspensionRequested:
      return On(state, event.suspension_requested(), happened);
    case Event::kSuspensionRefused:
      return On(state, event.suspension_refused(), happened);
    case Event::kSuspended:
      return On(state, event.suspended(), happened);
    case Event::kResumed:
      return On(state, event.resumed(), happened);
    case Event::kDeadlineExtended:
      return On(state, event.deadline_extended(), happened);
    case Event::kEscalated:
      return On(state, event.escalated(), happened);
    case Event::kDepartmentsWhistled:
      return On(state, event.departments_whistled(), happened);
    case Event::kDepartmentReportedIn:
      return On(state, event.department_reported_in(), happened);
    case Event::kAnswered:
      return On(state, event.answered(), happened);
    case Event::kConfirmed:
      return On(state, event.confirmed(), happened);
    case Event::kDisputed:
      return On(state, event.disputed(), happened);
    case Event::kReopened:
      return On(state, event.reopened(), happened);
    case Event::kClosed:
      return On(state, event.closed(), happened);
    case Event::kWithdrawn:
      return On(state, event.withdrawn(), happened);
    case Event::kAppealed:
      return On(state, event.appealed(), happened);
    case Event::kAppealRuled:
      return On(state, event.appeal_ruled(), happened);
    case Event::kDeadlineBreached:
      return On(state, event.deadline_breached(), happened);
    case Event::kComplainantCalledBack:
      return On(state, event.complainant_called_back(), happened);
    case Event::kTextRedacted:
      return On(state, event.text_redacted(), happened);
    case Event::kScoreExclusionProposed:
      return On(state, event.score_exclusion_proposed(), happened);
    case Event::kScoreExclusionApproved:
      return On(state, event.score_exclusion_approved(), happened);
    case Event::kScoreExclusionRejected:
      return On(state, event.score_exclusion_rejected(), happened);
    case Event::KIND_NOT_SET:
      return;  // Refused by the loader.
  }
}

bool Complaint::Related(const State& state, type::v1::Relation relation,
                        const runtime::Standing& standing, std::string_view subject) {
  switch (relation) {
    case type::v1::RELATION_COMPLAINANT:
      return !state.complainant.empty() && state.complainant == subject;
    case type::v1::RELATION_ASSIGNEE: {
      if (standing.body.empty() || standing.body != state.responsible_body) return false;
      const v1::Level chief = rules::ChiefLevel(standing.role);
      if (chief == v1::LEVEL_UNSPECIFIED) return true;
      return state.level <= chief && Covers(standing.covers, state.where.place);
    }
    case type::v1::RELATION_WHISTLED:
      return !standing.body.empty() && state.whistled.contains(standing.body);
    default:
      return false;
  }
}

}  // namespace sanzhang::complaint
