// What a good rule set of votes is.
#pragma once

#include <string_view>

#include "google/protobuf/message.h"
#include "sanzhang/policy/v1/voting_rule_set.pb.h"
#include "services/policy/policy_kind.h"

namespace sanzhang::policy {

// A regime; shares that are shares; consent, and who takes part, unless unanimity is asked for;
// rules that need one another together, and none that contradict: a secret vote weighs and names
// nobody, a meeting has no window, what is deemed says what it does.
void CheckVotingRuleSet(const v1::VotingRuleSet& rules, Report wrong);

// Whether both would be meant for one matter: the same regime and variant, and a matter in common,
// or both for all the matters that no other rule set names.
bool MeantForTheSame(const v1::VotingRuleSet& one, const v1::VotingRuleSet& other);

}  // namespace sanzhang::policy
