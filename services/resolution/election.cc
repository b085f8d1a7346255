#include "services/resolution/election.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>

#include "services/resolution/measure.h"

namespace sanzhang::resolution {
namespace {

using Items = std::vector<v1::ItemTally*>;
using Votes = std::pair<std::int64_t, std::int64_t>;

class Election {
 public:
  Election(const TallyCase& tally, Items items);
  v1::ElectionTally Run();

 private:
  // By which candidates are ranked.
  Votes VotesOf(const v1::ItemTally& item) const;
  void Rank(Items standing) const;
  // Returns the seats filled.
  int FillSeats(const Items& qualified) const;
  // Sends the best of those not elected into a second ballot for the seats left.
  void OrderRunoff(const Items& standing, int seats_left) const;
  v1::Outcome OutcomeOf(int filled) const;

  const policy::v1::VotingRuleSet& rules_;
  const v1::TallyVote& vote_;
  bool by_area_;
  Items items_;
  Items standing_;  // Without those who may not stand; best first.
};

Election::Election(const TallyCase& tally, Items items)
    : rules_(tally.rules),
      vote_(tally.input.vote()),
      by_area_(tally.rules.consent().has_area()),
      items_(std::move(items)) {
  std::set<std::string_view> barred;
  if (rules_.election().arrears_bar_candidacy()) {
    for (const auto& item : tally.input.items()) {
      if (item.in_arrears()) barred.insert(item.item());
    }
  }
  for (v1::ItemTally* item : items_) {
    const bool may_stand = !barred.contains(item->item());
    item->set_standing(may_stand ? v1::STANDING_NOT_ELECTED : v1::STANDING_BARRED);
    if (may_stand) standing_.push_back(item);
  }
  std::stable_sort(standing_.begin(), standing_.end(),
                   [&](const auto* a, const auto* b) { return VotesOf(*a) > VotesOf(*b); });
}

Votes Election::VotesOf(const v1::ItemTally& item) const {
  return {item.heads().consenting(), by_area_ ? item.area().consenting() : 0};
}

void Election::Rank(Items standing) const {
  for (std::size_t i = 0; i < standing.size(); ++i) {
    const bool tied = i > 0 && VotesOf(*standing[i]) == VotesOf(*standing[i - 1]);
    standing[i]->set_rank(tied ? standing[i - 1]->rank() : static_cast<int>(i) + 1);
  }
}

int Election::FillSeats(const Items& qualified) const {
  const auto seats = static_cast<std::size_t>(vote_.seats());
  const bool contested = qualified.size() > seats;
  const Votes last = contested ? VotesOf(*qualified[seats - 1]) : Votes();
  const bool tied = contested && VotesOf(*qualified[seats]) == last;
  int filled = 0;
  for (std::size_t i = 0; i < qualified.size(); ++i) {
    v1::ItemTally& item = *qualified[i];
    if (tied && VotesOf(item) == last) {
      item.set_standing(v1::STANDING_RUNOFF);
    } else if (i < seats) {
      item.set_standing(v1::STANDING_ELECTED);
      ++filled;
    } else if (rules_.election().alternates()) {
      item.set_standing(v1::STANDING_ALTERNATE);
    }
  }
  return filled;
}

void Election::OrderRunoff(const Items& standing, int seats_left) const {
  Items left;
  for (v1::ItemTally* item : standing) {
    if (item->standing() != v1::STANDING_ELECTED) left.push_back(item);
  }
  const auto places =
      static_cast<std::size_t>(seats_left + rules_.election().runoff_extra_candidates());
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (i < places || VotesOf(*left[i]) == VotesOf(*left[places - 1])) {
      left[i]->set_standing(v1::STANDING_RUNOFF);
    }
  }
}

v1::Outcome Election::OutcomeOf(int filled) const {
  const auto all = [&](v1::Outcome outcome) {
    return std::all_of(items_.begin(), items_.end(),
                       [&](const auto* item) { return item->outcome() == outcome; });
  };
  if (all(v1::OUTCOME_VOID)) return v1::OUTCOME_VOID;
  if (all(v1::OUTCOME_NO_QUORUM)) return v1::OUTCOME_NO_QUORUM;
  const bool runoff = std::any_of(items_.begin(), items_.end(), [](const auto* item) {
    return item->standing() == v1::STANDING_RUNOFF;
  });
  if (runoff) return v1::OUTCOME_RUNOFF;
  return filled < vote_.seats() ? v1::OUTCOME_VACANT : v1::OUTCOME_ELECTED;
}

v1::ElectionTally Election::Run() {
  v1::ElectionTally tally;
  tally.set_seats(vote_.seats());
  tally.set_ballots_cast(Cast(items_.front()->heads()));
  Rank(standing_);
  Items qualified;
  for (v1::ItemTally* item : standing_) {
    if (item->outcome() == v1::OUTCOME_PASSED) qualified.push_back(item);
  }
  const int filled = FillSeats(qualified);
  const bool counted = std::any_of(items_.begin(), items_.end(), [](const auto* item) {
    return item->outcome() == v1::OUTCOME_PASSED || item->outcome() == v1::OUTCOME_REJECTED;
  });
  const bool short_of = std::cmp_less(qualified.size(), vote_.seats());
  if (counted && short_of && rules_.election().runoff_when_short() && !vote_.runoff()) {
    OrderRunoff(standing_, vote_.seats() - filled);
  }
  tally.set_filled(filled);
  tally.set_outcome(OutcomeOf(filled));
  return tally;
}

}  // namespace

v1::ElectionTally DecideElection(const TallyCase& tally, std::vector<v1::ItemTally*> items) {
  return Election(tally, std::move(items)).Run();
}

}  // namespace sanzhang::resolution
