#include "services/registry/register_electorate.h"

#include <map>
#include <numeric>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "proto/wire/names.h"

namespace sanzhang::registry {
namespace {

using runtime::ElectorateDwelling;
using runtime::ElectorateScope;
using runtime::OwnerRules;
using runtime::OwnershipStanding;
using runtime::OwnerSubject;
using runtime::Voter;

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool LiesIn(const ElectorateScope& scope, std::string_view property_area, std::string_view building,
            std::string_view entrance) {
  if (!scope.property_area.empty() && scope.property_area != property_area) return false;
  if (scope.buildings.empty() && scope.entrances.empty()) return true;
  return Contains(scope.buildings, building) || Contains(scope.entrances, entrance);
}

bool IsActive(const States<Place>& places, const std::string& name) {
  if (name.empty()) return true;  // It lies in none.
  const Place::State* place = FindState(places, name);
  return place != nullptr && place->phase == Place::State::Phase::kActive;
}

OwnershipStanding StandingOf(Place::State::Ownership ownership) {
  switch (ownership) {
    case Place::State::Ownership::kNone:
      return OwnershipStanding::kUnknown;
    case Place::State::Ownership::kUnverified:
      return OwnershipStanding::kUnverified;
    case Place::State::Ownership::kVerified:
      return OwnershipStanding::kVerified;
    case Place::State::Ownership::kDisputed:
      return OwnershipStanding::kDisputed;
  }
  return OwnershipStanding::kUnknown;
}

ElectorateDwelling DwellingOf(const std::string& name, const Place::State& state) {
  ElectorateDwelling dwelling;
  dwelling.name = name;
  dwelling.area_dm2 = state.area_dm2;
  dwelling.building = state.building;
  if (state.kind != type::v1::DWELLING_KIND_UNSPECIFIED) dwelling.kind = state.kind;
  for (const Place::Share& share : state.owners) {
    dwelling.owners.push_back({share.person, share.numerator, share.denominator});
  }
  std::sort(dwelling.owners.begin(), dwelling.owners.end(),
            [](const auto& left, const auto& right) { return left.person < right.person; });
  dwelling.ownership = StandingOf(state.ownership);
  if (state.sale == type::v1::SALE_STATE_UNSOLD ||
      state.sale == type::v1::SALE_STATE_SOLD_UNDELIVERED) {
    dwelling.developer = state.developer;
  }
  return dwelling;
}

// Who stands for the dwelling, sorted: the developer until it is delivered, else its owners.
std::vector<std::string> HoldersOf(const ElectorateDwelling& dwelling) {
  if (!dwelling.developer.empty()) return {dwelling.developer};
  std::vector<std::string> holders;
  for (const runtime::OwnerShare& owner : dwelling.owners) holders.push_back(owner.person);
  return holders;
}

// Sets of owners that overlap, and those that overlap with these, become one.
class Merger {
 public:
  void Join(const std::vector<std::string>& owners) {
    for (const std::string& owner : owners) parent_[Root(owner)] = Root(owners.front());
  }
  // All who are joined with these, sorted. After the last Join.
  std::vector<std::string> Group(const std::string& owner) {
    if (groups_.empty()) {
      for (const auto& [member, parent] : parent_) groups_[Root(member)].push_back(member);
    }
    return groups_[Root(owner)];
  }

 private:
  std::string Root(const std::string& owner) {
    std::string root = owner;
    for (auto found = parent_.try_emplace(root, root).first; found->second != root;
         found = parent_.find(root)) {
      root = found->second;
    }
    parent_[owner] = root;  // Shortens the way for the next one.
    return root;
  }

  std::map<std::string, std::string> parent_;
  std::map<std::string, std::vector<std::string>> groups_;
};

// Groups dwellings into subjects.
class Grouping {
 public:
  Grouping(const OwnerRules& rules, runtime::OwnersElectorate& electorate)
      : rules_(rules), electorate_(electorate) {}

  void Group() {
    if (rules_.merge_overlapping_owners) {
      for (const ElectorateDwelling& dwelling : electorate_.dwellings) {
        const std::vector<std::string> holders = HoldersOf(dwelling);
        if (Counts(dwelling) && !holders.empty()) merger_.Join(holders);
      }
    }
    for (const ElectorateDwelling& dwelling : electorate_.dwellings) {
      if (Counts(dwelling)) Add(dwelling);
    }
    for (auto& [key, subject] : subjects_) {
      electorate_.area_dm2 += subject.area_dm2;
      electorate_.heads += subject.heads;
      electorate_.subjects.push_back(std::move(subject));
    }
  }

 private:
  bool InArea(const ElectorateDwelling& dwelling) const {
    return rules_.kinds_in_area.contains(dwelling.kind);
  }
  bool InHeads(const ElectorateDwelling& dwelling) const {
    return rules_.kinds_in_heads.contains(dwelling.kind);
  }
  bool Counts(const ElectorateDwelling& dwelling) const {
    return InArea(dwelling) || InHeads(dwelling);
  }

  void Add(const ElectorateDwelling& dwelling) {
    std::vector<std::string> holders = HoldersOf(dwelling);
    if (rules_.merge_overlapping_owners && !holders.empty()) {
      holders = merger_.Group(holders.front());
    }
    std::string key = holders.empty() ? "dwellings/" + std::string(wire::IdOf(dwelling.name))
                                      : SubjectKey(holders);
    const auto [found, fresh] = subjects_.try_emplace(std::move(key));
    OwnerSubject& subject = found->second;
    if (fresh) {
      subject.key = found->first;
      subject.owners = std::move(holders);
      subject.building = dwelling.building;
    } else if (subject.building != dwelling.building) {
      subject.building.clear();  // Of several, none is all's.
    }
    subject.dwellings.push_back(dwelling.name);
    if (InArea(dwelling)) {
      subject.area_dm2 += dwelling.area_dm2;
      if (dwelling.area_dm2 == 0) ++electorate_.without_area;
    }
    if (InHeads(dwelling)) subject.heads = 1;
    subject.developer = subject.developer || !dwelling.developer.empty();
    subject.disputed = subject.disputed || dwelling.ownership == OwnershipStanding::kDisputed;
  }

  const OwnerRules& rules_;
  runtime::OwnersElectorate& electorate_;
  Merger merger_;
  std::map<std::string, OwnerSubject> subjects_;
};

bool IsAlive(const States<Person>& persons, const std::string& name) {
  const Person::State* person = FindState(persons, name);
  return person != nullptr && person->known && person->alive;
}

Voter VoterOf(const States<Person>& persons, const std::string& name) {
  Voter voter{.person = name};
  const Person::State* person = FindState(persons, name);
  if (person == nullptr) return voter;
  voter.alive = person->alive;
  voter.organisation = person->organisation();
  if (!person->legal_representative.empty() && IsAlive(persons, person->legal_representative)) {
    voter.represented_by.push_back(person->legal_representative);
  }
  for (const std::string& guardian : person->guardians) {
    if (IsAlive(persons, guardian)) voter.represented_by.push_back(guardian);
  }
  return voter;
}

enum class Franchise { kNone, kUnknown, kVotes };

// Whether a resident votes: confirmed, living, a human being, and known to be of age.
Franchise FranchiseOf(const Person::State& person) {
  if (!person.known || !person.alive || person.organisation() ||
      person.residence != Person::State::Residence::kConfirmed ||
      person.majority == v1::MAJORITY_MINOR) {
    return Franchise::kNone;
  }
  return person.adult() ? Franchise::kVotes : Franchise::kUnknown;
}

std::string KeyOf(std::string_view name) {
  return std::string(wire::CollectionOf(name)) + "/" + std::string(wire::IdOf(name));
}

bool IsWithin(const RegisterImage& image, const std::string& term, absl::Time now) {
  if (term.empty()) return true;  // Until ended.
  const Term::State* state = FindState(image.terms, term);
  return state != nullptr && state->begins <= now && now < state->ends;
}

}  // namespace

bool LiesIn(const ElectorateScope& scope, const Place::State& dwelling) {
  return LiesIn(scope, dwelling.property_area, dwelling.building, dwelling.entrance);
}

std::string SubjectKey(const std::vector<std::string>& owners) {
  std::string key;
  for (const std::string& owner : owners) {
    if (!key.empty()) key += '+';
    key += wire::IdOf(owner);
  }
  return key;
}

runtime::OwnersElectorate MakeOwners(const RegisterImage& image, const ElectorateScope& scope,
                                     const OwnerRules& rules) {
  runtime::OwnersElectorate electorate;
  electorate.position = image.position;
  std::set<std::string> holders;
  for (const auto& [name, state] : image.dwellings) {
    if (state.phase != Place::State::Phase::kActive || !LiesIn(scope, state) ||
        !IsActive(image.buildings, state.building) || !IsActive(image.entrances, state.entrance)) {
      continue;
    }
    electorate.dwellings.push_back(DwellingOf(name, state));
    for (const auto& owner : electorate.dwellings.back().owners) holders.insert(owner.person);
    const std::string& developer = electorate.dwellings.back().developer;
    if (!developer.empty()) holders.insert(developer);
  }
  Grouping(rules, electorate).Group();
  for (const std::string& holder : holders) {
    electorate.voters.push_back(VoterOf(image.persons, holder));
  }
  return electorate;
}

runtime::ResidentsElectorate MakeResidents(const RegisterImage& image,
                                           const ElectorateScope& scope) {
  runtime::ResidentsElectorate electorate;
  electorate.position = image.position;
  for (const auto& [name, person] : image.persons) {
    const Franchise franchise = FranchiseOf(person);
    if (franchise == Franchise::kNone || !LiesIn(scope, person.home.property_area(),
                                                 person.home.building(), person.home.entrance())) {
      continue;
    }
    if (franchise == Franchise::kUnknown) {
      ++electorate.majority_unknown;
    } else {
      electorate.subjects.push_back(
          {.key = KeyOf(name), .persons = {name}, .building = person.home.building()});
    }
  }
  return electorate;
}

runtime::ResidentsElectorate MakeHouseholds(const RegisterImage& image,
                                            const ElectorateScope& scope) {
  runtime::ResidentsElectorate electorate;
  electorate.position = image.position;
  std::unordered_set<std::string> housed;
  for (const auto& [name, household] : image.households) {
    if (household.phase != Household::State::Phase::kFormed) continue;
    for (const std::string& member : household.members) housed.insert(member);
    const Place::State* dwelling = FindState(image.dwellings, household.dwelling);
    if (dwelling == nullptr || !LiesIn(scope, *dwelling)) continue;
    runtime::ResidentSubject subject{.key = KeyOf(name), .building = dwelling->building};
    for (const std::string& member : household.members) {
      const Person::State* person = FindState(image.persons, member);
      if (person == nullptr) continue;
      const Franchise franchise = FranchiseOf(*person);
      if (franchise == Franchise::kUnknown) ++electorate.majority_unknown;
      if (franchise == Franchise::kVotes) subject.persons.push_back(member);
    }
    if (subject.persons.empty()) continue;
    if (Contains(subject.persons, household.head)) subject.head = household.head;
    electorate.subjects.push_back(std::move(subject));
  }
  for (const runtime::ResidentSubject& resident : MakeResidents(image, scope).subjects) {
    if (!housed.contains(resident.persons.front())) ++electorate.without_household;
  }
  return electorate;
}

runtime::MembersElectorate MakeMembers(const RegisterImage& image, std::string_view body,
                                       absl::Time now) {
  runtime::MembersElectorate electorate;
  electorate.position = image.position;
  electorate.kind = image.body.kind;
  if (!image.body.active()) return electorate;
  std::unordered_map<std::string, const std::pair<std::string, Constituency::State>*> elected;
  for (const auto& constituency : image.constituencies) {
    if (constituency.second.phase != Constituency::State::Phase::kSet) continue;
    elected.emplace(constituency.second.membership, &constituency);
  }
  for (const auto& [name, seat] : image.memberships) {
    if (seat.body != body || seat.phase == Membership::State::Phase::kEnded ||
        !IsWithin(image, seat.term, now) || !IsAlive(image.persons, seat.person)) {
      continue;
    }
    if (seat.phase == Membership::State::Phase::kSuspended) {
      ++electorate.suspended;
      continue;
    }
    runtime::MemberSubject member{.membership = name, .person = seat.person, .office = seat.office};
    if (const auto found = elected.find(name); found != elected.end()) {
      member.constituency = found->second->first;
      member.households = found->second->second.households;
    }
    electorate.members.push_back(std::move(member));
  }
  return electorate;
}

}  // namespace sanzhang::registry
