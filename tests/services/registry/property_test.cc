// Random commands, legal and illegal, by people of all kinds: whatever is asked, in whatever order,
// the register's invariants hold, folding is deterministic, and the directory remembers nothing
// untrue.

#include <map>
#include <set>
#include <string>
#include <vector>

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
#include "tests/services/registry/random_register.h"

namespace sanzhang::registry {
namespace {

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

void CheckTerms(const Folded& folded) {
  for (const auto& [name, term] : folded.terms) {
    for (const auto& [other_name, other] : folded.terms) {
      if (name == other_name || term.body != other.body) continue;
      EXPECT_FALSE(term.begins < other.ends && other.begins < term.ends)
          << name << " and " << other_name;
    }
  }
}

void CheckSeats(const Folded& folded) {
  std::set<std::pair<std::string, std::string>> seats;
  std::set<std::string> oversight;
  std::set<std::string> chairs;
  for (const auto& [name, seat] : folded.seats) {
    ASSERT_TRUE(folded.bodies.contains(seat.body)) << name;
    EXPECT_EQ(folded.bodies.at(seat.body).kind, seat.body_kind);
    EXPECT_TRUE(HasOffice(seat.body_kind, seat.office)) << name;
    if (!seat.term.empty()) {
      EXPECT_EQ(folded.terms.at(seat.term).body, seat.body);
    }
    if (seat.phase == Membership::State::Phase::kEnded) continue;
    EXPECT_TRUE(seats.insert({seat.body, seat.person}).second) << "two seats: " << name;
    if (seat.office == type::v1::OFFICE_CHAIR) {
      EXPECT_TRUE(chairs.insert(seat.body).second) << "two chairs: " << name;
    }
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
  const std::uint64_t seed = ChooseSeed();
  SCOPED_TRACE("SANZHANG_SEED=" + std::to_string(seed));
  LiveRegister live;
  live.Settle();
  RandomRegister player(seed);
  for (int round = 0; round < 40; ++round) {
    for (int i = 0; i < 50; ++i) player.Play(live);
    const Folded folded = FoldLog(live.store());
    CheckBodies(folded);
    CheckTerms(folded);
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
