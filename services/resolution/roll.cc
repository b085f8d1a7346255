#include "services/resolution/roll.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/resolution/canonical_text.h"
#include "services/resolution/limits.h"
#include "services/resolution/sha256.h"

namespace sanzhang::resolution {
namespace {

constexpr std::size_t kVoterIdDigits = 32;  // Of hexadecimal: 128 bits.

void Finish(Roll& roll) {
  std::sort(roll.lines.begin(), roll.lines.end(),
            [](const RollLine& a, const RollLine& b) { return a.voter < b.voter; });
  for (const RollLine& line : roll.lines) {
    roll.totals.heads += line.entry.heads();
    roll.totals.area_dm2 += line.entry.area_dm2();
  }
  roll.totals.subjects = static_cast<std::int64_t>(roll.lines.size());
}

// An empty list of the rules means all kinds.
std::set<type::v1::DwellingKind> KindsOf(const google::protobuf::RepeatedField<int>& listed) {
  std::set<type::v1::DwellingKind> kinds;
  for (const int kind : listed) kinds.insert(static_cast<type::v1::DwellingKind>(kind));
  if (!kinds.empty()) return kinds;
  for (int kind = type::v1::DWELLING_KIND_UNSPECIFIED + 1; kind <= type::v1::DwellingKind_MAX;
       ++kind) {
    if (type::v1::DwellingKind_IsValid(kind)) {
      kinds.insert(static_cast<type::v1::DwellingKind>(kind));
    }
  }
  return kinds;
}

void AddOwners(const runtime::OwnerSubject& subject,
               const std::map<std::string_view, const runtime::Voter*>& voters,
               v1::RollEntry& entry) {
  std::set<std::string> representatives;
  for (const std::string& owner : subject.owners) {
    entry.add_persons(owner);
    const auto voter = voters.find(owner);
    if (voter == voters.end()) continue;
    representatives.insert(voter->second->represented_by.begin(),
                           voter->second->represented_by.end());
  }
  for (const std::string& person : representatives) entry.add_representatives(person);
}

}  // namespace

std::string VoterId(std::string_view resolution, std::string_view subject_key) {
  std::string text = "sanzhang voter 1\n";
  text.append(resolution).append("\n").append(subject_key);
  return Sha256Hex(text).substr(0, kVoterIdDigits);
}

runtime::OwnerRules OwnerRulesOf(const policy::v1::VotingRuleSet& rules) {
  runtime::OwnerRules owners;
  owners.kinds_in_area = KindsOf(rules.kinds_in_area());
  owners.kinds_in_heads = KindsOf(rules.kinds_in_heads());
  owners.merge_overlapping_owners = rules.merge_overlapping_owners();
  return owners;
}

Roll MakeRoll(std::string_view resolution, const policy::v1::VotingRuleSet& rules,
              const runtime::OwnersElectorate& electorate) {
  std::map<std::string_view, const runtime::Voter*> voters;
  for (const runtime::Voter& voter : electorate.voters) voters.emplace(voter.person, &voter);
  Roll roll;
  roll.totals.position = electorate.position;
  roll.totals.dwellings = static_cast<std::int64_t>(electorate.dwellings.size());
  for (const runtime::OwnerSubject& subject : electorate.subjects) {
    RollLine& line = roll.lines.emplace_back();
    line.voter = VoterId(resolution, subject.key);
    v1::RollEntry& entry = line.entry;
    const std::size_t listed = std::min(subject.dwellings.size(), kDwellingsListedMax);
    for (std::size_t i = 0; i < listed; ++i) entry.add_dwellings(subject.dwellings[i]);
    entry.set_dwellings_total(static_cast<std::int32_t>(subject.dwellings.size()));
    entry.set_area_dm2(subject.area_dm2);
    entry.set_heads(static_cast<std::int32_t>(subject.heads));
    AddOwners(subject, voters, entry);
    entry.set_related_party(subject.developer);
    entry.set_interested(rules.unanimous_interested());
    entry.set_place(subject.building);
    if (subject.owners.empty()) {
      roll.totals.dwellings_without_owner += static_cast<std::int64_t>(subject.dwellings.size());
    }
  }
  Finish(roll);
  return roll;
}

Roll MakeRoll(std::string_view resolution, const runtime::ResidentsElectorate& electorate) {
  Roll roll;
  roll.totals.position = electorate.position;
  for (const runtime::ResidentSubject& subject : electorate.subjects) {
    RollLine& line = roll.lines.emplace_back();
    line.voter = VoterId(resolution, subject.key);
    line.entry.set_heads(1);
    for (const std::string& person : subject.persons) line.entry.add_persons(person);
    line.entry.set_place(subject.building);
  }
  Finish(roll);
  return roll;
}

Roll MakeRoll(std::string_view resolution, const runtime::MembersElectorate& electorate) {
  Roll roll;
  roll.totals.position = electorate.position;
  roll.totals.composition = static_cast<std::int32_t>(electorate.members.size());
  for (const runtime::MemberSubject& member : electorate.members) {
    RollLine& line = roll.lines.emplace_back();
    line.voter = VoterId(resolution, member.membership);
    line.entry.set_heads(1);
    line.entry.add_persons(member.person);
    line.entry.set_membership(member.membership);
    line.entry.set_representative(!member.constituency.empty());
    if (!member.constituency.empty()) ++roll.totals.representatives;
  }
  Finish(roll);
  return roll;
}

std::string HashRoll(const std::vector<RollLine>& lines) {
  std::string text = "sanzhang-roll 1\n";
  for (const RollLine& line : lines) {
    absl::StrAppend(&text, line.voter);
    for (const std::string& field : FieldTexts(line.entry, Repeated::kSorted)) {
      absl::StrAppend(&text, "\t", field);
    }
    text.push_back('\n');
  }
  return Sha256Hex(text);
}

}  // namespace sanzhang::resolution
