// Finding the rule set of a vote. A vote looks once, when its notice goes out, and keeps the name:
// what follows later never changes it. Pure over a book that does not change.
#pragma once

#include <string_view>

#include "absl/time/time.h"
#include "sanzhang/policy/v1/voting_rule_set.pb.h"
#include "services/policy/policy_book.h"

namespace sanzhang::policy {

// By name and version, as in `policies/voting-owners-ordinary@1`, whether or not it is in force;
// null: there is none.
const v1::VotingRuleSet* VotingRulesNamed(const PolicyBook& book, std::string_view name);

// In force at that time for that matter: the rule set that names it, else the regime's one that
// names no matter. Null: there is none.
const v1::VotingRuleSet* VotingRulesInForce(const PolicyBook& book,
                                            sanzhang::resolution::v1::Regime regime,
                                            sanzhang::resolution::v1::MatterCode matter,
                                            std::string_view variant, absl::Time at);

// Where a rule set stands in its life.
enum class PolicyState { kProposed, kInForce, kRetired };
PolicyState StateOf(const v1::VotingRuleSet& rules, absl::Time at);

}  // namespace sanzhang::policy
