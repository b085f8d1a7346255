// Who may vote: frozen, public for as long as the rules ask, objected to, ruled on.
#include <string>
#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/resolution/gathered.h"
#include "services/resolution/limits.h"
#include "services/resolution/resolution.h"
#include "services/resolution/rules.h"

namespace sanzhang::resolution {

using enum type::v1::ErrorReason;
using policy::v1::PublicationRule;
using rules::Objection;
using rules::Refuse;

namespace {

// The duty to publish that goes for such a roll; empty: none.
std::string_view RollPublication(v1::Regime regime) {
  if (regime == v1::REGIME_OWNERS) return "publication-electorate";
  if (regime == v1::REGIME_RESIDENTS_ELECTION) return "publication-voter-list";
  return "";
}

// Until when the roll may be objected to, and from when the vote may open.
void SetPublic(const Resolution::State& state, const runtime::Context& context,
               v1::ElectorateFrozen& frozen, std::vector<std::string>& policies) {
  const std::string_view id = RollPublication(state.regime);
  const auto rule = id.empty() ? runtime::InForce<PublicationRule>()
                               : rules::InForceNow<PublicationRule>(id, context);
  if (rule.policy == nullptr) {
    *frozen.mutable_objections_until() = wire::ToStamp(state.opens);
    return;
  }
  policies.push_back(rule.name);
  const PublicationRule& duty = *rule.policy;
  const policy::v1::Period days = rules::Days(duty.days_min());
  const policy::v1::Period& period = duty.has_objection_period() ? duty.objection_period() : days;
  *frozen.mutable_objections_until() = wire::ToStamp(rules::DueAfter(period, context.now, context));
  if (!duty.announces()) return;
  *frozen.mutable_votes_from() = wire::ToStamp(
      context.facts.policies->EarliestAfterNotice(days, context.now, duty.clear_days()));
}

}  // namespace

Resolution::Needs Resolution::NeedsOf(const State& state,
                                      const v1::FreezeElectorateRequest& request) {
  Needs needs = rules::ConvenerNeeds(state);
  rules::AskForPinned(state.rule_set, needs);  // How the roll is made.
  const std::string_view id = RollPublication(state.regime);
  const std::string community(wire::CommunityOf(request.name()));
  if (!id.empty()) needs.peers.push_back(rules::OwnPolicyName(community, id));
  return needs;
}

Resolution::Decision Resolution::Decide(const State& state, const v1::FreezeElectorateRequest&,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kNoticed, Phase::kNoticed)) return *no;
  if (auto no = rules::MaySpeakForConvener(state, context)) return *no;
  const auto* summary = context.facts.Gathered<ElectorateSummary>();
  if (summary == nullptr) return rules::NothingGathered();
  if (summary->snapshot == state.snapshot) return rules::AlreadySo();
  if (summary->subjects == 0) return Refuse(ERROR_REASON_ELECTORATE_EMPTY);
  Event event;
  v1::ElectorateFrozen& frozen = *event.mutable_electorate_frozen();
  frozen.set_snapshot(summary->snapshot);
  frozen.set_roll_sha256(summary->roll_sha256);
  frozen.set_register_position(summary->register_position);
  frozen.set_subjects(summary->subjects);
  frozen.set_heads(summary->heads);
  frozen.set_area_dm2(summary->area_dm2);
  frozen.set_dwellings(summary->dwellings);
  frozen.set_dwellings_without_owner(summary->dwellings_without_owner);
  frozen.set_composition(summary->composition);
  frozen.set_representatives(summary->representatives);
  std::vector<std::string> policies = {state.rule_set};
  SetPublic(state, context, frozen, policies);
  return rules::Record(std::move(event), std::move(policies));
}

Resolution::Needs Resolution::NeedsOf(const State&, const v1::ObjectElectorateRequest& request) {
  Needs needs = rules::SubjectOf(request.claim());
  if (!request.voter().empty()) needs.peers.push_back(request.voter());
  return needs;
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::ObjectElectorateRequest& request,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kNoticed, Phase::kNoticed)) return *no;
  if (state.snapshot.empty()) return Refuse(ERROR_REASON_ELECTORATE_NOT_FROZEN);
  if (auto no = rules::MustBeInRoll(state, request.voter(), context)) return *no;
  if (auto no = rules::MustKnowSubject(request.claim(), context.facts)) return *no;
  if (context.now > state.roll_objections_until) {
    return Refuse(ERROR_REASON_OBJECTION_PERIOD_OVER,
                  {{"until", rules::Show(state.roll_objections_until)}});
  }
  if (state.roll_objections.size() >= kRollObjectionsMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kRollObjectionsMax)}});
  }
  Event event;
  v1::ElectorateObjected& objected = *event.mutable_electorate_objected();
  objected.set_objection(std::to_string(state.roll_objections.size() + 1));
  objected.set_voter(request.voter());
  *objected.mutable_claim() = rules::Owned(request.claim(), context.acting.subject);
  objected.set_objector(context.acting.subject);
  return rules::Record(std::move(event));
}

Resolution::Needs Resolution::NeedsOf(const State& state,
                                      const v1::RuleElectorateObjectionRequest&) {
  return rules::ConvenerNeeds(state);
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::RuleElectorateObjectionRequest& request,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kNoticed, Phase::kNoticed)) return *no;
  // The sub-district rules beside the convener: not in its place.
  if (auto no = rules::NotInOwnCause(state, context)) return *no;
  const auto found = state.roll_objections.find(request.objection());
  if (found == state.roll_objections.end()) {
    return Refuse(ERROR_REASON_OBJECTION_UNKNOWN, {{"objection", request.objection()}});
  }
  if (found->second.objector == context.acting.subject) {
    return Refuse(ERROR_REASON_OBJECTOR_MAY_NOT_RULE);
  }
  if (found->second.ruled) {
    if (found->second.upheld == request.upheld()) return rules::AlreadySo();
    return Refuse(ERROR_REASON_OBJECTION_RULED, {{"objection", request.objection()}});
  }
  Event event;
  v1::ElectorateObjectionRuled& ruled = *event.mutable_electorate_objection_ruled();
  ruled.set_objection(request.objection());
  ruled.set_upheld(request.upheld());
  ruled.set_reason(request.reason());
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::resolution
