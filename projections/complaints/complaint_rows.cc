#include "projections/complaints/complaint_rows.h"

#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "projections/complaints/complaint_schema.h"
#include "projections/engine/words.h"
#include "sanzhang/views/v1/complaint_view.pb.h"

namespace sanzhang::projections {
namespace {

namespace v1 = complaint::v1;

// Changes the complaint's row, whose last event this fact is from now on. `assignments` number
// their parameters from ?5 on.
absl::Status Change(const ComplaintFact& fact, Rows& rows, std::string_view assignments,
                    std::initializer_list<Value> values) {
  std::vector<Value> all = {fact.complaint(), static_cast<std::int64_t>(fact.record.revision()),
                            static_cast<std::int64_t>(fact.record.position()),
                            Blob{fact.record.event_id()}};
  all.insert(all.end(), values);
  const absl::string_view tail(assignments.data(), assignments.size());
  return Write(rows,
               absl::StrCat("UPDATE complaint SET revision = ?2, position = ?3, event_id = ?4",
                            tail.empty() ? "" : ", ", tail, " WHERE name = ?1"),
               all);
}

// Ends the present round. A pause that ran ends with it.
absl::Status End(const ComplaintFact& fact, Rows& rows, v1::State as) {
  return Change(fact, rows,
                "state = ?5, ended_as = ?5, ended_us = ?6, "
                "paused_ms = paused_ms + COALESCE((?6 - paused_us) / 1000, 0), "
                "paused_us = NULL, paused_until_us = NULL",
                {std::int64_t{as}, TimeValue(fact.at())});
}

std::string_view Spot(std::string_view community, const type::v1::Place& place) {
  for (const std::string* part :
       {&place.entrance(), &place.building(), &place.grid(), &place.property_area()}) {
    if (!part->empty()) return *part;
  }
  return community;
}

constexpr std::string_view kInsert =
    "INSERT INTO complaint (name, revision, position, event_id, community, property_area, grid, "
    "building, entrance, dwelling, spot, demand_type, category, sub_category, urgency, visibility, "
    "anonymity, external_ref, about_body, first_receiver, complainant, text, contact, state, "
    "responsible_body, filed_us, opened_us, intake_due_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
    "?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?20, ?25, ?25, "
    "?26)";

absl::Status OnFiled(const ComplaintFact& fact, const v1::ComplaintFiled& e,
                     ComplaintRows::Keeps keeps, Rows& rows) {
  const type::v1::Place& place = e.place();
  const std::string text = keeps.words ? PassageOf(fact.record, "text", e.text()) : "";
  const std::string contact = keeps.words ? PassageOf(fact.record, "contact", e.contact()) : "";
  const auto sealed = [&](const std::string& bytes) {
    return keeps.words ? Value(Blob{bytes}) : Value(Null{});
  };
  const std::string_view complainant =
      keeps.complainants ? std::string_view(e.complainant()) : std::string_view();
  return rows.Run(kInsert, {fact.complaint(),
                            static_cast<std::int64_t>(fact.record.revision()),
                            static_cast<std::int64_t>(fact.record.position()),
                            Blob{fact.record.event_id()},
                            fact.community(),
                            place.property_area(),
                            place.grid(),
                            place.building(),
                            place.entrance(),
                            place.dwelling(),
                            Spot(fact.community(), place),
                            std::int64_t{e.demand_type()},
                            std::int64_t{e.category()},
                            e.sub_category(),
                            std::int64_t{e.urgency()},
                            std::int64_t{e.visibility()},
                            std::int64_t{e.anonymity()},
                            e.external_ref(),
                            e.about_body(),
                            e.first_receiver(),
                            complainant,
                            sealed(text),
                            sealed(contact),
                            std::int64_t{v1::STATE_FILED},
                            TimeValue(fact.at()),
                            StampValue(e.intake_due(), e.has_intake_due())});
}

absl::Status OnAccepted(const ComplaintFact& fact, const v1::ComplaintAccepted& e, Rows& rows) {
  return Change(fact, rows,
                "state = ?5, level = ?6, responsible_body = ?7, intake_done_us = ?8, "
                "accepted_us = ?8, ack_due_us = ?9, answer_due_us = ?10, answer_due_first_us = ?10",
                {std::int64_t{v1::STATE_ACCEPTED}, std::int64_t{e.level()}, e.responsible_body(),
                 TimeValue(fact.at()), StampValue(e.ack_due(), e.has_ack_due()),
                 StampValue(e.answer_due(), e.has_answer_due())});
}

absl::Status OnNotAccepted(const ComplaintFact& fact, const v1::ComplaintNotAccepted& e,
                           Rows& rows) {
  return Change(fact, rows,
                "state = ?5, ended_as = ?5, ended_us = ?6, intake_done_us = ?6, refused_us = ?6, "
                "refusal_reason = ?7, redirected_to = ?8, refused_by = ?9",
                {std::int64_t{v1::STATE_NOT_ACCEPTED}, TimeValue(fact.at()),
                 std::int64_t{e.reason()}, e.redirected_to(), e.body()});
}

absl::Status OnLinked(const ComplaintFact& fact, const v1::ComplaintLinked& e, Rows& rows) {
  absl::Status status = End(fact, rows, v1::STATE_LINKED);
  if (!status.ok()) return status;
  status = rows.Run("UPDATE complaint SET main = ?2 WHERE name = ?1", {fact.complaint(), e.main()});
  if (!status.ok()) return status;
  return rows.Run("UPDATE complaint SET followers = followers + 1 WHERE name = ?1", {e.main()});
}

absl::Status OnRuled(const ComplaintFact& fact, const v1::DispatchDisputeRuled& e, Rows& rows) {
  const Value hop = std::int64_t{e.hop()};
  const Value state = std::int64_t{v1::STATE_ASSIGNED};
  if (!e.upheld()) return Change(fact, rows, "state = ?5, hops = ?6", {state, hop});
  return Change(fact, rows,
                "state = ?5, hops = ?6, responsible_body = ?7, assignee_membership = ''",
                {state, hop, e.new_body()});
}

absl::Status OnResumed(const ComplaintFact& fact, const v1::ComplaintResumed& e, Rows& rows) {
  // Extensions stay what they were: both answer deadlines move by the same time.
  return Change(fact, rows,
                "state = resumes_to, resumes_to = 0, paused_us = NULL, paused_until_us = NULL, "
                "paused_ms = paused_ms + ?5, ack_due_us = CASE WHEN acked_us IS NULL THEN "
                "COALESCE(?6, ack_due_us) ELSE ack_due_us END, "
                "answer_due_first_us = answer_due_first_us + COALESCE(?7 - answer_due_us, 0), "
                "answer_due_us = COALESCE(?7, answer_due_us)",
                {e.paused_ms(), StampValue(e.ack_due(), e.has_ack_due()),
                 StampValue(e.answer_due(), e.has_answer_due())});
}

absl::Status OnEscalated(const ComplaintFact& fact, const v1::ComplaintEscalated& e, Rows& rows) {
  return Change(fact, rows,
                "level = ?5, assignee_membership = CASE WHEN responsible_body = ?6 "
                "THEN assignee_membership ELSE '' END, responsible_body = ?6",
                {std::int64_t{e.to()}, e.responsible_body()});
}

absl::Status OnAnswered(const ComplaintFact& fact, const v1::ComplaintAnswered& e,
                        ComplaintRows::Keeps keeps, Rows& rows) {
  const std::string answer =
      keeps.words ? PassageOf(fact.record, "explanation", e.explanation()) : "";
  return Change(fact, rows,
                "state = ?5, outcome = ?6, confirmation = 0, answered_us = ?7, "
                "silence_until_us = ?8, answer = ?9",
                {std::int64_t{v1::STATE_ANSWERED}, std::int64_t{e.outcome()}, TimeValue(fact.at()),
                 StampValue(e.silence_until(), e.has_silence_until()),
                 keeps.words ? Value(Blob{answer}) : Value(Null{})});
}

// What a reply to an answer says, if it has a score.
template <class Reply>
absl::Status KeepScores(const ComplaintFact& fact, const Reply& e, Rows& rows) {
  if (e.result_score() == 0) return absl::OkStatus();
  return Change(fact, rows,
                "replied_us = ?5, response_score = ?6, result_score = ?7, attitude_score = ?8",
                {TimeValue(fact.at()), std::int64_t{e.response_score()},
                 std::int64_t{e.result_score()}, std::int64_t{e.attitude_score()}});
}

absl::Status OnConfirmed(const ComplaintFact& fact, const v1::ComplaintConfirmed& e, Rows& rows) {
  absl::Status status =
      Change(fact, rows, "confirmation = ?5, outcome = CASE WHEN ?6 = 0 THEN outcome ELSE ?6 END",
             {std::int64_t{v1::CONFIRMATION_CONFIRMED}, std::int64_t{e.outcome()}});
  return status.ok() ? KeepScores(fact, e, rows) : status;
}

absl::Status OnDisputed(const ComplaintFact& fact, const v1::ComplaintDisputed& e, Rows& rows) {
  absl::Status status =
      Change(fact, rows, "confirmation = ?5", {std::int64_t{v1::CONFIRMATION_DISPUTED}});
  return status.ok() ? KeepScores(fact, e, rows) : status;
}

constexpr std::string_view kKeepRound =
    "INSERT INTO past_round SELECT name, reopenings + 1, spot, category, responsible_body, hops, "
    "paused_ms, "
    "opened_us, ack_due_us, acked_us, answer_due_us, answer_due_first_us, answered_us, outcome, "
    "confirmation, replied_us, response_score, result_score, attitude_score, "
    "COALESCE(ended_us, ?2), CASE ended_as WHEN 0 THEN ?3 ELSE ended_as END, ?2 "
    "FROM complaint WHERE name = ?1";

absl::Status OnReopened(const ComplaintFact& fact, const v1::ComplaintReopened& e, Rows& rows) {
  const Value at = TimeValue(fact.at());
  const Value state = std::int64_t{v1::STATE_REOPENED};
  absl::Status status = rows.Run(kKeepRound, {fact.complaint(), at, state});
  if (!status.ok()) return status;
  return Change(
      fact, rows,
      "state = ?5, reopenings = ?6, opened_us = ?7, responsible_body = ?8, "
      "refusal_reversed = refusal_reversed OR ended_as = ?11, assignee_membership = '', ack_due_us "
      "= ?9, "
      "acked_us = NULL, answer_due_us = ?10, answer_due_first_us = ?10, extensions = 0, "
      "answered_us = NULL, silence_until_us = NULL, answer = NULL, outcome = 0, confirmation = 0, "
      "replied_us = NULL, response_score = 0, result_score = 0, attitude_score = 0, "
      "ended_us = NULL, ended_as = 0, appeal_until_us = NULL, "
      "level = CASE level WHEN 0 THEN ?12 ELSE level END",
      {state, std::int64_t{e.reopening()}, at, e.responsible_body(),
       StampValue(e.ack_due(), e.has_ack_due()), StampValue(e.answer_due(), e.has_answer_due()),
       std::int64_t{v1::STATE_NOT_ACCEPTED}, std::int64_t{v1::LEVEL_COMMUNITY}});
}

absl::Status OnClosed(const ComplaintFact& fact, const v1::ComplaintClosed& e, Rows& rows) {
  absl::Status status = End(fact, rows, v1::STATE_CLOSED);
  if (!status.ok()) return status;
  return rows.Run(
      "UPDATE complaint SET outcome = ?2, confirmation = ?3, appeal_until_us = ?4 WHERE name = ?1",
      {fact.complaint(), std::int64_t{e.outcome()}, std::int64_t{e.confirmation()},
       StampValue(e.appeal_until(), e.has_appeal_until())});
}

absl::Status OnAppealed(const ComplaintFact& fact, Rows& rows) {
  return Change(fact, rows,
                "appealed_from = state, refusal_appealed = refusal_appealed OR state = ?6, "
                "state = ?5",
                {std::int64_t{v1::STATE_APPEALED}, std::int64_t{v1::STATE_NOT_ACCEPTED}});
}

absl::Status OnAppealRuled(const ComplaintFact& fact, Rows& rows) {
  // Upheld: the reopening follows. Dismissed: final. Either way nobody appeals again.
  return Change(fact, rows, "state = appealed_from, appealed_from = 0, appeal_until_us = NULL", {});
}

absl::Status OnCalledBack(const ComplaintFact& fact, const v1::ComplainantCalledBack& e,
                          Rows& rows) {
  // The first reply with a score counts: nobody is asked until the answer suits.
  if (e.score() == 0) return Change(fact, rows, "", {});
  return Change(fact, rows,
                "result_score = CASE WHEN replied_us IS NULL THEN ?5 ELSE result_score END, "
                "replied_us = COALESCE(replied_us, ?6)",
                {std::int64_t{e.score()}, TimeValue(fact.at())});
}

absl::Status OnRedacted(const ComplaintFact& fact, const v1::ComplaintTextRedacted& e, Rows& rows) {
  v1::ComplaintTextRedacted spans;  // Without the reason: messages in a row are one with all spans.
  *spans.mutable_spans() = e.spans();
  const std::string bytes = spans.SerializeAsString();
  return Change(fact, rows, "redacted = CAST(redacted || ?5 AS BLOB)", {Blob{bytes}});
}

absl::Status OnExclusion(const ComplaintFact& fact, views::v1::ExclusionState state,
                         std::string_view approver, Rows& rows) {
  return Change(fact, rows, "exclusion = ?5, excluded_by = ?6", {std::int64_t{state}, approver});
}

}  // namespace

std::string_view ComplaintRows::schema() const { return kComplaintSchema; }

absl::Status ComplaintRows::Apply(const ComplaintFact& fact, Rows& rows) const {
  using Event = v1::ComplaintEvent;
  const Event& event = fact.event;
  const Value at = TimeValue(fact.at());
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kFiled:
      return OnFiled(fact, event.filed(), keeps_, rows);
    case Event::kAccepted:
      return OnAccepted(fact, event.accepted(), rows);
    case Event::kNotAccepted:
      return OnNotAccepted(fact, event.not_accepted(), rows);
    case Event::kLinked:
      return OnLinked(fact, event.linked(), rows);
    case Event::kSupported:
      return Change(fact, rows, "supporters = supporters + 1", {});
    case Event::kAssigned:
      return Change(fact, rows,
                    "state = ?5, responsible_body = ?6, assignee_membership = ?7, hops = ?8",
                    {std::int64_t{v1::STATE_ASSIGNED}, event.assigned().assignee_body(),
                     event.assigned().assignee_membership(), std::int64_t{event.assigned().hop()}});
    case Event::kDispatchDisputed:
      return Change(fact, rows, "state = ?5", {std::int64_t{v1::STATE_DISPATCH_DISPUTED}});
    case Event::kDispatchDisputeRuled:
      return OnRuled(fact, event.dispatch_dispute_ruled(), rows);
    case Event::kAcknowledged:
      return Change(fact, rows, "state = ?5, acked_us = COALESCE(acked_us, ?6)",
                    {std::int64_t{v1::STATE_ACKNOWLEDGED}, at});
    case Event::kProgressNoted:
      return Change(fact, rows, "state = CASE state WHEN ?5 THEN ?6 ELSE state END",
                    {std::int64_t{v1::STATE_ACKNOWLEDGED}, std::int64_t{v1::STATE_IN_PROGRESS}});
    case Event::kSuspended:
      return Change(fact, rows,
                    "resumes_to = state, state = ?5, paused_us = ?6, paused_until_us = ?7",
                    {std::int64_t{v1::STATE_SUSPENDED}, at,
                     StampValue(event.suspended().until(), event.suspended().has_until())});
    case Event::kResumed:
      return OnResumed(fact, event.resumed(), rows);
    case Event::kDeadlineExtended:
      return Change(fact, rows, "answer_due_us = ?5, extensions = ?6",
                    {TimeValue(wire::ToTime(event.deadline_extended().answer_due())),
                     std::int64_t{event.deadline_extended().extension()}});
    case Event::kEscalated:
      return OnEscalated(fact, event.escalated(), rows);
    case Event::kAnswered:
      return OnAnswered(fact, event.answered(), keeps_, rows);
    case Event::kConfirmed:
      return OnConfirmed(fact, event.confirmed(), rows);
    case Event::kDisputed:
      return OnDisputed(fact, event.disputed(), rows);
    case Event::kReopened:
      return OnReopened(fact, event.reopened(), rows);
    case Event::kClosed:
      return OnClosed(fact, event.closed(), rows);
    case Event::kWithdrawn:
      return End(fact, rows, v1::STATE_WITHDRAWN);
    case Event::kAppealed:
      return OnAppealed(fact, rows);
    case Event::kAppealRuled:
      return OnAppealRuled(fact, rows);
    case Event::kDeadlineBreached:
      return Change(fact, rows, "breaches = breaches + 1", {});
    case Event::kComplainantCalledBack:
      return OnCalledBack(fact, event.complainant_called_back(), rows);
    case Event::kTextRedacted:
      return OnRedacted(fact, event.text_redacted(), rows);
    case Event::kScoreExclusionProposed:
      return OnExclusion(fact, views::v1::EXCLUSION_STATE_PROPOSED, "", rows);
    case Event::kScoreExclusionApproved:
      return OnExclusion(fact, views::v1::EXCLUSION_STATE_APPROVED,
                         event.score_exclusion_approved().approver_body(), rows);
    case Event::kScoreExclusionRejected:
      return OnExclusion(fact, views::v1::EXCLUSION_STATE_REJECTED, "", rows);
    case Event::kSuspensionRequested:
    case Event::kSuspensionRefused:
    case Event::kDepartmentsWhistled:
    case Event::kDepartmentReportedIn:
      return Change(fact, rows, "", {});
    case Event::KIND_NOT_SET:
      break;
  }
  return absl::DataLossError(absl::StrCat("unknown fact ", fact.record.type()));
}

}  // namespace sanzhang::projections
