#include "services/resolution/tally_check.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/resolution/limits.h"

namespace sanzhang::resolution {
namespace {

using policy::v1::Threshold;
using policy::v1::VotingRuleSet;

// Notes the first thing that is wrong.
class Checker {
 public:
  explicit Checker(const TallyCase& tally) : rules_(tally.rules), input_(tally.input) {}

  absl::Status Run() {
    CheckRules();
    CheckItems();
    CheckSubjects();
    CheckAround();
    CheckBallots();
    return status_;
  }

 private:
  using Names = std::set<std::string_view>;

  void Wrong(std::string_view what, std::string_view name, std::string_view reason) {
    if (!status_.ok()) return;
    status_ = absl::InvalidArgumentError(
        absl::StrCat(std::string(what), " ", std::string(name), ": ", std::string(reason)));
  }
  void Require(bool holds, std::string_view what, std::string_view name, std::string_view reason) {
    if (!holds) Wrong(what, name, reason);
  }
  void Add(Names& names, std::string_view what, std::string_view name) {
    Require(!name.empty(), what, name, "has no name");
    Require(names.insert(name).second, what, name, "is there twice");
  }
  void Know(const Names& names, std::string_view what, std::string_view name) {
    Require(names.contains(name), what, name, "is not known");
  }

  void CheckThreshold(bool set, const Threshold& threshold, std::string_view name) {
    if (!set) return;
    Require(threshold.denominator() >= 1 && threshold.denominator() <= kThresholdTermMax &&
                threshold.numerator() >= 0 && threshold.numerator() <= threshold.denominator(),
            "threshold", name, "is no share");
  }

  void CheckRules();
  void CheckItems();
  void CheckSubjects();
  void CheckAround();
  void CheckProxies();
  void CheckBallots();
  void CheckChoice(const v1::ItemChoice& choice, std::string_view what, std::string_view name);

  const VotingRuleSet& rules_;
  const v1::TallyInput& input_;
  Names items_;
  Names subjects_;
  absl::Status status_;
};

void Checker::CheckRules() {
  const auto& quorum = rules_.quorum();
  const auto& consent = rules_.consent();
  CheckThreshold(quorum.has_area(), quorum.area(), "quorum.area");
  CheckThreshold(quorum.has_heads(), quorum.heads(), "quorum.heads");
  CheckThreshold(consent.has_area(), consent.area(), "consent.area");
  CheckThreshold(consent.has_heads(), consent.heads(), "consent.heads");
  CheckThreshold(rules_.has_representatives_min(), rules_.representatives_min(),
                 "representatives_min");
  CheckThreshold(rules_.election().has_runoff_share(), rules_.election().runoff_share(),
                 "election.runoff_share");
  const std::string& name = rules_.name();
  Require(rules_.unanimous_interested() || consent.has_area() || consent.has_heads(), "rule set",
          name, "asks for no consent");
  Require(rules_.unanimous_interested() ||
              (policy::v1::Participation_IsValid(rules_.participation()) &&
               rules_.participation() != policy::v1::PARTICIPATION_UNSPECIFIED),
          "rule set", name, "does not say who takes part");
  Require(rules_.unanimous_interested() ||
              (policy::v1::ConsentBase_IsValid(rules_.consent_base()) &&
               rules_.consent_base() != policy::v1::CONSENT_BASE_UNSPECIFIED),
          "rule set", name, "does not say of whom so many must consent");
  if (rules_.secrecy() != policy::v1::SECRECY_SECRET) return;
  Require(!consent.has_area() && !quorum.has_area() && !rules_.unanimous_interested() &&
              rules_.participation() != policy::v1::PARTICIPATION_DELIVERED_DEEMED,
          "rule set", name, "can't be secret: it weighs or names the voters");
}

void Checker::CheckItems() {
  Require(!input_.items().empty(), "vote", "", "has no item");
  std::size_t candidates = 0;
  Names persons;
  for (const v1::TallyItem& item : input_.items()) {
    Add(items_, "item", item.item());
    if (!item.candidate().empty()) {
      ++candidates;
      Add(persons, "candidate", item.candidate());
    }
    Require(rules_.participation() != policy::v1::PARTICIPATION_PRESENT || item.has_voted_at(),
            "item", item.item(), "was put to the vote at no known time");
  }
  if (candidates == 0) return;
  Require(candidates == items_.size(), "vote", "", "is on candidates and on motions");
  Require(rules_.has_election(), "rule set", rules_.name(), "elects nobody");
  Require(input_.vote().seats() >= 1, "vote", "", "has no seat to fill");
}

void Checker::CheckSubjects() {
  std::int64_t area = 0;
  for (const v1::TallySubject& subject : input_.subjects()) {
    const std::string& name = subject.subject();
    Add(subjects_, "subject", name);
    Require(subject.area_dm2() >= 0 && subject.area_dm2() < kAreaTotalMax - area, "subject", name,
            "has an area that can't be");
    if (!status_.ok()) return;
    area += subject.area_dm2();
    Require(subject.heads() == 0 || subject.heads() == 1, "subject", name,
            "has another number of heads than 0 or 1");
    Require(subject.heads() == 1 || rules_.secrecy() != policy::v1::SECRECY_SECRET, "subject", name,
            "has no head in a secret vote");
    for (const std::string& item : subject.recused()) Know(items_, "item", item);
  }
}

void Checker::CheckAround() {
  for (const auto& delivery : input_.deliveries()) {
    Know(subjects_, "subject", delivery.subject());
    Require(delivery.has_delivered_at(), "delivery", delivery.subject(), "has no time");
  }
  for (const auto& presence : input_.presences()) {
    Know(subjects_, "subject", presence.subject());
    Require(presence.has_came_at(), "presence", presence.subject(), "has no time");
  }
  Names voters;
  for (const auto& voter : input_.voters()) {
    Know(subjects_, "subject", voter.subject());
    Add(voters, "voter", voter.subject());
  }
  CheckProxies();
}

void Checker::CheckProxies() {
  std::set<std::pair<std::string_view, std::string_view>> powers;
  for (const v1::TallyProxy& proxy : input_.proxies()) {
    Know(subjects_, "subject", proxy.principal());
    Require(proxy.has_granted_at(), "proxy", proxy.principal(), "has no time");
    Require(powers.emplace(proxy.principal(), proxy.agent()).second, "proxy", proxy.principal(),
            "is there twice for one agent");
    for (const std::string& item : proxy.items()) Know(items_, "item", item);
    for (const auto& choice : proxy.instructions()) CheckChoice(choice, "proxy", proxy.principal());
  }
}

void Checker::CheckBallots() {
  const bool secret = rules_.secrecy() == policy::v1::SECRECY_SECRET;
  Names ballots;
  std::set<std::pair<std::string_view, std::string_view>> cast;
  for (const v1::TallyBallot& ballot : input_.ballots()) {
    const std::string& name = ballot.ballot();
    Add(ballots, "ballot", name);
    if (secret) {
      Require(ballot.subject().empty() && ballot.person().empty() && !ballot.has_cast_at() &&
                  ballot.by() == v1::CAST_BY_UNSPECIFIED,
              "ballot", name, "says in a secret vote whose it is");
    } else {
      Know(subjects_, "subject", ballot.subject());
      Require(ballot.has_cast_at(), "ballot", name, "has no time");
    }
    for (const v1::ItemChoice& choice : ballot.choices()) CheckChoice(choice, "ballot", name);
    cast.emplace(ballot.subject(), name);
  }
  Names resolved;
  for (const v1::TallyResolved& one : input_.resolved()) {
    Add(resolved, "resolved subject", one.subject());
    Require(cast.contains({one.subject(), one.kept()}), "ballot", one.kept(),
            "is none of the subject's");
  }
}

void Checker::CheckChoice(const v1::ItemChoice& choice, std::string_view what,
                          std::string_view name) {
  Know(items_, "item", choice.item());
  Require(v1::Choice_IsValid(choice.choice()) && choice.choice() != v1::CHOICE_UNSPECIFIED, what,
          name, "says nothing to an item");
}

}  // namespace

absl::Status CheckTally(const TallyCase& tally) { return Checker(tally).Run(); }

}  // namespace sanzhang::resolution
