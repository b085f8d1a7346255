#include "services/policy/voting_check.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/policy/limits.h"
#include "services/policy/period_check.h"

namespace sanzhang::policy {
namespace {

namespace resolution = sanzhang::resolution::v1;
using v1::VotingRuleSet;

bool IsShare(const v1::Threshold& threshold) {
  return threshold.denominator() >= 1 && threshold.denominator() <= kThresholdTermMax &&
         threshold.numerator() >= 0 && threshold.numerator() <= threshold.denominator();
}

void CheckThresholds(const char* field, const v1::Thresholds& thresholds, Report wrong) {
  if (thresholds.has_area() && !IsShare(thresholds.area())) wrong(field, -1, "area is no share");
  if (thresholds.has_heads() && !IsShare(thresholds.heads())) wrong(field, -1, "heads is no share");
}

void CheckNumber(const char* field, std::int32_t number, std::int32_t max, Report wrong) {
  if (number < 0 || number > max) wrong(field, -1, absl::StrCat("must be from 0 to ", max));
}

void CheckMatters(const VotingRuleSet& rules, Report wrong) {
  std::set<int> given;
  for (int i = 0; i < rules.matters_size(); ++i) {
    if (rules.matters(i) == resolution::MATTER_CODE_UNSPECIFIED) wrong("matters", i, "is none");
    if (!given.insert(rules.matters(i)).second) wrong("matters", i, "is given twice");
  }
}

void CheckConsent(const VotingRuleSet& rules, Report wrong) {
  CheckThresholds("quorum", rules.quorum(), wrong);
  CheckThresholds("consent", rules.consent(), wrong);
  if (rules.has_representatives_min() && !IsShare(rules.representatives_min())) {
    wrong("representatives_min", -1, "is no share");
  }
  if (rules.unanimous_interested()) {
    if (rules.has_quorum() || rules.has_consent()) {
      wrong("unanimous_interested", -1, "stands in the place of quorum and consent");
    }
    return;
  }
  if (!rules.consent().has_area() && !rules.consent().has_heads()) {
    wrong("consent", -1, "must be asked for by area or by heads");
  }
  if (rules.participation() == v1::PARTICIPATION_UNSPECIFIED) {
    wrong("participation", -1, "must be said");
  }
  if (rules.consent_base() == v1::CONSENT_BASE_UNSPECIFIED) {
    wrong("consent_base", -1, "must be said");
  }
}

void CheckSilence(const VotingRuleSet& rules, Report wrong) {
  const bool deemed = rules.participation() == v1::PARTICIPATION_DELIVERED_DEEMED;
  if (deemed != (rules.deemed_as() != v1::DEEMED_AS_UNSPECIFIED)) {
    wrong("deemed_as", -1, "goes with PARTICIPATION_DELIVERED_DEEMED");
  }
  const bool joins = rules.follow_majority() || rules.deemed_as() == v1::DEEMED_AS_FOLLOW_MAJORITY;
  if (rules.majority_floor_half_of_all() && !joins) {
    wrong("majority_floor_half_of_all", -1, "nobody joins a majority");
  }
}

void CheckSecrecy(const VotingRuleSet& rules, Report wrong) {
  if (rules.secrecy() == v1::SECRECY_UNSPECIFIED) wrong("secrecy", -1, "must be said");
  if (rules.secrecy() != v1::SECRECY_SECRET) return;
  const bool weighs = rules.quorum().has_area() || rules.consent().has_area();
  const bool names = rules.unanimous_interested() || rules.sub_scope_subjects_min() > 0 ||
                     rules.participation() == v1::PARTICIPATION_DELIVERED_DEEMED ||
                     rules.conflict_handling() == v1::CONFLICT_HANDLING_SEPARATE_LINE;
  if (weighs || names) wrong("secrecy", -1, "a secret vote can't weigh or name the voters");
}

void CheckTimes(const VotingRuleSet& rules, Report wrong) {
  CheckNumber("window_days_min", rules.window_days_min(), kPeriodDaysMax, wrong);
  CheckNumber("window_days_max", rules.window_days_max(), kPeriodDaysMax, wrong);
  CheckNumber("extensions_max", rules.extensions_max(), kExtensionsMax, wrong);
  CheckNumber("notice_days", rules.notice_days(), kPeriodDaysMax, wrong);
  if (rules.window_days_max() > 0 && rules.window_days_max() < rules.window_days_min()) {
    wrong("window_days_max", -1, "is less than window_days_min");
  }
  if (rules.extensions_max() > 0 && rules.window_days_max() == 0) {
    wrong("extensions_max", -1, "needs window_days_max");
  }
  if (rules.participation() == v1::PARTICIPATION_PRESENT && rules.window_days_min() > 0) {
    wrong("window_days_min", -1, "a meeting has no window");
  }
  const auto period = [&](const char* field, bool given, const v1::Period& length) {
    const std::string why = given ? WrongPeriod(length) : "";
    if (!why.empty()) wrong(field, -1, why);
  };
  period("objection_period", rules.has_objection_period(), rules.objection_period());
  period("publish_within", rules.has_publish_within(), rules.publish_within());
  period("file_within", rules.has_file_within(), rules.file_within());
}

void CheckElection(const VotingRuleSet& rules, Report wrong) {
  if (!rules.has_election()) return;
  const v1::ElectionRule& election = rules.election();
  const auto check = [&](bool holds, std::string_view reason) {
    if (!holds) wrong("election", -1, reason);
  };
  check(election.mode() != v1::ELECTION_MODE_UNSPECIFIED, "mode must be said");
  check(election.seats_min() >= 0 && election.seats_max() >= 0, "seats must not be negative");
  check(election.seats_max() == 0 || election.seats_min() <= election.seats_max(),
        "seats_max is less than seats_min");
  check(election.runoff_extra_candidates() >= 0, "runoff_extra_candidates must not be negative");
  check(!election.has_runoff_share() || IsShare(election.runoff_share()),
        "runoff_share is no share");
  check(!rules.unanimous_interested(), "unanimity elects nobody");
}

void CheckDemands(const VotingRuleSet& rules, Report wrong) {
  for (int i = 0; i < rules.demands_size(); ++i) {
    const v1::Demand& demand = rules.demands(i);
    if (demand.by() == v1::DEMANDED_BY_UNSPECIFIED) wrong("demands", i, "must say who demands");
    if (!IsShare(demand.share())) wrong("demands", i, "share is no share");
  }
}

}  // namespace

void CheckVotingRuleSet(const VotingRuleSet& rules, Report wrong) {
  if (rules.regime() == resolution::REGIME_UNSPECIFIED) wrong("regime", -1, "must be said");
  CheckMatters(rules, wrong);
  CheckConsent(rules, wrong);
  CheckSilence(rules, wrong);
  CheckSecrecy(rules, wrong);
  CheckTimes(rules, wrong);
  CheckElection(rules, wrong);
  CheckDemands(rules, wrong);
  CheckNumber("proxies_max", rules.proxies_max(), kProxiesMax, wrong);
  if (rules.sub_scope_subjects_min() < 0) {
    wrong("sub_scope_subjects_min", -1, "must not be negative");
  }
}

bool MeantForTheSame(const VotingRuleSet& one, const VotingRuleSet& other) {
  if (one.regime() != other.regime() || one.variant() != other.variant()) return false;
  if (one.matters().empty() || other.matters().empty()) {
    return one.matters().empty() && other.matters().empty();
  }
  return std::any_of(one.matters().begin(), one.matters().end(), [&](int matter) {
    return std::find(other.matters().begin(), other.matters().end(), matter) !=
           other.matters().end();
  });
}

}  // namespace sanzhang::policy
