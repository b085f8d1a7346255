#include "services/rating/notes.h"

#include <utility>

#include "proto/wire/time.h"
#include "services/rating/rules.h"

namespace sanzhang::rating {

using enum type::v1::ErrorReason;

namespace {

constexpr std::size_t kSha256Bytes = 32;

}  // namespace

std::string Assessment::NewName(const v1::RecordAssessmentRequest& request,
                                std::string_view fresh_id) {
  return NameFor(request.parent(), "assessments", request.assessment_id(), fresh_id);
}

runtime::Needs Assessment::NeedsOf(const State&, const v1::RecordAssessmentRequest& request) {
  return {.bodies = {request.target()}};
}

type::v1::Place Assessment::PlaceOf(const State&, const v1::RecordAssessmentRequest& request,
                                    const runtime::Facts& facts) {
  return AreaOf(facts, request.target());
}

Assessment::Decision Assessment::Decide(const State& state,
                                        const v1::RecordAssessmentRequest& request,
                                        const runtime::Context& context) {
  if (state.recorded) return RefuseFor(ERROR_REASON_RESOURCE_ALREADY_EXISTS, context.name);
  if (auto no = NotOfRatedBody(context.acting, request.target())) return *no;
  if (auto no = RequireBody(context.facts, request.target())) return *no;
  if (request.report_sha256().size() != kSha256Bytes) return BadField("report_sha256");
  if (wire::ToTime(request.period_ends()) <= wire::ToTime(request.period_begins())) {
    return BadField("period_ends");
  }
  Event event;
  v1::AssessmentRecorded& recorded = *event.mutable_assessment_recorded();
  for (const v1::AssessedScoreInput& score : request.scores()) {
    if (score.points_milli() > score.points_milli_max()) return BadField("scores.points_milli");
    v1::AssessedScore& added = *recorded.add_scores();
    added.set_code(score.code());
    added.set_points_milli(score.points_milli());
    added.set_points_milli_max(score.points_milli_max());
  }
  recorded.set_target(request.target());
  recorded.set_assessor(request.assessor());
  recorded.set_report_sha256(request.report_sha256());
  *recorded.mutable_period_begins() = request.period_begins();
  *recorded.mutable_period_ends() = request.period_ends();
  recorded.set_body(context.acting.as.body);
  return Record(std::move(event));
}

void Assessment::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kAssessmentRecorded:
      state.recorded = true;
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

std::string CreditNote::NewName(const v1::RecordCreditRequest& request, std::string_view fresh_id) {
  return NameFor(request.parent(), "creditNotes", request.credit_note_id(), fresh_id);
}

runtime::Needs CreditNote::NeedsOf(const State&, const v1::RecordCreditRequest& request) {
  runtime::Needs needs = {.bodies = {request.target()}};
  if (!request.manager().empty()) needs.memberships = {request.manager()};
  return needs;
}

CreditNote::Decision CreditNote::Decide(const State& state, const v1::RecordCreditRequest& request,
                                        const runtime::Context& context) {
  if (state.noted) return RefuseFor(ERROR_REASON_RESOURCE_ALREADY_EXISTS, context.name);
  if (auto no = NotOfRatedBody(context.acting, request.target())) return *no;
  if (auto no = RequireBody(context.facts, request.target())) return *no;
  if (!request.manager().empty()) {
    // A seat that was given up since is still the one that it is about.
    const auto seat = context.facts.memberships.find(request.manager());
    if (seat == context.facts.memberships.end()) {
      return RefuseFor(ERROR_REASON_RESOURCE_NOT_FOUND, request.manager());
    }
    if (seat->second.body != request.target()) return BadField("manager");
  }
  Event event;
  v1::CreditRecordNoted& noted = *event.mutable_credit_record_noted();
  noted.set_target(request.target());
  noted.set_manager(request.manager());
  noted.set_points(request.points());
  noted.set_reason(request.reason());
  noted.set_authority_ref(request.authority_ref());
  return Record(std::move(event));
}

void CreditNote::Evolve(State& state, const Event& event, const runtime::Happened&) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kCreditRecordNoted:
      state.noted = true;
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Assessment, v1::RecordAssessmentRequest>);
static_assert(runtime::Decides<CreditNote, v1::RecordCreditRequest>);

}  // namespace sanzhang::rating
