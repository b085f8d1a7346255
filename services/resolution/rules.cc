#include "services/resolution/rules.h"

#include <algorithm>
#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/zone.h"
#include "services/resolution/voter_state.h"

namespace sanzhang::resolution::rules {

using enum type::v1::ErrorReason;
using enum type::v1::Role;
using policy::v1::VotingRuleSet;
using runtime::Refusal;

Refusal Refuse(type::v1::ErrorReason reason, std::map<std::string, std::string> metadata) {
  return Refusal{reason, std::move(metadata)};
}

Refusal BadField(std::string_view field) {
  return Refuse(ERROR_REASON_INVALID_REQUEST, {{"field", std::string(field)}});
}

Refusal NothingGathered() { return Refuse(ERROR_REASON_INTERNAL); }

std::string Show(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, wire::Shanghai());
}

Decision AlreadySo() { return runtime::Decided<Resolution::Event>{}; }

Decision Record(Resolution::Event event, std::vector<std::string> policies) {
  runtime::Decided<Resolution::Event> decided;
  decided.events.push_back(std::move(event));
  decided.policy_refs = std::move(policies);
  return decided;
}

namespace {

Refusal NotYet(const State& state, Phase from) {
  switch (from) {
    case Phase::kNoticed:
      return Refuse(ERROR_REASON_VOTE_NOT_NOTICED);
    case Phase::kOpen:
      return Refuse(ERROR_REASON_VOTE_NOT_OPENED);
    case Phase::kClosed:
      if (state.phase < Phase::kOpen) return Refuse(ERROR_REASON_VOTE_NOT_OPENED);
      return Refuse(ERROR_REASON_VOTE_NOT_OVER, {{"closes", Show(state.closes)}});
    case Phase::kTallied:
      return Refuse(ERROR_REASON_VOTE_NOT_TALLIED);
    case Phase::kCertified:
      return Refuse(ERROR_REASON_RESOLUTION_NOT_CERTIFIED);
    case Phase::kPublished:
      return Refuse(ERROR_REASON_RESOLUTION_NOT_PUBLISHED);
    case Phase::kExecuted:
      return Refuse(ERROR_REASON_RESOLUTION_NOT_EXECUTED);
    default:
      return Refuse(ERROR_REASON_RESOLUTION_NOT_IN_EXECUTION);
  }
}

Refusal NoMore(const State& state, Phase to) {
  switch (to) {
    case Phase::kDrafted:
      return Refuse(ERROR_REASON_VOTE_NOTICED);
    case Phase::kNoticed:
      return Refuse(ERROR_REASON_VOTE_OPENED);
    case Phase::kOpen:
    case Phase::kClosed:
      return Refuse(ERROR_REASON_VOTE_CLOSED);
    case Phase::kTallied:
      return Refuse(ERROR_REASON_RESOLUTION_CERTIFIED);
    case Phase::kCertified:
      return Refuse(ERROR_REASON_RESOLUTION_PUBLISHED, {{"resource", state.notice}});
    case Phase::kPublished:
      return Refuse(ERROR_REASON_RESOLUTION_CERTIFIED);
    default:
      return Refuse(ERROR_REASON_RESOLUTION_EXECUTED);
  }
}

}  // namespace

Objection MustBe(const State& state, Phase from, Phase to) {
  if (state.phase == Phase::kNone) return Refuse(ERROR_REASON_RESOLUTION_NOT_FOUND);
  if (state.phase == Phase::kWithdrawn) return Refuse(ERROR_REASON_RESOLUTION_WITHDRAWN);
  if (state.phase == Phase::kRevoked) return Refuse(ERROR_REASON_RESOLUTION_REVOKED);
  if (state.phase < from) return NotYet(state, from);
  if (state.phase > to) return NoMore(state, to);
  return {};
}

bool IsPetitioner(type::v1::Role role) {
  return role == ROLE_OWNER || role == ROLE_RESIDENT || role == ROLE_REPRESENTATIVE;
}

bool Stands(const State& state, std::string_view person) {
  const auto found = state.candidates.find(person);
  if (found == state.candidates.end()) return false;
  const Candidate& candidate = found->second;
  const bool turned_away = candidate.reviewed && !candidate.eligible;
  return !candidate.withdrew && !turned_away;
}

Objection NotInOwnCause(const State& state, const Context& context) {
  const runtime::Acting& acting = context.acting;
  const bool recalled =
      !state.recalls.empty() &&
      std::any_of(acting.all.begin(), acting.all.end(), [&](const runtime::Standing& standing) {
        return standing.membership == state.recalls;
      });
  const bool own =
      recalled || Stands(state, acting.subject) || state.interested.contains(acting.subject);
  if (!own) return {};
  return Refuse(ERROR_REASON_ACTS_IN_OWN_CAUSE);
}

namespace {

// Dissolved, or with terms of which none runs. A body that has no terms at all stays in office.
bool OutOfOffice(const State& state, const Context& context) {
  const auto body = context.facts.bodies.find(state.convener);
  if (body == context.facts.bodies.end() || !body->second.active) return true;
  bool has_terms = false;
  for (const auto& [name, term] : context.facts.terms) {
    if (term.body != state.convener) continue;
    if (term.begins <= context.now && context.now < term.ends) return false;
    has_terms = true;
  }
  return has_terms;
}

}  // namespace

Objection MaySpeakForConvener(const State& state, const Context& context) {
  const bool another = context.acting.as.role == ROLE_SUBDISTRICT_OFFICER &&
                       context.acting.as.body != state.convener;
  if (another && !OutOfOffice(state, context)) {
    return Refuse(ERROR_REASON_CONVENER_IN_OFFICE, {{"body", state.convener}});
  }
  return NotInOwnCause(state, context);
}

Needs ConvenerNeeds(const State& state) {
  Needs needs;
  if (state.convener.empty()) return needs;
  needs.bodies = {state.convener};
  needs.terms_of = {state.convener};
  return needs;
}

Objection MustLive(std::string_view person, const runtime::Facts& facts) {
  const std::string name(person);
  const auto found = facts.persons.find(person);
  if (found == facts.persons.end() || !found->second.known) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", name}});
  }
  if (found->second.alive) return {};
  return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, {{"resource", name}});
}

Objection MustBeActive(std::string_view body, const runtime::Facts& facts) {
  const std::string name(body);
  const auto found = facts.bodies.find(body);
  if (found == facts.bodies.end() || !found->second.exists) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", name}});
  }
  if (found->second.active) return {};
  return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, {{"resource", name}});
}

Objection MustBeInRoll(const State& state, std::string_view voter, const Context& context) {
  if (voter.empty()) return {};
  const std::string name(voter);
  const auto* entry = context.facts.Peer<VoterState>(voter);
  const bool stands = entry != nullptr && entry->snapshot == state.snapshot && !entry->struck_off;
  if (stands && voter.starts_with(context.name + "/voters/")) return {};
  return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", name}});
}

Objection MustHaveItem(const State& state, std::string_view code) {
  const bool has = std::any_of(state.items.begin(), state.items.end(),
                               [&](const Item& item) { return item.code == code; });
  if (has) return {};
  return Refuse(ERROR_REASON_ITEM_UNKNOWN, {{"item", std::string(code)}});
}

std::string OwnPolicyName(std::string_view community, std::string_view id) {
  return wire::Child(community, "policies", id);
}

void AskForPinned(std::string_view pinned, Needs& needs) {
  if (!pinned.starts_with("communities/")) return;
  needs.peers.emplace_back(pinned.substr(0, pinned.find('@')));
}

namespace {

template <class Matters>
bool Has(const Matters& matters, v1::MatterCode matter) {
  return std::find(matters.begin(), matters.end(), matter) != matters.end();
}

// How well rules fit: 0 not at all; those made for the matter come before those for all, and those
// that elect somebody are for elections.
int Fit(const State& state, const VotingRuleSet& rules) {
  if (rules.regime() != state.regime) return 0;
  if (!rules.matters().empty() && !Has(rules.matters(), state.matter)) return 0;
  if (state.is_election() && !rules.has_election()) return 0;
  const int own = rules.matters().empty() ? 0 : 2;
  return 1 + own + (rules.has_election() == state.is_election() ? 1 : 0);
}

}  // namespace

runtime::InForce<VotingRuleSet> VotingRulesNow(const State& state, std::string_view named,
                                               const Context& context) {
  if (!named.empty()) {
    const auto found = InForceNow<VotingRuleSet>(wire::IdOf(named), context);
    const bool fits = found.policy != nullptr && Fit(state, *found.policy) > 0;
    return fits ? found : runtime::InForce<VotingRuleSet>{};
  }
  const VotingRuleSet* best = nullptr;
  int best_fit = 0;
  for (const auto* policy : context.facts.policies->AllShipped(context.now)) {
    const auto* rules = dynamic_cast<const VotingRuleSet*>(policy);
    if (rules == nullptr || !rules->variant().empty()) continue;
    const int fit = Fit(state, *rules);
    if (fit <= best_fit) continue;
    best = rules;
    best_fit = fit;
  }
  if (best == nullptr) return {};
  return {best->name(), best};
}

const VotingRuleSet* VotingRules(const State& state, const Context& context) {
  if (state.rule_set.empty()) return VotingRulesNow(state, "", context).policy;
  return Pinned<VotingRuleSet>(state.rule_set, context);
}

Refusal RulesGone(const State& state) {
  return Refuse(ERROR_REASON_RULE_SET_NOT_IN_FORCE, {{"rule_set", state.rule_set}});
}

runtime::InForce<policy::v1::ProcedureTemplate> ProcedureNow(v1::Regime regime,
                                                             v1::MatterCode matter,
                                                             const Context& context) {
  const policy::v1::ProcedureTemplate* best = nullptr;
  for (const auto* policy : context.facts.policies->AllShipped(context.now)) {
    const auto* procedure = dynamic_cast<const policy::v1::ProcedureTemplate*>(policy);
    if (procedure == nullptr) continue;
    const auto& regimes = procedure->regimes();
    if (std::find(regimes.begin(), regimes.end(), regime) == regimes.end()) continue;
    if (Has(procedure->matters(), matter)) return {procedure->name(), procedure};
    if (procedure->matters().empty() && best == nullptr) best = procedure;
  }
  if (best == nullptr) return {};
  return {best->name(), best};
}

Objection SeatsAllowed(const State& state, const VotingRuleSet& rules) {
  if (!state.is_election() || !state.runoff_of.empty()) return {};
  const policy::v1::ElectionRule& election = rules.election();
  const bool few = state.seats < election.seats_min();
  const bool many = election.seats_max() > 0 && state.seats > election.seats_max();
  const bool even = election.seats_odd() && state.seats % 2 == 0;
  if (!few && !many && !even) return {};
  return Refuse(ERROR_REASON_SEATS_INVALID, {{"seats_min", std::to_string(election.seats_min())},
                                             {"seats_max", std::to_string(election.seats_max())}});
}

bool Meets(const policy::v1::Threshold& share, std::int64_t part, std::int64_t whole) {
  const std::int64_t have = part * share.denominator();
  const std::int64_t need = whole * share.numerator();
  return share.strict() ? have > need : have >= need;
}

policy::v1::Period Days(std::int32_t days) {
  policy::v1::Period period;
  period.set_days(days);
  return period;
}

absl::Time DueAfter(const policy::v1::Period& period, absl::Time from, const Context& context) {
  return context.facts.policies->DueAfter(period, from);
}

Objection AttachmentsWhole(
    const google::protobuf::RepeatedPtrField<type::v1::Attachment>& attachments) {
  constexpr std::size_t kSha256Bytes = 32;
  for (const type::v1::Attachment& attachment : attachments) {
    if (attachment.sha256().size() != kSha256Bytes) return BadField("attachments.sha256");
  }
  return {};
}

Needs SubjectOf(const type::v1::PersonalText& text) {
  Needs needs;
  if (!text.subject().empty()) needs.persons.push_back(text.subject());
  return needs;
}

Objection MustKnowSubject(const type::v1::PersonalText& text, const runtime::Facts& facts) {
  if (text.subject().empty()) return {};
  const auto found = facts.persons.find(text.subject());
  if (found != facts.persons.end() && found->second.known) return {};
  return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", text.subject()}});
}

type::v1::PersonalText Owned(const type::v1::PersonalText& text, std::string_view author) {
  type::v1::PersonalText owned = text;
  if (owned.subject().empty()) owned.set_subject(std::string(author));
  return owned;
}

}  // namespace sanzhang::resolution::rules
