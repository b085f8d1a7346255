// Random commands, legal and illegal, by people of all kinds: whatever is asked, in whatever order,
// the register's invariants hold, folding is deterministic, and the directory remembers nothing
// untrue.

#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/wire/fact.h"
#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/registry/body.h"
#include "services/registry/body_kinds.h"
#include "services/registry/chief.h"
#include "services/registry/membership.h"
#include "services/registry/place.h"
#include "services/registry/term.h"
#include "tests/services/registry/live_register.h"
#include "tests/services/registry/rules_table.h"

namespace sanzhang::registry {
namespace {

constexpr char kParent[] = "parent: 'communities/c1' ";

std::uint64_t Seed() {
  std::uint64_t seed = 0;
  const char* given = std::getenv("SANZHANG_SEED");
  if (given != nullptr && absl::SimpleAtoi(given, &seed)) return seed;
  return std::random_device()();
}

// Makes commands over few names, so that they meet.
class Player {
 public:
  explicit Player(std::uint64_t seed) : random_(seed) {}

  void Play(LiveRegister& live) {
    const auto [rpc, request] = Command();
    const std::string outcome = live.Try(Who(), rpc, request);
    // Whatever is refused is refused for a reason of the register's.
    if (outcome == "OK") {
      ++accepted;
      return;
    }
    static const std::set<std::string> known = {
        "RESOURCE_NOT_FOUND", "RESOURCE_ALREADY_EXISTS", "RESOURCE_NOT_ACTIVE", "PERMISSION_DENIED",
        "PLACE_INCONSISTENT", "OFFICE_NOT_IN_BODY",      "SEAT_TAKEN",          "TERM_INVALID",
        "BODY_KIND_TAKEN",    "STATE_FORBIDS",           "CLOCK_NOT_DUE",       "INVALID_REQUEST"};
    EXPECT_TRUE(known.contains(outcome.substr(0, outcome.find(' '))))
        << rpc << " " << request << ": " << outcome;
    ++refused;
  }

  int accepted = 0;
  int refused = 0;

 private:
  int Draw(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  std::string One(const std::vector<std::string>& of) {
    return of[static_cast<std::size_t>(Draw(static_cast<int>(of.size())))];
  }
  std::string Id(const std::string& letter, int many = 4) {
    return letter + std::to_string(1 + Draw(many));
  }
  std::string Name(const std::string& collection, const std::string& letter, int many = 4) {
    return "'~" + collection + "/" + Id(letter, many) + "' ";
  }
  std::string Body() { return "'~bodies/" + One({"rc", "gov", "co", "n1", "n2", "n3"}) + "' "; }
  std::string Unit() {
    return "'~" + One({"grids/g1", "grids/g2", "buildings/b1", "buildings/b2", "entrances/e1"}) +
           "' ";
  }
  // The operator often enough that something happens.
  std::string Who() {
    if (Draw(3) != 0) return "service operator";
    return Draw(8) == 0 ? "service timekeeper" : "person " + Id("p", 9);
  }
  std::string EndReason() { return "reason: " + One({"END_REASON_TERM", "END_REASON_DEATH"}); }

  std::pair<std::string, std::string> Command() {
    switch (Draw(21)) {
      case 0:
        return {"RegisterBuilding",
                kParent + ("display_name: 'B' building_id: '" + Id("b") + "' property_area: ") +
                    Name("propertyAreas", "a") + "grid: " + Name("grids", "g")};
      case 1:
        return {"MoveBuildingToGrid",
                "name: " + Name("buildings", "b") + "grid: " + Name("grids", "g")};
      case 2:
        return {"RegisterDwelling", kParent + ("display_name: 'D' dwelling_id: '" + Id("d")) +
                                        "' building: " + Name("buildings", "b") +
                                        (Draw(2) == 0 ? "entrance: '~entrances/e1'" : "")};
      case 3:
        return {"RecordOwnership", "name: " + Name("dwellings", "d") +
                                       "owners { person: " + Name("persons", "p", 9) +
                                       "} owners { person: " + Name("persons", "p", 9) + "}"};
      case 4:
        return {"EnrollResident", "name: " + Name("persons", "p", 9) +
                                      "place { dwelling: " + Name("dwellings", "d") + "}"};
      case 5:
        return {"ConfirmResident", "name: " + Name("persons", "p", 9)};
      case 6:
        return {"MoveOutResident", "name: " + Name("persons", "p", 9)};
      case 7:
        return {"PrepareBody", kParent + ("display_name: 'N' body_id: '" + Id("n", 3)) +
                                   "' kind: BODY_KIND_" +
                                   One({"RESIDENTS_COMMITTEE", "SUPERVISION_COMMITTEE",
                                        "OWNERS_COMMITTEE", "SUBDISTRICT_GOV"})};
      case 8:
        return {"EstablishBody", "name: " + Body()};
      case 9:
        return {Draw(4) == 0 ? "DissolveBody" : "EstablishBody",
                "name: '~bodies/" + Id("n", 3) + "'"};
      case 10:
        return {"StartTerm", kParent + ("term_id: '" + Id("t")) + "' body: " + Body() +
                                 "begins { seconds: 1777564800 } ends { seconds: " +
                                 std::to_string(1777564800 + 86400 * Draw(9)) + " }"};
      case 11:
        return {"ExpireTerm", "name: " + Name("terms", "t")};
      case 12:
      case 13:
        return {"SeatMember", kParent + ("membership_id: '" + Id("m", 9)) + "' body: " + Body() +
                                  "person: " + Name("persons", "p", 9) + "office: OFFICE_" +
                                  One({"CHAIR", "MEMBER", "MANAGER", "STAFF"}) +
                                  (Draw(2) == 0 ? " term: " + Name("terms", "t") : "")};
      case 14:
        return {"SuspendMember", "name: " + Name("memberships", "m", 9) + "reason: 'x'"};
      case 15:
        return {"ReinstateMember", "name: " + Name("memberships", "m", 9)};
      case 16:
        return {"EndMember", "name: " + Name("memberships", "m", 9) + EndReason()};
      case 17:
        return {"RecruitChief", kParent + ("chief_id: '" + Id("x")) + "' unit: " + Unit() +
                                    "person: " + Name("persons", "p", 9) + "kind: CHIEF_KIND_" +
                                    One({"GRID", "BUILDING", "ENTRANCE"})};
      case 18:
        return {"ConfirmChief", "name: " + Name("chiefs", "x")};
      case 19:
        return {"EndChief", "name: " + Name("chiefs", "x") + EndReason()};
      default:
        return Draw(9) == 0 ? std::pair<std::string, std::string>(
                                  "RecordDeath", "name: " + Name("persons", "p", 9))
                            : std::pair<std::string, std::string>("LapseChief",
                                                                  "name: " + Name("chiefs", "x"));
    }
  }

  std::mt19937_64 random_;
};

// The whole register, folded from the log without the runtime's help.
struct Folded {
  std::map<std::string, Place::State> places;
  std::map<std::string, Body::State> bodies;
  std::map<std::string, Term::State> terms;
  std::map<std::string, Membership::State> seats;
  std::map<std::string, Chief::State> chiefs;
  bool operator==(const Folded&) const = default;
};

template <class A>
void Apply(const log::v1::Record& record, std::map<std::string, typename A::State>& states) {
  typename A::Event event;
  if (!wire::ReadFact(record.type(), record.payload(), event).ok()) return;
  const runtime::Happened happened{wire::ToTime(record.occurred_at()), record.actor()};
  A::Evolve(states[record.stream()], event, happened);
}

Folded FoldLog(const eventstore::EventStore& store) {
  Folded folded;
  for (std::uint64_t next = 1; next != 0;) {
    const auto page = store.ReadLog(next, eventstore::Direction::kForwards, {}, {});
    if (page->records.empty()) break;
    for (const eventstore::Stored& stored : page->records) {
      log::v1::Record record;
      EXPECT_TRUE(record.ParseFromString(stored.bytes));
      Apply<Place>(record, folded.places);
      Apply<Body>(record, folded.bodies);
      Apply<Term>(record, folded.terms);
      Apply<Membership>(record, folded.seats);
      Apply<Chief>(record, folded.chiefs);
    }
    next = page->next_position;
  }
  return folded;
}

void CheckBodies(const Folded& folded) {
  std::set<std::pair<type::v1::BodyKind, std::string>> kinds;
  for (const auto& [name, body] : folded.bodies) {
    if (body.phase == Body::State::Phase::kDissolved || CountOf(body.kind) == Count::kMany) {
      continue;
    }
    EXPECT_TRUE(kinds.insert({body.kind, body.property_area}).second) << "two of a kind: " << name;
  }
}

void CheckSeats(const Folded& folded) {
  std::set<std::pair<std::string, std::string>> seats;
  std::set<std::string> oversight;
  for (const auto& [name, seat] : folded.seats) {
    ASSERT_TRUE(folded.bodies.contains(seat.body)) << name;
    EXPECT_EQ(folded.bodies.at(seat.body).kind, seat.body_kind);
    EXPECT_TRUE(HasOffice(seat.body_kind, seat.office)) << name;
    if (!seat.term.empty()) {
      EXPECT_EQ(folded.terms.at(seat.term).body, seat.body);
    }
    if (seat.phase == Membership::State::Phase::kEnded) continue;
    EXPECT_TRUE(seats.insert({seat.body, seat.person}).second) << "two seats: " << name;
    if (IsPartOfOversight(seat.body_kind)) {
      EXPECT_TRUE(oversight.insert(seat.person).second) << "oversees itself: " << name;
    }
  }
}

void CheckPlacesAndChiefs(const Folded& folded) {
  std::set<std::string> units;
  for (const auto& [name, chief] : folded.chiefs) {
    EXPECT_TRUE(folded.places.contains(chief.unit)) << name;
    if (chief.phase == Chief::State::Phase::kEnded) continue;
    EXPECT_TRUE(units.insert(chief.unit).second) << "two chiefs: " << chief.unit;
  }
  for (const auto& [name, place] : folded.places) {
    for (const std::string& around :
         {place.property_area, place.grid, place.building, place.entrance}) {
      EXPECT_TRUE(around.empty() || folded.places.contains(around)) << name << " in " << around;
    }
    if (place.entrance.empty()) continue;
    EXPECT_EQ(folded.places.at(place.entrance).building, place.building) << name;
  }
}

// The directory that remembers and one that has just been made say the same.
void CheckMemory(LiveRegister& live) {
  RegisterWatch untold;
  RegistryDirectory fresh(live.store(), untold, {.now = [&live] { return live.now(); }});
  for (int i = 1; i <= 9; ++i) {
    runtime::Principal principal;
    principal.kind = log::v1::Actor::KIND_PERSON;
    principal.id = "p" + std::to_string(i);
    const auto known = live.directory().StandingsOf("communities/c1", principal, live.now());
    const auto true_now = fresh.StandingsOf("communities/c1", principal, live.now());
    ASSERT_EQ(known->size(), true_now->size()) << principal.id;
    for (std::size_t j = 0; j < known->size(); ++j) {
      EXPECT_EQ((*known)[j].standing, (*true_now)[j].standing);
      EXPECT_EQ((*known)[j].grounds.size(), (*true_now)[j].grounds.size());
    }
  }
}

TEST(RegisterProperty, InvariantsHoldWhateverIsAsked) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE("SANZHANG_SEED=" + std::to_string(seed));
  std::printf("SANZHANG_SEED=%llu\n", static_cast<unsigned long long>(seed));
  LiveRegister live;
  live.Settle();
  Player player(seed);
  for (int round = 0; round < 40; ++round) {
    for (int i = 0; i < 50; ++i) player.Play(live);
    const Folded folded = FoldLog(live.store());
    CheckBodies(folded);
    CheckSeats(folded);
    CheckPlacesAndChiefs(folded);
    CheckMemory(live);
    EXPECT_EQ(folded, FoldLog(live.store()));  // The same facts, the same register.
    if (testing::Test::HasFailure()) return;
    live.set_now("2026-05-0" + std::to_string(1 + round / 5) + "T00:00:00+08:00");
  }
  // The player is of use: both happen often.
  EXPECT_GT(player.accepted, 100);
  EXPECT_GT(player.refused, 100);
}

}  // namespace
}  // namespace sanzhang::registry
