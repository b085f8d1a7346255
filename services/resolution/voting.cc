// The vote itself: opening, extension, end; who is present, who stands aside, what is called.
// Nobody learns here how many have voted.
#include <algorithm>
#include <string>
#include <utility>

#include "proto/wire/time.h"
#include "services/resolution/gathered.h"
#include "services/resolution/limits.h"
#include "services/resolution/resolution.h"
#include "services/resolution/rules.h"
#include "services/resolution/voter_state.h"
#include "services/resolution/voting_window.h"

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

// What commands of the convener ask for that rest on the pinned rules.
Needs ForRules(const State& state) {
  Needs needs = rules::ConvenerNeeds(state);
  rules::AskForPinned(state.rule_set, needs);
  return needs;
}

// A paper or a secret ballot is never handled by one person alone.
Objection EnoughCount(const State& state, const VotingRuleSet& rules) {
  const bool paper = state.mode != v1::VOTE_MODE_ELECTRONIC;
  const bool secret = rules.secrecy() == policy::v1::SECRECY_SECRET;
  if (!paper && !secret) return {};
  if (static_cast<int>(state.counters.size()) >= kCountersMin) return {};
  return Refuse(ERROR_REASON_COUNTERS_TOO_FEW, {{"items_min", std::to_string(kCountersMin)}});
}

Objection RollStands(const State& state) {
  if (state.snapshot.empty()) return Refuse(ERROR_REASON_ELECTORATE_NOT_FROZEN);
  const bool pending = std::any_of(state.roll_objections.begin(), state.roll_objections.end(),
                                   [](const auto& objection) { return !objection.second.ruled; });
  if (pending) return Refuse(ERROR_REASON_OBJECTIONS_PENDING);
  return {};
}

Objection OfficesReady(const State& state) {
  if (!state.recalls.empty() && !state.defence_heard) {
    return Refuse(ERROR_REASON_RECALL_DEFENCE_MISSING);
  }
  if (state.is_election() && !state.candidates_published) {
    return Refuse(ERROR_REASON_CANDIDATES_NOT_PUBLISHED);
  }
  if (state.items.empty()) return Refuse(ERROR_REASON_CANDIDATES_TOO_FEW);
  return {};
}

// Not before all that was announced has been public for long enough, and not so late that too
// little is left of the window.
Objection InTime(const State& state, const VotingRuleSet& rules, const Context& context) {
  const absl::Time earliest = std::max({state.opens, state.roll_objections_until,
                                        state.roll_votes_from, state.candidates_votes_from});
  if (context.now < earliest) {
    return Refuse(ERROR_REASON_OPENING_TOO_EARLY, {{"earliest", rules::Show(earliest)}});
  }
  if (context.now >= state.closes) {
    return Refuse(ERROR_REASON_VOTE_OVER, {{"closes", rules::Show(state.closes)}});
  }
  if (state.mode == v1::VOTE_MODE_MEETING) return {};
  if (WrongWindow(rules, {.opens = context.now, .closes = state.closes}).empty()) return {};
  return Refuse(ERROR_REASON_WINDOW_LENGTH_INVALID,
                {{"days_min", std::to_string(rules.window_days_min())},
                 {"days_max", std::to_string(rules.window_days_max())}});
}

}  // namespace

Needs Resolution::NeedsOf(const State& state, const v1::OpenVoteRequest&) {
  return ForRules(state);
}

Resolution::Decision Resolution::Decide(const State& state, const v1::OpenVoteRequest&,
                                        const Context& context) {
  if (state.phase == Phase::kOpen) return rules::AlreadySo();
  if (auto no = rules::MustBe(state, Phase::kNoticed, Phase::kNoticed)) return *no;
  if (auto no = rules::MaySpeakForConvener(state, context)) return *no;
  // Whether people have met, no clock can tell.
  if (state.mode == v1::VOTE_MODE_MEETING && context.acting.as.role == ROLE_TIMER) {
    return Refuse(ERROR_REASON_PERMISSION_DENIED);
  }
  const VotingRuleSet* rules = RulesOf(state, context);
  if (rules == nullptr) return rules::RulesGone(state);
  if (auto no = RollStands(state)) return *no;
  if (auto no = OfficesReady(state)) return *no;
  if (auto no = EnoughCount(state, *rules)) return *no;
  if (auto no = InTime(state, *rules, context)) return *no;
  const auto* key = context.facts.Gathered<OpeningKey>();
  if (key == nullptr) return rules::NothingGathered();
  Event event;
  *event.mutable_opened()->mutable_closes() = wire::ToStamp(state.closes);
  event.mutable_opened()->set_tally_public_key(key->public_key);
  return rules::Record(std::move(event), {state.rule_set});
}

Needs Resolution::NeedsOf(const State& state, const v1::ExtendVoteRequest&) {
  return ForRules(state);
}

Resolution::Decision Resolution::Decide(const State& state, const v1::ExtendVoteRequest& request,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kOpen, Phase::kOpen)) return *no;
  if (auto no = rules::MaySpeakForConvener(state, context)) return *no;
  if (context.now >= state.closes) {
    return Refuse(ERROR_REASON_VOTE_OVER, {{"closes", rules::Show(state.closes)}});
  }
  const VotingRuleSet* rules = RulesOf(state, context);
  if (rules == nullptr) return rules::RulesGone(state);
  const absl::Time closes = wire::ToTime(request.closes());
  if (closes <= state.closes) return Refuse(ERROR_REASON_DUE_NOT_LATER);
  const VotingWindow window = {
      .opens = state.opened_at, .closes = state.closes, .extensions = state.extensions};
  const bool meeting = state.mode == v1::VOTE_MODE_MEETING;
  if (meeting || !WrongExtension(*rules, window, closes, context.now).empty()) {
    return Refuse(ERROR_REASON_EXTENSION_NOT_ALLOWED,
                  {{"extensions_max", std::to_string(rules->extensions_max())}});
  }
  Event event;
  *event.mutable_period_extended()->mutable_closes() = request.closes();
  event.mutable_period_extended()->set_reason(request.reason());
  return rules::Record(std::move(event), {state.rule_set});
}

Needs Resolution::NeedsOf(const State& state, const v1::CloseVoteRequest&) {
  return rules::ConvenerNeeds(state);
}

Resolution::Decision Resolution::Decide(const State& state, const v1::CloseVoteRequest&,
                                        const Context& context) {
  if (state.phase == Phase::kClosed) return rules::AlreadySo();
  if (auto no = rules::MustBe(state, Phase::kOpen, Phase::kOpen)) return *no;
  if (auto no = rules::MaySpeakForConvener(state, context)) return *no;
  // Only a meeting ends when all is said.
  const bool ends_early =
      state.mode == v1::VOTE_MODE_MEETING && context.acting.as.role != ROLE_TIMER;
  if (!ends_early && context.now < state.closes) {
    return Refuse(ERROR_REASON_VOTE_NOT_OVER, {{"closes", rules::Show(state.closes)}});
  }
  const auto* key = context.facts.Gathered<ClosingKey>();
  if (key == nullptr) return rules::NothingGathered();
  Event event;
  event.mutable_closed()->set_tally_secret_key(key->secret_key);
  event.mutable_closed()->set_box_ballots(key->box_ballots);
  return rules::Record(std::move(event));
}

namespace {

template <class Request>
Needs ForVoter(const State& state, const Request& request) {
  Needs needs = rules::ConvenerNeeds(state);
  needs.peers.push_back(request.voter());
  return needs;
}

// People come and go from when the roll stands until the vote is over.
Objection MeetingRuns(const State& state, std::string_view voter, const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kNoticed, Phase::kOpen)) return no;
  if (auto no = rules::MaySpeakForConvener(state, context)) return no;
  if (state.mode != v1::VOTE_MODE_MEETING) return Refuse(ERROR_REASON_NOT_A_MEETING);
  if (state.snapshot.empty()) return Refuse(ERROR_REASON_ELECTORATE_NOT_FROZEN);
  return rules::MustBeInRoll(state, voter, context);
}

bool IsPresent(const std::vector<Presence>& spans) {
  return !spans.empty() && spans.back().left == absl::InfiniteFuture();
}

bool IsPresent(const State& state, std::string_view voter) {
  const auto found = state.attendance.find(voter);
  return found != state.attendance.end() && IsPresent(found->second);
}

}  // namespace

Needs Resolution::NeedsOf(const State& state, const v1::CheckInRequest& request) {
  return ForVoter(state, request);
}

Resolution::Decision Resolution::Decide(const State& state, const v1::CheckInRequest& request,
                                        const Context& context) {
  if (auto no = MeetingRuns(state, request.voter(), context)) return *no;
  if (IsPresent(state, request.voter())) return rules::AlreadySo();
  const auto found = state.attendance.find(request.voter());
  if (found != state.attendance.end() && found->second.size() >= kPresencesMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kPresencesMax)}});
  }
  Event event;
  event.mutable_checked_in()->set_voter(request.voter());
  return rules::Record(std::move(event));
}

Needs Resolution::NeedsOf(const State& state, const v1::CheckOutRequest& request) {
  return ForVoter(state, request);
}

Resolution::Decision Resolution::Decide(const State& state, const v1::CheckOutRequest& request,
                                        const Context& context) {
  if (auto no = MeetingRuns(state, request.voter(), context)) return *no;
  if (!IsPresent(state, request.voter())) return rules::AlreadySo();
  Event event;
  event.mutable_checked_out()->set_voter(request.voter());
  return rules::Record(std::move(event));
}

Needs Resolution::NeedsOf(const State& state, const v1::CallItemRequest&) {
  return rules::ConvenerNeeds(state);
}

Resolution::Decision Resolution::Decide(const State& state, const v1::CallItemRequest& request,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kOpen, Phase::kOpen)) return *no;
  if (auto no = rules::MaySpeakForConvener(state, context)) return *no;
  if (state.mode != v1::VOTE_MODE_MEETING) return Refuse(ERROR_REASON_NOT_A_MEETING);
  if (auto no = rules::MustHaveItem(state, request.item())) return *no;
  if (state.called.contains(request.item())) return rules::AlreadySo();
  if (context.now >= state.closes) {
    return Refuse(ERROR_REASON_VOTE_OVER, {{"closes", rules::Show(state.closes)}});
  }
  Event event;
  v1::ItemCalled& called = *event.mutable_item_called();
  called.set_item(request.item());
  called.set_present(static_cast<std::int32_t>(
      std::count_if(state.attendance.begin(), state.attendance.end(),
                    [](const auto& spans) { return IsPresent(spans.second); })));
  return rules::Record(std::move(event));
}

namespace {

// The member behind the entry; the first where there are several.
std::string PersonOf(std::string_view voter, const Context& context) {
  const auto* entry = context.facts.Peer<VoterState>(voter);
  return entry == nullptr || entry->persons.empty() ? "" : *entry->persons.begin();
}

bool IsCaller(std::string_view voter, const Context& context) {
  const auto* entry = context.facts.Peer<VoterState>(voter);
  return entry != nullptr && entry->persons.contains(context.acting.subject);
}

// From when the roll stands until the vote is over.
Objection MayStandAside(const State& state, std::string_view voter, const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kNoticed, Phase::kOpen)) return no;
  if (state.snapshot.empty()) return Refuse(ERROR_REASON_ELECTORATE_NOT_FROZEN);
  return rules::MustBeInRoll(state, voter, context);
}

}  // namespace

Needs Resolution::NeedsOf(const State&, const v1::DeclareInterestRequest& request) {
  return {.peers = {request.voter()}};
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::DeclareInterestRequest& request,
                                        const Context& context) {
  if (auto no = MayStandAside(state, request.voter(), context)) return *no;
  if (!IsCaller(request.voter(), context)) return Refuse(ERROR_REASON_NOT_THE_MEMBER);
  if (state.interested.contains(context.acting.subject)) return rules::AlreadySo();
  Event event;
  v1::InterestDeclared& declared = *event.mutable_interest_declared();
  declared.set_voter(request.voter());
  declared.set_reason(request.reason());
  declared.set_person(context.acting.subject);
  return rules::Record(std::move(event));
}

Needs Resolution::NeedsOf(const State& state, const v1::RecuseMemberRequest& request) {
  Needs needs;
  needs.peers.push_back(request.voter());
  rules::AskForPinned(state.rule_set, needs);
  return needs;
}

Resolution::Decision Resolution::Decide(const State& state, const v1::RecuseMemberRequest& request,
                                        const Context& context) {
  if (auto no = MayStandAside(state, request.voter(), context)) return *no;
  const type::v1::Role role = context.acting.as.role;
  const bool watches = role == ROLE_SUPERVISION_COMMITTEE || role == ROLE_SUBDISTRICT_OFFICER;
  if (!watches && !IsCaller(request.voter(), context)) return Refuse(ERROR_REASON_NOT_THE_MEMBER);
  for (const std::string& item : request.items()) {
    if (auto no = rules::MustHaveItem(state, item)) return *no;
  }
  const VotingRuleSet* rules = RulesOf(state, context);
  if (rules == nullptr) return rules::RulesGone(state);
  if (rules->conflict_handling() != policy::v1::CONFLICT_HANDLING_RECUSE) {
    return Refuse(ERROR_REASON_RECUSAL_NOT_PROVIDED);
  }
  const auto found = state.recused.find(request.voter());
  const bool already =
      found != state.recused.end() &&
      (found->second.empty() ||
       (!request.items().empty() &&
        std::all_of(request.items().begin(), request.items().end(),
                    [&](const std::string& item) { return found->second.contains(item); })));
  if (already) return rules::AlreadySo();
  Event event;
  v1::MemberRecused& recused = *event.mutable_member_recused();
  recused.set_voter(request.voter());
  *recused.mutable_items() = request.items();
  recused.set_reason(request.reason());
  recused.set_person(PersonOf(request.voter(), context));
  return rules::Record(std::move(event), {state.rule_set});
}

}  // namespace sanzhang::resolution
