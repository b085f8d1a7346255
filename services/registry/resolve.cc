#include "services/registry/resolve.h"

#include <algorithm>
#include <string>
#include <utility>

#include "proto/wire/names.h"
#include "services/registry/body.h"
#include "services/registry/body_kinds.h"
#include "services/registry/chief.h"
#include "services/registry/household.h"
#include "services/registry/limits.h"
#include "services/registry/membership.h"
#include "services/registry/person.h"
#include "services/registry/place.h"
#include "services/registry/registry_index.h"
#include "services/registry/rules.h"
#include "services/registry/term.h"

namespace sanzhang::registry {
namespace {

using eventstore::Condition;

// Sets the part of the place that a resource of this name is.
void SetPart(type::v1::Place& place, const std::string& name) {
  const std::string_view collection = wire::CollectionOf(name);
  if (collection == "propertyAreas") place.set_property_area(name);
  if (collection == "grids") place.set_grid(name);
  if (collection == "buildings") place.set_building(name);
  if (collection == "entrances") place.set_entrance(name);
  if (collection == "dwellings") place.set_dwelling(name);
}

class Resolver {
 public:
  Resolver(const RegisterView& view, std::string_view community, absl::Time now,
           runtime::Facts& facts, std::vector<Condition>& conditions)
      : view_(view), community_(community), now_(now), facts_(facts), conditions_(conditions) {}

  absl::Status AddBody(const std::string& name) {
    const auto body = Load<Body>(name);
    if (!body.ok()) return body.status();
    if (body->revision != 0) facts_.bodies.insert_or_assign(name, FactsOf(*body->state));
    return absl::OkStatus();
  }

  absl::Status AddBodiesOf(type::v1::BodyKind kind) {
    if (CountOf(kind) == Count::kOnePerCommunity) {
      // Whoever holds the claim is that body; a new one would move it.
      const std::string claim = BodyKindClaim(community_, kind, {});
      const absl::StatusOr<std::uint64_t> revision = view_.RevisionOf(claim);
      if (!revision.ok()) return revision.status();
      AddCondition(claim, *revision);
    }
    const auto names = view_.List(BodiesOf(community_, kind), kBodiesPerKindMax);
    if (!names.ok()) return names.status();
    for (const std::string& name : **names) {
      const auto body = view_.Load<Body>(name);
      if (!body.ok()) return body.status();
      if ((*body)->phase == Body::State::Phase::kDissolved) continue;  // For ever.
      AddCondition(name, body->revision);
      if ((*body)->active()) facts_.bodies.insert_or_assign(name, FactsOf(*body->state));
    }
    return absl::OkStatus();
  }

  // A place is where its building is now, and active if all that it lies in is.
  absl::Status AddPlace(const std::string& name) {
    const auto place = Load<Place>(name);
    if (!place.ok()) return place.status();
    if (place->revision == 0) return absl::OkStatus();
    const Place::State& state = *place->state;
    runtime::PlaceFacts found;
    found.active = state.phase == Place::State::Phase::kActive;
    found.place.set_property_area(state.property_area);
    found.place.set_grid(state.grid);
    found.place.set_building(state.building);
    found.place.set_entrance(state.entrance);
    for (const std::string* around : {&state.building, &state.entrance}) {
      if (around->empty()) continue;
      const auto outer = Load<Place>(*around);
      if (!outer.ok()) return outer.status();
      found.active = found.active && (*outer)->phase == Place::State::Phase::kActive;
      if (around == &state.building) found.place.set_grid((*outer)->grid);
    }
    SetPart(found.place, name);
    for (const Place::Share& share : state.owners) found.owners.push_back(share.person);
    facts_.places.insert_or_assign(name, std::move(found));
    return absl::OkStatus();
  }

  absl::Status AddPerson(const std::string& name) {
    const auto person = Load<Person>(name);
    if (!person.ok()) return person.status();
    if (person->revision == 0) return absl::OkStatus();
    facts_.persons.insert_or_assign(
        name, runtime::PersonFacts{
                  .known = (*person)->known,
                  .alive = (*person)->alive,
                  .organisation = (*person)->organisation(),
                  .adult = (*person)->adult(),
                  .home = HomeOf(*person->state),
                  .guardians = {(*person)->guardians.begin(), (*person)->guardians.end()}});
    return absl::OkStatus();
  }

  absl::Status AddTerm(const std::string& name) {
    const auto term = Load<Term>(name);
    if (!term.ok()) return term.status();
    if (term->revision == 0) return absl::OkStatus();
    facts_.terms.insert_or_assign(name, FactsOf(*term->state));
    return absl::OkStatus();
  }

  absl::Status AddTermsOf(const std::string& body) {
    const auto names = view_.List(TermsOf(body), kTermsPerBodyMax);
    if (!names.ok()) return names.status();
    for (const std::string& name : **names) {
      const auto term = view_.Load<Term>(name);
      if (!term.ok()) return term.status();
      facts_.terms.insert_or_assign(name, FactsOf(*term->state));
    }
    return absl::OkStatus();
  }

  // A seat or a chief's appointment.
  absl::Status AddMembership(const std::string& name) {
    return wire::CollectionOf(name) == "chiefs" ? AddChief(name) : AddSeat(name);
  }

  absl::Status AddHousehold(const std::string& name) {
    const auto household = Load<Household>(name);
    if (!household.ok()) return household.status();
    if (household->revision == 0) return absl::OkStatus();
    facts_.households.insert_or_assign(
        name,
        runtime::HouseholdFacts{.active = (*household)->phase == Household::State::Phase::kFormed,
                                .dwelling = (*household)->dwelling});
    return absl::OkStatus();
  }

  absl::Status AddRelativesOf(const std::string& name) {
    runtime::RelativesFacts found;
    absl::Status status = FindRelatives(name, found.relatives);
    for (const std::string& relative : found.relatives) {
      if (status.ok()) status = AddSeatsOf(relative, found.seats);
    }
    if (status.ok()) facts_.relatives.insert_or_assign(name, std::move(found));
    return status;
  }

  absl::Status AddOwnSeatsOf(const std::string& person) {
    return FindSeats(person, facts_.seats[person]);
  }

 private:
  static runtime::BodyFacts FactsOf(const Body::State& body) {
    return {.kind = body.kind,
            .active = body.active(),
            .exists = true,
            .property_area = body.property_area};
  }

  static type::v1::Place HomeOf(const Person::State& person) {
    const bool lives = person.alive && person.residence == Person::State::Residence::kConfirmed;
    return lives ? person.home : type::v1::Place();
  }

  static runtime::TermFacts FactsOf(const Term::State& term) {
    return {.body = term.body, .begins = term.begins, .ends = term.ends};
  }

  absl::Status AddChief(const std::string& name) {
    const auto chief = Load<Chief>(name);
    if (!chief.ok()) return chief.status();
    if (chief->revision == 0) return absl::OkStatus();
    facts_.memberships.insert_or_assign(
        name,
        runtime::MembershipFacts{
            .body = (*chief)->body, .person = (*chief)->person, .active = (*chief)->in_office()});
    return absl::OkStatus();
  }

  absl::Status AddSeat(const std::string& name) {
    const auto seat = Load<Membership>(name);
    if (!seat.ok()) return seat.status();
    if (seat->revision == 0) return absl::OkStatus();
    const auto body = Load<Body>((*seat)->body);
    if (!body.ok()) return body.status();
    bool active = (*seat)->phase == Membership::State::Phase::kSeated && (*body)->active();
    if (!(*seat)->term.empty()) {
      const auto term = Load<Term>((*seat)->term);
      if (!term.ok()) return term.status();
      active = active && now_ >= (*term)->begins && now_ < (*term)->ends;
    }
    facts_.memberships.insert_or_assign(name,
                                        runtime::MembershipFacts{.body = (*seat)->body,
                                                                 .person = (*seat)->person,
                                                                 .active = active,
                                                                 .body_kind = (*seat)->body_kind});
    return absl::OkStatus();
  }

  // Adds those whom the person declared, and those who declared the person.
  absl::Status FindRelatives(const std::string& name, std::vector<std::string>& relatives) {
    const auto person = Load<Person>(name);
    if (!person.ok()) return person.status();
    for (const auto& [relative, kind] : (*person)->relatives) relatives.push_back(relative);
    const auto others = view_.List(KinOf(name), kDeclaredByMax);
    if (!others.ok()) return others.status();
    for (const std::string& other : **others) {
      const auto declared = Load<Person>(other);
      if (!declared.ok()) return declared.status();
      if ((*declared)->relatives.contains(name)) relatives.push_back(other);
    }
    std::sort(relatives.begin(), relatives.end());
    relatives.erase(std::unique(relatives.begin(), relatives.end()), relatives.end());
    return absl::OkStatus();
  }

  // The claim stands for the seats of whoever oversees or is overseen: one that is taken meanwhile
  // moves it.
  absl::Status AddSeatsOf(const std::string& relative, std::vector<runtime::RelativeSeat>& seats) {
    const std::string claim = OversightClaim(relative);
    const absl::StatusOr<std::uint64_t> revision = view_.RevisionOf(claim);
    if (!revision.ok()) return revision.status();
    AddCondition(claim, *revision);
    std::vector<runtime::SeatFacts> own;
    if (absl::Status found = FindSeats(relative, own); !found.ok()) return found;
    for (runtime::SeatFacts& seat : own) {
      seats.push_back({relative, std::move(seat.membership), std::move(seat.body), seat.body_kind});
    }
    return absl::OkStatus();
  }

  // The seats that the person holds.
  absl::Status FindSeats(const std::string& person, std::vector<runtime::SeatFacts>& seats) {
    const auto held = view_.List(HeldBy(person), kHeldPerPersonMax);
    if (!held.ok()) return held.status();
    for (const std::string& name : **held) {
      if (wire::CollectionOf(name) != "memberships") continue;
      const auto seat = view_.Load<Membership>(name);
      if (!seat.ok()) return seat.status();
      if ((*seat)->phase == Membership::State::Phase::kEnded) continue;
      seats.push_back({name, (*seat)->body, (*seat)->body_kind});
    }
    return absl::OkStatus();
  }

  // The state, and the condition that it stays so; none if there is no such stream.
  template <class A>
  absl::StatusOr<Seen<A>> Load(const std::string& name) {
    absl::StatusOr<Seen<A>> seen = view_.Load<A>(name);
    if (seen.ok() && seen->revision != 0) AddCondition(name, seen->revision);
    return seen;
  }

  void AddCondition(const std::string& stream, std::uint64_t revision) {
    const bool there = std::any_of(conditions_.begin(), conditions_.end(),
                                   [&](const Condition& known) { return known.stream == stream; });
    if (there) return;
    conditions_.push_back({stream, revision == 0 ? eventstore::Expectation(eventstore::NoStream())
                                                 : eventstore::Expectation(revision)});
  }

  const RegisterView& view_;
  const std::string_view community_;
  const absl::Time now_;
  runtime::Facts& facts_;
  std::vector<Condition>& conditions_;
};

}  // namespace

absl::Status ResolveNeeds(const RegisterView& view, std::string_view community,
                          const runtime::Needs& needs, absl::Time now, runtime::Facts& facts,
                          std::vector<Condition>& conditions) {
  Resolver resolver(view, community, now, facts, conditions);
  absl::Status status;
  const auto add = [&](const std::vector<std::string>& names,
                       absl::Status (Resolver::*one)(const std::string&)) {
    for (const std::string& name : names) {
      if (status.ok()) status = (resolver.*one)(name);
    }
  };
  add(needs.bodies, &Resolver::AddBody);
  add(needs.places, &Resolver::AddPlace);
  add(needs.persons, &Resolver::AddPerson);
  add(needs.memberships, &Resolver::AddMembership);
  add(needs.terms, &Resolver::AddTerm);
  add(needs.households, &Resolver::AddHousehold);
  add(needs.relatives_of, &Resolver::AddRelativesOf);
  add(needs.seats_of, &Resolver::AddOwnSeatsOf);
  add(needs.terms_of, &Resolver::AddTermsOf);
  for (const type::v1::BodyKind kind : needs.body_kinds) {
    if (status.ok()) status = resolver.AddBodiesOf(kind);
  }
  return status;
}

}  // namespace sanzhang::registry
