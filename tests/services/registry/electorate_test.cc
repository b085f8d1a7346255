// Who may vote: the grouping of owners against a table and a slow second opinion, residents,
// households and members, and the reading of it all from the log.

#include <map>
#include <random>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/registry/register_electorate.h"
#include "services/registry/registry_electorates.h"
#include "tests/services/registry/live_register.h"
#include "tests/services/registry/random_register.h"
#include "tests/services/registry/rules_table.h"

namespace sanzhang::registry {
namespace {

using runtime::ElectorateScope;
using runtime::OwnerRules;
using testing::ElementsAre;

// `d1 HOME 90 p1,p2`: id, kind, area, owners; `-` for nobody; `dev!` for what a developer has.
struct Flat {
  std::string id;
  type::v1::DwellingKind kind;
  std::int64_t area_dm2;
  std::vector<std::string> owners;
  std::string developer = {};
  std::string building = "b1";
};

std::string Person1(const std::string& id) { return Expand("~persons/" + id); }

Place::State StateOf(const Flat& flat) {
  Place::State state;
  state.phase = Place::State::Phase::kActive;
  state.property_area = Expand("~propertyAreas/a1");
  state.building = Expand("~buildings/" + flat.building);
  state.area_dm2 = flat.area_dm2;
  state.kind = flat.kind;
  for (const std::string& owner : flat.owners) state.owners.push_back({Person1(owner), 0, 0});
  if (!flat.owners.empty()) state.ownership = Place::State::Ownership::kVerified;
  if (!flat.developer.empty()) {
    state.sale = type::v1::SALE_STATE_UNSOLD;
    state.developer = Person1(flat.developer);
  }
  return state;
}

RegisterImage ImageOf(const std::vector<Flat>& flats) {
  RegisterImage image;
  image.position = 7;
  for (const char* building : {"b1", "b2", "b3"}) {
    Place::State state;
    state.phase = Place::State::Phase::kActive;
    image.buildings.emplace_back(Expand("~buildings/" + std::string(building)), state);
  }
  std::set<std::string> persons;
  for (const Flat& flat : flats) {
    image.dwellings.emplace_back(Expand("~dwellings/" + flat.id), StateOf(flat));
    for (const std::string& owner : flat.owners) persons.insert(Person1(owner));
    if (!flat.developer.empty()) persons.insert(Person1(flat.developer));
  }
  std::sort(image.dwellings.begin(), image.dwellings.end(),
            [](const auto& left, const auto& right) { return left.first < right.first; });
  for (const std::string& person : persons) {
    Person::State state;
    state.known = true;
    image.persons.emplace_back(person, state);
  }
  return image;
}

// `key: dwellings, area, heads`, one line a subject.
std::string Lines(const runtime::OwnersElectorate& electorate) {
  std::string lines;
  for (const runtime::OwnerSubject& subject : electorate.subjects) {
    lines += subject.key + ":";
    for (const std::string& dwelling : subject.dwellings) {
      lines += " " + dwelling.substr(dwelling.rfind('/') + 1);
    }
    lines += ", " + std::to_string(subject.area_dm2) + ", " + std::to_string(subject.heads);
    if (subject.developer) lines += ", developer";
    lines += "\n";
  }
  return lines;
}

constexpr auto kHome = type::v1::DWELLING_KIND_HOME;
constexpr auto kShop = type::v1::DWELLING_KIND_SHOP;
constexpr auto kParking = type::v1::DWELLING_KIND_PARKING;
constexpr auto kUnsaid = type::v1::DWELLING_KIND_UNSPECIFIED;

struct GroupingRow {
  const char* name;
  std::vector<Flat> flats;
  std::string then;
  bool merge = false;
  std::set<type::v1::DwellingKind> in_area = OwnerRules().kinds_in_area;
  std::set<type::v1::DwellingKind> in_heads = OwnerRules().kinds_in_heads;
};

TEST(Owners, AreGroupedByTheKeyRule) {
  const std::set<type::v1::DwellingKind> with_parking = {kHome, kShop, kParking};
  const GroupingRow rows[] = {
      {"OneOwnerOfFifteenIsOneHead",
       {{"d1", kHome, 90, {"p1"}}, {"d2", kHome, 80, {"p1"}}, {"d3", kShop, 70, {"p1"}}},
       "p1: d1 d2 d3, 240, 1\n"},
      {"AAndABAreTwo",
       {{"d1", kHome, 90, {"p1"}}, {"d2", kHome, 80, {"p2", "p1"}}, {"d3", kHome, 70, {"p2"}}},
       "p1: d1, 90, 1\np1+p2: d2, 80, 1\np2: d3, 70, 1\n"},
      {"TheOrderOfCoOwnersIsNothing",
       {{"d1", kHome, 90, {"p2", "p1"}}, {"d2", kHome, 80, {"p1", "p2"}}},
       "p1+p2: d1 d2, 170, 1\n"},
      {"OverlappingOwnersMerged",
       {{"d1", kHome, 90, {"p1"}},
        {"d2", kHome, 80, {"p1", "p2"}},
        {"d3", kHome, 70, {"p2", "p3"}},
        {"d4", kHome, 60, {"p4"}}},
       "p1+p2+p3: d1 d2 d3, 240, 1\np4: d4, 60, 1\n",
       true},
      {"ADevelopersPartsAreOneHead",
       {{"d1", kHome, 90, {}, "dev"},
        {"d2", kHome, 80, {"p1"}, "dev"},
        {"d3", kHome, 70, {"p1"}},
        {"d4", kShop, 60, {"dev"}}},
       "dev: d1 d2 d4, 230, 1, developer\np1: d3, 70, 1\n"},
      {"NobodyKnownIsASubjectOfItsOwn",
       {{"d1", kHome, 90, {}}, {"d2", kHome, 80, {}}},
       "dwellings/d1: d1, 90, 1\ndwellings/d2: d2, 80, 1\n"},
      {"NobodyKnownIsNotMerged",
       {{"d1", kHome, 90, {}}, {"d2", kHome, 80, {}}},
       "dwellings/d1: d1, 90, 1\ndwellings/d2: d2, 80, 1\n",
       true},
      {"ParkingCountsInNeither",
       {{"d1", kHome, 90, {"p1"}}, {"k1", kParking, 12, {"p1"}}, {"k2", kParking, 12, {"p2"}}},
       "p1: d1, 90, 1\n"},
      {"ParkingInBoth",
       {{"d1", kHome, 90, {"p1"}}, {"k1", kParking, 12, {"p1"}}, {"k2", kParking, 12, {"p2"}}},
       "p1: d1 k1, 102, 1\np2: k2, 12, 1\n",
       false,
       with_parking,
       with_parking},
      {"ParkingInAreaOnly",
       {{"d1", kHome, 90, {"p1"}}, {"k1", kParking, 12, {"p1"}}, {"k2", kParking, 12, {"p2"}}},
       "p1: d1 k1, 102, 1\np2: k2, 12, 0\n",
       false,
       with_parking},
      {"AKindNotSaidIsAHome", {{"d1", kUnsaid, 90, {"p1"}}}, "p1: d1, 90, 1\n"},
  };
  for (const GroupingRow& row : rows) {
    SCOPED_TRACE(row.name);
    const auto electorate = MakeOwners(ImageOf(row.flats), {.community = "communities/c1"},
                                       {.kinds_in_area = row.in_area,
                                        .kinds_in_heads = row.in_heads,
                                        .merge_overlapping_owners = row.merge});
    EXPECT_EQ(Lines(electorate), row.then);
    EXPECT_EQ(electorate.dwellings.size(), row.flats.size());
    EXPECT_EQ(electorate.position, 7u);
  }
}

// Sums of a building are of those who own nowhere else.
TEST(Owners, HaveTheBuildingThatAllTheirDwellingsShare) {
  const auto electorate = MakeOwners(ImageOf({{"d1", kHome, 1, {"p1"}, "", "b1"},
                                              {"d2", kHome, 1, {"p1"}, "", "b1"},
                                              {"d3", kHome, 1, {"p2"}, "", "b1"},
                                              {"d4", kHome, 1, {"p2"}, "", "b2"},
                                              {"d5", kHome, 1, {"p2"}, "", "b1"},
                                              {"d6", kHome, 1, {}, "", "b3"},
                                              {"d7", kParking, 1, {"p3"}, "", "b2"},
                                              {"d8", kHome, 1, {"p3"}, "", "b3"}}),
                                     {.community = "communities/c1"}, {});
  std::vector<std::string> places;
  for (const runtime::OwnerSubject& subject : electorate.subjects) {
    places.push_back(subject.key + " " + Shorten(subject.building));
  }
  EXPECT_THAT(places, ElementsAre("dwellings/d6 ~buildings/b3", "p1 ~buildings/b1", "p2 ",
                                  "p3 ~buildings/b3"));  // Parking counts neither way.
}

TEST(Owners, LieInTheScope) {
  RegisterImage image = ImageOf({{"d1", kHome, 1, {"p1"}, "", "b1"},
                                 {"d2", kHome, 2, {"p2"}, "", "b2"},
                                 {"d3", kHome, 4, {"p3"}, "", "b3"},
                                 {"d4", kHome, 8, {"p4"}, "", "b1"}});
  image.dwellings[3].second.property_area = Expand("~propertyAreas/a2");
  image.dwellings[3].second.entrance = Expand("~entrances/e4");
  Place::State entrance;
  entrance.phase = Place::State::Phase::kActive;
  image.entrances.emplace_back(Expand("~entrances/e4"), entrance);
  const auto area = [&](ElectorateScope scope) { return MakeOwners(image, scope, {}).area_dm2; };
  EXPECT_EQ(area({}), 15);
  EXPECT_EQ(area({.property_area = Expand("~propertyAreas/a1")}), 7);
  EXPECT_EQ(area({.buildings = {Expand("~buildings/b1")}}), 9);
  EXPECT_EQ(area({.buildings = {Expand("~buildings/b2"), Expand("~buildings/b3")}}), 6);
  EXPECT_EQ(area({.entrances = {Expand("~entrances/e4")}}), 8);
  EXPECT_EQ(area({.buildings = {Expand("~buildings/b2")}, .entrances = {Expand("~entrances/e4")}}),
            10);
  EXPECT_EQ(
      area({.property_area = Expand("~propertyAreas/a1"), .buildings = {Expand("~buildings/b1")}}),
      1);
  // What is no more, or lies in what is no more, does not vote.
  image.dwellings[1].second.phase = Place::State::Phase::kRetired;
  image.buildings[2].second.phase = Place::State::Phase::kRetired;
  EXPECT_EQ(area({}), 9);
}

TEST(Owners, AreSpokenForByTheLiving) {
  RegisterImage image = ImageOf({{"d1", kHome, 0, {"child", "dead"}}, {"d2", kShop, 9, {"firm"}}});
  const auto add = [&](const std::string& id, bool alive) {
    Person::State state;
    state.known = true;
    state.alive = alive;
    image.persons.emplace_back(Person1(id), state);
  };
  add("guardian", true);
  add("late-guardian", false);
  std::sort(image.persons.begin(), image.persons.end(),
            [](const auto& left, const auto& right) { return left.first < right.first; });
  for (auto& [name, person] : image.persons) {
    if (name == Person1("child")) {
      person.guardians = {Person1("guardian"), Person1("late-guardian")};
    }
    if (name == Person1("dead")) person.alive = false;
    if (name == Person1("firm")) {
      person.kind = v1::PERSON_KIND_ORGANISATION;
      person.legal_representative = Person1("guardian");
    }
  }
  image.dwellings[0].second.ownership = Place::State::Ownership::kDisputed;
  const auto electorate = MakeOwners(image, {}, {});
  EXPECT_EQ(electorate.without_area, 1u);
  EXPECT_TRUE(electorate.subjects[0].disputed);
  EXPECT_FALSE(electorate.subjects[1].disputed);
  EXPECT_THAT(electorate.voters,
              ElementsAre(runtime::Voter{Person1("child"), true, false, {Person1("guardian")}},
                          runtime::Voter{Person1("dead"), false, false, {}},
                          runtime::Voter{Person1("firm"), true, true, {Person1("guardian")}}));
}

// The second opinion: dwellings are of one subject if their holders are the same, or, merged, if a
// chain of dwellings leads from one to the other in which neighbours share a holder.
std::set<std::set<std::string>> SlowGroups(const std::vector<Flat>& flats, bool merge) {
  const auto holders = [](const Flat& flat) {
    if (!flat.developer.empty()) return std::set<std::string>{flat.developer};
    return std::set<std::string>(flat.owners.begin(), flat.owners.end());
  };
  std::vector<std::size_t> group(flats.size());
  for (std::size_t i = 0; i < flats.size(); ++i) group[i] = i;
  for (std::size_t round = 0; round < flats.size(); ++round) {
    for (std::size_t i = 0; i < flats.size(); ++i) {
      for (std::size_t j = 0; j < flats.size(); ++j) {
        const auto left = holders(flats[i]);
        const auto right = holders(flats[j]);
        std::vector<std::string> both;
        std::set_intersection(left.begin(), left.end(), right.begin(), right.end(),
                              std::back_inserter(both));
        const bool one = merge ? !both.empty() : !left.empty() && left == right;
        if (one) group[i] = group[j] = std::min(group[i], group[j]);
      }
    }
  }
  std::map<std::size_t, std::set<std::string>> groups;
  for (std::size_t i = 0; i < flats.size(); ++i) {
    groups[group[i]].insert(Expand("~dwellings/" + flats[i].id));
  }
  std::set<std::set<std::string>> all;
  for (auto& [first, members] : groups) all.insert(members);
  return all;
}

TEST(Owners, AreGroupedAsASlowSecondOpinionSays) {
  const std::uint64_t seed = ChooseSeed();
  SCOPED_TRACE("SANZHANG_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto draw = [&](int below) {
    return std::uniform_int_distribution<int>(0, below - 1)(random);
  };
  for (int round = 0; round < 400; ++round) {
    std::vector<Flat> flats;
    std::int64_t area = 0;
    for (int i = draw(12); i >= 0; --i) {
      Flat flat{"d" + std::to_string(i), kHome, draw(100), {}};
      for (int owners = draw(4); owners > 0; --owners) {
        const std::string owner = "p" + std::to_string(draw(8));
        if (std::find(flat.owners.begin(), flat.owners.end(), owner) == flat.owners.end()) {
          flat.owners.push_back(owner);
        }
      }
      if (draw(6) == 0) flat.developer = "p" + std::to_string(draw(2));
      area += flat.area_dm2;
      flats.push_back(flat);
    }
    const bool merge = draw(2) == 1;
    const auto electorate = MakeOwners(ImageOf(flats), {}, {.merge_overlapping_owners = merge});
    std::set<std::set<std::string>> groups;
    std::set<std::string> keys;
    for (const runtime::OwnerSubject& subject : electorate.subjects) {
      groups.insert({subject.dwellings.begin(), subject.dwellings.end()});
      EXPECT_TRUE(keys.insert(subject.key).second);
    }
    ASSERT_EQ(groups, SlowGroups(flats, merge)) << Lines(electorate);
    EXPECT_EQ(electorate.area_dm2, area);
    EXPECT_EQ(electorate.heads, static_cast<std::int64_t>(groups.size()));
  }
}

// From commands to electorates, over a log whose streams come in several pages.
class ReadElectorate : public testing::Test {
 protected:
  ReadElectorate() : electorates_(live_.store()) { live_.Settle(); }

  void Resident(const std::string& id, const std::string& majority) {
    live_.Set("EnrollResident", "name: '~persons/" + id + "' place { dwelling: '~dwellings/d1' }");
    live_.Set("ConfirmResident", "name: '~persons/" + id + "'");
    if (majority.empty()) return;
    live_.Set("RecordMajority", "name: '~persons/" + id + "' majority: MAJORITY_" + majority);
  }

  LiveRegister live_;
  RegistryElectorates electorates_;
  const ElectorateScope whole_ = {.community = "communities/c1"};
  const std::string parent_ = "parent: 'communities/c1' ";
};

TEST_F(ReadElectorate, OfOwnersAsTheyAreNow) {
  for (int i = 1; i <= 40; ++i) {
    const std::string id = "x" + std::to_string(i);
    live_.Set("RegisterDwelling", parent_ + "dwelling_id: '" + id +
                                      "' display_name: 'X' entrance: '~entrances/e1' area_dm2: 10");
    live_.Set("RecordOwnership", "name: '~dwellings/" + id + "' owners { person: '~persons/p" +
                                     std::to_string(1 + i % 2) + "' }");
  }
  live_.Set("TransferOwnership",
            "name: '~dwellings/x2' owners { person: '~persons/p3' } owners { person: "
            "'~persons/p2' } basis: 'T'");
  live_.Set("RetirePlace", "name: '~dwellings/x4' reason: 'x'");
  const auto electorate = electorates_.OwnersOf(whole_, {});
  ASSERT_TRUE(electorate.ok()) << electorate.status();
  EXPECT_EQ(electorate->position, live_.store().head().position);
  EXPECT_EQ(electorate->dwellings.size(), 41u);  // With d1 and d2, without x4.
  std::vector<std::string> subjects;
  for (const auto& subject : electorate->subjects) {
    subjects.push_back(subject.key + " " + std::to_string(subject.area_dm2));
  }
  EXPECT_THAT(subjects,
              ElementsAre("dwellings/d1 0", "dwellings/d2 0", "p1 180", "p2 200", "p2+p3 10"));
  EXPECT_EQ(electorate->heads, 5);
  EXPECT_EQ(electorate->without_area, 2u);
}

TEST_F(ReadElectorate, OfResidentsWhoAreOfAge) {
  Resident("p1", "ADULT");
  Resident("p2", "MINOR");
  Resident("p3", "");
  Resident("p4", "ADULT");
  live_.Set("MoveOutResident", "name: '~persons/p4'");
  Resident("p5", "ADULT");
  live_.Set("RecordDeath", "name: '~persons/p5'");
  live_.Set("EnrollResident", "name: '~persons/p6' place { dwelling: '~dwellings/d1' }");
  live_.Set("RecordMajority", "name: '~persons/p6' majority: MAJORITY_ADULT");
  const auto electorate = electorates_.ResidentsOf(whole_);
  ASSERT_TRUE(electorate.ok()) << electorate.status();
  EXPECT_THAT(electorate->subjects,
              ElementsAre(runtime::ResidentSubject{
                  "persons/p1", {Expand("~persons/p1")}, "", Expand("~buildings/b1")}));
  EXPECT_EQ(electorate->majority_unknown, 1u);
  const auto elsewhere = electorates_.ResidentsOf(
      {.community = "communities/c1", .property_area = Expand("~propertyAreas/a2")});
  EXPECT_TRUE(elsewhere->subjects.empty());
}

TEST_F(ReadElectorate, OfHouseholdsWithSomeoneWhoVotes) {
  for (const char* id : {"p1", "p2", "p7"}) Resident(id, "ADULT");
  Resident("p3", "MINOR");
  const auto form = [&](const std::string& id, const std::string& members,
                        const std::string& head) {
    live_.Set("FormHousehold", parent_ + "household_id: '" + id + "' dwelling: '~dwellings/d1' " +
                                   members + " head: '~persons/" + head + "'");
  };
  form("h1", "members: '~persons/p1' members: '~persons/p3'", "p1");
  form("h2", "members: '~persons/p2' members: '~persons/p9'", "p9");  // The head lives elsewhere.
  form("h3", "members: '~persons/p8'", "p8");
  const auto electorate = electorates_.HouseholdsOf(whole_);
  ASSERT_TRUE(electorate.ok()) << electorate.status();
  EXPECT_THAT(
      electorate->subjects,
      ElementsAre(runtime::ResidentSubject{"households/h1",
                                           {Expand("~persons/p1")},
                                           Expand("~persons/p1"),
                                           Expand("~buildings/b1")},
                  runtime::ResidentSubject{
                      "households/h2", {Expand("~persons/p2")}, "", Expand("~buildings/b1")}));
  EXPECT_EQ(electorate->without_household, 1u);
}

TEST_F(ReadElectorate, OfThoseWhoHoldSeats) {
  live_.Set("PrepareBody", parent_ +
                               "body_id: 'reps' display_name: 'R' kind: "
                               "BODY_KIND_RESIDENT_REP_ASSEMBLY");
  live_.Set("EstablishBody", "name: '~bodies/reps'");
  live_.Set("StartTerm",
            parent_ +
                "term_id: 't1' body: '~bodies/reps' begins { seconds: 1777564800 } ends { seconds: "
                "1780243200 }");
  for (int i = 1; i <= 5; ++i) {
    const std::string id = std::to_string(i);
    live_.Set("SeatMember", parent_ + "membership_id: 'm" + id +
                                "' body: '~bodies/reps' person: " + "'~persons/p" + id +
                                "' office: OFFICE_MEMBER" + (i == 5 ? "" : " term: '~terms/t1'"));
  }
  live_.Set("SetRepresentativeConstituency",
            "name: '~constituencies/n1' units: '~buildings/b1' households: 36");
  live_.Set("ElectRepresentative",
            "name: '~constituencies/n1' membership: '~memberships/m1' decision: 'E'");
  live_.Set("SuspendMember", "name: '~memberships/m2' reason: 'x'");
  live_.Set("EndMember", "name: '~memberships/m3' reason: END_REASON_MOVED");
  live_.Set("RecordDeath", "name: '~persons/p4'");
  const std::string body = Expand("~bodies/reps");
  const auto seat = [](const std::string& id) {
    return runtime::MemberSubject{Expand("~memberships/m" + id), Expand("~persons/p" + id),
                                  type::v1::OFFICE_MEMBER};
  };
  runtime::MemberSubject elected = seat("1");
  elected.constituency = Expand("~constituencies/n1");
  elected.households = 36;
  const auto within = electorates_.MembersOf(body, TimeOf("2026-05-31T23:59:59+08:00"));
  ASSERT_TRUE(within.ok()) << within.status();
  EXPECT_THAT(within->members, ElementsAre(elected, seat("5")));
  EXPECT_EQ(within->suspended, 1u);
  // With the term the seats of that term are over.
  const auto after = electorates_.MembersOf(body, TimeOf("2026-06-01T00:00:00+08:00"));
  EXPECT_THAT(after->members, ElementsAre(seat("5")));
  live_.Set("DissolveBody", "name: '~bodies/reps' reason: 'x'");
  EXPECT_TRUE(electorates_.MembersOf(body, live_.now())->members.empty());
  EXPECT_TRUE(
      absl::IsNotFound(electorates_.MembersOf(Expand("~bodies/none"), live_.now()).status()));
}

}  // namespace
}  // namespace sanzhang::registry
