// From the last ballot to the outcome: the count, objections to it, counting again, certification.
// What came out is read from the count alone; no request says it.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "proto/wire/time.h"
#include "services/resolution/gathered.h"
#include "services/resolution/limits.h"
#include "services/resolution/resolution.h"
#include "services/resolution/rules.h"

namespace sanzhang::resolution {

using enum type::v1::ErrorReason;
using enum type::v1::Role;
using policy::v1::VotingRuleSet;
using rules::Objection;
using rules::Refuse;

namespace {

using State = Resolution::State;
using Context = runtime::Context;
using Needs = runtime::Needs;

// The count as a record can hold it: what is too long is left out from its end, and said to be. The
// input's hash is that of the whole.
template <class Fact>
void SetResult(v1::TallyResult result, Fact& fact) {
  const auto bytes = [&result] { return result.ByteSizeLong(); };
  const auto take_out = [&](auto& list) {
    int kept = list.size();
    std::size_t excess = bytes() > kTallyBytesMax ? bytes() - kTallyBytesMax : 0;
    while (kept > 0 && excess > 0) {
      const std::size_t freed = list.Get(--kept).ByteSizeLong() + 2;  // Its tag and length.
      excess -= std::min(excess, freed);
    }
    const int out = list.size() - kept;
    list.DeleteSubrange(kept, out);
    return out;
  };
  fact.set_set_aside_left_out(take_out(*result.mutable_set_aside()));
  if (bytes() > kTallyBytesMax) {
    for (v1::ItemTally& item : *result.mutable_items()) item.clear_sub_scopes();
    fact.set_sub_scopes_left_out(true);
  }
  *fact.mutable_result() = std::move(result);
}

// The count is of the roll that was frozen, by the rules that were pinned.
Objection IsOfThisVote(const State& state, const Counted& counted) {
  const bool is = counted.snapshot == state.snapshot && counted.result.rule_set() == state.rule_set;
  if (is) return {};
  return Refuse(ERROR_REASON_TALLY_OF_OTHER_INPUT);
}

}  // namespace

Needs Resolution::NeedsOf(const State& state, const v1::ComputeTallyRequest&) {
  Needs needs;
  rules::AskForPinned(state.rule_set, needs);
  return needs;
}

Resolution::Decision Resolution::Decide(const State& state, const v1::ComputeTallyRequest&,
                                        const Context& context) {
  if (state.phase == Phase::kTallied) return rules::AlreadySo();
  if (auto no = rules::MustBe(state, Phase::kClosed, Phase::kClosed)) return *no;
  if (auto no = rules::NotInOwnCause(state, context)) return *no;
  const VotingRuleSet* rules = RulesOf(state, context);
  if (rules == nullptr) return rules::RulesGone(state);
  const auto* counted = context.facts.Gathered<Counted>();
  if (counted == nullptr) return rules::NothingGathered();
  if (auto no = IsOfThisVote(state, *counted)) return *no;
  Event event;
  v1::ProvisionalTallyComputed& computed = *event.mutable_provisionally_tallied();
  SetResult(counted->result, computed);
  if (rules->has_objection_period()) {
    *computed.mutable_objections_until() =
        wire::ToStamp(rules::DueAfter(rules->objection_period(), context.now, context));
  }
  return rules::Record(std::move(event), {state.rule_set});
}

Needs Resolution::NeedsOf(const State&, const v1::ObjectTallyRequest& request) {
  return rules::SubjectOf(request.grounds());
}

Resolution::Decision Resolution::Decide(const State& state, const v1::ObjectTallyRequest& request,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kTallied, Phase::kTallied)) return *no;
  if (auto no = rules::MustKnowSubject(request.grounds(), context.facts)) return *no;
  if (context.now > state.tally_objections_until) {
    return Refuse(ERROR_REASON_OBJECTION_PERIOD_OVER,
                  {{"until", rules::Show(state.tally_objections_until)}});
  }
  if (state.tally_objections >= kTallyObjectionsMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kTallyObjectionsMax)}});
  }
  Event event;
  v1::TallyObjected& objected = *event.mutable_tally_objected();
  objected.set_objection(std::to_string(state.tally_objections + 1));
  *objected.mutable_grounds() = rules::Owned(request.grounds(), context.acting.subject);
  objected.set_objector(context.acting.subject);
  return rules::Record(std::move(event));
}

Needs Resolution::NeedsOf(const State& state, const v1::RecountRequest&) {
  Needs needs;
  rules::AskForPinned(state.rule_set, needs);
  return needs;
}

Resolution::Decision Resolution::Decide(const State& state, const v1::RecountRequest&,
                                        const Context& context) {
  // An outcome that is being carried out changes no more by counting; it may still be revoked.
  if (auto no = rules::MustBe(state, Phase::kTallied, Phase::kPublished)) return *no;
  if (auto no = rules::NotInOwnCause(state, context)) return *no;
  const VotingRuleSet* rules = RulesOf(state, context);
  if (rules == nullptr) return rules::RulesGone(state);
  if (!rules->recount()) return Refuse(ERROR_REASON_RECOUNT_NOT_PROVIDED);
  const auto* counted = context.facts.Gathered<Counted>();
  if (counted == nullptr) return rules::NothingGathered();
  if (auto no = IsOfThisVote(state, *counted)) return *no;
  Event event;
  v1::RecountPerformed& performed = *event.mutable_recount_performed();
  SetResult(counted->result, performed);
  performed.mutable_differences()->Assign(counted->differences.begin(), counted->differences.end());
  return rules::Record(std::move(event), {state.rule_set});
}

namespace {

bool IsCounter(const State& state, const Context& context) {
  return state.counters.contains(context.acting.subject);
}

// As what the caller signs: as what is missing, where both are open.
v1::Signatory SignsAs(const State& state, const Context& context) {
  const bool counts = IsCounter(state, context);
  const bool convenes = context.acting.as.body == state.convener ||
                        context.acting.as.role == ROLE_SUBDISTRICT_OFFICER;
  if (!counts) return v1::SIGNATORY_CONVENER;
  if (!convenes) return v1::SIGNATORY_COUNTER;
  const bool convener_signed =
      std::any_of(state.signatures.begin(), state.signatures.end(),
                  [](const auto& s) { return s.second == v1::SIGNATORY_CONVENER; });
  return convener_signed ? v1::SIGNATORY_COUNTER : v1::SIGNATORY_CONVENER;
}

Objection MaySign(const State& state, const v1::CertifyResolutionRequest& request,
                  const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kTallied, Phase::kPublished)) return no;
  if (state.count_certified) return Refuse(ERROR_REASON_RESOLUTION_CERTIFIED);
  const Objection no = IsCounter(state, context) ? rules::NotInOwnCause(state, context)
                                                 : rules::MaySpeakForConvener(state, context);
  if (no) return no;
  if (request.input_sha256() != state.count.input_sha256) {
    return Refuse(ERROR_REASON_TALLY_NOT_CURRENT);
  }
  if (context.now <= state.tally_objections_until) {
    return Refuse(ERROR_REASON_OBJECTION_PERIOD_RUNS,
                  {{"until", rules::Show(state.tally_objections_until)}});
  }
  const VotingRuleSet* rules = Resolution::RulesOf(state, context);
  if (rules == nullptr) return rules::RulesGone(state);
  if (rules->recount() && state.tally_objections_pending > 0) {
    return Refuse(ERROR_REASON_OBJECTIONS_PENDING);
  }
  return {};
}

// Each question is decided by one of its options; the motion passes if every question is. Too few
// took part where that is so of every item; a vote that is none is void.
v1::Outcome OutcomeOf(const State& state) {
  if (state.is_election()) return state.count.election;
  std::map<std::string, std::string> question_of;
  for (const Item& item : state.items) {
    question_of[item.code] = item.question.empty() ? "item " + item.code : item.question;
  }
  std::map<std::string, bool> decided;
  bool quorum = false;
  for (const ItemResult& item : state.count.items) {
    if (item.outcome == v1::OUTCOME_VOID) return v1::OUTCOME_VOID;
    bool& passed = decided[question_of[item.item]];
    passed = passed || item.outcome == v1::OUTCOME_PASSED;
    quorum = quorum || item.outcome != v1::OUTCOME_NO_QUORUM;
  }
  if (!quorum) return v1::OUTCOME_NO_QUORUM;
  const bool all =
      std::all_of(decided.begin(), decided.end(), [](const auto& d) { return d.second; });
  return all ? v1::OUTCOME_PASSED : v1::OUTCOME_REJECTED;
}

// Candidates of that standing, the best first; equal ones as they stand on the ballot.
std::vector<std::string> WithStanding(const State& state, v1::Standing standing) {
  std::vector<ItemResult> found;
  std::copy_if(state.count.items.begin(), state.count.items.end(), std::back_inserter(found),
               [&](const ItemResult& item) { return item.standing == standing; });
  std::stable_sort(found.begin(), found.end(),
                   [](const ItemResult& a, const ItemResult& b) { return a.rank < b.rank; });
  std::vector<std::string> names;
  for (const ItemResult& item : found) names.push_back(item.candidate);
  return names;
}

Resolution::Event Certified(const State& state, const VotingRuleSet& rules,
                            const Names& signatories, const Context& context) {
  Resolution::Event event;
  v1::ResolutionCertified& certified = *event.mutable_certified();
  for (const ItemResult& item : state.count.items) {
    v1::ItemOutcome& outcome = *certified.add_outcomes();
    outcome.set_item(item.item);
    outcome.set_outcome(item.outcome);
  }
  certified.set_outcome(OutcomeOf(state));
  certified.set_input_sha256(state.count.input_sha256);
  for (const std::string& name : WithStanding(state, v1::STANDING_ELECTED)) {
    certified.add_elected(name);
  }
  for (const std::string& name : WithStanding(state, v1::STANDING_ALTERNATE)) {
    certified.add_alternates(name);
  }
  if (state.is_election()) certified.set_vacant_seats(state.count.seats_left);
  for (const std::string& person : signatories) certified.add_signatories(person);
  const auto due = [&](const policy::v1::Period& within) {
    return wire::ToStamp(rules::DueAfter(within, context.now, context));
  };
  if (rules.has_publish_within()) *certified.mutable_publish_due() = due(rules.publish_within());
  if (rules.has_file_within()) *certified.mutable_file_due() = due(rules.file_within());
  return event;
}

Resolution::Event RunoffOrdered(const State& state) {
  Resolution::Event event;
  v1::RunoffOrdered& ordered = *event.mutable_runoff_ordered();
  for (const std::string& name : WithStanding(state, v1::STANDING_RUNOFF)) {
    ordered.add_candidates(name);
  }
  ordered.set_seats(state.count.seats_left);
  return event;
}

}  // namespace

Needs Resolution::NeedsOf(const State& state, const v1::CertifyResolutionRequest&) {
  Needs needs = rules::ConvenerNeeds(state);
  rules::AskForPinned(state.rule_set, needs);
  return needs;
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::CertifyResolutionRequest& request,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kTallied, Phase::kExecutionPublished)) return *no;
  const std::string& signatory = context.acting.subject;
  const bool same = request.input_sha256() == state.count.input_sha256;
  if (same && state.signatures.contains(signatory)) return rules::AlreadySo();
  if (auto no = MaySign(state, request, context)) return *no;
  runtime::Decided<Event> decided;
  decided.policy_refs = {state.rule_set};
  v1::CertificationSigned& signing = *decided.events.emplace_back().mutable_certification_signed();
  signing.set_signatory(signatory);
  signing.set_as(SignsAs(state, context));
  signing.set_input_sha256(request.input_sha256());
  // One signature a person: two of two kinds are two persons.
  const bool other =
      std::any_of(state.signatures.begin(), state.signatures.end(),
                  [&](const auto& earlier) { return earlier.second != signing.as(); });
  if (!other) return decided;
  Names signatories = {signatory};
  for (const auto& [person, as] : state.signatures) signatories.insert(person);
  decided.events.push_back(Certified(state, *RulesOf(state, context), signatories, context));
  if (state.is_election() && state.count.election == v1::OUTCOME_RUNOFF) {
    decided.events.push_back(RunoffOrdered(state));
  }
  return decided;
}

}  // namespace sanzhang::resolution
