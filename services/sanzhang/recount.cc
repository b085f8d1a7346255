#include "services/sanzhang/recount.h"

#include "absl/strings/str_cat.h"
#include "proto/wire/fact.h"
#include "proto/wire/time.h"
#include "services/keyring/keyring.h"
#include "services/policy/own_policy.h"
#include "services/resolution/tally_case.h"

namespace sanzhang::app {

absl::StatusOr<Recount> CountAgain(const resolution::VoteOnRecord& record,
                                   const policy::PolicyBook& book, const runtime::OwnPolicy* own,
                                   const std::string& rule_set) {
  const resolution::ResolutionState& vote = record.vote.vote;
  if (vote.phase < resolution::Phase::kClosed) {
    return absl::FailedPreconditionError("the vote has not closed, or there is no such vote");
  }
  const auto* found = runtime::FindPinned<policy::v1::VotingRuleSet>(book, own, rule_set);
  if (found == nullptr) return absl::NotFoundError(absl::StrCat("no rule set ", rule_set));
  Recount recount{*found, {}};
  // A community's own rules don't know by which name they are pinned.
  recount.rules.set_name(rule_set);
  recount.input = resolution::MakeTallyInput(record.vote, [&vote](std::string_view sealed) {
    return keyring::OpenBox(sealed, vote.tally_secret_key);
  });
  return recount;
}

absl::Status AddOwnPolicy(const std::string& stream, const log::v1::Record& record,
                          runtime::OwnPolicy& own) {
  if (record.stream() != stream) return absl::OkStatus();
  policy::v1::PolicyEvent event;
  absl::Status fact = wire::ReadFact(record.type(), record.payload(), event);
  if (!fact.ok()) return fact;
  policy::OwnPolicy::Evolve(own, event, {wire::ToTime(record.occurred_at()), record.actor()});
  return absl::OkStatus();
}

}  // namespace sanzhang::app
