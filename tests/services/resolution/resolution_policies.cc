// The rules by which the scene votes: short ones, of each kind that the commands ask about.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "sanzhang/policy/v1/procedure_template.pb.h"
#include "sanzhang/policy/v1/publication_rule.pb.h"
#include "sanzhang/policy/v1/voting_rule_set.pb.h"
#include "services/policy/day_count.h"
#include "tests/services/resolution/resolution_scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::resolution::scene {
namespace {

using google::protobuf::Message;

constexpr char kOwnersRules[] = R"(
    regime: REGIME_OWNERS participation: PARTICIPATION_RETURNED_VALID
    consent { heads { numerator: 1 denominator: 2 strict: true } }
    secrecy: SECRECY_NAMED window_days_min: 5 window_days_max: 60 extensions_max: 1
    notice_days: 15 notice_clear_days: true objection_period { days: 3 } recount: true
    publish_within { days: 3 } file_within { days: 30 }
    demands { by: DEMANDED_BY_OWNERS share { numerator: 1 denominator: 5 } })";
constexpr char kDeemedRules[] = R"(
    regime: REGIME_OWNERS variant: "deemed" participation: PARTICIPATION_DELIVERED_DEEMED
    notice_days: 15 notice_clear_days: true window_days_min: 5 window_days_max: 60)";
constexpr char kOwnersElectionRules[] = R"(
    regime: REGIME_OWNERS matters: MATTER_CODE_CC278_3
    participation: PARTICIPATION_RETURNED_VALID secrecy: SECRECY_NAMED
    election { mode: ELECTION_MODE_OWNERS seats_min: 3 seats_max: 11 seats_odd: true
               alternates: true }
    window_days_min: 5 notice_days: 15 notice_clear_days: true)";
constexpr char kCommitteeRules[] = R"(
    regime: REGIME_OWNERS_COMMITTEE participation: PARTICIPATION_PRESENT
    conflict_handling: CONFLICT_HANDLING_RECUSE)";
constexpr char kAssemblyRules[] = R"(
    regime: REGIME_REP_ASSEMBLY participation: PARTICIPATION_PRESENT notice_days: 10
    urgent_notice: true conflict_handling: CONFLICT_HANDLING_RECUSE
    demands { by: DEMANDED_BY_REPRESENTATIVES share { numerator: 1 denominator: 5 } }
    demands { by: DEMANDED_BY_VOTERS share { numerator: 1 denominator: 10 } })";
constexpr char kElectionRules[] = R"(
    regime: REGIME_RESIDENTS_ELECTION matters: MATTER_CODE_URC19_ELECTION
    participation: PARTICIPATION_RETURNED_VALID secrecy: SECRECY_SECRET
    election { mode: ELECTION_MODE_ALL seats_min: 1 seats_max: 9 contested: true nominators_min: 2
               alternates: true }
    window_days_min: 1 notice_days: 15 objection_period { days: 3 } recount: true)";
constexpr char kRecallRules[] = R"(
    regime: REGIME_RESIDENTS_ELECTION matters: MATTER_CODE_URC20_RECALL
    participation: PARTICIPATION_RETURNED_VALID secrecy: SECRECY_SECRET
    window_days_min: 1 notice_days: 15 objection_period { days: 3 } recount: true
    demands { by: DEMANDED_BY_VOTERS share { numerator: 1 denominator: 10 } })";
constexpr char kPollRules[] = R"(
    regime: REGIME_POLL participation: PARTICIPATION_RETURNED_VALID secrecy: SECRECY_NAMED)";
constexpr char kStudied[] = R"(
    regimes: REGIME_REP_ASSEMBLY stages { kind: STAGE_KIND_PARTY_STUDY required: true }
    stages { kind: STAGE_KIND_VOTE required: true })";
constexpr char kFourDiscussions[] = R"(
    regimes: REGIME_REP_ASSEMBLY matters: MATTER_CODE_URC30_CHARTER
    stages { kind: STAGE_KIND_BRANCH_PROPOSAL required: true }
    stages { kind: STAGE_KIND_DELIBERATION }
    stages { kind: STAGE_KIND_JOINT_DISCUSSION required: true }
    stages { kind: STAGE_KIND_PARTY_STUDY required: true }
    stages { kind: STAGE_KIND_PARTY_MEETING required: true }
    stages { kind: STAGE_KIND_VOTE required: true })";
constexpr char kRollDuty[] = R"(
    kind: PUBLICATION_KIND_ELECTORATE days_min: 7 announces: true clear_days: true
    objection_period { days: 5 })";
constexpr char kCandidatesDuty[] = R"(
    kind: PUBLICATION_KIND_CANDIDATES days_min: 10 announces: true clear_days: true)";

class ScenePolicies final : public runtime::Policies {
 public:
  ScenePolicies() {
    using policy::v1::ProcedureTemplate;
    using policy::v1::PublicationRule;
    using policy::v1::VotingRuleSet;
    Add<VotingRuleSet>("voting-owners@1", kOwnersRules, kBefore);
    Add<VotingRuleSet>("voting-owners@2", kOwnersRules, kAfter).set_notice_days(30);
    Add<VotingRuleSet>("voting-deemed@1", kDeemedRules);
    Add<VotingRuleSet>("voting-owners-election@1", kOwnersElectionRules);
    Add<VotingRuleSet>("voting-committee@1", kCommitteeRules);
    Add<VotingRuleSet>("voting-assembly@1", kAssemblyRules);
    Add<VotingRuleSet>("voting-election@1", kElectionRules);
    Add<VotingRuleSet>("voting-recall@1", kRecallRules);
    Add<VotingRuleSet>("voting-poll@1", kPollRules);
    Add<ProcedureTemplate>("procedure-studied@1", kStudied);
    Add<ProcedureTemplate>("procedure-four@1", kFourDiscussions);
    Add<PublicationRule>("publication-electorate@1", kRollDuty);
    Add<PublicationRule>("publication-voter-list@1", kRollDuty);
    Add<PublicationRule>("publication-candidates@1", kCandidatesDuty);
    calendar_.AddHoliday(absl::CivilDay(2026, 4, 6));  // 清明.
  }
  const policy::v1::SlaPolicy* SlaInForce(absl::Time) const override { return &sla_; }
  const policy::v1::SlaPolicy* Sla(std::string_view) const override { return &sla_; }
  absl::Time DueAfter(const policy::v1::Period& period, absl::Time from) const override {
    return policy::DueAfter(period, from, calendar_);
  }
  const Message* Named(std::string_view name) const override {
    const auto found = policies_.find(name);
    return found == policies_.end() ? nullptr : found->second.policy.get();
  }
  const Message* Shipped(std::string_view id, absl::Time at) const override {
    for (const auto& [name, known] : policies_) {
      const bool of = name.starts_with(absl::StrCat("policies/", std::string(id), "@"));
      if (of && known.Counts(at)) return known.policy.get();
    }
    return nullptr;
  }
  std::vector<const Message*> AllShipped(absl::Time at) const override {
    std::vector<const Message*> all;
    for (const auto& [name, known] : policies_) {
      if (known.Counts(at)) all.push_back(known.policy.get());
    }
    return all;
  }

 private:
  enum When { kAlways, kBefore, kAfter };
  struct Known {
    std::unique_ptr<Message> policy;
    When when;
    bool Counts(absl::Time at) const {
      return when == kAlways || (when == kAfter) == (at >= At("1000h"));
    }
  };
  template <class P>
  P& Add(const std::string& id, std::string_view text, When when = kAlways) {
    auto policy = std::make_unique<P>(support::Text<P>(text));
    policy->set_name("policies/" + id);
    P& added = *policy;
    policies_[added.name()] = {std::move(policy), when};
    return added;
  }

  policy::v1::SlaPolicy sla_;
  std::map<std::string, Known, std::less<>> policies_;
  policy::Calendar calendar_;
};

}  // namespace

const runtime::Policies& TestPolicies() {
  static const ScenePolicies policies;
  return policies;
}

}  // namespace sanzhang::resolution::scene
