#include "services/resolution/tally.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "services/resolution/election.h"
#include "services/resolution/marks.h"
#include "services/resolution/measure.h"
#include "services/resolution/papers.h"
#include "services/resolution/tally_check.h"

namespace sanzhang::resolution {
namespace {

using policy::v1::VotingRuleSet;
using Flags = std::set<v1::TallyFlag>;

bool IsSecret(const VotingRuleSet& rules) { return rules.secrecy() == policy::v1::SECRECY_SECRET; }

// The places whose sums stay back: those with too few subjects, and the next smallest ones until
// what is held back is large enough together. Else it could be had by subtraction.
std::set<std::string_view> WithheldPlaces(const std::map<std::string_view, std::size_t>& subjects,
                                          std::size_t subjects_min) {
  std::vector<std::pair<std::size_t, std::string_view>> by_size;
  for (const auto& [place, count] : subjects) by_size.emplace_back(count, place);
  std::sort(by_size.begin(), by_size.end());
  std::set<std::string_view> withheld;
  std::size_t together = 0;
  for (const auto& [count, place] : by_size) {
    const bool enough = together == 0 || together >= subjects_min;
    if (count >= subjects_min && enough) break;
    withheld.insert(place);
    together += count;
  }
  return withheld;
}

class Counter {
 public:
  explicit Counter(const TallyCase& tally)
      : tally_(tally),
        rules_(tally.rules),
        input_(tally.input),
        terms_(TermsOf(tally.rules, tally.input.vote().runoff())) {}

  v1::TallyResult Run();

 private:
  // Why the vote is none, of the whole input.
  Flags VoidFlags() const;
  v1::ItemTally CountItem(const MarkReader& reader, const v1::TallyItem& item);
  Present PresentAt(const MarkReader& reader, const v1::TallyItem& item,
                    const std::vector<Unit>& units) const;
  void AddSideLine(const std::vector<Unit>& units, v1::ItemTally& counted) const;
  void AddSubScopes(const std::vector<Unit>& units, Side side, v1::ItemTally& counted) const;
  void FlagOptions(v1::TallyResult& result) const;
  void AddElection(v1::TallyResult& result) const;
  void AddSetAside(v1::TallyResult& result);

  const TallyCase& tally_;
  const VotingRuleSet& rules_;
  const v1::TallyInput& input_;
  const Terms terms_;
  Flags void_flags_;
  std::vector<v1::SetAside> set_aside_;
};

Flags Counter::VoidFlags() const {
  Flags flags;
  if (rules_.has_representatives_min()) {
    std::int64_t representatives = 0;
    std::int64_t all = 0;
    for (const auto& subject : input_.subjects()) {
      all += subject.heads();
      if (subject.representative()) representatives += subject.heads();
    }
    if (!Reaches(rules_.representatives_min(), representatives, all)) {
      flags.insert(v1::TALLY_FLAG_COMPOSITION);
    }
  }
  if (IsSecret(rules_) && input_.ballots_size() > input_.voters_size()) {
    flags.insert(v1::TALLY_FLAG_MORE_BALLOTS_THAN_VOTERS);
  }
  return flags;
}

Present Counter::PresentAt(const MarkReader& reader, const v1::TallyItem& item,
                           const std::vector<Unit>& units) const {
  Present present;
  if (IsSecret(rules_)) {  // Units have no subject: those who were there are counted apart.
    for (const v1::TallySubject& subject : input_.subjects()) {
      if (reader.IsPresent(subject, item)) present.heads += subject.heads();
    }
    return present;
  }
  for (const Unit& unit : units) {
    if (!unit.present) continue;
    present.area_dm2 += unit.area_dm2;
    present.heads += unit.heads;
  }
  return present;
}

void Counter::AddSideLine(const std::vector<Unit>& units, v1::ItemTally& counted) const {
  if (rules_.conflict_handling() != policy::v1::CONFLICT_HANDLING_SEPARATE_LINE) return;
  std::vector<Unit> unrelated;
  Present present;
  for (const Unit& unit : units) {
    if (unit.subject->related()) continue;
    unrelated.push_back(unit);
    if (!unit.present) continue;
    present.area_dm2 += unit.area_dm2;
    present.heads += unit.heads;
  }
  if (unrelated.size() == units.size()) return;
  const Decision decision = Decide(rules_, terms_, unrelated, present);
  v1::SideTally& line = *counted.mutable_without_related();
  line.set_outcome(decision.outcome);
  *line.mutable_area() = decision.area;
  *line.mutable_heads() = decision.heads;
}

void Counter::AddSubScopes(const std::vector<Unit>& units, Side side,
                           v1::ItemTally& counted) const {
  if (rules_.sub_scope_subjects_min() <= 0) return;
  std::map<std::string_view, std::vector<Unit>> places;
  for (const Unit& unit : units) places[unit.subject->sub_scope()].push_back(unit);
  if (places.empty() || (places.size() == 1 && places.begin()->first.empty())) return;
  std::map<std::string_view, std::size_t> sizes;
  for (const auto& [place, members] : places) sizes[place] = members.size();
  const auto withheld =
      WithheldPlaces(sizes, static_cast<std::size_t>(rules_.sub_scope_subjects_min()));
  for (const auto& [place, members] : places) {
    v1::SubScopeTally& sums = *counted.add_sub_scopes();
    sums.set_sub_scope(std::string(place));
    sums.set_subjects(static_cast<std::int64_t>(members.size()));
    sums.set_withheld(withheld.contains(place));
    if (sums.withheld()) continue;
    SumUnits(rules_, members, side, *sums.mutable_area(), *sums.mutable_heads());
  }
}

v1::ItemTally Counter::CountItem(const MarkReader& reader, const v1::TallyItem& item) {
  std::vector<Unit> units = reader.Read(item, set_aside_);
  if (rules_.unanimous_interested()) {
    std::erase_if(units, [](const Unit& unit) { return !unit.subject->interested(); });
  }
  Decision decision = Decide(rules_, terms_, units, PresentAt(reader, item, units));
  if (rules_.participation() == policy::v1::PARTICIPATION_DELIVERED_DEEMED &&
      input_.vote().deemed_clause().empty()) {
    decision.flags.insert(v1::TALLY_FLAG_NO_DEEMED_CLAUSE);
  }
  if (!void_flags_.empty()) {
    decision.outcome = v1::OUTCOME_VOID;
    decision.flags = void_flags_;
  }
  v1::ItemTally counted;
  counted.set_item(item.item());
  counted.set_candidate(item.candidate());
  counted.set_outcome(decision.outcome);
  for (const v1::TallyFlag flag : decision.flags) counted.add_flags(flag);
  *counted.mutable_area() = decision.area;
  *counted.mutable_heads() = decision.heads;
  if (!IsSecret(rules_) && item.candidate().empty()) {
    if (!rules_.unanimous_interested()) AddSideLine(units, counted);
    AddSubScopes(units, SideOf(decision, rules_, terms_), counted);
  }
  return counted;
}

void Counter::FlagOptions(v1::TallyResult& result) const {
  std::map<std::string_view, std::string_view> question_of;
  for (const auto& item : input_.items()) question_of[item.item()] = item.question();
  std::map<std::string_view, int> passed;
  const auto passes = [](const v1::ItemTally& i) { return i.outcome() == v1::OUTCOME_PASSED; };
  for (const v1::ItemTally& item : result.items()) {
    if (passes(item)) ++passed[question_of[item.item()]];
  }
  for (v1::ItemTally& item : *result.mutable_items()) {
    const std::string_view question = question_of[item.item()];
    if (!question.empty() && passes(item) && passed[question] > 1) {
      item.add_flags(v1::TALLY_FLAG_SEVERAL_OPTIONS_PASSED);
    }
  }
}

void Counter::AddElection(v1::TallyResult& result) const {
  if (input_.items(0).candidate().empty()) return;
  std::vector<v1::ItemTally*> items;
  for (v1::ItemTally& item : *result.mutable_items()) items.push_back(&item);
  *result.mutable_election() = DecideElection(tally_, std::move(items));
}

void Counter::AddSetAside(v1::TallyResult& result) {
  std::sort(set_aside_.begin(), set_aside_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.ballot(), a.item()) < std::tie(b.ballot(), b.item());
  });
  for (v1::SetAside& aside : set_aside_) *result.add_set_aside() = std::move(aside);
}

v1::TallyResult Counter::Run() {
  void_flags_ = VoidFlags();
  const std::vector<Paper> papers = StandingPapers(tally_, set_aside_);
  const MarkReader reader(tally_, papers);
  reader.SetElectionPapersAside(set_aside_);
  std::vector<const v1::TallyItem*> items;
  for (const v1::TallyItem& item : input_.items()) items.push_back(&item);
  std::sort(items.begin(), items.end(),
            [](const auto* a, const auto* b) { return a->item() < b->item(); });
  v1::TallyResult result;
  result.set_engine_version(kTallyEngineVersion);
  result.set_rule_set(rules_.name());
  for (const v1::TallyItem* item : items) *result.add_items() = CountItem(reader, *item);
  FlagOptions(result);
  AddElection(result);
  AddSetAside(result);
  return result;
}

}  // namespace

absl::StatusOr<v1::TallyResult> TallyUnhashed(const TallyCase& tally) {
  if (const absl::Status wrong = CheckTally(tally); !wrong.ok()) return wrong;
  return Counter(tally).Run();
}

absl::StatusOr<v1::TallyResult> Tally(const TallyCase& tally) {
  absl::StatusOr<v1::TallyResult> result = TallyUnhashed(tally);
  if (result.ok()) *result->mutable_hashes() = HashTally(tally);
  return result;
}

}  // namespace sanzhang::resolution
