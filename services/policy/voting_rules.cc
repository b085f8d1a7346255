#include "services/policy/voting_rules.h"

#include <algorithm>

#include "services/policy/policy_kind.h"

namespace sanzhang::policy {

const v1::VotingRuleSet* VotingRulesNamed(const PolicyBook& book, std::string_view name) {
  return dynamic_cast<const v1::VotingRuleSet*>(book.Named(name));
}

const v1::VotingRuleSet* VotingRulesInForce(const PolicyBook& book,
                                            sanzhang::resolution::v1::Regime regime,
                                            sanzhang::resolution::v1::MatterCode matter,
                                            std::string_view variant, absl::Time at) {
  const v1::VotingRuleSet* for_others = nullptr;
  for (const v1::VotingRuleSet* rules : book.AllInForce<v1::VotingRuleSet>(at)) {
    if (rules->regime() != regime || std::string_view(rules->variant()) != variant) continue;
    const auto& matters = rules->matters();
    if (matters.empty()) for_others = rules;
    if (std::find(matters.begin(), matters.end(), matter) != matters.end()) return rules;
  }
  return for_others;
}

PolicyState StateOf(const v1::VotingRuleSet& rules, absl::Time at) {
  const absl::CivilDay day = absl::ToCivilDay(at, Shanghai());
  const auto first = ParseDay(rules.effective_from());
  const auto last = ParseDay(rules.effective_to());
  if (!first || day < *first) return PolicyState::kProposed;
  return last && day > *last ? PolicyState::kRetired : PolicyState::kInForce;
}

}  // namespace sanzhang::policy
