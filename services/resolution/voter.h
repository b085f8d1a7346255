// One voting subject of a vote, from the frozen roll on: pure rules. Stream
// `communities/{c}/resolutions/{r}/voters/{v}`.
//
//   enrolled -> (corrected | struck off) -> delivered, proxies, co-owners' representative
//            -> secret votes: has voted
//
// Refusals, in this order: NOT_A_VOTER, whether or not the voter exists; those of the vote's phase;
// those of the command. An entry counts only in the roll that the resolution froze last.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/resolution/v1/ballot_service.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "services/resolution/voter_state.h"
#include "services/runtime/decider.h"

namespace sanzhang::resolution {

struct Voter {
  using Event = v1::VoterEvent;
  using Decision = runtime::Decision<Event>;

  using State = VoterState;

  static void Evolve(State& state, const Event& event, const runtime::Happened& happened) noexcept;

  template <class Request>
  static runtime::Needs NeedsOf(const State&, const Request& request) {
    return {.peers = {VoteOf(request.name()), BallotsOf(request.name())}};
  }
  static runtime::Needs NeedsOf(const State&, const v1::GrantProxyRequest& request) {
    return {.seats_of = {request.agent()},
            .peers = {VoteOf(request.name()), BallotsOf(request.name())}};
  }
  // Who acts for the vote or the subject is checked here, whatever area their capacity is for.
  template <class Request>
  static bool Anywhere(const Request&) {
    return true;
  }
  // `…/resolutions/r1` and `…/resolutions/r1/ballots/v1` of `…/resolutions/r1/voters/v1`.
  static std::string VoteOf(std::string_view voter);
  static std::string BallotsOf(std::string_view voter);

  static Decision Decide(const State&, const v1::CorrectVoterRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::GrantProxyRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::RevokeProxyRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::DesignateCoOwnerRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::RaiseCoOwnerDisputeRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::RecordDeliveryRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::RecordDeliveryFailureRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::CastSecretBallotRequest&, const runtime::Context&);
};

}  // namespace sanzhang::resolution
