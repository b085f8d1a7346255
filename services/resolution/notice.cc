// The announcement of a vote: what it waits for, which rules it pins, how long before it comes.
#include <string>
#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/resolution/limits.h"
#include "services/resolution/measure.h"
#include "services/resolution/resolution.h"
#include "services/resolution/rules.h"
#include "services/resolution/voting_window.h"

namespace sanzhang::resolution {

using enum type::v1::BodyKind;
using enum type::v1::ErrorReason;
using enum policy::v1::StageKind;
using policy::v1::ProcedureTemplate;
using policy::v1::VotingRuleSet;
using rules::Objection;
using rules::Refuse;

namespace {

using State = Resolution::State;
using Context = runtime::Context;

bool IsKind(std::string_view body, type::v1::BodyKind kind, const runtime::Facts& facts) {
  const auto found = facts.bodies.find(body);
  return found != facts.bodies.end() && found->second.kind == kind;
}

// 两委商议: the Party organisation and the residents' committee together.
bool DiscussedTogether(const State& state, const runtime::Facts& facts) {
  for (const Names& bodies : state.deliberations) {
    bool party = false;
    bool committee = false;
    for (const std::string& body : bodies) {
      party = party || IsKind(body, BODY_KIND_PARTY_ORG, facts);
      committee = committee || IsKind(body, BODY_KIND_RESIDENTS_COMMITTEE, facts);
    }
    if (party && committee) return true;
  }
  return false;
}

bool PartyMembersAgreed(const v1::NoticeVoteRequest& request, const Context& context) {
  const auto* meeting = context.facts.Peer<State>(request.party_meeting());
  return meeting != nullptr && meeting->regime == v1::REGIME_PARTY_MEETING &&
         meeting->outcome == v1::OUTCOME_PASSED && meeting->phase != Phase::kRevoked;
}

// Whether a stage is behind us. What comes with the notice or after it waits for nothing here.
bool Passed(policy::v1::StageKind stage, const State& state, const v1::NoticeVoteRequest& request,
            const Context& context) {
  switch (stage) {
    case STAGE_KIND_BRANCH_PROPOSAL:
      return IsKind(state.drafter_body, BODY_KIND_PARTY_ORG, context.facts);
    case STAGE_KIND_DELIBERATION:
      return !state.deliberations.empty();
    case STAGE_KIND_JOINT_DISCUSSION:
      return DiscussedTogether(state, context.facts);
    case STAGE_KIND_PARTY_STUDY:
      return state.studied;  // Whatever it thinks.
    case STAGE_KIND_PARTY_MEETING:
      return PartyMembersAgreed(request, context);
    default:
      return true;
  }
}

Objection StagesPassed(const State& state, const v1::NoticeVoteRequest& request,
                       const Context& context) {
  if (state.procedure.empty()) return {};
  const auto* procedure = rules::Pinned<ProcedureTemplate>(state.procedure, context);
  if (procedure == nullptr) {
    return Refuse(ERROR_REASON_RULE_SET_NOT_IN_FORCE, {{"rule_set", state.procedure}});
  }
  for (const policy::v1::ProcedureStage& stage : procedure->stages()) {
    if (!stage.required() || Passed(stage.kind(), state, request, context)) continue;
    return Refuse(ERROR_REASON_STAGE_MISSING, {{"stage", policy::v1::StageKind_Name(stage.kind())},
                                               {"procedure", state.procedure}});
  }
  return {};
}

Objection ModeAllowed(const VotingRuleSet& rules, const v1::NoticeVoteRequest& request) {
  const bool must_meet = rules.participation() == policy::v1::PARTICIPATION_PRESENT;
  if (!must_meet || request.mode() == v1::VOTE_MODE_MEETING) return {};
  return Refuse(ERROR_REASON_VOTE_MODE_NOT_ALLOWED);
}

// A meeting lasts as long as it lasts.
Objection WindowAllowed(const VotingRuleSet& rules, const v1::NoticeVoteRequest& request,
                        const Context& context) {
  const absl::Time opens = wire::ToTime(request.opens());
  const absl::Time closes = wire::ToTime(request.closes());
  if (opens < context.now) return rules::BadField("opens");
  if (closes <= opens) return rules::BadField("closes");
  if (request.mode() == v1::VOTE_MODE_MEETING) return {};
  if (WrongWindow(rules, {.opens = opens, .closes = closes}).empty()) return {};
  return Refuse(ERROR_REASON_WINDOW_LENGTH_INVALID,
                {{"days_min", std::to_string(rules.window_days_min())},
                 {"days_max", std::to_string(rules.window_days_max())}});
}

Objection NoticeLongEnough(const VotingRuleSet& rules, const v1::NoticeVoteRequest& request,
                           const Context& context) {
  if (!request.urgency_reason().empty()) {
    if (rules.urgent_notice()) return {};
    return Refuse(ERROR_REASON_URGENCY_NOT_ALLOWED);
  }
  if (rules.notice_days() == 0) return {};
  const absl::Time earliest = context.facts.policies->EarliestAfterNotice(
      rules::Days(rules.notice_days()), context.now, rules.notice_clear_days());
  if (wire::ToTime(request.opens()) >= earliest) return {};
  return Refuse(ERROR_REASON_NOTICE_TOO_SHORT, {{"earliest", rules::Show(earliest)}});
}

// Silence says something only by rules that say so, and by the clause that the notice names.
Objection NonReturnAllowed(const VotingRuleSet& rules, const v1::NoticeVoteRequest& request) {
  if (request.non_return() != v1::NON_RETURN_POLICY_DELIVERED_DEEMED) {
    return request.non_return_basis().empty() ? Objection() : rules::BadField("non_return_basis");
  }
  const bool provided = rules.participation() == policy::v1::PARTICIPATION_DELIVERED_DEEMED;
  const bool delivered = request.delivery_method() != v1::DELIVERY_METHOD_UNSPECIFIED;
  if (provided && delivered && !request.non_return_basis().empty()) return {};
  return Refuse(ERROR_REASON_NON_RETURN_NOT_ALLOWED);
}

// Owners tell the residents' committee, where there is one that doesn't know anyway (PMR Art. 14).
Objection CommitteeTold(const State& state, const v1::NoticeVoteRequest& request,
                        const Context& context) {
  if (state.regime != v1::REGIME_OWNERS || request.told_residents_committee()) return {};
  if (IsKind(state.convener, BODY_KIND_RESIDENTS_COMMITTEE, context.facts)) return {};
  for (const auto& [name, body] : context.facts.bodies) {
    if (body.kind != BODY_KIND_RESIDENTS_COMMITTEE || !body.active) continue;
    return Refuse(ERROR_REASON_RESIDENTS_COMMITTEE_NOT_TOLD);
  }
  return {};
}

Objection RulesAllow(const State& state, const VotingRuleSet& rules,
                     const v1::NoticeVoteRequest& request, const Context& context) {
  if (auto no = rules::SeatsAllowed(state, rules)) return no;
  if (auto no = ModeAllowed(rules, request)) return no;
  if (auto no = NonReturnAllowed(rules, request)) return no;
  if (auto no = CommitteeTold(state, request, context)) return no;
  if (auto no = WindowAllowed(rules, request, context)) return no;
  return NoticeLongEnough(rules, request, context);
}

// What a ballot may say by these rules.
v1::BallotTerms TermsOf(const ResolutionState& state, const policy::v1::VotingRuleSet& rules) {
  v1::BallotTerms terms;
  terms.set_secret(rules.secrecy() == policy::v1::SECRECY_SECRET);
  terms.set_last_counts(rules.revote() == policy::v1::REVOTE_LAST_COUNTS);
  terms.set_follow_majority(rules.follow_majority());
  if (rules.election().over_marked_invalid()) terms.set_marks_max(state.seats);
  terms.set_no_proxies(rules.has_proxies_max() && rules.proxies_max() == 0);
  terms.set_candidates_hold_no_proxies(rules.candidates_hold_no_proxies());
  terms.set_proxies_max(rules.proxies_max());
  terms.set_company_staff_hold_no_proxies(rules.company_staff_hold_no_proxies());
  return terms;
}

v1::VoteThreshold ShareOf(const policy::v1::Threshold& threshold) {
  v1::VoteThreshold share;
  share.set_numerator(threshold.numerator());
  share.set_denominator(threshold.denominator());
  share.set_strict(threshold.strict());
  return share;
}

// What the count will ask for by these rules.
v1::VoteThresholds ThresholdsOf(const ResolutionState& state,
                                const policy::v1::VotingRuleSet& rules) {
  v1::VoteThresholds said;
  said.set_unanimous_interested(rules.unanimous_interested());
  if (rules.unanimous_interested()) return said;
  const Terms terms = resolution::TermsOf(rules, !state.runoff_of.empty());
  if (terms.quorum.has_area()) *said.mutable_quorum_area() = ShareOf(terms.quorum.area());
  if (terms.quorum.has_heads()) *said.mutable_quorum_heads() = ShareOf(terms.quorum.heads());
  if (terms.consent.has_area()) *said.mutable_consent_area() = ShareOf(terms.consent.area());
  if (terms.consent.has_heads()) *said.mutable_consent_heads() = ShareOf(terms.consent.heads());
  said.set_consent_of_all(terms.base == Terms::Base::kAll);
  return said;
}

}  // namespace

const VotingRuleSet* Resolution::RulesOf(const State& state, const Context& context) {
  return state.rule_set.empty() ? nullptr : rules::VotingRules(state, context);
}

Resolution::Needs Resolution::NeedsOf(const State& state, const v1::NoticeVoteRequest& request) {
  Needs needs = rules::ConvenerNeeds(state);
  needs.body_kinds = {BODY_KIND_RESIDENTS_COMMITTEE};
  for (const Names& bodies : state.deliberations) {
    needs.bodies.insert(needs.bodies.end(), bodies.begin(), bodies.end());
  }
  if (!state.drafter_body.empty()) needs.bodies.push_back(state.drafter_body);
  rules::AskForPinned(state.procedure, needs);
  if (!request.party_meeting().empty()) needs.peers.push_back(request.party_meeting());
  if (!request.rule_set().empty()) {
    needs.peers.push_back(
        rules::OwnPolicyName(wire::CommunityOf(request.name()), wire::IdOf(request.rule_set())));
  }
  return needs;
}

Resolution::Decision Resolution::Decide(const State& state, const v1::NoticeVoteRequest& request,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kDrafted, Phase::kNoticed)) return *no;
  if (auto no = rules::MaySpeakForConvener(state, context)) return *no;
  if (state.petition_required && !state.petition_complete) {
    return Refuse(ERROR_REASON_PETITION_INCOMPLETE);
  }
  if (auto no = StagesPassed(state, request, context)) return *no;
  const auto in_force = rules::VotingRulesNow(state, request.rule_set(), context);
  if (in_force.policy == nullptr) {
    return Refuse(ERROR_REASON_RULE_SET_NOT_IN_FORCE, {{"rule_set", request.rule_set()}});
  }
  if (auto no = RulesAllow(state, *in_force.policy, request, context)) return *no;
  Event event;
  v1::VoteNoticed& noticed = *event.mutable_noticed();
  noticed.set_rule_set(in_force.name);
  *noticed.mutable_opens() = request.opens();
  *noticed.mutable_closes() = request.closes();
  noticed.set_mode(request.mode());
  noticed.set_delivery_method(request.delivery_method());
  noticed.set_non_return(request.non_return() == v1::NON_RETURN_POLICY_UNSPECIFIED
                             ? v1::NON_RETURN_POLICY_NOT_PARTICIPATING
                             : request.non_return());
  noticed.set_non_return_basis(request.non_return_basis());
  noticed.set_notice(request.notice());
  noticed.set_told_residents_committee(request.told_residents_committee());
  noticed.set_urgency_reason(request.urgency_reason());
  noticed.set_party_meeting(request.party_meeting());
  *noticed.mutable_terms() = TermsOf(state, *in_force.policy);
  *noticed.mutable_thresholds() = ThresholdsOf(state, *in_force.policy);
  return rules::Record(std::move(event), {in_force.name});
}

Resolution::Needs Resolution::NeedsOf(const State& state,
                                      const v1::AppointCountersRequest& request) {
  Needs needs = rules::ConvenerNeeds(state);
  needs.persons.assign(request.persons().begin(), request.persons().end());
  if (!state.recalls.empty()) needs.memberships.push_back(state.recalls);
  return needs;
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::AppointCountersRequest& request,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kDrafted, Phase::kTallied)) return *no;
  if (auto no = rules::MaySpeakForConvener(state, context)) return *no;
  const Names persons(request.persons().begin(), request.persons().end());
  if (persons == state.counters) return rules::AlreadySo();
  const auto recalled = context.facts.memberships.find(state.recalls);
  for (const std::string& person : persons) {
    if (auto no = rules::MustLive(person, context.facts)) return *no;
    const bool is_recalled =
        recalled != context.facts.memberships.end() && recalled->second.person == person;
    if (is_recalled || rules::Stands(state, person)) {
      return Refuse(ERROR_REASON_COUNTER_IS_CANDIDATE, {{"resource", person}});
    }
  }
  if (static_cast<int>(persons.size()) < kCountersMin) {
    return Refuse(ERROR_REASON_COUNTERS_TOO_FEW, {{"items_min", std::to_string(kCountersMin)}});
  }
  Event event;
  v1::CountersAppointed& appointed = *event.mutable_counters_appointed();
  for (const std::string& person : persons) appointed.add_persons(person);
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::resolution
