// The roll of a vote: its voting subjects, as they are frozen.
//
// A voter's id is made from the resolution and the subject's key alone, so that freezing twice
// names the same voters; it tells neither person nor dwelling. The roll's hash is the SHA-256, in
// lower-case hexadecimal, of one line for each voter in the order of their ids: the id and the
// entry as canonical_text.h writes it. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sanzhang/policy/v1/voting_rule_set.pb.h"
#include "sanzhang/resolution/v1/resolution.pb.h"
#include "services/runtime/electorate.h"

namespace sanzhang::resolution {

struct RollLine {
  std::string voter;  // Last part of the voter's name.
  v1::RollEntry entry;
};

// What ElectorateFrozen says.
struct RollTotals {
  std::uint64_t position = 0;  // Of the log that the register was read at.
  std::int64_t subjects = 0;
  std::int64_t heads = 0;
  std::int64_t area_dm2 = 0;
  std::int64_t dwellings = 0;
  std::int64_t dwellings_without_owner = 0;
  std::int32_t composition = 0;
  std::int32_t representatives = 0;
  bool operator==(const RollTotals&) const = default;
};

struct Roll {
  std::vector<RollLine> lines;  // By voter.
  RollTotals totals;
};

std::string VoterId(std::string_view resolution, std::string_view subject_key);

// How owners' dwellings count by a rule set.
runtime::OwnerRules OwnerRulesOf(const policy::v1::VotingRuleSet& rules);

// Owners; all of the scope are interested where the rules ask for their unanimity.
Roll MakeRoll(std::string_view resolution, const policy::v1::VotingRuleSet& rules,
              const runtime::OwnersElectorate& electorate);
// Residents, by person or by household.
Roll MakeRoll(std::string_view resolution, const runtime::ResidentsElectorate& electorate);
// Members of an assembly or a committee.
Roll MakeRoll(std::string_view resolution, const runtime::MembersElectorate& electorate);

std::string HashRoll(const std::vector<RollLine>& lines);

}  // namespace sanzhang::resolution
