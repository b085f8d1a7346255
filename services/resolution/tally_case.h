// From the facts of a vote to the input of its tally. Pure; the same facts give the same input.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sanzhang/resolution/v1/tally.pb.h"
#include "services/resolution/ballot.h"
#include "services/resolution/state.h"
#include "services/resolution/voter_state.h"

namespace sanzhang::resolution {

// All that is known of a vote that has closed.
struct ClosedVote {
  ResolutionState vote;
  std::map<std::string, VoterState, std::less<>> voters;      // By the last part of their names.
  std::map<std::string, Ballot::State, std::less<>> ballots;  // Likewise.
  std::vector<v1::BallotPaper> box;                           // Of a secret vote.
};

// Opens what was sealed to the vote's key; nothing: it can't be.
using Opener = std::function<std::optional<std::string>(std::string_view sealed)>;

// Ballots that can't be opened or read are in the input, as invalid.
v1::TallyInput MakeTallyInput(const ClosedVote& closed, const Opener& open);

}  // namespace sanzhang::resolution
