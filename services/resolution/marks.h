// What each standing ballot says to each item: a category for everybody on the roll.
// Pure. Pointers of papers must outlive the calls.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "services/resolution/papers.h"
#include "services/resolution/tally_input.h"

namespace sanzhang::resolution {

enum class Vote { kNonReturn, kInFavour, kAgainst, kAbstain, kFollow, kDeemed, kInvalid };

// A unit of the count: a subject, or a ballot of a secret vote.
struct Unit {
  const v1::TallySubject* subject = nullptr;  // Null in a secret vote.
  std::int64_t area_dm2 = 0;
  std::int64_t heads = 0;
  Vote vote = Vote::kNonReturn;
  bool present = false;
};

// Reads the papers of one vote, item by item.
class MarkReader {
 public:
  MarkReader(const TallyCase& tally, const std::vector<Paper>& papers);

  // One unit for each paper, in their order. Adds what does not count to `set_aside`, by item.
  std::vector<Unit> Read(const v1::TallyItem& item, std::vector<v1::SetAside>& set_aside) const;
  // Who is in the meeting when the item is put to the vote.
  bool IsPresent(const v1::TallySubject& subject, const v1::TallyItem& item) const;

  // Ballots that are invalid for the whole election: blank, or with too many marks.
  void SetElectionPapersAside(std::vector<v1::SetAside>& set_aside) const;

 private:
  using Choices = std::set<v1::Choice>;

  // UNSPECIFIED: the paper of an election is in order.
  v1::InvalidReason FaultOfElection(const Paper& paper) const;
  v1::InvalidReason FaultOf(const Paper& paper, const v1::TallyItem& item,
                            const Choices& choices) const;
  bool AgainstInstruction(const Paper& paper, const v1::TallyItem& item,
                          const Choices& choices) const;
  bool IsDeemed(const Paper& paper) const;

  const policy::v1::VotingRuleSet& rules_;
  const v1::TallyInput& input_;
  const std::vector<Paper>& papers_;
  bool election_ = false;
  std::set<std::string_view> warned_;  // Subjects with proof of delivery in time.
  std::multimap<std::string_view, const v1::TallyPresence*> presences_;
};

}  // namespace sanzhang::resolution
