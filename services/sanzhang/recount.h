// A vote on record, ready to be counted again: its rules, and what is counted.
//
// Pure.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "sanzhang/policy/v1/voting_rule_set.pb.h"
#include "sanzhang/resolution/v1/tally.pb.h"
#include "services/policy/policy_book.h"
#include "services/resolution/vote_reader.h"
#include "services/runtime/policies.h"

namespace sanzhang::app {

struct Recount {
  policy::v1::VotingRuleSet rules;
  resolution::v1::TallyInput input;
};

// By the rule set of that name, as in `policies/voting-owners-special@1`; `own`: the community's
// own policy, if the name is of one. FAILED_PRECONDITION if the vote has not closed; NOT_FOUND if
// there is no such rule set.
absl::StatusOr<Recount> CountAgain(const resolution::VoteOnRecord& record,
                                   const policy::PolicyBook& book, const runtime::OwnPolicy* own,
                                   const std::string& rule_set);

// Takes one fact of a community's own policy; those of other streams are left out.
absl::Status AddOwnPolicy(const std::string& stream, const log::v1::Record& record,
                          runtime::OwnPolicy& own);

}  // namespace sanzhang::app
