#include "services/registry/standings.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "proto/wire/names.h"
#include "services/registry/body.h"
#include "services/registry/body_kinds.h"
#include "services/registry/chief.h"
#include "services/registry/membership.h"
#include "services/registry/person.h"
#include "services/registry/place.h"
#include "services/registry/registry_index.h"
#include "services/registry/service_account.h"
#include "services/registry/term.h"

namespace sanzhang::registry {
namespace {

using eventstore::Condition;

type::v1::Role RoleOf(type::v1::ChiefKind kind) {
  if (kind == type::v1::CHIEF_KIND_GRID) return type::v1::ROLE_GRID_CHIEF;
  if (kind == type::v1::CHIEF_KIND_BUILDING) return type::v1::ROLE_BUILDING_CHIEF;
  if (kind == type::v1::CHIEF_KIND_ENTRANCE) return type::v1::ROLE_ENTRANCE_CHIEF;
  return type::v1::ROLE_UNSPECIFIED;
}

// Only the unit itself limits a chief: what it lies in may be redrawn.
type::v1::Place CoveredBy(const Chief::State& chief) {
  type::v1::Place place;
  if (chief.kind == type::v1::CHIEF_KIND_GRID) place.set_grid(chief.unit);
  if (chief.kind == type::v1::CHIEF_KIND_BUILDING) place.set_building(chief.unit);
  if (chief.kind == type::v1::CHIEF_KIND_ENTRANCE) place.set_entrance(chief.unit);
  return place;
}

bool IsOwner(const Place::State& dwelling, std::string_view person) {
  return std::any_of(dwelling.owners.begin(), dwelling.owners.end(),
                     [&](const Place::Share& share) { return share.person == person; });
}

// Gathers the capacities of one person.
class OfPerson {
 public:
  OfPerson(const RegisterView& view, std::string_view name) : view_(view), name_(name) {}

  absl::StatusOr<Tenures> Gather() && {
    absl::StatusOr<Seen<Person>> person = view_.Load<Person>(name_);
    if (!person.ok()) return person.status();
    if (!(*person)->known || !(*person)->alive) return Tenures{};
    person_ = {name_, person->revision};
    if ((*person)->residence == Person::State::Residence::kConfirmed) {
      tenures_.push_back({.grounded = {{.role = type::v1::ROLE_RESIDENT}, {person_}}});
    }
    if (absl::Status added = AddOwnership(); !added.ok()) return added;
    if (absl::Status added = AddPrivacyOffice((*person)->privacy_officer_of); !added.ok()) {
      return added;
    }
    const auto held = view_.List(HeldBy(name_), kHeldPerPersonMax);
    if (!held.ok()) return held.status();
    // Keys of chiefs' appointments stand before those of seats.
    for (const std::string& name : **held) {
      const absl::Status added =
          wire::CollectionOf(name) == "chiefs" ? AddChief(name) : AddSeat(name);
      if (!added.ok()) return added;
    }
    return std::move(tenures_);
  }

 private:
  // One dwelling is enough: an owner is an owner in the whole community.
  absl::Status AddOwnership() {
    const auto owned = view_.List(OwnedBy(name_), kOwnedPerPersonMax);
    if (!owned.ok()) return owned.status();
    for (const std::string& name : **owned) {
      absl::StatusOr<Seen<Place>> dwelling = view_.Load<Place>(name);
      if (!dwelling.ok()) return dwelling.status();
      if ((*dwelling)->phase != Place::State::Phase::kActive) continue;
      if (!IsOwner(*dwelling->state, name_)) continue;
      tenures_.push_back(
          {.grounded = {{.role = type::v1::ROLE_OWNER}, {person_, {name, dwelling->revision}}}});
      break;
    }
    return absl::OkStatus();
  }

  // While the body that is the processor is there.
  absl::Status AddPrivacyOffice(const std::string& of) {
    if (of.empty()) return absl::OkStatus();
    absl::StatusOr<Seen<Body>> body = view_.Load<Body>(of);
    if (!body.ok()) return body.status();
    if (!(*body)->active()) return absl::OkStatus();
    tenures_.push_back({.grounded = {{.role = type::v1::ROLE_PRIVACY_OFFICER, .body = of},
                                     {person_, {of, body->revision}}}});
    return absl::OkStatus();
  }

  absl::Status AddChief(const std::string& name) {
    absl::StatusOr<Seen<Chief>> chief = view_.Load<Chief>(name);
    if (!chief.ok()) return chief.status();
    if (!(*chief)->in_office() || (*chief)->person != name_) return absl::OkStatus();
    tenures_.push_back({.grounded = {{.role = RoleOf((*chief)->kind),
                                      .membership = name,
                                      .body = (*chief)->body,
                                      .covers = CoveredBy(*chief->state)},
                                     {person_, {name, chief->revision}}}});
    return absl::OkStatus();
  }

  absl::Status AddSeat(const std::string& name) {
    absl::StatusOr<Seen<Membership>> seat = view_.Load<Membership>(name);
    if (!seat.ok()) return seat.status();
    const bool holds = (*seat)->phase == Membership::State::Phase::kSeated;
    if (!holds || (*seat)->person != name_) return absl::OkStatus();
    absl::StatusOr<Seen<Body>> body = view_.Load<Body>((*seat)->body);
    if (!body.ok()) return body.status();
    if (!(*body)->active()) return absl::OkStatus();

    Tenure tenure;
    tenure.grounded.grounds = {person_, {name, seat->revision}, {(*seat)->body, body->revision}};
    if (!(*seat)->term.empty()) {
      absl::StatusOr<Seen<Term>> term = view_.Load<Term>((*seat)->term);
      if (!term.ok()) return term.status();
      tenure.from = (*term)->begins;
      tenure.until = (*term)->ends;
      tenure.grounded.grounds.push_back({(*seat)->term, term->revision});
    }
    runtime::Standing& standing = tenure.grounded.standing;
    standing.membership = name;
    standing.body = (*seat)->body;
    standing.covers.set_property_area((*body)->property_area);
    for (const type::v1::Role role : RolesOf((*body)->kind, (*seat)->office)) {
      standing.role = role;
      tenures_.push_back(tenure);
    }
    return absl::OkStatus();
  }

  const RegisterView& view_;
  const std::string name_;
  Condition person_;
  Tenures tenures_;
};

}  // namespace

absl::StatusOr<Tenures> TenuresOfPerson(const RegisterView& view, std::string_view person) {
  return OfPerson(view, person).Gather();
}

absl::StatusOr<Tenures> TenuresOfService(const RegisterView& view, std::string_view service) {
  absl::StatusOr<Seen<ServiceAccount>> account = view.Load<ServiceAccount>(service);
  if (!account.ok()) return account.status();
  Tenures tenures;
  for (const type::v1::Role role : (*account)->roles) {
    tenures.push_back({.grounded = {{.role = role}, {{std::string(service), account->revision}}}});
  }
  return tenures;
}

}  // namespace sanzhang::registry
