// The rules of motions and resolutions (议题, 决议): which command is allowed when, to whom, and
// what it makes true.
//
// Pure: time, policies, the register, the ballot store and the count come in through
// runtime::Context (gathered.h), nothing is read here. `Decide` answers with the events to record
// (none: already so) or with a refusal; of several reasons the first in the order of the code is
// given, and that order is the same everywhere:
//   1. the resolution and its phase   2. the caller
//   3. what the command names         4. times and limits
// README.md shows the phases. Held at all times, and tested with random commands:
//   - The outcome is that of the last count, of the frozen roll, by the rules that the notice
//     pinned; no command says it.
//   - It stands only when two different persons, one for the convener and one of those who count,
//     have signed that very count, and no objection waits.
//   - Nothing here tells how many have voted, or for what, while the vote is open: neither state
//     nor facts nor refusals hold it.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/policy/v1/voting_rule_set.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "sanzhang/resolution/v1/resolution_service.pb.h"
#include "services/resolution/state.h"
#include "services/runtime/decider.h"

namespace sanzhang::resolution {

struct Resolution {
  using Event = v1::ResolutionEvent;
  using Decision = runtime::Decision<Event>;
  using Context = runtime::Context;
  using Needs = runtime::Needs;

  using State = ResolutionState;

  static void Evolve(State& state, const Event& event, const runtime::Happened& happened) noexcept;

  // `{parent}/resolutions/{resolution_id or fresh_id}`.
  static std::string NewName(const v1::DraftMotionRequest& request, std::string_view fresh_id);
  // The property area of the motion, or of its convener: what the caller's scope must cover.
  static type::v1::Place PlaceOf(const State& state, const v1::DraftMotionRequest& request,
                                 const runtime::Facts& facts);
  template <class Request>
  static type::v1::Place PlaceOf(const State& state, const Request&, const runtime::Facts&) {
    type::v1::Place place;
    place.set_property_area(state.property_area);
    return place;
  }
  // Who sits in the convener is the convener, chiefs under it are not; the drafter of a petition is
  // the person.
  static bool Related(const State& state, type::v1::Relation relation,
                      const runtime::Standing& standing, std::string_view subject);

  // For companions: the capacity in which someone signs a petition, and the demand that the rules
  // provide for it. UNSPECIFIED, null: none.
  static type::v1::Role PetitionRole(const State& state, const runtime::Acting& acting);
  static const policy::v1::Demand* DemandOf(const State& state, type::v1::Role role,
                                            const Context& context);
  // For companions: the rules that the notice pinned; null: not noticed, or not known here.
  static const policy::v1::VotingRuleSet* RulesOf(const State& state, const Context& context);

  // draft.cc
  static Needs NeedsOf(const State&, const v1::DraftMotionRequest&);
  static Needs NeedsOf(const State&, const v1::AmendMotionRequest&);
  static Needs NeedsOf(const State&, const v1::RecordDeliberationRequest&);
  static Decision Decide(const State&, const v1::DraftMotionRequest&, const Context&);
  static Decision Decide(const State&, const v1::AmendMotionRequest&, const Context&);
  static Decision Decide(const State&, const v1::WithdrawMotionRequest&, const Context&);
  static Decision Decide(const State&, const v1::SupportMotionRequest&, const Context&);
  static Decision Decide(const State&, const v1::RecordDeliberationRequest&, const Context&);
  static Decision Decide(const State&, const v1::RecordPartyStudyRequest&, const Context&);

  // notice.cc, electorate.cc
  static Needs NeedsOf(const State&, const v1::NoticeVoteRequest&);
  static Needs NeedsOf(const State&, const v1::AppointCountersRequest&);
  static Needs NeedsOf(const State&, const v1::FreezeElectorateRequest&);
  static Needs NeedsOf(const State&, const v1::ObjectElectorateRequest&);
  static Needs NeedsOf(const State&, const v1::RuleElectorateObjectionRequest&);
  static Decision Decide(const State&, const v1::NoticeVoteRequest&, const Context&);
  static Decision Decide(const State&, const v1::AppointCountersRequest&, const Context&);
  static Decision Decide(const State&, const v1::FreezeElectorateRequest&, const Context&);
  static Decision Decide(const State&, const v1::ObjectElectorateRequest&, const Context&);
  static Decision Decide(const State&, const v1::RuleElectorateObjectionRequest&, const Context&);

  // voting.cc
  static Needs NeedsOf(const State&, const v1::OpenVoteRequest&);
  static Needs NeedsOf(const State&, const v1::ExtendVoteRequest&);
  static Needs NeedsOf(const State&, const v1::CloseVoteRequest&);
  static Needs NeedsOf(const State&, const v1::CheckInRequest&);
  static Needs NeedsOf(const State&, const v1::CheckOutRequest&);
  static Needs NeedsOf(const State&, const v1::CallItemRequest&);
  static Needs NeedsOf(const State&, const v1::DeclareInterestRequest&);
  static Needs NeedsOf(const State&, const v1::RecuseMemberRequest&);
  static Decision Decide(const State&, const v1::OpenVoteRequest&, const Context&);
  static Decision Decide(const State&, const v1::ExtendVoteRequest&, const Context&);
  static Decision Decide(const State&, const v1::CloseVoteRequest&, const Context&);
  static Decision Decide(const State&, const v1::CheckInRequest&, const Context&);
  static Decision Decide(const State&, const v1::CheckOutRequest&, const Context&);
  static Decision Decide(const State&, const v1::CallItemRequest&, const Context&);
  static Decision Decide(const State&, const v1::DeclareInterestRequest&, const Context&);
  static Decision Decide(const State&, const v1::RecuseMemberRequest&, const Context&);

  // counting.cc
  static Needs NeedsOf(const State&, const v1::ComputeTallyRequest&);
  static Needs NeedsOf(const State&, const v1::ObjectTallyRequest&);
  static Needs NeedsOf(const State&, const v1::RecountRequest&);
  static Needs NeedsOf(const State&, const v1::CertifyResolutionRequest&);
  static Decision Decide(const State&, const v1::ComputeTallyRequest&, const Context&);
  static Decision Decide(const State&, const v1::ObjectTallyRequest&, const Context&);
  static Decision Decide(const State&, const v1::RecountRequest&, const Context&);
  static Decision Decide(const State&, const v1::CertifyResolutionRequest&, const Context&);

  // afterwards.cc
  static Needs NeedsOf(const State&, const v1::PublishResultRequest&);
  static Needs NeedsOf(const State&, const v1::FileResolutionRequest&);
  static Needs NeedsOf(const State&, const v1::PlanExecutionRequest&);
  static Decision Decide(const State&, const v1::PublishResultRequest&, const Context&);
  static Decision Decide(const State&, const v1::FileResolutionRequest&, const Context&);
  static Decision Decide(const State&, const v1::PlanExecutionRequest&, const Context&);
  static Decision Decide(const State&, const v1::ProgressExecutionRequest&, const Context&);
  static Decision Decide(const State&, const v1::FinishExecutionRequest&, const Context&);
  static Decision Decide(const State&, const v1::PublishExecutionRequest&, const Context&);
  static Decision Decide(const State&, const v1::ChallengeResolutionRequest&, const Context&);
  static Decision Decide(const State&, const v1::RuleChallengeRequest&, const Context&);

  // candidates.cc
  static Needs NeedsOf(const State&, const v1::NominateCandidateRequest&);
  static Needs NeedsOf(const State&, const v1::PublishCandidatesRequest&);
  static Decision Decide(const State&, const v1::NominateCandidateRequest&, const Context&);
  static Decision Decide(const State&, const v1::ReviewCandidateRequest&, const Context&);
  static Decision Decide(const State&, const v1::PublishCandidatesRequest&, const Context&);
  static Decision Decide(const State&, const v1::WithdrawCandidateRequest&, const Context&);
  static Decision Decide(const State&, const v1::SeatAlternateRequest&, const Context&);
  static Decision Decide(const State&, const v1::HearRecallDefenceRequest&, const Context&);
};

}  // namespace sanzhang::resolution
