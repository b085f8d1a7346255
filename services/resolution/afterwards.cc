// What becomes of an outcome: published, filed, carried out, published again; taken to court.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/time/civil_time.h"
#include "proto/wire/time.h"
#include "proto/wire/zone.h"
#include "services/resolution/limits.h"
#include "services/resolution/resolution.h"
#include "services/resolution/rules.h"

namespace sanzhang::resolution {

using enum type::v1::ErrorReason;
using rules::Objection;
using rules::Refuse;

Resolution::Needs Resolution::NeedsOf(const State& state, const v1::PublishResultRequest&) {
  return rules::ConvenerNeeds(state);
}

Resolution::Decision Resolution::Decide(const State& state, const v1::PublishResultRequest& request,
                                        const Context& context) {
  if (state.phase == Phase::kPublished && state.notice == request.notice()) {
    return rules::AlreadySo();
  }
  if (auto no = rules::MustBe(state, Phase::kCertified, Phase::kCertified)) return *no;
  if (auto no = rules::MaySpeakForConvener(state, context)) return *no;
  Event event;
  event.mutable_published()->set_notice(request.notice());
  return rules::Record(std::move(event));
}

Resolution::Needs Resolution::NeedsOf(const State&, const v1::FileResolutionRequest& request) {
  return {.bodies = {request.authority()}};
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::FileResolutionRequest& request,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kCertified, Phase::kExecutionPublished)) return *no;
  if (!state.filed_with.empty()) {
    const bool same =
        state.filed_with == request.authority() && state.filing_receipt == request.receipt();
    if (same) return rules::AlreadySo();
    return Refuse(ERROR_REASON_RESOLUTION_FILED);
  }
  const bool decided = state.something_passed || state.outcome == v1::OUTCOME_ELECTED;
  if (!decided) return Refuse(ERROR_REASON_NOTHING_PASSED);
  if (auto no = rules::MustBeActive(request.authority(), context.facts)) return *no;
  Event event;
  event.mutable_filed()->set_authority(request.authority());
  event.mutable_filed()->set_receipt(request.receipt());
  return rules::Record(std::move(event));
}

Resolution::Needs Resolution::NeedsOf(const State& state, const v1::PlanExecutionRequest& request) {
  Needs needs = rules::ConvenerNeeds(state);
  needs.bodies.push_back(request.body());
  return needs;
}

// Planned again while it is carried out, it has another executor, or other steps.
Resolution::Decision Resolution::Decide(const State& state, const v1::PlanExecutionRequest& request,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kPublished, Phase::kInExecution)) return *no;
  if (auto no = rules::MaySpeakForConvener(state, context)) return *no;
  // Those elected are seated, not carried out.
  if (state.is_election() || !state.something_passed) return Refuse(ERROR_REASON_NOTHING_PASSED);
  if (!state.count_certified) return Refuse(ERROR_REASON_RESOLUTION_NOT_CERTIFIED);
  if (auto no = rules::MustBeActive(request.body(), context.facts)) return *no;
  if (wire::ToTime(request.due()) <= context.now) return rules::BadField("due");
  Event event;
  v1::ExecutionPlanned& planned = *event.mutable_execution_planned();
  planned.set_body(request.body());
  *planned.mutable_steps() = request.steps();
  *planned.mutable_due() = request.due();
  planned.set_cost_fen(request.cost_fen());
  return rules::Record(std::move(event));
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::ProgressExecutionRequest& request,
                                        const Context&) {
  if (auto no = rules::MustBe(state, Phase::kInExecution, Phase::kInExecution)) return *no;
  Event event;
  event.mutable_execution_progressed()->set_percent(request.percent());
  event.mutable_execution_progressed()->set_note(request.note());
  return rules::Record(std::move(event));
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::FinishExecutionRequest& request, const Context&) {
  if (state.phase == Phase::kExecuted) return rules::AlreadySo();
  if (auto no = rules::MustBe(state, Phase::kInExecution, Phase::kInExecution)) return *no;
  if (auto no = rules::AttachmentsWhole(request.proof())) return *no;
  Event event;
  *event.mutable_execution_finished()->mutable_proof() = request.proof();
  return rules::Record(std::move(event));
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::PublishExecutionRequest& request,
                                        const Context& context) {
  if (state.phase == Phase::kExecutionPublished) {
    if (state.execution_notice == request.notice()) return rules::AlreadySo();
    return Refuse(ERROR_REASON_RESOLUTION_PUBLISHED, {{"resource", state.execution_notice}});
  }
  if (auto no = rules::MustBe(state, Phase::kExecuted, Phase::kExecuted)) return *no;
  if (auto no = rules::NotInOwnCause(state, context)) return *no;
  Event event;
  event.mutable_execution_published()->set_notice(request.notice());
  return rules::Record(std::move(event));
}

namespace {

// One year of knowing ends with the day of the same number, or the last of its month (Civil Code
// Art. 202), moved as the law moves ends of periods.
absl::Time YearAfter(absl::Time known, const runtime::Context& context) {
  const absl::CivilDay day = absl::ToCivilDay(known, wire::Shanghai());
  absl::CivilDay end(day.year() + 1, day.month(), day.day());
  if (end.month() != day.month()) end = absl::CivilDay(end.year(), end.month(), 1) - 1;
  return rules::DueAfter(rules::Days(static_cast<std::int32_t>(end - day)), known, context);
}

}  // namespace

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::ChallengeResolutionRequest& request,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kCertified, Phase::kExecutionPublished)) return *no;
  const absl::Time known = wire::ToTime(request.known_at());
  if (known > context.now || known < state.certified_at) return rules::BadField("known_at");
  const absl::Time until = YearAfter(known, context);
  if (context.now > until) {
    return Refuse(ERROR_REASON_CHALLENGE_TOO_LATE, {{"until", rules::Show(until)}});
  }
  if (state.challenges.size() >= kChallengesMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kChallengesMax)}});
  }
  Event event;
  v1::ResolutionChallenged& challenged = *event.mutable_challenged();
  challenged.set_challenge(std::to_string(state.challenges.size() + 1));
  challenged.set_before(request.before());
  challenged.set_case_number(request.case_number());
  *challenged.mutable_known_at() = request.known_at();
  return rules::Record(std::move(event));
}

namespace {

// Of its own accord an authority revokes or corrects; only a challenge can be upheld against.
Objection RulingIsWhole(const v1::RuleChallengeRequest& request) {
  const bool revokes = request.ruling() == v1::CHALLENGE_RULING_REVOKED;
  const bool corrects = request.ruling() == v1::CHALLENGE_RULING_CORRECTION_ORDERED;
  const bool own = request.challenge().empty();
  if (own && !revokes && !corrects) return rules::BadField("challenge");
  if (revokes && request.by() == v1::REVOKED_BY_UNSPECIFIED) return rules::BadField("by");
  if (own && request.by() == v1::REVOKED_BY_COURT) return rules::BadField("by");
  if (corrects != request.has_due()) return rules::BadField("due");
  return {};
}

Objection MayBeRuled(const Resolution::State& state, const v1::RuleChallengeRequest& request) {
  if (auto no = RulingIsWhole(request)) return no;
  if (request.challenge().empty()) return {};
  const auto found = state.challenges.find(request.challenge());
  if (found == state.challenges.end()) {
    return Refuse(ERROR_REASON_OBJECTION_UNKNOWN, {{"objection", request.challenge()}});
  }
  if (!found->second.ruled) return {};
  return Refuse(ERROR_REASON_OBJECTION_RULED, {{"objection", request.challenge()}});
}

}  // namespace

Resolution::Decision Resolution::Decide(const State& state, const v1::RuleChallengeRequest& request,
                                        const Context&) {
  const auto found = state.challenges.find(request.challenge());
  const bool same = found != state.challenges.end() && found->second.ruled &&
                    found->second.ruling == request.ruling();
  if (same) return rules::AlreadySo();
  if (auto no = rules::MustBe(state, Phase::kCertified, Phase::kExecutionPublished)) return *no;
  if (auto no = MayBeRuled(state, request)) return *no;
  Event event;
  switch (request.ruling()) {
    case v1::CHALLENGE_RULING_UPHELD:
      event.mutable_upheld()->set_challenge(request.challenge());
      break;
    case v1::CHALLENGE_RULING_REVOKED:
      event.mutable_revoked()->set_challenge(request.challenge());
      event.mutable_revoked()->set_by(request.by());
      event.mutable_revoked()->set_ground(request.ground());
      break;
    default: {
      v1::ResolutionCorrectionOrdered& ordered = *event.mutable_correction_ordered();
      ordered.set_order(request.ground());
      *ordered.mutable_due() = request.due();
      ordered.set_challenge(request.challenge());
      break;
    }
  }
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::resolution
