// The ballots of one voting subject: pure rules. Stream
// `communities/{c}/resolutions/{r}/ballots/{v}`, beside the voter `…/voters/{v}`.
//
// A ballot is taken if the vote is open and the voter's entry unchanged when it is committed; both
// are conditions of the append, and no other voter's. What it says is sealed: nothing here reads
// it, so that several ballots of one subject are a conflict before anyone can tell whether they
// agree. Which one counts is the tally's to say.
//
// Refusals, in this order: NOT_A_VOTER or NOT_A_COUNTER, whether or not anything exists;
// those of the vote's phase; BALLOT_PAPER_INVALID; ALREADY_VOTED; those of the command.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "sanzhang/resolution/v1/ballot_service.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "sanzhang/type/v1/origin.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::resolution {

struct Ballot {
  using Event = v1::BallotEvent;
  using Decision = runtime::Decision<Event>;

  struct Paper {
    std::string sealed;
    v1::CastBy by = v1::CAST_BY_UNSPECIFIED;
    std::string person;
    std::string principal;  // For a proxy.
    absl::Time cast;
    bool on_paper = false;
    std::string entered_by;        // On paper: the first clerk.
    std::string verified_by;       // The second one; empty: not yet.
    std::string sealed_by_second;  // What the second clerk read.
    v1::InvalidReason invalid = v1::INVALID_REASON_UNSPECIFIED;
    bool operator==(const Paper&) const = default;
  };

  struct State {
    std::vector<Paper> papers;  // Number 1 first.
    std::optional<int> kept;    // 0: none.
    int late = 0;
    bool operator==(const State&) const = default;
  };

  static void Evolve(State& state, const Event& event, const runtime::Happened& happened) noexcept;

  // The ballots of the voter that the request names.
  template <class Request>
  static std::string NameOf(const Request& request) {
    return OfVoter(request.name());
  }
  template <class Request>
  static runtime::Needs NeedsOf(const State&, const Request& request) {
    return NeedsOfVoter(request.name());
  }
  // Who votes and who counts is checked here, whatever area their capacity is for.
  template <class Request>
  static bool Anywhere(const Request&) {
    return true;
  }

  static Decision Decide(const State&, const v1::CastBallotRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::EnterPaperBallotRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::VerifyPaperBallotRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::InvalidateBallotRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::ResolveBallotConflictRequest&,
                         const runtime::Context&);

 private:
  static std::string OfVoter(const std::string& voter);
  static runtime::Needs NeedsOfVoter(const std::string& voter);
};

}  // namespace sanzhang::resolution
