// Elections and recalls: who stands, who may, who takes a seat that falls empty, who must be heard.
#include <algorithm>
#include <string>
#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/resolution/limits.h"
#include "services/resolution/resolution.h"
#include "services/resolution/rules.h"

namespace sanzhang::resolution {

using enum type::v1::ErrorReason;
using enum type::v1::Role;
using policy::v1::PublicationRule;
using policy::v1::VotingRuleSet;
using rules::Objection;
using rules::Refuse;

namespace {

using State = Resolution::State;
using Context = runtime::Context;
using Needs = runtime::Needs;

constexpr std::string_view kCandidatesDuty = "publication-candidates";

// Who stands is settled between the draft and the opening; in a second ballot by the first one.
Objection MustTakeCandidates(const State& state, bool runoff_too) {
  if (auto no = rules::MustBe(state, Phase::kDrafted, Phase::kNoticed)) return no;
  const bool takes = state.is_election() && (runoff_too || state.runoff_of.empty());
  if (!takes) return Refuse(ERROR_REASON_NOT_AN_ELECTION);
  return {};
}

// Put forward by a body, or by as many voters together as the rules ask for.
bool PutForward(const Candidate& candidate, const VotingRuleSet& rules) {
  const std::int32_t needed = rules.election().nominators_min();
  const bool by_voters =
      needed > 0 && candidate.nominators.size() >= static_cast<std::size_t>(needed);
  return candidate.by_body || by_voters;
}

Needs ForRules(const State& state) {
  Needs needs = rules::ConvenerNeeds(state);
  rules::AskForPinned(state.rule_set, needs);
  return needs;
}

}  // namespace

Needs Resolution::NeedsOf(const State&, const v1::NominateCandidateRequest& request) {
  return {.persons = {request.candidate()}};
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::NominateCandidateRequest& request,
                                        const Context& context) {
  if (auto no = MustTakeCandidates(state, false)) return *no;
  if (state.candidates_published) return Refuse(ERROR_REASON_CANDIDATES_PUBLISHED);
  const std::string& person = request.candidate();
  if (auto no = rules::MustLive(person, context.facts)) return *no;
  if (state.counters.contains(person)) {
    return Refuse(ERROR_REASON_COUNTER_IS_CANDIDATE, {{"resource", person}});
  }
  const std::string nominator =
      context.acting.as.role == ROLE_PARTY_ORG ? context.acting.as.body : context.acting.subject;
  const auto found = state.candidates.find(person);
  if (found == state.candidates.end() && state.candidates.size() >= kCandidatesMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kCandidatesMax)}});
  }
  if (found != state.candidates.end()) {
    if (found->second.withdrew) {
      return Refuse(ERROR_REASON_CANDIDATE_UNKNOWN, {{"resource", person}});
    }
    if (found->second.nominators.contains(nominator)) return rules::AlreadySo();
    if (found->second.nominators.size() >= kNominatorsMax) {
      return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kNominatorsMax)}});
    }
  }
  Event event;
  event.mutable_nomination_filed()->set_candidate(person);
  event.mutable_nomination_filed()->add_nominators(nominator);
  return rules::Record(std::move(event));
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::ReviewCandidateRequest& request,
                                        const Context& context) {
  if (auto no = MustTakeCandidates(state, false)) return *no;
  if (state.candidates_published) return Refuse(ERROR_REASON_CANDIDATES_PUBLISHED);
  if (auto no = rules::NotInOwnCause(state, context)) return *no;
  const auto found = state.candidates.find(request.candidate());
  if (found == state.candidates.end() || found->second.withdrew) {
    return Refuse(ERROR_REASON_CANDIDATE_UNKNOWN, {{"resource", request.candidate()}});
  }
  if (request.eligible() != request.reason().empty()) return rules::BadField("reason");
  // Someone turned away may count by now.
  if (request.eligible() && state.counters.contains(request.candidate())) {
    return Refuse(ERROR_REASON_COUNTER_IS_CANDIDATE, {{"resource", request.candidate()}});
  }
  const Candidate& candidate = found->second;
  if (candidate.reviewed && candidate.eligible == request.eligible()) return rules::AlreadySo();
  Event event;
  v1::CandidateReviewed& reviewed = *event.mutable_candidate_reviewed();
  reviewed.set_candidate(request.candidate());
  reviewed.set_eligible(request.eligible());
  reviewed.set_reason(request.reason());
  return rules::Record(std::move(event));
}

Needs Resolution::NeedsOf(const State& state, const v1::PublishCandidatesRequest& request) {
  Needs needs = ForRules(state);
  const std::string community(wire::CommunityOf(request.name()));
  needs.peers.push_back(rules::OwnPolicyName(community, kCandidatesDuty));
  return needs;
}

// Published again before the opening, the list stands as it is then, and its days begin anew.
Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::PublishCandidatesRequest& request,
                                        const Context& context) {
  if (auto no = MustTakeCandidates(state, true)) return *no;
  if (auto no = rules::NotInOwnCause(state, context)) return *no;
  const VotingRuleSet* rules = rules::VotingRules(state, context);
  if (rules == nullptr) return rules::RulesGone(state);
  Event event;
  v1::CandidateListPublished& published = *event.mutable_candidate_list_published();
  for (const auto& [person, candidate] : state.candidates) {
    if (candidate.withdrew || !PutForward(candidate, *rules)) continue;
    if (!candidate.reviewed) {
      return Refuse(ERROR_REASON_CANDIDATES_NOT_REVIEWED, {{"resource", person}});
    }
    if (candidate.eligible) published.add_candidates(person);
  }
  const bool contested = rules->election().contested() && state.runoff_of.empty();
  const int least = contested ? state.seats + 1 : 1;
  if (published.candidates_size() < least) return Refuse(ERROR_REASON_CANDIDATES_TOO_FEW);
  published.set_notice(request.notice());
  std::vector<std::string> policies = {state.rule_set.empty() ? rules->name() : state.rule_set};
  const auto duty = rules::InForceNow<PublicationRule>(kCandidatesDuty, context);
  // A second ballot follows the first one: its candidates were public before.
  if (duty.policy != nullptr && duty.policy->announces() && state.runoff_of.empty()) {
    policies.push_back(duty.name);
    *published.mutable_votes_from() = wire::ToStamp(context.facts.policies->EarliestAfterNotice(
        rules::Days(duty.policy->days_min()), context.now, duty.policy->clear_days()));
  }
  return rules::Record(std::move(event), std::move(policies));
}

Resolution::Decision Resolution::Decide(const State& state, const v1::WithdrawCandidateRequest&,
                                        const Context& context) {
  if (auto no = MustTakeCandidates(state, true)) return *no;
  const std::string& person = context.acting.subject;
  const auto found = state.candidates.find(person);
  if (found == state.candidates.end()) {
    return Refuse(ERROR_REASON_CANDIDATE_UNKNOWN, {{"resource", person}});
  }
  if (found->second.withdrew) return rules::AlreadySo();
  Event event;
  event.mutable_candidate_withdrew()->set_candidate(person);
  return rules::Record(std::move(event));
}

// In their order: the first alternate who has no seat yet.
Resolution::Decision Resolution::Decide(const State& state, const v1::SeatAlternateRequest& request,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kCertified, Phase::kPublished)) return *no;
  if (auto no = rules::NotInOwnCause(state, context)) return *no;
  if (!state.is_election()) return Refuse(ERROR_REASON_NOT_AN_ELECTION);
  const auto next = static_cast<std::size_t>(state.alternates_seated);
  const auto found =
      std::find(state.alternates.begin(), state.alternates.end(), request.candidate());
  const auto place = static_cast<std::size_t>(found - state.alternates.begin());
  if (found != state.alternates.end() && place + 1 == next) return rules::AlreadySo();
  if (found == state.alternates.end() || place != next) {
    return Refuse(ERROR_REASON_ALTERNATE_NOT_NEXT, {{"resource", request.candidate()}});
  }
  Event event;
  event.mutable_alternate_seated()->set_candidate(request.candidate());
  return rules::Record(std::move(event));
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::HearRecallDefenceRequest& request,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kDrafted, Phase::kNoticed)) return *no;
  if (state.recalls.empty()) return Refuse(ERROR_REASON_NOT_A_RECALL);
  if (auto no = rules::NotInOwnCause(state, context)) return *no;
  if (state.defence_heard) return rules::AlreadySo();
  const absl::Time held = wire::ToTime(request.held_at());
  if (held > context.now || held < state.drafted_at) return rules::BadField("held_at");
  Event event;
  *event.mutable_recall_defence_heard()->mutable_held_at() = request.held_at();
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::resolution
