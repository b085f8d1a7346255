#include "services/resolution/marks.h"

#include <algorithm>
#include <string>

#include "absl/time/time.h"
#include "proto/wire/time.h"

namespace sanzhang::resolution {
namespace {

using wire::ToTime;

template <class Choices>
std::set<v1::Choice> ChoicesFor(const Choices& choices, std::string_view item) {
  std::set<v1::Choice> said;
  for (const v1::ItemChoice& choice : choices) {
    if (choice.item() == item) said.insert(choice.choice());
  }
  return said;
}

template <class Names>
bool Holds(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Vote VoteOf(v1::Choice choice) {
  switch (choice) {
    case v1::CHOICE_FOR:
      return Vote::kInFavour;
    case v1::CHOICE_AGAINST:
      return Vote::kAgainst;
    case v1::CHOICE_FOLLOW_MAJORITY:
      return Vote::kFollow;
    default:
      return Vote::kAbstain;
  }
}

void SetAside(const Paper& paper, const std::string& item, v1::InvalidReason reason,
              std::vector<v1::SetAside>& set_aside) {
  v1::SetAside& aside = set_aside.emplace_back();
  aside.set_ballot(paper.ballot->ballot());
  aside.set_item(item);
  aside.set_reason(reason);
}

}  // namespace

MarkReader::MarkReader(const TallyCase& tally, const std::vector<Paper>& papers)
    : rules_(tally.rules), input_(tally.input), papers_(papers) {
  election_ = !input_.items(0).candidate().empty();
  const v1::TallyVote& vote = input_.vote();
  for (const auto& delivery : input_.deliveries()) {
    const bool in_time =
        !vote.has_closes_at() || ToTime(delivery.delivered_at()) <= ToTime(vote.closes_at());
    if (delivery.warning_shown() && in_time) warned_.insert(delivery.subject());
  }
  for (const auto& presence : input_.presences()) presences_.emplace(presence.subject(), &presence);
}

bool MarkReader::IsPresent(const v1::TallySubject& subject, const v1::TallyItem& item) const {
  const absl::Time at = ToTime(item.voted_at());
  const auto [first, last] = presences_.equal_range(subject.subject());
  return std::any_of(first, last, [&](const auto& entry) {
    const v1::TallyPresence& presence = *entry.second;
    return ToTime(presence.came_at()) <= at &&
           (!presence.has_left_at() || at < ToTime(presence.left_at()));
  });
}

bool MarkReader::IsDeemed(const Paper& paper) const {
  return rules_.participation() == policy::v1::PARTICIPATION_DELIVERED_DEEMED &&
         !input_.vote().deemed_clause().empty() && paper.subject != nullptr &&
         warned_.contains(paper.subject->subject());
}

v1::InvalidReason MarkReader::FaultOfElection(const Paper& paper) const {
  if (paper.ballot->choices().empty()) return v1::INVALID_REASON_BLANK;
  std::map<std::string_view, Choices> marks;
  for (const v1::ItemChoice& choice : paper.ballot->choices()) {
    marks[choice.item()].insert(choice.choice());
  }
  bool double_mark = false;
  bool not_offered = false;
  int marked_for = 0;
  for (const auto& [item, choices] : marks) {
    double_mark |= choices.size() > 1;
    not_offered |= choices.contains(v1::CHOICE_FOLLOW_MAJORITY) && !rules_.follow_majority();
    marked_for += choices.contains(v1::CHOICE_FOR);
  }
  const bool over_marked =
      rules_.election().over_marked_invalid() && marked_for > input_.vote().seats();
  if (double_mark || over_marked) return v1::INVALID_REASON_DOUBLE_MARK;
  return not_offered ? v1::INVALID_REASON_NOT_OFFERED : v1::INVALID_REASON_UNSPECIFIED;
}

void MarkReader::SetElectionPapersAside(std::vector<v1::SetAside>& set_aside) const {
  for (const Paper& paper : papers_) {
    if (!election_ || paper.ballot == nullptr) continue;
    const v1::InvalidReason fault = FaultOfElection(paper);
    if (fault != v1::INVALID_REASON_UNSPECIFIED) SetAside(paper, "", fault, set_aside);
  }
}

bool MarkReader::AgainstInstruction(const Paper& paper, const v1::TallyItem& item,
                                    const Choices& choices) const {
  if (paper.proxy == nullptr || paper.kept) return false;
  const Choices wanted = ChoicesFor(paper.proxy->instructions(), item.item());
  return !wanted.empty() && wanted != choices;
}

v1::InvalidReason MarkReader::FaultOf(const Paper& paper, const v1::TallyItem& item,
                                      const Choices& choices) const {
  const v1::TallySubject* subject = paper.subject;
  if (subject != nullptr) {
    if (rules_.conflict_handling() == policy::v1::CONFLICT_HANDLING_RECUSE &&
        Holds(subject->recused(), item.item())) {
      return v1::INVALID_REASON_RECUSED;
    }
    if (rules_.participation() == policy::v1::PARTICIPATION_PRESENT && !IsPresent(*subject, item)) {
      return v1::INVALID_REASON_NOT_PRESENT;
    }
  }
  const v1::TallyProxy* proxy = paper.proxy;
  if (proxy != nullptr && !proxy->items().empty() && !Holds(proxy->items(), item.item())) {
    return v1::INVALID_REASON_PROXY;
  }
  if (!election_) {  // Else it was looked at as a whole.
    if (choices.empty()) return v1::INVALID_REASON_BLANK;
    if (choices.size() > 1) return v1::INVALID_REASON_DOUBLE_MARK;
    if (choices.contains(v1::CHOICE_FOLLOW_MAJORITY) && !rules_.follow_majority()) {
      return v1::INVALID_REASON_NOT_OFFERED;
    }
  }
  return AgainstInstruction(paper, item, choices) ? v1::INVALID_REASON_AGAINST_INSTRUCTION
                                                  : v1::INVALID_REASON_UNSPECIFIED;
}

std::vector<Unit> MarkReader::Read(const v1::TallyItem& item,
                                   std::vector<v1::SetAside>& set_aside) const {
  std::vector<Unit> units;
  units.reserve(papers_.size());
  for (const Paper& paper : papers_) {
    Unit& unit = units.emplace_back();
    unit.subject = paper.subject;
    unit.area_dm2 = paper.area_dm2;
    unit.heads = paper.heads;
    unit.present = paper.subject != nullptr && IsPresent(*paper.subject, item);
    if (!paper.returned) {
      if (IsDeemed(paper)) unit.vote = Vote::kDeemed;
      continue;
    }
    unit.vote = Vote::kInvalid;
    if (paper.ballot == nullptr) continue;
    if (election_ && FaultOfElection(paper) != v1::INVALID_REASON_UNSPECIFIED) continue;
    const Choices choices = ChoicesFor(paper.ballot->choices(), item.item());
    const v1::InvalidReason fault = FaultOf(paper, item, choices);
    if (fault != v1::INVALID_REASON_UNSPECIFIED) {
      SetAside(paper, item.item(), fault, set_aside);
      continue;
    }
    // A candidate whom a valid ballot does not mark: an abstention.
    unit.vote = choices.empty() ? Vote::kAbstain : VoteOf(*choices.begin());
  }
  return units;
}

}  // namespace sanzhang::resolution
