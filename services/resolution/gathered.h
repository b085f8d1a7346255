// What companions bring to commands on resolutions (runtime::Facts::Gathered): read from the
// register, the ballot store or other streams before the rules are asked. Plain values.
//
// Where a command would be refused for the resolution's state alone, a companion may bring nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sanzhang/resolution/v1/tally.pb.h"

namespace sanzhang::resolution {

// SupportMotion: what the one who signs may say in this petition. Whose share is asked for, that of
// voters or of households, is said by Resolution::DemandOf.
struct Entitlement {
  bool entitled = false;      // May vote on the matter.
  std::string subject = {};   // The voting subject signed for, as its key in the register.
  std::int64_t area_dm2 = 0;  // Its area, for owners.
  std::int64_t all = 0;       // How many such subjects there are.
};

// FreezeElectorate: the roll that was enrolled under `snapshot`, every entry of it.
struct ElectorateSummary {
  std::string snapshot = {};
  std::string roll_sha256 = {};
  std::uint64_t register_position = 0;
  std::int64_t subjects = 0;
  std::int64_t heads = 0;
  std::int64_t area_dm2 = 0;
  std::int64_t dwellings = 0;
  std::int64_t dwellings_without_owner = 0;
  std::int32_t composition = 0;
  std::int32_t representatives = 0;
};

// OpenVote: the key under which choices are sealed, durable before the vote opens. Empty for secret
// votes, whose choices are not in the log before they are shuffled.
struct OpeningKey {
  std::string public_key = {};
};

// CloseVote: what opens them.
struct ClosingKey {
  std::string secret_key = {};
  std::int64_t box_ballots = 0;  // Of a secret vote.
};

// ComputeTally, Recount: the count of the roll `snapshot`. Items of a meeting that were never put
// to the vote are counted as put to it at the close.
struct Counted {
  std::string snapshot = {};
  v1::TallyResult result = {};
  std::vector<std::string> differences = {};  // Parts that are not those of the count before.
};

}  // namespace sanzhang::resolution
