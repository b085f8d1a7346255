#include "services/resolution/papers.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/time/time.h"
#include "proto/wire/time.h"

namespace sanzhang::resolution {
namespace {

using policy::v1::VotingRuleSet;
using wire::ToTime;
using Ballots = std::vector<const v1::TallyBallot*>;

bool Earlier(const v1::TallyBallot* a, const v1::TallyBallot* b) {
  const absl::Time at = ToTime(a->cast_at());
  const absl::Time bt = ToTime(b->cast_at());
  return std::tie(at, a->ballot()) < std::tie(bt, b->ballot());
}

// What a ballot says, whatever the order in which it says it.
std::set<std::pair<std::string_view, v1::Choice>> Says(const v1::TallyBallot& ballot) {
  std::set<std::pair<std::string_view, v1::Choice>> says;
  for (const v1::ItemChoice& choice : ballot.choices())
    says.emplace(choice.item(), choice.choice());
  return says;
}

class Sorter {
 public:
  Sorter(const TallyCase& tally, std::vector<v1::SetAside>& set_aside);
  std::vector<Paper> Secret();
  std::vector<Paper> Named();

 private:
  v1::InvalidReason FaultOf(const v1::TallyBallot& ballot) const;
  v1::InvalidReason FaultOfSigner(const v1::TallyBallot& ballot,
                                  const v1::TallySubject& subject) const;
  v1::InvalidReason FaultOfProxy(const v1::TallyBallot& ballot) const;
  const v1::TallyProxy* ProxyOf(const v1::TallyBallot& ballot) const;
  // True, and the ballot set aside, if it is one too many for its agent.
  bool BeyondProxyLimit(const v1::TallyBallot& ballot);
  void SetAside(const v1::TallyBallot& ballot, v1::InvalidReason reason);
  // Of the valid ballots of one subject, in order: the one that stands, or null.
  const v1::TallyBallot* Choose(Ballots ballots);
  Ballots OnePerVoice(const Ballots& ballots);

  const VotingRuleSet& rules_;
  const v1::TallyInput& input_;
  std::vector<v1::SetAside>& set_aside_;
  std::map<std::string_view, const v1::TallySubject*> subjects_;
  std::map<std::pair<std::string_view, std::string_view>, const v1::TallyProxy*> proxies_;
  std::map<std::string_view, std::string_view> kept_;
  std::set<std::string_view> candidates_;
  std::map<std::string_view, std::set<std::string_view>> principals_;  // By agent.
};

Sorter::Sorter(const TallyCase& tally, std::vector<v1::SetAside>& set_aside)
    : rules_(tally.rules), input_(tally.input), set_aside_(set_aside) {
  for (const auto& subject : input_.subjects()) subjects_.emplace(subject.subject(), &subject);
  for (const auto& proxy : input_.proxies()) {
    // Views into the input: a pair deduced from its strings would hold copies that end here.
    proxies_[{proxy.principal(), proxy.agent()}] = &proxy;
  }
  for (const auto& one : input_.resolved()) kept_.emplace(one.subject(), one.kept());
  for (const auto& item : input_.items()) {
    if (!item.candidate().empty()) candidates_.insert(item.candidate());
  }
}

void Sorter::SetAside(const v1::TallyBallot& ballot, v1::InvalidReason reason) {
  v1::SetAside& aside = set_aside_.emplace_back();
  aside.set_ballot(ballot.ballot());
  aside.set_reason(reason);
}

const v1::TallyProxy* Sorter::ProxyOf(const v1::TallyBallot& ballot) const {
  if (ballot.by() != v1::CAST_BY_PROXY) return nullptr;
  const auto found = proxies_.find({ballot.subject(), ballot.person()});
  return found == proxies_.end() ? nullptr : found->second;
}

v1::InvalidReason Sorter::FaultOfProxy(const v1::TallyBallot& ballot) const {
  const v1::TallyProxy* proxy = ProxyOf(ballot);
  const absl::Time cast = ToTime(ballot.cast_at());
  const bool holds = proxy != nullptr && ToTime(proxy->granted_at()) <= cast &&
                     (!proxy->has_revoked_at() || cast < ToTime(proxy->revoked_at()));
  const bool barred =
      (rules_.has_proxies_max() && rules_.proxies_max() == 0) ||
      (rules_.candidates_hold_no_proxies() && candidates_.contains(ballot.person())) ||
      (rules_.company_staff_hold_no_proxies() && proxy != nullptr && proxy->company_staff());
  return holds && !barred ? v1::INVALID_REASON_UNSPECIFIED : v1::INVALID_REASON_PROXY;
}

v1::InvalidReason Sorter::FaultOfSigner(const v1::TallyBallot& ballot,
                                        const v1::TallySubject& subject) const {
  if (ballot.by() == v1::CAST_BY_PROXY) return FaultOfProxy(ballot);
  if (ballot.by() == v1::CAST_BY_GUARDIAN || ballot.by() == v1::CAST_BY_LEGAL_REPRESENTATIVE) {
    return v1::INVALID_REASON_UNSPECIFIED;
  }
  const auto& persons = subject.persons();
  const bool designated = subject.designated().empty() || subject.designated() == ballot.person();
  const bool owner = persons.empty() ||
                     std::find(persons.begin(), persons.end(), ballot.person()) != persons.end();
  return designated && owner ? v1::INVALID_REASON_UNSPECIFIED : v1::INVALID_REASON_WRONG_SIGNER;
}

// The first that applies, in the order of what is found first when a box is opened.
v1::InvalidReason Sorter::FaultOf(const v1::TallyBallot& ballot) const {
  if (ballot.invalid() != v1::INVALID_REASON_UNSPECIFIED) return ballot.invalid();
  const v1::TallyVote& vote = input_.vote();
  if (ballot.has_cast_at()) {
    const absl::Time cast = ToTime(ballot.cast_at());
    if (vote.has_closes_at() && cast > ToTime(vote.closes_at())) return v1::INVALID_REASON_LATE;
    if (vote.has_opened_at() && cast < ToTime(vote.opened_at())) return v1::INVALID_REASON_EARLY;
  }
  if (rules_.paper_needs_two_clerks() && ballot.channel() == type::v1::CHANNEL_PAPER &&
      (ballot.entered_by().empty() || ballot.verified_by().empty() ||
       ballot.entered_by() == ballot.verified_by())) {
    return v1::INVALID_REASON_NOT_VERIFIED;
  }
  const auto found = subjects_.find(ballot.subject());
  if (found == subjects_.end()) return v1::INVALID_REASON_UNSPECIFIED;  // Of a secret vote.
  const v1::TallySubject& subject = *found->second;
  if (subject.co_owner_objected() && subject.designated().empty() &&
      rules_.silent_co_owners() != policy::v1::SILENT_CO_OWNERS_CONSENT) {
    return v1::INVALID_REASON_CO_OWNER_OBJECTED;
  }
  return FaultOfSigner(ballot, subject);
}

bool Sorter::BeyondProxyLimit(const v1::TallyBallot& ballot) {
  if (ballot.by() != v1::CAST_BY_PROXY || !rules_.has_proxies_max()) return false;
  auto& principals = principals_[ballot.person()];
  if (principals.contains(ballot.subject())) return false;
  if (std::cmp_greater_equal(principals.size(), rules_.proxies_max())) {
    SetAside(ballot, v1::INVALID_REASON_PROXY);
    return true;
  }
  principals.insert(ballot.subject());
  return false;
}

// A voice is a person, in one capacity, for one part or for all. `ballots` and the answer are in
// order.
Ballots Sorter::OnePerVoice(const Ballots& ballots) {
  std::map<std::tuple<bool, std::string_view, std::string_view>, const v1::TallyBallot*> standing;
  for (const v1::TallyBallot* ballot : ballots) {
    const auto [place, first] = standing.try_emplace(
        {ballot->by() == v1::CAST_BY_PROXY, ballot->person(), ballot->dwelling()}, ballot);
    if (first) continue;
    const v1::TallyBallot* beaten = ballot;
    if (rules_.revote() == policy::v1::REVOTE_LAST_COUNTS) std::swap(place->second, beaten);
    SetAside(*beaten, v1::INVALID_REASON_SUPERSEDED);
  }
  Ballots voices;
  for (const auto& [voice, ballot] : standing) voices.push_back(ballot);
  std::sort(voices.begin(), voices.end(), Earlier);
  return voices;
}

const v1::TallyBallot* Sorter::Choose(Ballots ballots) {
  const auto leave = [&](const Ballots& others, const v1::TallyBallot* chosen,
                         v1::InvalidReason reason) {
    for (const v1::TallyBallot* other : others) {
      if (other != chosen) SetAside(*other, reason);
    }
    return chosen;
  };
  if (ballots.empty()) return nullptr;
  if (const auto kept = kept_.find(ballots.front()->subject()); kept != kept_.end()) {
    const auto found = std::find_if(ballots.begin(), ballots.end(), [&](const auto* ballot) {
      return ballot->ballot() == kept->second;
    });
    if (found != ballots.end()) return leave(ballots, *found, v1::INVALID_REASON_SUPERSEDED);
  }
  ballots = OnePerVoice(ballots);
  const bool last = rules_.revote() == policy::v1::REVOTE_LAST_COUNTS;
  const v1::TallyBallot* lead = last ? ballots.back() : ballots.front();
  if (lead->by() == v1::CAST_BY_PROXY) return leave(ballots, lead, v1::INVALID_REASON_SUPERSEDED);
  const bool agreed = std::all_of(ballots.begin(), ballots.end(), [&](const auto* ballot) {
    return ballot->by() == v1::CAST_BY_PROXY || Says(*ballot) == Says(*lead);
  });
  if (agreed) return leave(ballots, lead, v1::INVALID_REASON_SUPERSEDED);
  for (const v1::TallyBallot* ballot : ballots) {
    SetAside(*ballot, ballot->by() == v1::CAST_BY_PROXY ? v1::INVALID_REASON_SUPERSEDED
                                                        : v1::INVALID_REASON_CONFLICT);
  }
  return nullptr;
}

std::vector<Paper> Sorter::Named() {
  Ballots ballots;
  std::set<std::string_view> returned;
  for (const v1::TallyBallot& ballot : input_.ballots()) {
    returned.insert(ballot.subject());
    ballots.push_back(&ballot);
  }
  std::sort(ballots.begin(), ballots.end(), Earlier);
  std::map<std::string_view, Ballots> valid;
  for (const v1::TallyBallot* ballot : ballots) {
    const v1::InvalidReason fault = FaultOf(*ballot);
    if (fault != v1::INVALID_REASON_UNSPECIFIED) {
      SetAside(*ballot, fault);
    } else if (!BeyondProxyLimit(*ballot)) {
      valid[ballot->subject()].push_back(ballot);
    }
  }
  std::vector<Paper> papers;
  for (const v1::TallySubject& subject : input_.subjects()) {
    Paper& paper = papers.emplace_back();
    paper.subject = &subject;
    paper.area_dm2 = subject.area_dm2();
    paper.heads = subject.heads();
    paper.returned = returned.contains(subject.subject());
    paper.ballot = Choose(valid[subject.subject()]);
    if (paper.ballot == nullptr) continue;
    paper.proxy = ProxyOf(*paper.ballot);
    const auto kept = kept_.find(subject.subject());
    paper.kept = kept != kept_.end() && kept->second == paper.ballot->ballot();
  }
  return papers;
}

std::vector<Paper> Sorter::Secret() {
  std::vector<Paper> papers;
  for (const v1::TallyBallot& ballot : input_.ballots()) {
    Paper& paper = papers.emplace_back();
    paper.heads = 1;
    paper.returned = true;
    const v1::InvalidReason fault = FaultOf(ballot);
    if (fault == v1::INVALID_REASON_UNSPECIFIED) {
      paper.ballot = &ballot;
    } else {
      SetAside(ballot, fault);
    }
  }
  while (std::cmp_less(papers.size(), input_.subjects_size())) papers.push_back({.heads = 1});
  return papers;
}

}  // namespace

std::vector<Paper> StandingPapers(const TallyCase& tally, std::vector<v1::SetAside>& set_aside) {
  Sorter sorter(tally, set_aside);
  const bool secret = tally.rules.secrecy() == policy::v1::SECRECY_SECRET;
  return secret ? sorter.Secret() : sorter.Named();
}

}  // namespace sanzhang::resolution
